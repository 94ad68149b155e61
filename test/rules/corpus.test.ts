import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared } from '../shared';
import { findingsIn, projects } from './corpus';

before(loadGrammar);

/** How often each rule speaks in each project. Somebody has read a sample of them; whoever changes a number reads the difference. */
const snapshot = path.join(__dirname, 'corpus.json');

describe('findings in real migrations', { skip: needsShared('corpus') }, () => {
  const expected = JSON.parse(readFileSync(snapshot, 'utf8')) as Record<string, Record<string, number>>;
  const actual: Record<string, Record<string, number>> = {};
  for (const project of projects) {
    test(project.name, () => {
      const counts = new Map<string, number>();
      for (const { rule } of findingsIn(project)) counts.set(rule, (counts.get(rule) ?? 0) + 1);
      actual[project.name] = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
      if (process.env['UPDATE'] === '1') {
        writeFileSync(snapshot, `${JSON.stringify({ ...expected, ...actual }, null, 2)}\n`);
      } else assert.deepEqual(actual[project.name], expected[project.name]);
    });
  }
});
