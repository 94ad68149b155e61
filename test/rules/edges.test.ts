// Where one fact more or less decides whether a rule speaks: the cases stand in pairs.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { diagnose } from '../../server/src/features/diagnose';
import { companionText } from '../../server/src/features/files';
import { allFixes } from '../../server/src/features/fix';
import { type Major } from '../../server/src/postgres/versions';
import { loadGrammar } from '../../server/src/sql/parse';
import { analyse, siteOf, type World, worldOn } from './world';

before(loadGrammar);

interface Case {
  readonly name: string;
  readonly rule: string;
  readonly setup?: string;
  readonly sql: string;
  readonly postgresVersion?: Major;
  /** What the message must have and must not have; false: there is no finding. */
  readonly says: RegExp | false;
  readonly saysNot?: RegExp;
  /** Whether a fix is offered; omitted: that does not matter. */
  readonly isFixed?: boolean;
}

const slow = 'slow-statement-under-lock';
const held = 'BEGIN; ALTER TABLE orders ADD COLUMN is_paid boolean;';
const update = (where: string): string => `${held} UPDATE orders SET is_paid = true WHERE ${where}; COMMIT;`;
const refresh = 'refresh-materialized-view-not-concurrent';
const detach = 'ALTER TABLE measurements DETACH PARTITION measurements_2025;';
const rest = 'CREATE TABLE measurements_rest PARTITION OF measurements DEFAULT;';
const enumType = "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE days (mood mood);";
const enumUse = "ALTER TYPE mood ADD VALUE 'bad'; INSERT INTO days VALUES ('bad');";
const foreign =
  'CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; ' +
  "CREATE FOREIGN TABLE measurements_old PARTITION OF measurements FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') SERVER s;";

const cases: readonly Case[] = [
  { name: 'a primary key names one row', rule: slow, sql: update('id = 1'), says: false },
  {
    name: 'a unique index names one row',
    rule: slow,
    setup: 'CREATE UNIQUE INDEX u ON orders (user_id);',
    sql: update('user_id = 1'),
    says: false,
  },
  {
    name: 'a partial unique index does not',
    rule: slow,
    setup: 'CREATE UNIQUE INDEX u ON orders (user_id) WHERE closed_at IS NULL;',
    sql: update('user_id = 1'),
    says: /"orders"/,
  },
  {
    name: 'nor does one of two columns',
    rule: slow,
    setup: 'CREATE UNIQUE INDEX u ON orders (user_id, coupon);',
    sql: update('user_id = 1'),
    says: /"orders"/,
  },
  {
    name: 'of the locks that are held, those that block reads are named',
    rule: slow,
    sql: `BEGIN; CREATE INDEX ON users (email); ALTER TABLE orders ADD COLUMN a int; UPDATE orders SET a = 1; COMMIT;`,
    says: /"orders".* ACCESS EXCLUSIVE since the ALTER TABLE/,
    saysNot: /users|SHARE|CREATE INDEX/,
  },
  {
    name: 'of two locks on a relation the stronger one is named, in whichever order they come',
    rule: slow,
    sql: `BEGIN; ALTER TABLE orders ADD COLUMN a int; CREATE INDEX ON orders (a); UPDATE orders SET a = 1; COMMIT;`,
    says: /holds ACCESS EXCLUSIVE since the ALTER TABLE/,
    saysNot: /SHARE/,
  },
  {
    name: 'LOCK waits',
    rule: 'lock-timeout-missing',
    sql: 'BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE; COMMIT;',
    says: /ACCESS EXCLUSIVE on "orders"/,
  },
  {
    name: 'LOCK … NOWAIT does not',
    rule: 'lock-timeout-missing',
    sql: 'BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE NOWAIT; COMMIT;',
    says: false,
  },
  {
    name: 'a default partition forbids to detach concurrently',
    rule: 'detach-partition-not-concurrent',
    setup: rest,
    sql: detach,
    says: /"measurements"/,
    isFixed: false,
  },
  {
    name: 'one that was dropped does not',
    rule: 'detach-partition-not-concurrent',
    setup: `${rest} DROP TABLE measurements_rest;`,
    sql: detach,
    says: /measurements/,
    isFixed: true,
  },
  {
    name: 'nor does one that was detached',
    rule: 'detach-partition-not-concurrent',
    setup: `${rest} ALTER TABLE measurements DETACH PARTITION measurements_rest;`,
    sql: detach,
    says: /measurements/,
    isFixed: true,
  },
  {
    name: 'a materialized view with a unique index is refreshed concurrently',
    rule: refresh,
    sql: 'REFRESH MATERIALIZED VIEW rates;',
    says: /every read/,
    isFixed: true,
  },
  {
    name: 'one without it is not',
    rule: refresh,
    sql: 'REFRESH MATERIALIZED VIEW prices;',
    says: /every read/,
    isFixed: false,
  },
  ...['(id) WHERE id > 0', '((id + 1))'].map((index) => ({
    name: `nor is one with an index on ${index}`,
    rule: refresh,
    setup: `CREATE UNIQUE INDEX ON prices ${index};`,
    sql: 'REFRESH MATERIALIZED VIEW prices;',
    says: /every read/,
    isFixed: false,
  })),
  {
    name: 'one that was never filled is read by none',
    rule: refresh,
    setup: 'CREATE MATERIALIZED VIEW empty AS SELECT 1 AS id WITH NO DATA;',
    sql: 'REFRESH MATERIALIZED VIEW empty;',
    says: false,
  },
  ...([16, 17] as const).flatMap((postgresVersion) => [
    {
      name: `a new value of an old type cannot be used in its transaction on ${postgresVersion}`,
      rule: 'enum-value-used-in-same-transaction',
      setup: enumType,
      sql: `BEGIN; ${enumUse} COMMIT;`,
      postgresVersion,
      says: /^unsafe use of new value "bad" of enum type mood/,
    },
    {
      name: `a new value of a new type on ${postgresVersion}`,
      rule: 'enum-value-used-in-same-transaction',
      sql: `BEGIN; ${enumType} ${enumUse} COMMIT;`,
      postgresVersion,
      says: postgresVersion === 17 ? (false as const) : /^unsafe use of new value "bad" of enum type mood/,
    },
  ]),
  {
    name: 'a table may have a partition elsewhere and an index all the same',
    rule: 'create-index-not-concurrent',
    setup: foreign,
    sql: 'CREATE INDEX measurements_value ON measurements (value);',
    says: /measurements/,
  },
];

