// Group: tables
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { diagnose, notAnalysedId, syntaxErrorId } from '../../server/src/features/diagnose';
import { Scanner } from '../../server/src/sql/scanner';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import type { Statement } from '../../server/src/sql/statement';
import { analysed } from './analysed';

/** The rules of a text's findings; what fails in a rule is no finding, and fails the test. */
function rulesIn(text: string, past = ''): readonly string[] {
  return diagnose(analysed(text, { past })).map(({ rule }) => rule);
}

function statementOf(text: string): Statement {
  const [source] = parseFile(text).statements;
  assert.ok(source?.parsed.statement, source?.parsed.error?.message);
  return source.parsed.statement;
}

/** Each puts an expression into another one, so many times. */
const nestings: Readonly<Record<string, (times: number) => string>> = {
  parentheses: (times) => `${'('.repeat(times)}1${')'.repeat(times)}`,
  functions: (times) => `${'abs('.repeat(times)}1${')'.repeat(times)}`,
  casts: (times) => `1${'::int'.repeat(times)}`,
  'CAST()': (times) => `${'cast('.repeat(times)}1${' as int)'.repeat(times)}`,
  CASE: (times) => `${'case when true then '.repeat(times)}1${' end'.repeat(times)}`,
  'ELSE CASE': (times) => `${'case when true then 2 else '.repeat(times)}1${' end'.repeat(times)}`,
  arrays: (times) => `${'array['.repeat(times)}1${']'.repeat(times)}`,
  subqueries: (times) => `${'(select '.repeat(times)}1${')'.repeat(times)}`,
  'subqueries in FROM': (times) => `(select 1 ${'from (select 1 '.repeat(times)}${') as x '.repeat(times)})`,
  EXISTS: (times) => `${'exists (select 1 where '.repeat(times)}true${')'.repeat(times)}`,
  NOT: (times) => `${'not '.repeat(times)}true`,
  signs: (times) => `${'- '.repeat(times)}x`,
  'AT TIME ZONE': (times) => `now()${" at time zone 'utc'".repeat(times)}`,
  COLLATE: (times) => `x${' collate "C"'.repeat(times)}`,
  operators: (times) => `x${' - y'.repeat(times)}`,
  'IS NULL': (times) => `x${' is null'.repeat(times)}`,
};

