import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { displayName } from '../../server/src/catalog/relation';
import type { Effects } from '../../server/src/effects/effects';
import { effectsOf } from '../../server/src/effects/effects-of';
import { loadGrammar } from '../../server/src/sql/parse';
import { catalogAfter, effectsAfter, replayFile, statementsOf } from '../catalog/bench';

before(loadGrammar);

const locksOf = ({ locks }: Effects) => locks.map(({ relation, mode }) => `${displayName(relation)} ${mode}`);
const failuresOf = ({ failsOnRows }: Effects) =>
  failsOnRows.map(({ condition, sqlstate }) => `${sqlstate} ${condition}`);

test('of a table that nobody knows the worst is told', () => {
  const notNull = effectsAfter('', 'ALTER TABLE orders ALTER note SET NOT NULL');
  assert.deepEqual(locksOf(notNull), ['public.orders ACCESS EXCLUSIVE']);
  assert.deepEqual(notNull.scans.map(displayName), ['public.orders']);
  assert.deepEqual(failuresOf(notNull), ['23502 a row\'s "note" is null']);

  const type = effectsAfter('', 'ALTER TABLE orders ALTER total TYPE numeric(12, 2)');
  assert.deepEqual(type.rewrites.map(displayName), ['public.orders']);
  assert.deepEqual(type.indexBuilds.map(displayName), ['public.orders']);

  const foreignKey = effectsAfter('', 'ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES auth.users');
  assert.deepEqual(locksOf(foreignKey), [
    'public.orders SHARE ROW EXCLUSIVE',
    'auth.users SHARE ROW EXCLUSIVE',
  ]);

  const primaryKey = effectsAfter('', 'ALTER TABLE orders ADD PRIMARY KEY USING INDEX orders_id');
  assert.deepEqual(primaryKey.scans.map(displayName), ['public.orders']);
  assert.deepEqual(locksOf(effectsAfter('', 'DROP INDEX orders_note')), [
    'public.orders_note ACCESS EXCLUSIVE',
  ]);
});

test('what rows can make a statement fail is said in the words of the statement', () => {
  const setup = `CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE t (a int, b text, c varchar(20), d numeric(10, 2), e int)`;
  const conditions: readonly (readonly [string, readonly string[]])[] = [
    ['CREATE UNIQUE INDEX ON t (a)', ['23505 two rows share a "a"']],
    ['CREATE UNIQUE INDEX CONCURRENTLY ON t (a, b)', ['23505 two rows share the same ("a", "b")']],
    ['CREATE UNIQUE INDEX ON t (lower(b), a)', ['23505 two rows share the same (lower(b), a)']],
    ['ALTER TABLE t ADD UNIQUE (a)', ['23505 two rows share a "a"']],
    ['ALTER TABLE t ADD PRIMARY KEY (a)', ['23505 two rows share a "a"', '23502 a row\'s "a" is null']],
    ['ALTER TABLE t ADD CHECK (a > 0)', ['23514 a row breaks the CHECK a > 0']],
    ['ALTER TABLE t ADD CHECK (a > 0) NOT VALID', []],
    ['ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES users', ['23503 a row\'s "a" has no row in "users"']],
    ['ALTER TABLE t ADD COLUMN x int NOT NULL', ['23502 the table has rows']],
    ['ALTER TABLE t ADD COLUMN x int NOT NULL DEFAULT 0', []],
    ['ALTER TABLE t ALTER c TYPE varchar(5)', ['22001 a "c" is longer than 5 characters']],
    ['ALTER TABLE t ALTER c TYPE varchar(5) USING left(c, 5)', []],
    ['ALTER TABLE t ALTER b TYPE uuid USING b::uuid', ['22P02 a "b" is not a valid uuid']],
    ['ALTER TABLE t ALTER d TYPE numeric(8, 2)', ['22003 a "d" is out of the range of numeric(8, 2)']],
    ['ALTER TABLE t ALTER e TYPE bigint', []],
  ];
  for (const [sql, expected] of conditions)
    assert.deepEqual(failuresOf(effectsAfter(setup, sql)), expected, sql);
});

