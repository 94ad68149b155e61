// Group: pglite
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { searchPath, settings } from '../../server/src/catalog/store/tables';
import { buildIndexConcurrently } from '../../server/src/rewrites/build-index-concurrently';
import { dropIndexConcurrently } from '../../server/src/rewrites/drop-index-concurrently';
import { enforceNullsNotDistinct } from '../../server/src/rewrites/enforce-nulls-not-distinct';
import { setLockTimeout } from '../../server/src/rewrites/set-lock-timeout';
import { loadGrammar } from '../../server/src/sql/parse';
import { differences } from '../postgres/instruments/catalog';
import { startPglite } from '../pglite';
import { contextAfter, databaseCatalog, parseOne, reset, runSteps } from './bench';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

const setup = `
  CREATE SCHEMA "Shop";
  CREATE TABLE "Shop"."Orders" (id int PRIMARY KEY, "userId" int, email text, total int, closed_at timestamptz);
  INSERT INTO "Shop"."Orders" SELECT n, n, 'e' || n FROM generate_series(1, 9) AS n;
  CREATE TABLE orders (id int PRIMARY KEY, user_id int, "order" text);
`;

const indexes = [
  'CREATE INDEX orders_user ON orders (user_id)',
  'CREATE INDEX ON orders (user_id)',
  'CREATE INDEX ON orders (lower("order"), user_id DESC NULLS LAST)',
  'CREATE INDEX -- of all\n  ON orders (user_id)',
  'create unique index if not exists "My index" on "Shop"."Orders" (/* key */ email text_pattern_ops) include (total) with (fillfactor = 70) where closed_at is null -- open\n and total > 0',
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Orders_email" ON "Shop"."Orders" USING btree ((email || \'x\') COLLATE "C")',
  'CREATE INDEX orders_hash ON ONLY orders USING hash ("order") TABLESPACE pg_default',
  'CREATE UNIQUE INDEX ON "Shop"."Orders" ("userId") NULLS NOT DISTINCT',
];
for (const sql of indexes) {
  test(`the concurrent build leads to the same catalog: ${sql}`, async () => {
    const steps = buildIndexConcurrently.steps(
      { statement: parseOne(sql, 'CreateIndex') },
      contextAfter(setup),
    );
    assert.deepEqual(
      steps.map(({ transaction }) => transaction),
      ['none', 'none'],
    );
    const wanted = await databaseCatalog(database, setup, async () => {
      await database.exec(sql);
    });
    const got = await databaseCatalog(database, setup, () => runSteps(database, steps));
    assert.deepEqual(differences(wanted, got), []);
  });
}

test('an invalid leftover is replaced by a valid index, in the schema of its table', async () => {
  const sql = 'CREATE UNIQUE INDEX orders_total ON "Shop"."Orders" (total)';
  const steps = buildIndexConcurrently.steps(
    { statement: parseOne(sql, 'CreateIndex') },
    contextAfter(setup),
  );
  await reset(database, setup);
  await database.exec('UPDATE "Shop"."Orders" SET total = 1');
  await assert.rejects(runSteps(database, steps), { code: '23505' });
  const leftover = await database.query<{ valid: boolean }>(
    `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = '"Shop".orders_total'::regclass`,
  );
  assert.deepEqual(leftover.rows, [{ valid: false }]);

  await database.exec('UPDATE "Shop"."Orders" SET total = id');
  await runSteps(database, steps);
  const rebuilt = await database.query(
    `SELECT indisvalid AND indisunique AS valid FROM pg_index WHERE indexrelid = '"Shop".orders_total'::regclass`,
  );
  assert.deepEqual(rebuilt.rows, [{ valid: true }]);
});

test('the text of the author is kept', () => {
  const sql = 'create  index if not exists "I" -- why\n on public.orders(user_id)';
  const context = contextAfter(setup);
  const statement = parseOne(sql, 'CreateIndex');
  assert.deepEqual(
    buildIndexConcurrently.steps({ statement }, context).map((step) => step.sql),
    [
      'DROP INDEX CONCURRENTLY IF EXISTS public."I";',
      'create  index concurrently "I" -- why\n on public.orders(user_id);',
    ],
  );
  assert.deepEqual(
    buildIndexConcurrently.steps({ statement, dropLeftover: false }, context).map((step) => step.sql),
    ['create  index concurrently if not exists "I" -- why\n on public.orders(user_id);'],
  );
});

test('an unqualified name is qualified where search_path could find another index first', () => {
  const withPath = `${setup} CREATE TABLE "Shop".bills (id int); SET search_path = public, "Shop"`;
  const context = contextAfter(withPath);
  context.catalog.set(searchPath, ['public', 'Shop']);
  const [drop] = buildIndexConcurrently.steps(
    { statement: parseOne('CREATE INDEX bills_id ON bills (id)', 'CreateIndex') },
    context,
  );
  assert.equal(drop?.sql, 'DROP INDEX CONCURRENTLY IF EXISTS "Shop".bills_id;');
});

