import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { catalogAfter } from './bench';

before(loadGrammar);

const tables =
  'CREATE TABLE orders (id int); CREATE TABLE orders_old (id int); CREATE TABLE users (id int); CREATE INDEX users_idx ON users (id);';

/** Of the names given, those about which the catalog is certain after a migration. */
function certain(sql: string, ...names: string[]): readonly string[] {
  const catalog = catalogAfter(sql);
  return names.filter((written) => {
    const parts = written.split('.');
    return catalog.isCertain({ schema: parts.at(-2), name: parts.at(-1) ?? '' });
  });
}

const loop = (command: string) =>
  `DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename AS name FROM pg_tables LOOP ${command}; END LOOP; END $$;`;

describe('isCertain', () => {
  test('relations that migrations make whole, and relations that are not there', () => {
    assert.deepEqual(certain(tables, 'orders', 'missing'), ['orders', 'missing']);
    assert.deepEqual(certain('', 'orders'), [], 'no migration makes anything');
    assert.deepEqual(certain(tables, 'auth.users'), [], 'no migration makes anything there');
  });

  test('relations of which a query made the columns', () => {
    assert.deepEqual(certain(`${tables} CREATE TABLE copy AS SELECT * FROM elsewhere`, 'copy'), []);
  });

  test('a missing early migration', () => {
    assert.deepEqual(
      certain(`${tables} ALTER TABLE legacy ADD COLUMN a int;`, 'legacy', 'missing', 'users'),
      ['users'],
    );
    assert.deepEqual(certain(`${tables} INSERT INTO legacy VALUES (1);`, 'legacy', 'missing', 'users'), [
      'users',
    ]);
    assert.deepEqual(
      certain(
        `${tables} ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES auth.users (id);`,
        'auth.people',
        'missing',
      ),
      ['missing'],
      'only the schema in which it is',
    );
  });

  test('extensions that bring relations', () => {
    assert.deepEqual(certain(`${tables} CREATE EXTENSION pgcrypto;`, 'missing'), ['missing']);
    assert.deepEqual(certain(`${tables} CREATE EXTENSION postgis;`, 'spatial_ref_sys', 'users'), ['users']);
    assert.deepEqual(certain(`${tables} CREATE EXTENSION postgis SCHEMA gis;`, 'missing', 'gis.missing'), [
      'missing',
    ]);
  });

  test('names that are made up at run time', () => {
    const some = loop(`EXECUTE format('ALTER TABLE orders_%s ADD COLUMN b int', r.name)`);
    assert.deepEqual(certain(tables + some, 'orders', 'orders_old', 'users', 'orders_new'), [
      'orders',
      'users',
    ]);
    const all = loop(`EXECUTE format('ALTER TABLE %I ADD COLUMN b int', r.name)`);
    assert.deepEqual(certain(tables + all, 'orders', 'users'), []);
    const index = loop(`EXECUTE format('DROP INDEX %I_idx', r.name)`);
    assert.deepEqual(certain(tables + index, 'orders', 'users'), ['orders']);
    const schema = loop(`EXECUTE format('CREATE TABLE %I.orders (id int)', r.name)`);
    assert.deepEqual(certain(tables + schema, 'orders', 'users'), ['users']);
  });

  test('what leaves definitions alone', () => {
    for (const command of ["'GRANT SELECT ON ' || r.name || ' TO app'", "format('DELETE FROM %I', r.name)"]) {
      assert.deepEqual(
        certain(tables + loop(`EXECUTE ${command}`), 'orders', 'missing'),
        ['orders', 'missing'],
        command,
      );
    }
  });

  test('text that is no statement as far as it can be told', () => {
    assert.deepEqual(certain(tables + loop('EXECUTE r.name'), 'orders', 'missing'), []);
    assert.deepEqual(
      certain(`${tables} DO LANGUAGE plperl 'spi_exec_query("DROP TABLE users")';`, 'users'),
      [],
    );
  });

  test('conditions', () => {
    const under = (condition: string) =>
      `${tables} DO $$ BEGIN IF ${condition} THEN ALTER TABLE orders DROP COLUMN id; END IF; END $$;`;
    assert.deepEqual(certain(under('EXISTS (SELECT 1 FROM information_schema.columns)'), 'orders', 'users'), [
      'orders',
      'users',
    ]);
    assert.deepEqual(
      certain(under("current_setting('server_version_num')::int > 150000"), 'orders', 'users'),
      ['users'],
    );
  });

  test('routines that no migration creates', () => {
    assert.deepEqual(certain(`${tables} SELECT fix_things();`, 'orders'), []);
    assert.deepEqual(certain(`${tables} SELECT now(), count(*) FROM orders;`, 'orders'), ['orders']);
    const partition = `${tables} SELECT partman.create_parent('public.orders', 'id');`;
    assert.deepEqual(certain(partition, 'orders', 'orders_p1', 'users', 'missing'), ['users', 'missing']);
  });
});