test('how long it takes, and whether it can stand in a transaction', () => {
  const setup = 'CREATE TABLE t (a int); CREATE INDEX i ON t (a)';
  const summaries: readonly (readonly [string, Effects['duration'], boolean])[] = [
    ['CREATE INDEX ON t (a)', 'proportional to rows', true],
    ['CREATE INDEX CONCURRENTLY ON t (a)', 'waits for transactions', false],
    ['DROP INDEX CONCURRENTLY i', 'waits for transactions', false],
    ['DROP INDEX i', 'catalog only', true],
    ['ALTER TABLE t ADD COLUMN x int', 'catalog only', true],
    ['ALTER TABLE t ADD COLUMN x uuid DEFAULT gen_random_uuid()', 'proportional to rows', true],
    ['UPDATE t SET a = 1 WHERE a = 2', 'proportional to rows', true],
    ['VACUUM t', 'proportional to rows', false],
    ['CREATE ROLE r', 'catalog only', true],
  ];
  for (const [sql, duration, transactional] of summaries) {
    const effects = effectsAfter(setup, sql);
    assert.deepEqual(
      [effects.duration, effects.transactional, effects.isKnown],
      [duration, transactional, true],
      sql,
    );
  }
});

test('what Lockstep cannot know is marked', () => {
  const setup = 'CREATE TABLE t (a int)';
  for (const sql of [
    'CALL work()',
    'SELECT cron.schedule()',
    `DO $$ BEGIN EXECUTE 'DROP TABLE ' || name; END $$`,
    'VACUUM',
  ]) {
    assert.equal(effectsAfter(setup, sql).isKnown, false, sql);
  }
});

test('a later action sees what an earlier one of the same statement made', () => {
  const setup = 'CREATE TABLE t (a int); CREATE TABLE users (id int PRIMARY KEY)';
  const sql = `ALTER TABLE t ADD COLUMN b int DEFAULT 1, ADD CONSTRAINT c CHECK (b > 0) NOT VALID,
    ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES users NOT VALID, DROP CONSTRAINT f, ALTER b TYPE bigint`;
  assert.deepEqual(locksOf(effectsAfter(setup, sql)), [
    'public.t ACCESS EXCLUSIVE',
    'public.users ACCESS EXCLUSIVE',
  ]);
});

test('a function is as volatile as what is in it', () => {
  const setup = `CREATE TABLE t (a int);
    CREATE FUNCTION deep() RETURNS float LANGUAGE sql AS 'SELECT random()';
    CREATE FUNCTION shallow() RETURNS float LANGUAGE sql AS 'SELECT deep() + 1';
    CREATE FUNCTION calm() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()';
    CREATE FUNCTION promise() RETURNS float LANGUAGE plpgsql STABLE AS 'BEGIN RETURN random(); END';`;
  const rewrites = (expression: string) =>
    effectsAfter(setup, `ALTER TABLE t ADD COLUMN x text DEFAULT ${expression}`).rewrites.length > 0;
  assert.deepEqual(
    [
      'shallow()',
      'calm()',
      'promise()',
      'unknown()',
      'extensions.uuid_generate_v4()',
      'lower(current_user)',
      'now()',
      `(now() AT TIME ZONE 'utc')`,
      `(CURRENT_TIME AT TIME ZONE 'utc')`,
      `('10:00'::timetz AT TIME ZONE 'utc')`,
    ].filter(rewrites),
    [
      'shallow()',
      'unknown()',
      'extensions.uuid_generate_v4()',
      `(CURRENT_TIME AT TIME ZONE 'utc')`,
      `('10:00'::timetz AT TIME ZONE 'utc')`,
    ],
  );
});

test('what a query changes in its WITH list is locked for that', () => {
  const setup = 'CREATE TABLE t (a int); CREATE TABLE log (a int); CREATE TABLE other (a int)';
  const change = 'WITH moved AS (DELETE FROM t RETURNING a) INSERT INTO log SELECT a FROM moved';
  assert.deepEqual(locksOf(effectsAfter(setup, change)).sort(), [
    'public.log ROW EXCLUSIVE',
    'public.t ROW EXCLUSIVE',
  ]);
  const query = 'WITH done AS (UPDATE t SET a = other.a FROM other RETURNING 1) SELECT * FROM done';
  assert.deepEqual(locksOf(effectsAfter(setup, query)).sort(), [
    'public.other ACCESS SHARE',
    'public.t ROW EXCLUSIVE',
  ]);
});

test('DROP COLUMN takes the views that use the column, with CASCADE alone', () => {
  const setup = `CREATE TABLE t (id int, a int); CREATE TABLE u (a int);
    CREATE VIEW v AS SELECT t.id, u.a FROM t, u; CREATE VIEW w AS SELECT * FROM t`;
  assert.deepEqual(locksOf(effectsAfter(setup, 'ALTER TABLE t DROP COLUMN a')), [
    'public.t ACCESS EXCLUSIVE',
  ]);
  assert.deepEqual(locksOf(effectsAfter(setup, 'ALTER TABLE t DROP COLUMN a CASCADE')), [
    'public.t ACCESS EXCLUSIVE',
    'public.w ACCESS EXCLUSIVE',
  ]);
  const later = effectsAfter(`${setup}; ALTER TABLE t DROP COLUMN a CASCADE`, 'DROP VIEW v');
  assert.deepEqual(locksOf(later), ['public.v ACCESS EXCLUSIVE']);
});

