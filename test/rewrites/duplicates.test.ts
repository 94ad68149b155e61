// Group: pglite
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { duplicateQuery } from '../../server/src/rewrites/check-duplicates';
import {
  dedupePolicies,
  type DuplicateRemoval,
  removeDuplicates,
  titleOf,
} from '../../server/src/rewrites/remove-duplicates';
import { keyOfConstraint } from '../../server/src/rewrites/unique-key';
import { loadGrammar } from '../../server/src/sql/parse';
import { startPglite } from '../pglite';
import { contextAfter, parseOne, reset, rowsOf, runSteps } from './bench';
import { checkRemoval, keyOf, policyOf, removals } from './removals';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

/** One lead with open conversations, as in a project that made them twice. */
const conversations = `
  CREATE SCHEMA shop;
  CREATE TABLE "Conversation" (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), lead_id text, started_at timestamptz, closed_at timestamp, note text
  );
  CREATE TABLE messages (
    id int PRIMARY KEY, "conversationId" uuid REFERENCES "Conversation" ON DELETE CASCADE
  );
`;
const conversationRows = `
  INSERT INTO "Conversation" (lead_id, started_at, closed_at, note) VALUES
    ('a', '2025-01-01', NULL, 'old'), ('a', '2025-02-01', NULL, 'new'), ('a', NULL, NULL, 'unknown'),
    ('a', '2025-03-01', '2025-03-02', 'closed'), ('b', '2025-01-01', NULL, 'only'),
    (NULL, '2025-01-01', NULL, 'no lead'), (NULL, '2025-01-02', NULL, 'no lead either');
  INSERT INTO messages SELECT row_number() OVER (ORDER BY started_at, note), id FROM "Conversation";
`;
const openIndex =
  'CREATE UNIQUE INDEX "Conversation_lead_open_unique" ON "Conversation" (lead_id) WHERE closed_at IS NULL';

test('all but the newest conversation are closed', async () => {
  const context = contextAfter(conversations);
  const key = keyOf(openIndex, context);
  const policies = dedupePolicies(key, context);
  assert.deepEqual(
    policies.map((policy) => titleOf(policy)),
    [
      'Set "closed_at" to now() on all but the newest by "started_at"',
      'Set "closed_at" to now() on all but the oldest by "started_at"',
      'Delete duplicates, keep the newest by "started_at", and point "messages" at it',
      'Delete duplicates, keep the oldest by "started_at", and point "messages" at it',
    ],
  );
  assert.deepEqual(
    policies.slice(1, 3).map((policy) => titleOf(policy, { batchSize: 10_000 })),
    [
      'Set "closed_at" to now() in batches of 10,000 on all but the oldest by "started_at"',
      'Delete duplicates in batches of 10,000, keep the newest by "started_at", and point "messages" at it',
    ],
  );
  await reset(database, conversations + conversationRows);
  await runSteps(database, removeDuplicates.steps({ key, policy: policies[0] ?? assert.fail() }, context));
  assert.deepEqual(
    await rowsOf(database, 'SELECT note FROM "Conversation" WHERE closed_at IS NULL ORDER BY note'),
    [{ note: 'new' }, { note: 'no lead' }, { note: 'no lead either' }, { note: 'only' }],
  );
  assert.deepEqual(await rowsOf(database, 'SELECT count(*)::int FROM messages'), [{ count: 7 }]);
  await database.exec(openIndex);
});

/** All at once, and as many batches as there are rows to go. */
const amounts: readonly Pick<DuplicateRemoval, 'batchSize'>[] = [{}, { batchSize: 1 }];

