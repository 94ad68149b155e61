// Group: tables
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { expectedAt } from '../../server/src/sql/expected';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { tokenize } from '../../server/src/sql/scanner';
import { split } from '../../server/src/sql/split';
import { needsShared, shared, sqlFiles } from '../shared';

/** What an author waits for at most, in milliseconds of processor time. */
const limit = 50;

/** Of the corpus every so many files are swept; `WHOLE_CORPUS=1 node --import tsx FILE` sweeps all, in a quarter of an hour. */
const everyFile = process.env.WHOLE_CORPUS === '1' ? 1 : 60;
const everyToken = 10;

describe('what was expected at a syntax error', () => {
  before(async () => {
    await loadGrammar();
    // The first questions compile the grammar.
    for (let round = 0; round < 20; round++) expectedAt('alter table t add b int alter', 24);
  });

  const said: readonly (readonly [string, string])[] = [
    // A word is missing.
    ['create index a users (b)', 'ON'],
    ['comment table t is null', 'ON'],
    ['create policy p t using (true)', 'ON'],
    ['alter table t column b int', 'ADD'],
    ['alter t add column b int', 'TABLE, INDEX, VIEW or SEQUENCE'],
    ['alter table t add constraint c foreign key (a) b (c)', 'REFERENCES'],
    ['delete t where a = 1', 'FROM'],
    ['create trigger r before insert on t for each row function f()', 'EXECUTE'],
    ['update table users set a = 1', 'a name'],
    ['create index i on (a)', 'a name'],
    ['select a from t where b = order by c', 'an expression'],
    ['alter type mood add value', 'a string'],
    // A word is misspelt.
    ['create tabel t (a int)', 'TABLE'],
    ['drop table if exist t', 'EXISTS'],
    ['insert into t (a) value (1)', 'VALUES'],
    ['alter table t ad column b int', 'ADD'],
    ['create index i on t (a) wher a > 1', 'WHERE'],
    // A sign is missing.
    ['alter table t add b int alter table t add c int', '";"'],
    ['create table t (a int b int)', '","'],
    ['create table t (a int, b text', '")"'],
    ['create index i on t (a', '")"'],
    ['create index i on t a)', '"("'],
    // A statement that is half typed goes on with the next one.
    ['create index i on\n\ncreate table t (a int)', 'a name'],
  ];
  for (const [text, expected] of said) {
    it(`says of «${text.replaceAll('\n', '⏎')}»: ${expected}`, () => {
      const { error } = parseFile(text).statements[0]?.parsed ?? {};
      assert.equal(error?.expected.join(', ').replace(/, (\w+)$/, ' or $1'), expected);
    });
  }

  it('says nothing where too much could stand, or nothing is known', () => {
    for (const text of ['selct 1', 'foo', 'select a from t where b foo bar baz']) {
      assert.deepEqual(parseFile(text).statements[0]?.parsed.error?.expected, [], text);
    }
  });

  it('says the same whatever comments, quotes, placeholders and white space stand around', () => {
    for (const text of [
      'create index a /* in $$, never in cents */ users (b)',
      'create /* a /* b */ $$ */ index a$$b -- it\'s $$\n\n users ("c;--d")',
      "create index a users (b) where c = $x$ ' $$ /* $x$",
      `create index a ${' \n'.repeat(200)} users (b)`,
    ]) {
      assert.deepEqual(parseFile(text).statements[0]?.parsed.error?.expected, ['ON'], text);
    }
  });

  describe('is answered in time', () => {
    const blank = ' '.repeat(3000);
    const lines = '\n  note text not null default now(),'.repeat(40);
    const hostile: Readonly<Record<string, string>> = {
      'an unpaired $$ in a block comment': `create table t (a int, /* in $$ */ b text not nul,${lines} c int)`,
      'an unpaired $$ in a line comment': `create table t (a int, -- in $$\n b text not nul,${lines} c int)`,
      'an unpaired $$ in a name': `select a$$b${blank} from t wher a = 1`,
      'an unpaired $$ in a quoted name': `create index "$$"${blank} users (b)`,
      'an unpaired $$ in a string': `select '$$'${blank} from t wher wher a = 1`,
      'an unpaired $tag$ in a comment': `create table t (a int, /* in $tag$ */${blank} b text not nul)`,
      'many block comments': `create index a ${'/* $$ */ '.repeat(20_000)} users (b)`,
      'open parentheses': `select ${'('.repeat(20_000)} from from`,
      'closed parentheses': `select ${'('.repeat(500)}1${')'.repeat(500)} from from`,
      'nested queries': `select ${'(select '.repeat(500)} from from`,
      'nested queries in FROM': `select ${'* from (select '.repeat(200)} from from`,
      'many operators': `select 1 ${'- - + '.repeat(2000)} from from`,
      'many joins': `select * from a ${'join b '.repeat(500)} wher wher`,
      'a long name': `create index ${'a'.repeat(100_000)} users (b)`,
      'a long list': `insert into t values ${"(1, 'a'), ".repeat(20_000)} (1 2)`,
      'a long string': `insert into t values ('${'$$ '.repeat(30_000)}' 1)`,
      'columns without end': `create table t (${'a int not null, '.repeat(2000)} b text not nul)`,
      'much behind the error': `create table t (b text not nul, ${'a int not null, '.repeat(2000)} c int)`,
    };
    for (const [name, text] of Object.entries(hostile)) {
      it(name, () => {
        const offset = text.search(/nul\b|wher\b|users|from$|2\)$|1\)$/);
        assert.ok(offset > 0);
        const milliseconds = processorTime(text, offset);
        assert.ok(milliseconds < limit, `${milliseconds.toFixed(0)} ms`);
      });
    }

    it('at the end of a file of a person who works', { skip: needsShared('corpus') }, () => {
      const slow: string[] = [];
      let [calls, slowest] = [0, 0];
      for (const { place, text, offset } of spoilt()) {
        const milliseconds = processorTime(text, offset);
        calls++;
        slowest = Math.max(slowest, milliseconds);
        if (milliseconds >= limit) slow.push(`${place}: ${milliseconds.toFixed(0)} ms for «${text}»`);
      }
      console.log(`${calls} calls, the slowest ${slowest.toFixed(1)} ms`);
      assert.ok(calls > 500);
      assert.deepEqual(slow, []);
    });
  });
});

/** The statements of the corpus, each cut at every tenth token, and each without that token. */
function* spoilt(): Generator<{ place: string; text: string; offset: number }> {
  const files = sqlFiles(path.join(shared, 'corpus')).filter((_, index) => index % everyFile === 0);
  for (const file of files) {
    const content = readFileSync(file, 'utf8');
    for (const { start, end } of split(content).pieces) {
      const whole = content.slice(start, end);
      const tokens = tokenize(whole).filter((_, index) => index % everyToken === everyToken - 1);
      for (const token of tokens) {
        const place = `${file}:${start + token.start}`;
        const before = whole.slice(0, token.start);
        yield { place, text: before, offset: before.length };
        yield { place, text: before + whole.slice(token.end), offset: token.start };
      }
    }
  }
}

/** Of three calls the quickest counts: the garbage of others is collected in any. */
function processorTime(text: string, offset: number): number {
  let least = Infinity;
  for (let call = 0; call < 3 && least >= limit; call++) {
    const before = process.cpuUsage();
    expectedAt(text, offset);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
