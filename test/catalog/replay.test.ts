import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Catalog } from '../../server/src/catalog/catalog';
import { endTransaction, replay, startFile } from '../../server/src/catalog/replay';
import { loadGrammar } from '../../server/src/sql/parse';
import { catalogAfter, relationIn, replayFile, statementsOf } from './bench';

before(loadGrammar);

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

test('what is learned of a relation that was never made is remembered, and nothing else', () => {
  const catalog = catalogAfter(`
    ALTER TABLE orders ADD COLUMN note text;
    ALTER TABLE orders ADD CONSTRAINT to_users FOREIGN KEY (user_id) REFERENCES users (id);
    CREATE UNIQUE INDEX orders_note ON orders (note);
    ALTER TABLE other ALTER COLUMN x SET DEFAULT 3;
  `);
  const orders = relationIn(catalog, 'orders');
  assert.equal(orders.isComplete, false);
  assert.deepEqual(names(orders.columns), ['note']);
  assert.deepEqual(catalog.index({ schema: 'public', name: 'orders_note' })?.relation, {
    schema: 'public',
    name: 'orders',
  });
  assert.deepEqual(relationIn(catalog, 'users').referencedBy, [{ schema: 'public', name: 'orders' }]);
  assert.equal(catalog.relation({ schema: undefined, name: 'other' }), undefined);
  // A table that somebody else made is in use, whenever it was altered first.
  assert.equal(catalog.isNew(orders), false);
});

test('a relation is new in the file that makes it', () => {
  const catalog = catalogAfter('CREATE TABLE old (a int)');
  const [statement] = statementsOf('CREATE TABLE young (a int)');
  assert.ok(statement);
  replay(statement, catalog, { file: catalog.file, statement: 0 });
  assert.equal(catalog.isNew({ schema: undefined, name: 'young' }), true);
  assert.equal(catalog.isNew({ schema: undefined, name: 'old' }), false);
  startFile(catalog, 'next.sql');
  assert.equal(catalog.isNew({ schema: undefined, name: 'young' }), false);
});

test('IF NOT EXISTS makes what was only altered before', () => {
  const catalog = catalogAfter(`
    ALTER TABLE t ADD COLUMN b int;
    CREATE TABLE IF NOT EXISTS t (a int);
    CREATE TABLE IF NOT EXISTS t (z int);
  `);
  const t = relationIn(catalog, 't');
  assert.equal(t.isComplete, true);
  assert.deepEqual(names(t.columns), ['a']);
});

test('a dot is a letter of a name', () => {
  const catalog = catalogAfter(`
    CREATE SCHEMA a; CREATE SCHEMA "a.b";
    CREATE TABLE a."b.c" (id int);
    CREATE INDEX "b.i" ON a."b.c" (id);
    CREATE TYPE a."b.t" AS ENUM ('x');
    CREATE FUNCTION a."b.f"() RETURNS int LANGUAGE sql AS 'SELECT 1';
  `);
  assert.ok(catalog.relation({ schema: 'a', name: 'b.c' }));
  assert.equal(catalog.relation({ schema: 'a.b', name: 'c' }), undefined);
  assert.equal(catalog.index({ schema: 'a.b', name: 'i' }), undefined);
  assert.equal(catalog.type({ schema: 'a.b', name: 't' }), undefined);
  assert.deepEqual(catalog.functions({ schema: 'a.b', name: 'f' }), []);
  replayFile(catalog, 'CREATE TABLE "a.b".c (id int); DROP SCHEMA a CASCADE', 'other.sql');
  assert.deepEqual(names(catalog.allRelations()), ['c']);
});

