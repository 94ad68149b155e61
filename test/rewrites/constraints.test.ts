// Group: pglite
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { nullQuery } from '../../server/src/rewrites/set-not-null-by-check';
import { loadGrammar } from '../../server/src/sql/parse';
import { differences } from '../postgres/instruments/catalog';
import { startPglite } from '../pglite';
import { contextAfter, databaseCatalog, parseOne, rowsOf, runSteps } from './bench';
import {
  checkConstraintSteps,
  constraintSetup as setup,
  constraintStatements,
  stepsFor,
} from './constraint-steps';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

for (const sql of constraintStatements) {
  for (const postgresVersion of [17, 18] as const) {
    test(`the steps for ${postgresVersion} lead to the same catalog: ${sql}`, () =>
      checkConstraintSteps(database, sql, postgresVersion));
  }
}

test('PostgreSQL 18 has NOT VALID for NOT NULL', async () => {
  const sql = 'ALTER TABLE orders ADD CONSTRAINT present NOT NULL user_id';
  assert.deepEqual(stepsFor(sql, contextAfter(setup, { postgresVersion: 17 })), []);
  const steps = stepsFor(sql, contextAfter(setup));
  const wanted = await databaseCatalog(database, setup, async () => {
    await database.exec(sql);
  });
  const got = await databaseCatalog(database, setup, () => runSteps(database, steps));
  assert.deepEqual(differences(wanted, got), []);
});

test('NULLs are found by the query, and by the validation before anything changes', async () => {
  const sql = 'ALTER TABLE "Shop"."Orders" ALTER COLUMN "userId" SET NOT NULL';
  const context = contextAfter(setup, { postgresVersion: 14 });
  const steps = stepsFor(sql, context);
  await databaseCatalog(database, setup, async () => {
    await database.exec('UPDATE "Shop"."Orders" SET "userId" = NULL WHERE id = 7');
  });
  const query = nullQuery(parseOne(sql, 'AlterTable'), 'userId', context.catalog);
  assert.deepEqual(await rowsOf(database, query), [{ id: 7, userId: null, total: 7, email: '7' }]);
  await assert.rejects(runSteps(database, steps), { code: '23514' });
});

test('the backfill fills every row once, along the key and without one', async () => {
  for (const sql of [
    'ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()',
    'ALTER TABLE "Shop"."Orders" ADD COLUMN token uuid DEFAULT gen_random_uuid()',
  ]) {
    await databaseCatalog(database, setup, () => runSteps(database, stepsFor(sql, contextAfter(setup))));
    const table = sql.split(' ')[2] ?? '';
    assert.deepEqual(
      await rowsOf(
        database,
        `SELECT count(*)::int AS rows, count(DISTINCT token)::int AS tokens FROM ${table}`,
      ),
      [{ rows: 25, tokens: 25 }],
    );
  }
});

test('there are no steps where they would fail or gain nothing', () => {
  const more = `${setup} CREATE TABLE p (id int, a int) PARTITION BY LIST (id);`;
  const none = [
    'ALTER TABLE orders ADD CHECK (total > 0) NOT VALID',
    'ALTER TABLE orders ADD CHECK (total > 0) NOT ENFORCED',
    'ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES users',
    'ALTER TABLE p ADD UNIQUE (id)',
    'ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX i',
    'ALTER TABLE orders ADD CONSTRAINT users_pkey UNIQUE (user_id)',
    'ALTER TABLE orders ADD EXCLUDE (user_id WITH =)',
    'ALTER TABLE orders ADD COLUMN IF NOT EXISTS a int UNIQUE',
    'ALTER TABLE orders ADD COLUMN a int PRIMARY KEY',
    'ALTER TABLE orders ADD COLUMN a text CHECK (a <> lower(a)) COLLATE "C"',
    'ALTER TABLE orders ADD CHECK (a < 9), ADD COLUMN a int CHECK (a > 0)',
    'ALTER TABLE p ADD COLUMN a int DEFAULT 1 REFERENCES users',
    'ALTER TABLE orders ADD COLUMN a bigserial',
    'ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS (total) STORED',
  ];
  for (const sql of none) {
    assert.deepEqual(stepsFor(sql, contextAfter(more, { postgresVersion: 17 })), [], sql);
  }
});
