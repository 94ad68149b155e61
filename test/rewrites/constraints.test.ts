import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { addColumnInSteps } from '../../server/src/rewrites/add-column-in-steps';
import { addConstraintNotValid } from '../../server/src/rewrites/add-constraint-not-valid';
import { addPrimaryKeyUsingIndex } from '../../server/src/rewrites/add-primary-key-using-index';
import { addUniqueUsingIndex } from '../../server/src/rewrites/add-unique-using-index';
import type { RewriteContext } from '../../server/src/rewrites/rewrite';
import { nullQuery, setNotNullByCheck } from '../../server/src/rewrites/set-not-null-by-check';
import type { Step } from '../../server/src/runners/runner';
import { loadGrammar } from '../../server/src/sql/parse';
import { differences } from '../postgres/instruments/catalog';
import { contextAfter, databaseCatalog, parseOne, rowsOf, runSteps, startPglite } from './bench';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

const setup = `
  CREATE SCHEMA "Shop";
  CREATE TABLE users (id int PRIMARY KEY);
  CREATE TABLE "Shop"."Orders" (id int, "userId" int, total int DEFAULT 1, email text NOT NULL);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int, total int NOT NULL);
  INSERT INTO users SELECT generate_series(1, 30);
  INSERT INTO "Shop"."Orders" SELECT n, n, n, n FROM generate_series(1, 25) AS n;
  INSERT INTO orders SELECT n, n, n FROM generate_series(1, 25) AS n;
`;

/** The steps of the rewrite that is meant for the last action of the statement. */
function stepsFor(sql: string, context: RewriteContext): readonly Step[] {
  const statement = parseOne(sql, 'AlterTable');
  const action = statement.actions.at(-1);
  switch (action?.type) {
    case 'AddConstraint': {
      const subject = { statement, action };
      return [addConstraintNotValid, addUniqueUsingIndex, addPrimaryKeyUsingIndex].flatMap((rewrite) =>
        rewrite.steps(subject, context),
      );
    }
    case 'SetNotNull':
      return setNotNullByCheck.steps({ statement, action }, context);
    case 'AddColumn':
      return addColumnInSteps.steps({ statement, action, batchSize: 10 }, context);
    default:
      return assert.fail();
  }
}

const statements = [
  'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT positive CHECK (total > 0 /* always */)',
  'ALTER TABLE "Shop"."Orders" ADD CHECK ("userId" > 0)',
  'ALTER TABLE orders ADD CHECK (total > user_id - 1) NO INHERIT',
  'ALTER TABLE ONLY orders ADD FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED',
  'ALTER TABLE IF EXISTS orders ALTER total SET DEFAULT 3, ADD COLUMN "Note" text, ADD CONSTRAINT "to users" FOREIGN KEY (user_id) REFERENCES users(id)',
  'ALTER TABLE "Shop"."Orders" ALTER COLUMN "userId" SET NOT NULL',
  'ALTER TABLE orders ALTER total SET DEFAULT 3, ALTER user_id SET NOT NULL',
  'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT "Key" UNIQUE ("userId", email) INCLUDE (total) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED',
  'ALTER TABLE "Shop"."Orders" ADD UNIQUE NULLS NOT DISTINCT (email) INCLUDE (id)',
  'ALTER TABLE orders ADD COLUMN note text, -- for people\n  ADD CONSTRAINT u UNIQUE (user_id) DEFERRABLE',
  'ALTER TABLE "Shop"."Orders" ADD PRIMARY KEY (id, email)',
  'ALTER TABLE "Shop"."Orders" ADD CONSTRAINT pk PRIMARY KEY ("userId") INCLUDE (total)',
  'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()',
  'ALTER TABLE "Shop"."Orders" ADD "Token" uuid DEFAULT gen_random_uuid()',
  'ALTER TABLE orders ADD COLUMN at timestamptz DEFAULT clock_timestamp() NOT NULL, ADD COLUMN luck float8 DEFAULT random()',
];
for (const sql of statements) {
  for (const postgresVersion of [17, 18] as const) {
    test(`the steps for ${postgresVersion} lead to the same catalog: ${sql}`, async () => {
      const steps = stepsFor(sql, contextAfter(setup, { postgresVersion }));
      assert.ok(steps.length > 1);
      const wanted = await databaseCatalog(database, setup, async () => {
        await database.exec(sql);
      });
      const got = await databaseCatalog(database, setup, () => runSteps(database, steps));
      assert.deepEqual(differences(wanted, got), []);
    });
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
    'ALTER TABLE orders ADD COLUMN a int DEFAULT random() UNIQUE',
    'ALTER TABLE orders ADD COLUMN a bigserial',
    'ALTER TABLE orders ADD COLUMN a int GENERATED ALWAYS AS (total) STORED',
  ];
  for (const sql of none) {
    assert.deepEqual(stepsFor(sql, contextAfter(more, { postgresVersion: 17 })), [], sql);
  }
});