test('settings last as long as the session, LOCAL ones as long as the transaction', () => {
  const catalog = new Catalog();
  replayFile(
    catalog,
    `SET lock_timeout = '5s'; SET LOCAL lock_timeout = '1s'; SET LOCAL search_path = a, b`,
    'one.sql',
  );
  assert.equal(catalog.setting('lock_timeout'), '1s');
  assert.deepEqual(catalog.searchPath, ['a', 'b']);
  endTransaction(catalog);
  assert.equal(catalog.setting('lock_timeout'), '5s');
  assert.deepEqual(catalog.searchPath, ['public']);
  replayFile(catalog, `SET statement_timeout = 0; SET search_path = "$user", public, extensions`, 'two.sql');
  assert.equal(catalog.setting('lock_timeout'), undefined);
  assert.deepEqual(catalog.searchPath, ['public', 'extensions']);
  replayFile(catalog, `SET lock_timeout = '5s'; RESET ALL;`, 'three.sql');
  assert.equal(catalog.setting('lock_timeout'), undefined);
  replayFile(catalog, `SET LOCAL lock_timeout = '1s'; SET lock_timeout = '2s'`, 'four.sql');
  endTransaction(catalog);
  assert.equal(catalog.setting('lock_timeout'), '2s');
});

test('a temporary table hides a permanent one of its name until its session ends', () => {
  const catalog = catalogAfter('CREATE TABLE t (a int)');
  replayFile(catalog, 'CREATE TEMP TABLE t (b int); ALTER TABLE t ADD COLUMN c int', 'temporary.sql');
  assert.deepEqual(names(relationIn(catalog, 't').columns), ['b', 'c']);
  assert.deepEqual(names(relationIn(catalog, 't', 'public').columns), ['a']);
  startFile(catalog, 'later.sql');
  assert.deepEqual(names(relationIn(catalog, 't').columns), ['a']);
});

test('an expression follows the column that it names', () => {
  const catalog = catalogAfter(`
    CREATE TABLE t (a int CHECK (a > 0), "B" int);
    CREATE INDEX i ON t (lower(a::text)) WHERE t.a > 3;
    ALTER TABLE t RENAME COLUMN a TO "New";
  `);
  const t = relationIn(catalog, 't');
  assert.equal(t.constraints[0]?.expression?.text, '"New" > 0');
  assert.equal(t.indexes[0]?.columns[0]?.expression?.text, 'lower("New"::text)');
  assert.equal(t.indexes[0].predicate?.text, 't."New" > 3');
});

test('views, triggers, policies and sequences are known where they hang', () => {
  const catalog = catalogAfter(`
    CREATE TABLE t (a serial, b int);
    CREATE VIEW v AS SELECT b FROM t;
    CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION app.f();
    CREATE POLICY p ON t USING (true);
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    ALTER TABLE t RENAME TO u;
  `);
  const u = relationIn(catalog, 'u');
  assert.deepEqual(u.readBy, [{ schema: 'public', name: 'v' }]);
  assert.deepEqual(relationIn(catalog, 'v').reads, [{ schema: 'public', name: 'u' }]);
  assert.deepEqual([names(u.triggers), names(u.policies), u.rowSecurity], [['x'], ['p'], true]);
  assert.equal(u.columns[0]?.sequence?.name, 't_a_seq');
  assert.match(u.columns[0].default?.text ?? '', /nextval/);
});

test('types, functions and what they are made of', () => {
  const catalog = catalogAfter(`
    CREATE TYPE mood AS ENUM ('a'); CREATE DOMAIN d AS text; CREATE DOMAIN e AS d CHECK (VALUE <> '');
    CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE FUNCTION two() RETURNS int LANGUAGE sql IMMUTABLE RETURN 2;
    CREATE FUNCTION rows() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM t';
    ALTER DOMAIN d SET NOT NULL;
  `);
  const type = (name: string) => catalog.type({ schema: undefined, name });
  assert.equal(type('mood')?.kind, 'enum');
  assert.deepEqual([type('d')?.base, type('d')?.isConstrained], ['text', true]);
  assert.deepEqual([type('e')?.base, type('e')?.isConstrained], ['text', true]);
  const routine = (name: string) => catalog.function({ schema: undefined, name });
  assert.deepEqual(
    [routine('one')?.volatility, routine('one')?.expression !== undefined],
    ['volatile', true],
  );
  assert.deepEqual(
    [routine('two')?.volatility, routine('two')?.expression !== undefined],
    ['immutable', true],
  );
  assert.deepEqual([routine('rows')?.volatility, routine('rows')?.expression], ['stable', undefined]);
});

