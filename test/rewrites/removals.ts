import assert from 'node:assert/strict';
import { checkDuplicates, duplicateQuery } from '../../server/src/rewrites/check-duplicates';
import {
  dedupePolicies,
  type DedupePolicy,
  removeDuplicates,
} from '../../server/src/rewrites/remove-duplicates';
import type { RewriteContext } from '../../server/src/rewrites/rewrite';
import { keyOfIndex, type UniqueKey } from '../../server/src/rewrites/unique-key';
import { contextAfter, type Database, parseOne, reset, rowsOf, runSteps } from './bench';

/** A removal of duplicates and the rows that stay. */
interface Removal {
  readonly name: string;
  readonly setup: string;
  readonly rows: string;
  readonly index: string;
  /** What to select, after SELECT: the rows that are still in the index. */
  readonly select: string;
  readonly policy: DedupePolicy['id'];
  readonly batchSize: number | undefined;
  readonly stays: readonly string[];
}

interface Case {
  readonly name: string;
  readonly setup: string;
  readonly rows: string;
  readonly index: string;
  readonly order?: string;
  readonly stays: Partial<Record<DedupePolicy['id'], readonly string[]>>;
}

const cases: readonly Case[] = [
  {
    name: 'by a number that counts up',
    setup: 'CREATE TABLE orders (id bigserial PRIMARY KEY, "userId" int, email text);',
    rows: `INSERT INTO orders ("userId", email) VALUES (1, 'a'), (1, 'a'), (1, 'b'), (NULL, 'a'), (NULL, 'a'), (1, 'a')`,
    index: 'CREATE UNIQUE INDEX ON orders ("userId", email)',
    stays: { 'keep-newest': ['3', '4', '5', '6'], 'keep-oldest': ['1', '3', '4', '5'] },
  },
  {
    name: 'NULLs that are not distinct',
    setup: 'CREATE TABLE orders (id int PRIMARY KEY, email text);',
    rows: `INSERT INTO orders VALUES (1, NULL), (2, NULL), (3, 'a')`,
    index: 'CREATE UNIQUE INDEX ON orders (email) NULLS NOT DISTINCT',
    stays: { 'keep-newest': ['2', '3'], 'keep-oldest': ['1', '3'] },
  },
  {
    name: 'without a primary key and without a date',
    setup: 'CREATE TABLE orders (id int, email text);',
    rows: `INSERT INTO orders VALUES (1, 'a'), (2, 'a'), (3, 'a')`,
    index: 'CREATE UNIQUE INDEX ON orders (email)',
    stays: { 'keep-newest': ['3'], 'keep-oldest': ['1'] },
  },
  {
    name: 'equal dates, and the date of a change',
    setup:
      'CREATE TABLE orders (id int PRIMARY KEY, email text, "createdAt" timestamptz NOT NULL, updated_at timestamptz);',
    rows: `INSERT INTO orders VALUES (1, 'a', '2025-01-01', '2025-01-09'), (2, 'a', '2025-01-01', '2025-01-01'), (3, 'a', '2024-01-01', NULL)`,
    index: 'CREATE UNIQUE INDEX ON orders (email)',
    stays: { 'keep-newest': ['2'], 'keep-oldest': ['3'], 'keep-last-updated': ['1'] },
  },
  {
    name: 'expressions, a predicate with OR, and quoted names',
    setup: 'CREATE TABLE "Order" ("Id" int PRIMARY KEY, "E-mail" text, state text, CHECK (true));',
    rows: `INSERT INTO "Order" VALUES (1, 'A', 'x'), (2, 'a', 'y'), (3, 'a', 'z'), (4, 'a', NULL)`,
    index: `CREATE UNIQUE INDEX ON "Order" (lower("E-mail"), ("Id" * 0)) WHERE state = 'x' OR state = 'y'`,
    order: '"Id"::text AS id FROM "Order"',
    stays: { 'keep-newest': ['2', '3', '4'], 'keep-oldest': ['1', '3', '4'] },
  },
  {
    name: 'literals with line breaks, quotes, dollars and comments',
    setup: 'CREATE TABLE orders (id int PRIMARY KEY, email text, note text);',
    rows: `INSERT INTO orders VALUES
      (1, 'a', E'two\\nlines'), (2, 'a', E'two\\nlines'),
      (3, 'a', E'it''s\\n  $$ $body1$\\n\\n-- no\\n/* comment'), (4, 'a', E'it''s\\n  $$ $body1$\\n\\n-- no\\n/* comment'),
      (5, 'a', E'tab\\'s\\n \\t'), (6, 'a', E'tab\\'s\\n \\t'),
      (7, E'b\\nc', 'x'), (8, E'b\\nc', 'y'), (9, 'b    c', 'x')`,
    index: `CREATE UNIQUE INDEX ON orders ((replace(email, 'b\nc', -- 'b c'\n'b'\n'c'))) WHERE
      note <> 'two\nlines' -- and not 'these'
      AND note <> $it$it's\n  $$ $body1$\n\n-- no\n/* comment$it$ /* nor\n that */
      AND note <> E'tab\\'s\\n'\n '\\x20\\t'`,
    stays: {
      'keep-newest': ['1', '2', '3', '4', '5', '6', '8', '9'],
      'keep-oldest': ['1', '2', '3', '4', '5', '6', '7', '9'],
    },
  },
  {
    name: 'partitions, where ctid is not unique',
    setup: `
      CREATE TABLE orders (id int, email text) PARTITION BY LIST (email);
      CREATE TABLE orders_a PARTITION OF orders FOR VALUES IN ('a');
      CREATE TABLE orders_b PARTITION OF orders FOR VALUES IN ('b');`,
    rows: `INSERT INTO orders VALUES (1, 'a'), (2, 'b'), (3, 'a'), (4, 'b'), (5, 'a')`,
    index: 'CREATE UNIQUE INDEX ON orders (email)',
    stays: { 'keep-newest': ['4', '5'], 'keep-oldest': ['1', '2'] },
  },
  {
    name: 'children by inheritance, which the index leaves alone',
    setup: 'CREATE TABLE orders (id int, email text); CREATE TABLE special () INHERITS (orders);',
    rows: `INSERT INTO orders VALUES (1, 'a'), (2, 'a'); INSERT INTO special VALUES (3, 'a'), (4, 'a')`,
    index: 'CREATE UNIQUE INDEX ON orders (email)',
    stays: { 'keep-newest': ['2', '3', '4'], 'keep-oldest': ['1', '3', '4'] },
  },
  {
    name: 'a table that is called like a part of the statement',
    setup: 'CREATE TABLE ranked (id int PRIMARY KEY, duplicate text, place int);',
    rows: `INSERT INTO ranked VALUES (1, 'a'), (2, 'a'), (3, 'b')`,
    index: 'CREATE UNIQUE INDEX ON ranked (duplicate)',
    order: 'id::text FROM ranked',
    stays: { 'keep-newest': ['2', '3'], 'keep-oldest': ['1', '3'] },
  },
  {
    name: 'flags and dates in the predicate',
    setup: 'CREATE TABLE orders (id int PRIMARY KEY, email text, active bool, archived bool, ended date);',
    rows: `INSERT INTO orders SELECT n, 'a', true, false FROM generate_series(1, 3) AS n`,
    index: 'CREATE UNIQUE INDEX ON orders (email) WHERE active AND NOT archived AND ended IS NULL',
    order: 'id::text FROM orders WHERE active AND NOT archived AND ended IS NULL',
    stays: { 'retire-all-but-newest': ['3'], 'retire-all-but-oldest': ['1'], 'keep-newest': ['3'] },
  },
  {
    name: 'flags that are compared',
    setup: 'CREATE TABLE orders (id int PRIMARY KEY, email text, archived bool);',
    rows: `INSERT INTO orders SELECT n, 'a', false FROM generate_series(1, 3) AS n`,
    index: 'CREATE UNIQUE INDEX ON orders (email) WHERE archived = false',
    order: 'id::text FROM orders WHERE NOT archived',
    stays: { 'retire-all-but-newest': ['3'] },
  },
  {
    name: 'a key that becomes NULL, as the last resort',
    setup: 'CREATE TABLE orders (id int PRIMARY KEY, session text);',
    rows: `INSERT INTO orders VALUES (1, 'a'), (2, 'a'), (3, NULL)`,
    index: 'CREATE UNIQUE INDEX ON orders (session) WHERE session IS NOT NULL',
    order: 'id::text FROM orders WHERE session IS NOT NULL',
    stays: { 'keep-newest': ['2'], 'retire-all-but-oldest': ['1'] },
  },
];

