// Group: tables
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { finish } from '../../server/src/features/analyser';
import { complete } from '../../server/src/features/completion/completion';
import { definition } from '../../server/src/features/definition';
import { highlights, references } from '../../server/src/features/references';
import { objectHover } from '../../server/src/features/relation-hover';
import { loadGrammar } from '../../server/src/sql/parse';
import { Scanner } from '../../server/src/sql/scanner';
import { needsShared, shared, sqlFiles } from '../shared';
import { projectWith } from './objects';

/** One of so many files of the corpus, and of so many tokens of a file, is looked at. */
const fileStride = 200;
const tokenStride = 7;
const mostTokens = 1500;

/** Asks everything at every few tokens of a text. */
function askEverywhere(file: string, text: string): number {
  const { project, analyses } = projectWith([{ path: file, text }]);
  const [analysis] = analyses;
  assert.ok(analysis);
  const scanner = new Scanner(text);
  let asked = 0;
  for (let at = 0; scanner.next() !== 'end of text' && at < mostTokens; at++) {
    if (at % tokenStride > 1) continue;
    // The start of a token, and within the next one.
    const offset = at % tokenStride === 0 ? scanner.start : Math.min(scanner.start + 1, scanner.end);
    const place = `${file}:${offset}`;
    for (const { replaced, wordEnd } of complete(analysis, offset).items) {
      assert.ok(replaced.start <= offset && offset <= wordEnd && replaced.end <= wordEnd, place);
      assert.ok(!text.slice(replaced.start, wordEnd).includes('\n'), place);
    }
    objectHover(analysis, offset, { linkTo: () => undefined });
    for (const { range } of highlights(analysis, offset)) assert.ok(range.end <= text.length, place);
    const found = finish(definition(analysis, offset, project));
    assert.ok(found === undefined || found.target.range.end <= text.length, place);
    if (at % (tokenStride * 20) === 0) {
      for (const { range } of finish(references(analysis, offset, project)))
        assert.ok(range.end <= text.length, place);
    }
    asked++;
  }
  return asked;
}

describe('at any position', () => {
  before(loadGrammar);

  it('of real migrations, whole and cut short, there is an answer', { skip: needsShared('corpus') }, () => {
    const files = sqlFiles(path.join(shared, 'corpus')).filter((_, index) => index % fileStride === 0);
    let asked = 0;
    for (const file of files) {
      const text = readFileSync(file, 'utf8').slice(0, 60_000);
      asked += askEverywhere(file, text);
      asked += askEverywhere(file, text.slice(0, Math.floor(text.length * 0.61)));
    }
    assert.ok(asked > 1000, `asked at ${asked} positions only`);
  });

  it('of what is no SQL there is an answer', () => {
    for (const text of [
      '',
      ';',
      '(((((',
      ')))',
      "'",
      '"',
      '$$',
      '$a$ select',
      '/*',
      '--',
      '.',
      'a.',
      'select a..b',
      '\0\0',
      '\ufeff',
      'with',
      'with x as',
      'insert into',
      'alter table',
      'create index on (',
      'select "',
      "select e'\\",
      '::',
      'update set',
      'merge into',
      'on conflict do',
      'grant on to',
      '𝒜𝒷'.repeat(9),
    ]) {
      const { analyses, project } = projectWith([{ path: '/project/1.sql', text }]);
      const [analysis] = analyses;
      assert.ok(analysis);
      for (let offset = 0; offset <= text.length; offset++) {
        complete(analysis, offset);
        objectHover(analysis, offset, { linkTo: () => undefined });
        finish(definition(analysis, offset, project));
        finish(references(analysis, offset, project));
      }
    }
  });

  it('of a statement with many parts the answer comes soon', () => {
    const columns = Array.from({ length: 3000 }, (_, index) => `c${index} int DEFAULT ${index}`).join(', ');
    const nested = `SELECT ${'('.repeat(3000)}`;
    const values = `INSERT INTO t (c1) VALUES ${Array.from({ length: 5000 }, () => "('x', 1)").join(', ')}, (`;
    for (const text of [`CREATE TABLE t (${columns}, `, nested, values, `DO $$ ${'BEGIN '.repeat(2000)}`]) {
      const { analyses } = projectWith([{ path: '/project/1.sql', text }]);
      const [analysis] = analyses;
      assert.ok(analysis);
      // Of processor time: a busy machine answers later, but works no more.
      const before = process.cpuUsage();
      complete(analysis, text.length);
      const { user, system } = process.cpuUsage(before);
      const took = (user + system) / 1000;
      assert.ok(took < 2000, `${text.slice(0, 20)} took ${took} ms`);
    }
  });
});