test('replaying makes new objects and never changes old ones', () => {
  const catalog = catalogAfter('CREATE TABLE t (a int PRIMARY KEY); CREATE TABLE u (b int REFERENCES t)');
  const frozen = deepFreeze([relationIn(catalog, 't'), relationIn(catalog, 'u')]);
  const before = JSON.stringify(frozen);
  replayFile(
    catalog,
    `ALTER TABLE t ADD COLUMN c int UNIQUE, ALTER a TYPE bigint; CREATE INDEX ON u (b); ALTER TABLE t RENAME a TO z;
     ALTER TABLE t RENAME TO tt; ALTER TABLE u DROP COLUMN b; DROP TABLE tt`,
    'change.sql',
  );
  assert.equal(JSON.stringify(frozen), before);
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}

test('what is recorded of a statement is enough to do it again', () => {
  const setup = 'CREATE TABLE t (a int); CREATE TABLE u (b int PRIMARY KEY)';
  const change = statementsOf(
    'ALTER TABLE t ADD COLUMN c int UNIQUE REFERENCES u CHECK (c > 0), DROP COLUMN a',
  );
  const catalog = catalogAfter(setup);
  const [statement] = change;
  assert.ok(statement);
  const layer = new Catalog(catalog);
  const { reads, writes } = layer.record(() => {
    replay(statement, layer, { file: 'migration.sql', statement: 0 });
  });
  const again = new Catalog(catalog);
  assert.ok(again.agrees(reads));
  again.replayWrites(writes);
  for (const name of ['t', 'u']) assert.equal(relationIn(again, name), relationIn(layer, name));
  replayFile(catalog, 'ALTER TABLE u ADD COLUMN d int', 'other.sql');
  assert.equal(new Catalog(catalog).agrees(reads), false);
});

test('a constraint whose name is taken is not made; scripts catch the error', () => {
  const catalog = catalogAfter(`CREATE TABLE users (id int PRIMARY KEY);
    CREATE TABLE t (a int, CONSTRAINT c PRIMARY KEY (a));
    DO $$ BEGIN
      ALTER TABLE t ADD CONSTRAINT c FOREIGN KEY (a) REFERENCES users;
    EXCEPTION WHEN duplicate_object THEN NULL;
    END $$`);
  assert.deepEqual(
    relationIn(catalog, 't')
      .constraints.filter(({ type }) => type !== 'NOT NULL')
      .map(({ name, type }) => `${name} ${type}`),
    ['c PRIMARY KEY'],
  );
  assert.deepEqual(relationIn(catalog, 'users').referencedBy, []);
});

test('a view of a temporary table is temporary, and gone with the session', () => {
  const catalog = catalogAfter('CREATE TABLE t (a int)');
  replayFile(catalog, 'CREATE TEMP TABLE x (a int); CREATE VIEW v AS SELECT x.a FROM x, t', 'one.sql');
  assert.equal(relationIn(catalog, 'v').schema, 'pg_temp');
  startFile(catalog, 'two.sql');
  assert.equal(catalog.relation({ schema: undefined, name: 'v' }), undefined);
});

test('what a called routine makes is there', () => {
  const catalog = catalogAfter(`CREATE TABLE t (a int);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION watch(name regclass) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
      EXECUTE format('CREATE TRIGGER touched BEFORE UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION touch()', name);
    END $$;
    SELECT watch('t')`);
  assert.deepEqual(
    relationIn(catalog, 't').triggers.map(({ name, events }) => [name, events]),
    [['touched', ['UPDATE']]],
  );
});