/** PGlite's ICU has no such collation. */
const collationCase: Case = {
  name: 'a collation for which more is equal',
  setup: `CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false); CREATE TABLE orders (id int PRIMARY KEY, email text);`,
  rows: `INSERT INTO orders VALUES (1, 'A'), (2, 'a'), (3, 'b')`,
  index: 'CREATE UNIQUE INDEX ON orders (email COLLATE nocase)',
  stays: { 'keep-newest': ['2', '3'], 'keep-oldest': ['1', '3'] },
};

function removalsOf({ name, order = 'id::text FROM orders', stays, ...rest }: Case): readonly Removal[] {
  return Object.entries(stays).flatMap(([policy, ids]) =>
    [undefined, 1].map((batchSize) => ({
      ...rest,
      name: `${name}: ${policy}${batchSize === undefined ? '' : ', in batches'}`,
      select: order,
      policy: policy as DedupePolicy['id'],
      batchSize,
      stays: ids,
    })),
  );
}

/** Every case under every policy, in one statement and in batches. */
export const removals: readonly Removal[] = cases.flatMap(removalsOf);

/** What needs a server with all of ICU. */
export const nativeRemovals: readonly Removal[] = removalsOf(collationCase);

/** The key of a CREATE UNIQUE INDEX. */
export function keyOf(sql: string, context: RewriteContext): UniqueKey {
  return keyOfIndex(parseOne(sql, 'CreateIndex'), context.catalog) ?? assert.fail();
}

