// Group: corpus
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared } from '../shared';
import { type CorpusFinding, findingsIn, projects } from './corpus';

before(loadGrammar);

/**
 * What each rule says in each project: the places by file, `line:column`, and a digest of all that it says and marks.
 * Somebody has read a sample of them; whoever changes one reads the difference.
 */
const snapshot = path.join(__dirname, 'corpus.json');

/** By severity and rule, then by file. */
type Places = Record<string, Record<string, string>>;

describe('findings in real migrations', { skip: needsShared('corpus') }, () => {
  const expected = JSON.parse(readFileSync(snapshot, 'utf8')) as Record<string, Places>;
  const actual: Record<string, Places> = {};
  for (const project of projects) {
    test(project.name, () => {
      const places = placesOf(findingsIn(project));
      actual[project.name] = places;
      if (process.env['UPDATE'] === '1') {
        writeFileSync(snapshot, `${JSON.stringify({ ...expected, ...actual }, null, 2)}\n`);
      } else assert.deepEqual(places, expected[project.name], 'UPDATE=1 writes corpus.json again.');
    });
  }

  test('no other project is in the snapshot', () => {
    assert.deepEqual(Object.keys(expected).sort(), projects.map(({ name }) => name).sort());
  });
});

function placesOf(findings: readonly CorpusFinding[]): Places {
  const rules = new Map<string, CorpusFinding[]>();
  for (const finding of findings) {
    const rule = `${finding.rule} (${finding.severity})`;
    rules.set(rule, [...(rules.get(rule) ?? []), finding]);
  }
  const sorted = [...rules].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted.map(([rule, found]) => {
      const files: Record<string, string> = { 'all words': digest(found) };
      for (const { file, place } of found) files[file] = [files[file] ?? [], place].flat().join(' ');
      return [rule, files];
    }),
  );
}

function digest(findings: readonly CorpusFinding[]): string {
  const words = findings.map(({ message, remedy = '', marked }) => [message, remedy, marked]);
  return createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 8);
}