test('a SQL function locks what it reads only where its body is checked', () => {
  const create = `CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM t'`;
  assert.deepEqual(locksOf(effectsAfter('CREATE TABLE t (a int)', create)), ['public.t ACCESS SHARE']);
  const throughView = `CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT a FROM v'`;
  assert.deepEqual(
    locksOf(effectsAfter('CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t', throughView)),
    ['public.v ACCESS SHARE', 'public.t ACCESS SHARE'],
  );
  const catalog = catalogAfter('CREATE TABLE t (a int)');
  replayFile(catalog, 'SET check_function_bodies = off', 'migration.sql');
  const [statement] = statementsOf(create);
  assert.ok(statement);
  assert.deepEqual(locksOf(effectsOf(statement, catalog, 18)), []);
});

test('a sequence is told by the name that nextval() has, not by the type of the name', () => {
  const setup = 'CREATE SEQUENCE s; CREATE TABLE t (a int)';
  const effects = effectsAfter(setup, `ALTER TABLE t ADD COLUMN b bigint DEFAULT nextval('s'::regclass)`);
  assert.deepEqual(locksOf(effects), ['public.t ACCESS EXCLUSIVE', 'public.s ROW EXCLUSIVE']);
});

test('a call does what the routine does, also what EXECUTE builds from the arguments', () => {
  const setup = `CREATE TABLE t (a int); CREATE TABLE u (a int);
    CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN
      IF EXISTS (SELECT 1 FROM u) THEN UPDATE t SET a = 1; END IF;
    END $$;
    CREATE FUNCTION stamp(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE format('ALTER TABLE %I ADD COLUMN at timestamptz', name);
    END $$;
    CREATE FUNCTION any_table(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE 'DROP TABLE ' || lower(name);
    END $$;
    CREATE FUNCTION endless() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      PERFORM endless(); DELETE FROM u;
    END $$`;
  assert.deepEqual(locksOf(effectsAfter(setup, 'CALL fill()')).sort(), [
    'public.t ROW EXCLUSIVE',
    'public.u ACCESS SHARE',
  ]);
  assert.deepEqual(locksOf(effectsAfter(setup, `SELECT stamp('t')`)), ['public.t ACCESS EXCLUSIVE']);
  assert.deepEqual(locksOf(effectsAfter(setup, 'SELECT endless()')), ['public.u ROW EXCLUSIVE']);
  for (const [sql, isKnown] of [
    ['CALL fill()', true],
    [`SELECT stamp('t')`, true],
    ['SELECT stamp(relname) FROM pg_class', false],
    [`SELECT any_table('t')`, false],
    ['SELECT now()', true],
  ] as const) {
    assert.equal(effectsAfter(setup, sql).isKnown, isKnown, sql);
  }
});

test('triggers that fire are told', () => {
  const setup = `CREATE TABLE t (a int); CREATE TABLE log (a int);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      INSERT INTO log VALUES (1); RETURN NEW;
    END $$;
    CREATE TRIGGER note AFTER INSERT OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION note()`;
  const log = { relation: { schema: 'public', name: 'log' }, mode: 'ROW EXCLUSIVE', role: 'trigger' };
  const insert = effectsAfter(setup, 'INSERT INTO t VALUES (1)');
  assert.deepEqual(insert.locks.slice(1), [log]);
  assert.deepEqual(locksOf(effectsAfter(setup, 'DELETE FROM t')), ['public.t ROW EXCLUSIVE']);
});

test('the conditions and loops of a block read tables', () => {
  const setup = 'CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE TABLE w (a int)';
  const sql = `DO $$ DECLARE r record; n int; BEGIN
    IF EXISTS (SELECT 1 FROM t) THEN RAISE NOTICE 'some'; END IF;
    FOR r IN SELECT a FROM u LOOP n := (SELECT count(*) FROM w); END LOOP;
  END $$`;
  assert.deepEqual(locksOf(effectsAfter(setup, sql)).sort(), [
    'public.t ACCESS SHARE',
    'public.u ACCESS SHARE',
    'public.w ACCESS SHARE',
  ]);
});
