import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { replay } from '../../server/src/catalog/replay';
import { effectsOf } from '../../server/src/effects/effects-of';
import { catalogAfter, effectsAfter, statementsOf } from '../catalog/bench';

before(loadGrammar);

const tables = 'CREATE TABLE orders (id int); CREATE TABLE users (id int);';

/** The locks of a statement after the two tables, and whether these are all. */
function locksOf(sql: string, setup = ''): { locks: readonly string[]; isKnown: boolean } {
  const { locks, isKnown } = effectsAfter(tables + setup, sql);
  return { locks: locks.map(({ relation, mode }) => `${relation.name} ${mode}`), isKnown };
}

const known = (...locks: string[]) => ({ locks, isKnown: true });
const unknown = (...locks: string[]) => ({ locks, isKnown: false });

describe('EXECUTE whose text can be told', () => {
  test('a loop over names that are written down', () => {
    const each = locksOf(
      `DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['orders', 'users'] LOOP
         EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS at timestamptz', t); END LOOP; END $$`,
    );
    assert.deepEqual(each, known('orders ACCESS EXCLUSIVE', 'users ACCESS EXCLUSIVE'));
  });

  test('an array in a variable', () => {
    const each = locksOf(
      `DO $$ DECLARE names text[] := '{orders,users}'; t text; BEGIN FOREACH t IN ARRAY names LOOP
         EXECUTE 'TRUNCATE ' || quote_ident(t); END LOOP; END $$`,
    );
    assert.deepEqual(each, known('orders ACCESS EXCLUSIVE', 'users ACCESS EXCLUSIVE'));
  });

  test('constants and variables that are set once', () => {
    const both = locksOf(
      `DO $$ DECLARE target CONSTANT text := 'orders'; sql text; BEGIN
         sql := concat('LOCK TABLE ', target, ' IN SHARE MODE'); EXECUTE sql; END $$`,
    );
    assert.deepEqual(both, known('orders SHARE'));
  });

  test('each value that a variable has at some time counts', () => {
    const both = locksOf(
      `DO $$ DECLARE t text := 'orders'; BEGIN IF random() > 0.5 THEN t := 'users'; END IF;
         EXECUTE format('TRUNCATE %I', t); END $$`,
    );
    assert.deepEqual(both, known('orders ACCESS EXCLUSIVE', 'users ACCESS EXCLUSIVE'));
  });

  test('names and constants that are not known, where they tell no relation', () => {
    const setup = `CREATE ROLE app;`;
    const block = (command: string) =>
      `DO $$ DECLARE x text; BEGIN SELECT current_user INTO x; ${command}; END $$`;
    assert.deepEqual(
      locksOf(block(`EXECUTE format('UPDATE orders SET id = %L', x)`), setup),
      known('orders ROW EXCLUSIVE'),
    );
    assert.deepEqual(
      locksOf(block(`EXECUTE format('ALTER DATABASE %I SET jit = off', current_database())`)),
      known(),
    );
  });

  test('RETURN QUERY EXECUTE and FOR … IN EXECUTE', () => {
    const setup = `CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN
      FOR r IN EXECUTE 'SELECT id FROM users' LOOP NULL; END LOOP;
      RETURN QUERY EXECUTE 'SELECT id FROM orders'; END $$;`;
    const { locks, isKnown } = locksOf('SELECT f()', setup);
    assert.deepEqual([[...locks].sort(), isKnown], [['orders ACCESS SHARE', 'users ACCESS SHARE'], true]);
  });

  test('EXECUTE of what PREPARE has named', () => {
    const catalog = catalogAfter(tables);
    const [prepare, execute] = statementsOf(
      'PREPARE change (int) AS DELETE FROM orders WHERE id = $1; EXECUTE change(1)',
    );
    assert.ok(prepare !== undefined && execute !== undefined);
    replay(prepare, catalog, { file: catalog.file, statement: 0 });
    const { locks, isKnown } = effectsOf(execute, catalog, 18);
    assert.deepEqual(
      [locks.map(({ relation, mode }) => `${relation.name} ${mode}`), isKnown],
      [['orders ROW EXCLUSIVE'], true],
    );
    assert.deepEqual(locksOf('EXECUTE change(1)'), unknown(), 'of another session');
  });
});

describe('EXECUTE whose text cannot be told', () => {
  const block = (command: string) =>
    `DO $$ DECLARE r record; BEGIN FOR r IN SELECT id, tablename FROM pg_tables LOOP ${command}; END LOOP; END $$`;

  test('the relation is not known', () => {
    assert.deepEqual(locksOf(block(`EXECUTE format('DROP TABLE %I', r.tablename)`)), unknown());
    assert.deepEqual(locksOf(block(`EXECUTE 'CREATE INDEX ON orders_' || r.id || ' (id)'`)), unknown());
  });

  test('the relation is known, what happens to it is not', () => {
    const drop = block(`EXECUTE format('ALTER TABLE orders DROP CONSTRAINT %I', r.id)`);
    assert.deepEqual(locksOf(drop), unknown('orders ACCESS EXCLUSIVE'));
  });

  test('a query in which anything may stand', () => {
    assert.deepEqual(
      locksOf(block(`EXECUTE 'DELETE FROM orders WHERE ' || r.id`)),
      unknown('orders ROW EXCLUSIVE'),
    );
  });

  test('functions that call one another often are looked at once', () => {
    const functions = Array.from(
      { length: 30 },
      (_, index) =>
        `CREATE FUNCTION f${index}() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM f${index + 1}(); RETURN f${index + 1}(); END $$;`,
    );
    const last = `CREATE FUNCTION f30() RETURNS int LANGUAGE sql AS 'DELETE FROM orders RETURNING id';`;
    assert.deepEqual(
      locksOf('SELECT f0()', last + functions.reverse().join('')),
      known('orders ROW EXCLUSIVE'),
    );
  });
});