describe('what decides', () => {
  for (const { name, rule, setup = '', sql, postgresVersion, says, saysNot, isFixed } of cases) {
    it(name, () => {
      const around = worldOn('psql', '', sql.replaceAll('; ', ';\n'), setup);
      const world: World = { ...around, postgresVersion: postgresVersion ?? around.postgresVersion };
      const analysis = analyse(world);
      const messages = diagnose(analysis)
        .filter((one) => one.rule === rule)
        .map(({ message }) => message);
      if (says === false) {
        assert.deepEqual(messages, []);
        return;
      }
      const [message = '', ...others] = messages;
      assert.deepEqual(others, []);
      assert.match(message, says);
      if (saysNot !== undefined) assert.doesNotMatch(message, saysNot);
      if (isFixed === undefined) return;
      const fixes = allFixes(analysis, siteOf(world)).filter((fix) => fix.rule === rule && !fix.refusal);
      assert.equal(fixes.length > 0, isFixed);
    });
  }

  it('no index is built on a partition that another server has', () => {
    const built = (sql: string): string => {
      const world = worldOn('psql', '', sql, foreign);
      const fixes = allFixes(analyse(world), siteOf(world)).filter(({ title }) =>
        /concurrently/i.test(title),
      );
      return fixes.map(({ changes }) => JSON.stringify(changes)).join('\n');
    };
    const plain = built('CREATE INDEX measurements_value ON measurements (value);');
    assert.match(plain, /CONCURRENTLY[^;]*ON (?:public\.)?measurements_2025/);
    assert.doesNotMatch(plain, /INDEX[^;]*ON (?:public\.)?measurements_old/);
    // 42809: the server has no unique index for it, however it is built.
    assert.equal(built('CREATE UNIQUE INDEX measurements_at ON measurements (taken_at);'), '');
  });

  it('a rollback has the line breaks of its migration, in what it quotes too', () => {
    const text =
      'ALTER TABLE users\n  ADD COLUMN note text;\n-- two\nCREATE INDEX i ON users (\n  email\n);\n';
    const textOf = (sql: string): string =>
      companionText('rollback', analyse(worldOn('psql', '', sql.trimEnd()))).text;
    const unix = textOf(text);
    const windows = textOf(text.replaceAll('\n', '\r\n'));
    assert.doesNotMatch(unix, /\r/);
    assert.doesNotMatch(windows, /[^\r]\n|\r(?!\n)/);
    assert.match(windows, /DROP INDEX i;\r\n.*DROP COLUMN note;\r\n/s);
  });

  it('an ignore comment may stand after a byte order mark, in either line break', () => {
    for (const text of [
      '-- lockstep-ignore-file drop-table: x\nDROP TABLE users;',
      '-- lockstep-ignore drop-table: x\nDROP TABLE users;',
    ]) {
      for (const whole of [text, text.replaceAll('\n', '\r\n')].flatMap((one) => [one, `\ufeff${one}`])) {
        const world = worldOn('psql', '', whole);
        const rules = diagnose(analyse(world)).map(({ rule }) => rule);
        assert.ok(!rules.includes('drop-table'), JSON.stringify(whole));
        assert.ok(rules.includes('lock-timeout-missing'), rules.join(' '));
      }
    }
  });
});