describe('text that is nested deeply', () => {
  before(loadGrammar);

  it('is analysed when it is a long list in truth, as seeds are', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `select ${index}, 'x' from r${index}`);
    const insert = statementOf(`insert into t (a, b) ${many.join('\nunion all ')}`);
    assert.ok(insert.kind === 'DataChange');
    assert.equal(insert.relation?.name, 't');
    assert.deepEqual(
      insert.reads.map(({ name }) => name),
      many.map((_, index) => `r${index}`),
    );
    for (const text of [
      `update t set a = 'x'${" || 'line'".repeat(5000)};`,
      `update t set a = 1${' + b'.repeat(5000)};`,
      `delete from t where true${' and a = 1'.repeat(20_000)};`,
      `delete from t where false${' or a = 1 and b = 2'.repeat(10_000)};`,
      `delete from t where a in (1${', 1'.repeat(50_000)});`,
      `insert into t values (1, 2)${', (1, -2 + 3)'.repeat(20_000)};`,
      `create table t (c0 int${Array.from({ length: 1500 }, (_, index) => `, c${index + 1} int not null default 1 + 1`).join('')});`,
    ]) {
      const rules = rulesIn(text, 'create table t (a text, b int)');
      assert.ok(!rules.includes(notAnalysedId) && !rules.includes(syntaxErrorId), text.slice(0, 60));
    }
  });

  it('keeps the meaning of what it makes flat', () => {
    const past = 'create table t (a text)';
    const parts = Array.from({ length: 3000 }, () => "select a, 'x'::text as b from t");
    const view = `create view v as ${parts.join(' union all ')};`;
    const drop = 'alter table t drop column a;';
    assert.ok(rulesIn(drop, `${past}; ${view}`).includes('drop-needed-by-others'));
    const ordered = `(select 1 order by 1 limit 1)${' union (select 2 limit 3)'.repeat(1000)}`;
    const { node } = statementOf(`select * from (${ordered} union all select 4) as x`);
    assert.equal(JSON.stringify(node).match(/"limitCount"/g)?.length, 1001);
    assert.equal(JSON.stringify(node).match(/"all":true/g)?.length, 1);
  });

  for (const [name, nesting] of Object.entries(nestings)) {
    it(`is never called wrong: ${name}`, () => {
      for (const times of [100, 900, 4000, 20_000]) {
        for (const text of [
          `select ${nesting(times)};`,
          `alter table t add column c int default (${nesting(times)});`,
          `create view v as select ${nesting(times)} as a;`,
          `do $$ begin execute 'delete from t where ' || ${nesting(times)}; end $$;`,
        ]) {
          const rules = rulesIn(`${text}\nselekt 1;`, 'create table t (a int)');
          assert.deepEqual(
            rules.filter((rule) => rule === syntaxErrorId),
            [syntaxErrorId],
            `${times}: ${text.slice(0, 50)}`,
          );
          if (times === 100) assert.ok(!rules.includes(notAnalysedId), text.slice(0, 50));
        }
      }
    });
  }

  it('says so in a finding of its own, on the first word', () => {
    const [finding, ...others] = diagnose(analysed(`select ${nestings['casts']?.(20_000) ?? ''};`));
    assert.deepEqual(others, []);
    assert.deepEqual(finding, {
      rule: 'not-analysed',
      severity: 'information',
      message: 'This statement is nested too deeply to be analysed.',
      remedy: undefined,
      range: { start: 0, end: 6 },
      statement: 0,
      isUnnecessary: false,
    });
  });

  it('leaves the grammar as it was', () => {
    // The stack of the grammar is its own: what runs over it 40 times breaks it for good.
    for (let times = 0; times < 60; times++) {
      for (const nesting of ['casts', 'operators', 'subqueries']) {
        assert.deepEqual(rulesIn(`select ${nestings[nesting]?.(20_000 + times) ?? ''}`), [notAnalysedId]);
      }
    }
    assert.equal(statementOf('create index on t (a)').kind, 'CreateIndex');
  });

  it('property: mixed as one likes, it is analysed or said to be too deep', () => {
    const layer = fc.constantFrom<(inner: string) => string>(
      (inner) => `(${inner})`,
      (inner) => `coalesce(1, ${inner})`,
      (inner) => `(select ${inner} from t)`,
      (inner) => `case when a then ${inner} else 1 end`,
      (inner) => `(${inner})::int`,
      (inner) => `array[${inner}]`,
      (inner) => `(${inner} || 'x' || a)`,
      (inner) => `(not ${inner})`,
      (inner) => `(select 1 from (select ${inner} as b) as x union all select 2)`,
      (inner) => `(with w as (select ${inner}) select * from w)`,
      (inner) => `(a and (b or ${inner}))`,
      (inner) => `format('%s', ${inner})`,
    );
    const expression = fc
      .array(fc.tuple(layer, fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 5 })
      .map((layers) =>
        layers.reduce((text, [around, times]) => {
          let result = text;
          for (let time = 0; time < times && result.length < 100_000; time++) result = around(result);
          return result;
        }, '1'),
      );
    const statement = fc.constantFrom<(inner: string) => string>(
      (inner) => `select ${inner}`,
      (inner) => `update t set a = ${inner} where b = ${inner}`,
      (inner) => `alter table t add constraint c check (${inner})`,
      (inner) => `create materialized view m as select ${inner} as a`,
      (inner) => `create index i on t ((${inner}))`,
      (inner) => `do $body$ declare v text := ${inner}; begin v := v || ${inner}; execute v; end $body$`,
      (inner) => `create function f() returns int language sql as $body$ select ${inner} $body$`,
    );
    fc.assert(
      fc.property(statement, expression, (around, inner) => {
        assert.ok(!rulesIn(around(inner), 'create table t (a int, b int)').includes(syntaxErrorId));
      }),
      { numRuns: 60 },
    );
  });
});

describe('bodies in bodies', () => {
  before(loadGrammar);

  const nested = (around: (inner: string, level: number) => string): string => {
    let text = 'delete from t;';
    for (let level = 0; level < 400; level++) text = around(text, level);
    return text;
  };

  it('are read to the eighth, and nothing is said to be known of the rest', () => {
    const text = nested((inner, n) => `do $q${n}$ begin execute $x${n}$${inner}$x${n}$; end $q${n}$;`);
    let statement: Statement | undefined = statementOf(text);
    let depth = 0;
    for (; statement?.kind === 'DoBlock' && !statement.call.isOpaque; depth++) {
      statement = statement.body[0]?.statement;
    }
    assert.equal(depth, 8);
    assert.deepEqual(rulesIn(text), []);
  });

  it('are not followed without end when EXECUTE puts them together', () => {
    const text = nested((inner, n) => `do $q${n}$ begin execute '' || $x${n}$${inner}$x${n}$; end $q${n}$;`);
    assert.deepEqual(rulesIn(text, 'create table t (a int)'), []);
  });

  it('of thousands of statements are seen one after the other', () => {
    const text = `do $$ begin ${'delete from t;'.repeat(8000)} end $$;`;
    assert.deepEqual(
      rulesIn(text, 'create table t (a int)').filter((rule) => rule === syntaxErrorId),
      [],
    );
  });
});

