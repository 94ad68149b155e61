// Group: tables
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { parseSync } from 'libpg-query';
import { loadGrammar } from '../../server/src/sql/parse';
import { Scanner } from '../../server/src/sql/scanner';
import { split } from '../../server/src/sql/split';
import { byteOffsetConverter } from '../../server/src/sql/text';
import { needsShared, shared, sqlFiles } from '../shared';

function statements(text: string): readonly string[] {
  return split(text).pieces.map(({ start, end }) => text.slice(start, end));
}

describe('split', () => {
  before(loadGrammar);

  const cases: readonly [title: string, text: string, expected: readonly string[]][] = [
    ['semicolons', 'select 1; select 2', ['select 1', 'select 2']],
    ['nothing', ' ;; -- only a comment\n;', []],
    ['comments around', '/* a; */ select 1 -- b;\n; /* c */', ['select 1']],
    ['nested comments', '/* /* ; */ ; */ select 1;', ['select 1']],
    [
      'quotes',
      `select ';', ";", E'\\';', 'it''s;';select 2`,
      [`select ';', ";", E'\\';', 'it''s;'`, 'select 2'],
    ],
    ['a backslash before a quote is plain text', `select '\\'; select 2`, [`select '\\'`, 'select 2']],
    ['dollar quotes', 'do $a$ ; $$ ; $$ $a$; select $1', ['do $a$ ; $$ ; $$ $a$', 'select $1']],
    ['a dollar inside a name', 'select a$b$; select 2', ['select a$b$', 'select 2']],
    [
      'BEGIN ATOMIC',
      'create function f() returns int begin atomic select case when true then 1 end; select 2; end; select 3',
      [
        'create function f() returns int begin atomic select case when true then 1 end; select 2; end',
        'select 3',
      ],
    ],
    [
      'CREATE RULE',
      'create or replace rule r as on insert to t do (delete from a; delete from b); select 1',
      ['create or replace rule r as on insert to t do (delete from a; delete from b)', 'select 1'],
    ],
    ['a half-typed statement', 'create table t (a int; select 1;', ['create table t (a int', 'select 1']],
    [
      'comments that mean something to a runner, which are comments',
      'create table a (\n  -- rambler up to 2019 wrote this column\n  b int\n)',
      ['create table a (\n  -- rambler up to 2019 wrote this column\n  b int\n)'],
    ],
    ['psql commands', '\\set x 1\nselect 1 \\gexec\nselect 2;', ['select 1', 'select 2']],
    ['data of COPY', "copy t from stdin;\n1\t'\n\\.\nselect 1;", ['copy t from stdin', 'select 1']],
    [
      'placeholders',
      "select ${a;b}, {{ c; }}, :'d;';select 1",
      ["select ${a;b}, {{ c; }}, :'d;'", 'select 1'],
    ],
    ['CRLF and BOM', '\uFEFFselect 1;\r\nselect 2;\r\n', ['select 1', 'select 2']],
    ['other alphabets', "select 'Grüße 🚀;' as größe; select 2", ["select 'Grüße 🚀;' as größe", 'select 2']],
  ];
  for (const [title, text, expected] of cases) {
    it(title, () => {
      assert.deepEqual(statements(text), expected);
    });
  }

  it('goes on behind a quote that nothing closes', () => {
    for (const opening of ["'", '"', '$$', '$tag$', '/*', "E'"]) {
      const text = `select 1;\ncreate function f() as ${opening} begin;\n\nselect 2;`;
      const result = split(text);
      assert.equal(result.isUnterminated, true, opening);
      assert.equal(statements(text).at(-1), 'select 2', opening);
    }
  });

  it('takes time in proportion to the text, whatever it holds', () => {
    for (const unit of [
      "'",
      '$a$ $b$ ',
      '/*',
      '(',
      '"',
      '\\',
      ':a',
      '${',
      '{{',
      'copy t from stdin;\n',
      '$x$;',
    ]) {
      const time = (length: number): number => {
        const text = unit.repeat(length / unit.length);
        const times = [1, 2, 3].map(() => {
          // Of the processor, so that other programs do not count.
          const before = process.cpuUsage();
          split(text);
          return process.cpuUsage(before).user / 1000;
        });
        return Math.min(...times);
      };
      time(50_000);
      // What grows with the square would take 16 times as long; what takes no time at all is not measured well.
      const [short, long] = [time(50_000), time(200_000)];
      assert.ok(long < 10 * Math.max(short, 5), `${unit}: ${short} ms and ${long} ms`);
    }
  });

  it('cuts the corpus where the grammar does', { skip: needsShared('corpus') }, () => {
    let whole = 0;
    for (const file of sqlFiles(path.join(shared, 'corpus'))) {
      const text = readFileSync(file, 'utf8');
      const ours = split(text).pieces.map(({ start, end }) => [start, end]);
      const theirs = grammarBorders(text);
      if (theirs === undefined) continue;
      whole++;
      assert.deepEqual(ours, theirs, file);
    }
    assert.ok(whole > 3800, `only ${whole} files were compared`);
  });
});

/** The borders of the grammar itself, without the white space and comments that it counts in. */
function grammarBorders(text: string): readonly number[][] | undefined {
  let statements;
  try {
    statements = parseSync(text.replace(/^\uFEFF/, ' ')).stmts ?? [];
  } catch {
    return undefined;
  }
  const offset = byteOffsetConverter(text);
  return statements.map(({ stmt_location: location = 0, stmt_len: length }) => {
    const until = length === undefined ? text.length : offset(location + length);
    const scanner = new Scanner(text, offset(location));
    let start: number | undefined;
    let end = 0;
    for (let kind = scanner.next(); kind !== 'end of text' && scanner.start < until; kind = scanner.next()) {
      if (kind === 'comment' || scanner.current === ';') continue;
      start ??= scanner.start;
      end = scanner.end;
    }
    return [start ?? 0, end];
  });
}
