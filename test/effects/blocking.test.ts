import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { Catalog } from '../../server/src/catalog/catalog';
import { type Activity, whatWaits, type Way } from '../../server/src/effects/blocking';
import { effectsOf } from '../../server/src/effects/effects-of';
import { majors } from '../../server/src/postgres/versions';
import { loadGrammar } from '../../server/src/sql/parse';
import { catalogAfter, statementsOf } from '../catalog/bench';
import { needsShared, shared } from '../shared';
import { assertKnown, type FoundDifferences } from './known';
import knownDifferences from './known-block-differences.json';
import { measuredForms, situation } from './measured';

before(loadGrammar);

/** The statements with which other sessions tried a relation; what is not here depends on values. */
const probes: Readonly<Record<string, Activity | undefined>> = {
  select: 'SELECT',
  selectForUpdate: 'SELECT FOR UPDATE',
  insert: 'INSERT',
  update: 'UPDATE',
  delete: 'DELETE',
  analyze: 'VACUUM',
  nextval: 'nextval',
  selectLastValue: 'SELECT',
};

test('what waits is what waited on servers 14 to 18', { skip: needsShared('facts') }, (context) => {
  const folder = path.join(shared, 'facts');
  const base = readFileSync(path.join(folder, 'base.sql'), 'utf8');
  const found: FoundDifferences[] = [];
  let count = 0;
  let agreements = 0;
  for (const form of measuredForms(folder)) {
    const { statement, catalog } = situation(form, base);
    for (const major of majors) {
      const measurement = form.pgVersions[major];
      if (measurement?.supported !== true || !measurement.succeeds) continue;
      const differences: string[] = [];
      const blocked = whatWaits(effectsOf(statement, new Catalog(catalog), major), catalog);
      for (const [name, results] of Object.entries(measurement.blocksByRelation ?? {})) {
        for (const [probe, waited] of Object.entries(results)) {
          const activity = probes[probe];
          if (activity === undefined || typeof waited !== 'boolean') continue;
          // Sequences were tried beside the tables.
          const relation = blocked.find((one) => one.relation.name === (name === '*' ? 'sq' : name));
          const wait = relation?.waits.find((one) => one.activity === activity);
          count++;
          if ((wait !== undefined) === waited) agreements++;
          else differences.push(`${activity} on ${name} ${waited ? 'waited' : 'went on'}`);
        }
      }
      found.push({ form: form.id, major, differences });
    }
  }
  context.diagnostic(`${agreements} of ${count} tries of other sessions are predicted`);
  assert.ok(count > 13_000);
  assertKnown(found, knownDifferences, 'known-block-differences.json');
});

describe('what waits, and why', () => {
  /** `relation: ACTIVITY (way), …` for each relation. */
  function waits(setup: string, sql: string): readonly string[] {
    const catalog = catalogAfter(setup);
    const [statement] = statementsOf(sql);
    assert.ok(statement);
    return whatWaits(effectsOf(statement, new Catalog(catalog), 16), catalog).map(
      ({ relation, waits: list }) =>
        `${relation.name}: ${list.map(({ activity, way }) => `${activity} (${way})`).join(', ')}`,
    );
  }

  const all = (way: Way) =>
    ['SELECT', 'SELECT FOR UPDATE', 'INSERT', 'UPDATE', 'DELETE', 'VACUUM']
      .map((activity) => `${activity} (${way})`)
      .join(', ');
  const tables = 'CREATE TABLE users (id int PRIMARY KEY); ';

  test('both sides of a foreign key', () => {
    const orders = 'CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users);';
    assert.deepEqual(waits(tables + orders, 'ALTER TABLE users ADD COLUMN a int'), [
      `users: ${all('itself')}`,
      'orders: INSERT (foreign key)',
    ]);
    assert.deepEqual(waits(tables + orders, 'ALTER TABLE orders ADD COLUMN a int'), [
      `orders: ${all('itself')}`,
      'users: DELETE (foreign key)',
    ]);
    const writes = ['INSERT', 'UPDATE', 'DELETE', 'VACUUM'].map((one) => `${one} (itself)`).join(', ');
    assert.deepEqual(waits(tables + orders, 'CREATE INDEX ON orders (user_id)'), [`orders: ${writes}`]);
    const cascading = orders.replace('REFERENCES users', 'REFERENCES users ON DELETE CASCADE');
    assert.deepEqual(waits(tables + cascading, 'CREATE INDEX ON orders (user_id)'), [
      `orders: ${writes}`,
      'users: DELETE (foreign key)',
    ]);
  });

  test('views over views, and indexes', () => {
    const views = 'CREATE VIEW active AS SELECT id FROM users; CREATE VIEW best AS SELECT id FROM active;';
    assert.deepEqual(waits(tables + views, 'ALTER TABLE users ADD COLUMN a int').slice(1), [
      'active: SELECT (view)',
      'best: SELECT (view)',
    ]);
    assert.deepEqual(waits(tables, 'REINDEX INDEX users_pkey'), [
      'users: SELECT (index), SELECT FOR UPDATE (index), INSERT (itself), UPDATE (itself), DELETE (itself), VACUUM (itself)',
    ]);
  });

  test('sequences, rows, and rows of pg_class', () => {
    assert.deepEqual(waits('CREATE TABLE t (id serial)', 'ALTER SEQUENCE t_id_seq INCREMENT BY 2'), [
      't_id_seq: nextval (itself)',
      't: INSERT (sequence)',
    ]);
    assert.deepEqual(waits(tables, 'UPDATE users SET id = id + 1'), [
      'users: SELECT FOR UPDATE (rows), UPDATE (rows), DELETE (rows)',
    ]);
    assert.deepEqual(waits(tables, 'GRANT SELECT ON users TO PUBLIC'), ['users: VACUUM (rows)']);
  });

  test('nothing', () => {
    assert.deepEqual(waits(tables, 'SELECT * FROM users'), []);
    assert.deepEqual(waits(tables, 'INSERT INTO users VALUES (1)'), []);
    assert.deepEqual(waits(tables, 'CREATE TABLE t (id int)'), []);
  });
});