describe('quotes and comments that nothing closes', () => {
  it('are given up after a few, so that the text is not read again for each', () => {
    for (const opening of ['/*\n\n', '/* ', "e'\n\n/*", '$a$\n\n$b$\n\n/* ']) {
      const text = opening.repeat(100_000);
      const scanner = new Scanner(text);
      let tokens = 0;
      while (scanner.next() !== 'end of text') tokens++;
      const readInVain = scanner.unterminated.reduce((sum, start) => sum + text.length - start, 0);
      assert.ok(readInVain < 8 * text.length, `${opening}: ${readInVain / text.length} times`);
      assert.ok(tokens < 20, String(tokens));
    }
  });
});

describe('chains of objects', () => {
  before(loadGrammar);

  const chain = (length: number, link: (index: number) => string): string =>
    Array.from({ length }, (_, index) => link(index)).join('\n');
  const length = 2500;

  const chains: Readonly<Record<string, string>> = {
    views: `create table v0 (a int);
      ${chain(length, (n) => `create view v${n + 1} as select * from v${n};`)}
      delete from v${length};
      drop table v0 cascade;
      create table v0 (a int);`,
    inheritance: `create table t0 (a int);
      ${chain(length, (n) => `create table t${n + 1} () inherits (t${n});`)}
      alter table t0 add column b int;
      alter table t0 add constraint c check (b > 0);
      alter table t0 rename constraint c to d;
      truncate t0;
      drop table t0 cascade;`,
    partitions: `create table p0 (a int) partition by range (a);
      ${chain(800, (n) => `create table p${n + 1} partition of p${n} for values from (1) to (2) partition by range (a);`)}
      create index i on p0 (a);
      drop index i;
      alter table p0 add primary key (a);
      alter table p0 drop constraint p0_pkey;
      drop table p0;`,
    'foreign keys': `create table k0 (a int primary key);
      ${chain(length, (n) => `create table k${n + 1} (a int primary key references k${n} on delete cascade);`)}
      delete from k0;
      truncate k0 cascade;
      drop table k0 cascade;`,
    'foreign keys in a circle': `${chain(length, (n) => `create table k${n} (a int primary key);`)}
      ${chain(length, (n) => `alter table k${n} add foreign key (a) references k${(n + 1) % length} on delete cascade;`)}
      delete from k0;
      truncate k0 cascade;`,
    functions: `create function f0() returns int language sql as 'select 1';
      ${chain(length, (n) => `create function f${n + 1}() returns int language sql as 'select f${n}()';`)}
      select f${length}();`,
    'triggers in a circle': `${chain(
      500,
      (n) => `create table t${n} (a int);
      create function g${n}() returns trigger language plpgsql as
        'begin insert into t${(n + 1) % 500} values (1); return new; end';
      create trigger x before insert on t${n} for each row execute function g${n}();`,
    )}
      insert into t0 values (1);`,
    domains: `create domain d0 as int;
      ${chain(length, (n) => `create domain d${n + 1} as d${n};`)}
      create table t (a d${length});
      alter table t alter column a type int;`,
    variables: `do $$ declare v0 text := 'x';
      ${chain(length, (n) => `v${n + 1} text := v${n} || 'y';`)}
      begin execute v${length}; end $$;`,
  };

  for (const [name, text] of Object.entries(chains)) {
    it(`may be as long as one likes: ${name}`, () => {
      assert.ok(!rulesIn(text).includes(syntaxErrorId));
    });
  }

  it('are followed to their end', () => {
    const views = chain(length, (n) => `create view v${n + 1} as select * from v${n};`);
    const past = `create table v0 (a int); ${views} drop table v0 cascade;`;
    assert.deepEqual(rulesIn(`drop view v${length};`, past), ['relation-does-not-exist']);
  });
});
