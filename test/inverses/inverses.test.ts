import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { rollback } from '../../server/src/features/rollback';
import type { Grade } from '../../server/src/inverses/inverse';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { differences, readCatalog } from '../postgres/instruments/catalog';
import { catalogAfter, reset, runFile, startPglite } from '../rewrites/bench';
import { checkExact, exactly, setup, undo } from './exact';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

for (const sql of exactly) {
  test(`exact: ${sql}`, () => checkExact(database, sql, 18));
}

/** The statement, and what is different afterwards. */
const schemas: readonly (readonly [string, readonly RegExp[]])[] = [
  ['ALTER TABLE logs DROP COLUMN b, DROP COLUMN a', [/column public.logs.[ab]: position/]],
  ['ALTER TABLE "Shop"."Orders" DROP COLUMN at', [/position/]],
  ['ALTER TABLE "Shop"."Orders" DROP COLUMN code', [/position/]],
  ['ALTER TABLE "Shop"."Orders" DROP COLUMN total', [/position/]],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN "userId"',
    // NOT NULL has to wait for the values.
    [/position/, /Orders.userId: (isN|n)otNull/, /Orders_userId_not_null: is gone/],
  ],
  [
    'ALTER TABLE users DROP COLUMN id CASCADE',
    [/position/, /userId_fkey/, /view|names|counted/, /users.id: notNull/],
  ],
  ['DROP TABLE "Shop"."Orders"', []],
  ['DROP TABLE logs', []],
  ['DROP TABLE guarded', []],
  ['DROP MATERIALIZED VIEW counted', []],
  [
    'ALTER TABLE guarded DROP COLUMN note CASCADE',
    [/position/, /policy public.guarded.own/, /Touch/, /publication/, /comment on policy/],
  ],
  ['DROP TABLE users CASCADE', [/userId_fkey/, /names/, /counted/]],
  ['DROP TABLE tree CASCADE', [/leaves_tree_fkey: (?:validated|definition)/]],
  ['CREATE TEMP TABLE mine (a int); DROP TABLE mine, logs', []],
  ['DROP VIEW names', []],
  ['ALTER TABLE "Shop"."Orders" ALTER at TYPE date', []],
];
for (const [sql, expected] of schemas) {
  test(`schema only: ${sql}`, async () => {
    const { text, grade } = undo(sql);
    assert.equal(grade, 'schema only');
    await reset(database, setup);
    const was = await readCatalog(database);
    await runFile(database, sql);
    await runFile(database, text);
    const left = differences(was, await readCatalog(database));
    assert.deepEqual(
      left.filter((line) => !expected.some((pattern) => pattern.test(line))),
      [],
    );
  });
}

const impossible: readonly (readonly [string, RegExp])[] = [
  ['DELETE FROM logs', /rows that were deleted from logs/],
  ['UPDATE logs SET a = 1', /values that rows of logs had before/],
  ['INSERT INTO logs VALUES (1)', /cannot be told from others/],
  ['TRUNCATE logs, users', /rows of logs, users are gone/],
  ['DO $$ BEGIN DELETE FROM logs; END $$', /DELETE/],
  ["DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'logs'; END $$", /makes up while it runs/],
  ['DROP INDEX unknown', /No migration before this one makes index "unknown"/],
  ['DROP TYPE mood', /Lockstep does not know/],
  ['REVOKE SELECT ON logs FROM PUBLIC', /before REVOKE/],
  ['CREATE EXTENSION IF NOT EXISTS citext', /may have been there before/],
  ['ALTER TABLE p DETACH PARTITION p1', /bounds/],
  ['ALTER TABLE unknown DROP COLUMN a', /what column "a" was like/],
  ["SELECT pg_notify('a', 'b')", /pg_notify/],
  ['ALTER TABLE logs ALTER a SET STATISTICS 5', /SET STATISTICS/],
  ['SELEC 1', /cannot read/],
];
for (const [sql, reason] of impossible) {
  test(`not possible: ${sql}`, () => {
    const { grade, statements, text } = undo(sql);
    assert.equal(grade satisfies Grade, 'not possible');
    assert.match(statements[0]?.notes.join(' ') ?? '', reason);
    assert.match(text, /^-- Not complete: .*\n/);
  });
}

test('the text says what it undoes, how good it is, and how to run it', () => {
  const { text } = undo(
    'CREATE INDEX CONCURRENTLY i\n  ON logs (b);\nDELETE FROM logs;\r\nALTER TABLE logs ADD c int;',
  );
  assert.equal(
    text,
    `-- Not complete: what cannot be undone is said at each statement.
-- CONCURRENTLY cannot run in a transaction block: run it with psql -f, one statement at a time.

-- Undoes line 4: ALTER TABLE logs ADD c int
ALTER TABLE logs DROP COLUMN c;

-- Undoes line 3: DELETE FROM logs
-- Not possible: The rows that were deleted from logs are not kept anywhere.

-- Undoes line 1: CREATE INDEX CONCURRENTLY i ON logs (b)
DROP INDEX CONCURRENTLY IF EXISTS i;
`,
  );
});

test('without the statement that made an index, its storage parameters are not known', () => {
  const sql = 'DROP INDEX "Shop".orders_total';
  const file = parseFile(sql);
  const catalog = catalogAfter(setup);
  const { grade, statements } = rollback({
    file,
    catalogBefore: () => catalog,
    postgresVersion: 18,
    header: [],
  });
  assert.equal(grade, 'schema only');
  assert.match(statements[0]?.notes[0] ?? '', /storage parameters/);
});