test('there is no concurrent build on a partitioned table, nor of an index that is there', () => {
  const partitioned =
    'CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE t (id int); CREATE INDEX i ON t (id)';
  for (const sql of ['CREATE INDEX ON p (id)', 'CREATE INDEX IF NOT EXISTS i ON t (id)']) {
    const statement = parseOne(sql, 'CreateIndex');
    assert.deepEqual(buildIndexConcurrently.steps({ statement }, contextAfter(partitioned)), []);
  }
});

test('a lock_timeout of the session is switched off for the build', () => {
  const context = contextAfter(setup, { inTransactionBlock: false });
  context.catalog.set(settings.at('lock_timeout'), '3s');
  const statement = parseOne('CREATE INDEX i ON orders (user_id)', 'CreateIndex');
  const steps = buildIndexConcurrently.steps({ statement }, context).map((step) => step.sql);
  assert.deepEqual([steps[0], steps.at(-1)], ['SET lock_timeout = 0;', "SET lock_timeout = '3s';"]);
});

test('a list of indexes is dropped one by one', async () => {
  const more = `${setup} CREATE INDEX "A" ON "Shop"."Orders" (total); CREATE INDEX b ON orders (user_id);`;
  const sql = 'DROP INDEX IF EXISTS "Shop"."A", b, missing';
  const steps = dropIndexConcurrently.steps(parseOne(sql, 'Drop'), contextAfter(more));
  assert.equal(steps.length, 3);
  const wanted = await databaseCatalog(database, more, async () => {
    await database.exec(sql);
  });
  const got = await databaseCatalog(database, more, () => runSteps(database, steps));
  assert.deepEqual(differences(wanted, got), []);
});

test('an index that CONCURRENTLY cannot drop is left alone', () => {
  const more = `${setup} CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE INDEX p_id ON p (id);`;
  for (const sql of [
    'DROP INDEX orders_pkey',
    'DROP INDEX p_id',
    'DROP INDEX x CASCADE',
    'DROP TABLE orders',
  ]) {
    assert.deepEqual(dropIndexConcurrently.steps(parseOne(sql, 'Drop'), contextAfter(more)), []);
  }
});

const nulls = [
  [
    'CREATE UNIQUE INDEX u ON orders (user_id)',
    'CREATE UNIQUE INDEX u ON orders (user_id) NULLS NOT DISTINCT;',
  ],
  [
    'CREATE UNIQUE INDEX u ON orders (user_id) INCLUDE (id, "order") WITH (fillfactor=90) WHERE (id > 0)',
    'CREATE UNIQUE INDEX u ON orders (user_id) INCLUDE (id, "order") NULLS NOT DISTINCT WITH (fillfactor=90) WHERE (id > 0);',
  ],
  [
    'ALTER TABLE orders ADD CONSTRAINT "unique" UNIQUE (user_id)',
    'ALTER TABLE orders ADD CONSTRAINT "unique" UNIQUE NULLS NOT DISTINCT (user_id);',
  ],
] as const;
for (const [sql, wanted] of nulls) {
  test(`NULLs are made equal: ${sql}`, async () => {
    const kind = sql.startsWith('CREATE') ? 'CreateIndex' : 'AlterTable';
    const statement = parseOne(sql, kind);
    const [action] = statement.kind === 'AlterTable' ? statement.actions : [];
    const subject =
      statement.kind === 'CreateIndex'
        ? { statement }
        : action?.type === 'AddConstraint'
          ? { statement, constraint: action.constraint }
          : assert.fail();
    const steps = enforceNullsNotDistinct.steps(subject, contextAfter(setup));
    assert.deepEqual(
      steps.map((step) => step.sql),
      [wanted],
    );
    assert.deepEqual(
      enforceNullsNotDistinct.steps(subject, contextAfter(setup, { postgresVersion: 14 })),
      [],
    );
    await reset(database, setup);
    await runSteps(database, steps);
    await database.exec('INSERT INTO orders VALUES (1)');
    await assert.rejects(database.exec('INSERT INTO orders VALUES (2)'), { code: '23505' });
  });
}

test('lock_timeout is local in a transaction block, and reset outside of one', async () => {
  const statement = parseOne('ALTER TABLE orders ADD COLUMN a int', 'AlterTable');
  const inside = setLockTimeout.steps(statement, contextAfter(setup));
  assert.deepEqual(
    inside.map((step) => step.sql),
    ["SET LOCAL lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN a int;"],
  );
  const outside = setLockTimeout.steps(statement, contextAfter(setup, { inTransactionBlock: false }));
  assert.deepEqual(
    outside.map((step) => step.sql),
    ["SET lock_timeout = '5s';\nALTER TABLE orders ADD COLUMN a int;\nRESET lock_timeout;"],
  );
  await reset(database, setup);
  await runSteps(database, inside);
});