for (const amount of amounts) {
  const how = amount.batchSize === undefined ? 'in one statement' : 'in batches';
  test(`rows that refer to a duplicate are pointed at the row that stays, ${how}`, async () => {
    const context = contextAfter(conversations);
    const key = keyOf(openIndex, context);
    const policy = policyOf(key, context, 'keep-oldest');
    const steps = removeDuplicates.steps({ key, policy, ...amount }, context);
    assert.match(steps[0]?.sql ?? '', /ON DELETE CASCADE/);
    await reset(database, conversations + conversationRows);
    await runSteps(database, steps);
    assert.deepEqual(
      await rowsOf(
        database,
        `SELECT note, count(messages.id)::int AS messages FROM "Conversation" AS c
       LEFT JOIN messages ON "conversationId" = c.id GROUP BY note ORDER BY note`,
      ),
      [
        { note: 'closed', messages: 1 },
        { note: 'no lead', messages: 1 },
        { note: 'no lead either', messages: 1 },
        { note: 'old', messages: 3 },
        { note: 'only', messages: 1 },
      ],
    );
    await database.exec(openIndex);
  });

  test(`a table that refers to itself, ${how}`, async () => {
    const setup = `CREATE TABLE tags (id int PRIMARY KEY, name text, parent_id int REFERENCES tags, other int);`;
    const context = contextAfter(setup);
    const sql = 'CREATE UNIQUE INDEX ON tags (lower(name))';
    const key = keyOf(sql, context);
    await reset(database, setup);
    await database.exec(
      `INSERT INTO tags VALUES (1, 'a', NULL), (2, 'A', 1), (3, 'a', 2), (4, 'b', 3), (5, 'c', 2)`,
    );
    const policy = policyOf(key, context, 'keep-oldest');
    await runSteps(database, removeDuplicates.steps({ key, policy, ...amount }, context));
    assert.deepEqual(await rowsOf(database, 'SELECT id, parent_id FROM tags ORDER BY id'), [
      { id: 1, parent_id: null },
      { id: 4, parent_id: 1 },
      { id: 5, parent_id: 1 },
    ]);
    await database.exec(sql);
  });
}

test('a lock for references that would vanish needs a transaction block', () => {
  const outside = contextAfter(conversations, { inTransactionBlock: false });
  const key = keyOf(openIndex, outside);
  const [step] = removeDuplicates.steps({ key, policy: policyOf(key, outside, 'keep-newest') }, outside);
  assert.equal(step?.transaction, 'own');
  assert.match(step.sql, /^-- .*\nLOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE;\n/);
});

test('references that one statement cannot move are named, not moved', () => {
  const context = contextAfter(
    'CREATE TABLE users (id int PRIMARY KEY, email text); CREATE TABLE pairs (a int REFERENCES users, b int REFERENCES users);',
  );
  const key = keyOf('CREATE UNIQUE INDEX ON users (email)', context);
  const [step] = removeDuplicates.steps({ key, policy: policyOf(key, context, 'keep-newest') }, context);
  assert.match(
    step?.why ?? '',
    /rows of "pairs" refer to it by \(a\), and a row that is referred to cannot be deleted/,
  );
});

for (const removal of removals) {
  test(removal.name, () => checkRemoval(database, removal));
}

test('no policy deletes from a view, or takes rows out of a predicate that needs a decision', () => {
  const context = contextAfter(
    'CREATE TABLE orders (id int PRIMARY KEY, status text); CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;',
  );
  assert.deepEqual(dedupePolicies(keyOf('CREATE UNIQUE INDEX ON m (a)', context), context), []);
  const open = keyOf("CREATE UNIQUE INDEX ON orders (id) WHERE status = 'open'", context);
  assert.deepEqual(
    dedupePolicies(open, context).map(({ id }) => id),
    ['keep-newest', 'keep-oldest'],
  );
});

test('the key of a constraint', async () => {
  const setup = 'CREATE TABLE orders (id int PRIMARY KEY, a int NOT NULL, "B" int);';
  const context = contextAfter(setup);
  const statement = parseOne('ALTER TABLE public.orders ADD UNIQUE (a, "B") INCLUDE (id)', 'AlterTable');
  const [action] = statement.actions;
  const key =
    action?.type === 'AddConstraint'
      ? keyOfConstraint(statement, action.constraint, context.catalog)
      : undefined;
  assert.ok(key);
  assert.equal(key.name, 'orders_a_B_id_key');
  await reset(
    database,
    `${setup} INSERT INTO orders VALUES (1, 1, 1), (2, 1, 1), (3, 1, NULL), (4, 1, NULL)`,
  );
  assert.deepEqual(await rowsOf(database, duplicateQuery(key, context.catalog)), [
    { a: 1, B: 1, copies: 2, first_rows: [1, 2] },
  ]);
  await runSteps(
    database,
    removeDuplicates.steps({ key, policy: policyOf(key, context, 'keep-newest') }, context),
  );
  await database.exec(statement.text);
  assert.deepEqual(
    await rowsOf(
      database,
      `SELECT conname FROM pg_constraint WHERE contype = 'u' AND conrelid = 'orders'::regclass`,
    ),
    [{ conname: key.name }],
  );
});