/** The policy of this id. */
export function policyOf(key: UniqueKey, context: RewriteContext, id: DedupePolicy['id']): DedupePolicy {
  return dedupePolicies(key, context).find((other) => other.id === id) ?? assert.fail(`no policy ${id}`);
}

/** The check stops, the removal leaves the right rows, the check passes, the index can be built. */
export async function checkRemoval(database: Database, removal: Removal): Promise<void> {
  const { setup, rows, index, select, batchSize, stays } = removal;
  const context = contextAfter(setup);
  const key = keyOf(index, context);
  const policy = policyOf(key, context, removal.policy);
  await reset(database, `${setup} ${rows}`);
  const check = checkDuplicates.steps(key, context);
  await assert.rejects(runSteps(database, check), {
    code: '23505',
    message: /has duplicates: .* once: [12];/s,
  });
  assert.ok((await rowsOf(database, duplicateQuery(key, context.catalog))).length > 0);

  await runSteps(
    database,
    removeDuplicates.steps(batchSize === undefined ? { key, policy } : { key, policy, batchSize }, context),
  );
  const got = await database.query(`SELECT ${select} ORDER BY 1`);
  assert.deepEqual(
    got.rows.map((row) => (row as { id: string }).id),
    stays,
  );
  await runSteps(database, check);
  assert.deepEqual(await rowsOf(database, duplicateQuery(key, context.catalog)), []);
  await database.exec(index);
}
