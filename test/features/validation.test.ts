// Group: pglite
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { Catalog } from '../../server/src/catalog/catalog';
import { replay, startFile } from '../../server/src/catalog/replay';
import { prechecks } from '../../server/src/features/precheck';
import { validate, type Validation } from '../../server/src/features/validate';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { startPglite } from '../pglite';
import { catalogAfter, contextAfter, parseOne, reset, rowsOf, runFile } from '../rewrites/bench';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

const setup = `
  CREATE SCHEMA "Shop";
  CREATE TABLE "Lead" (id text PRIMARY KEY);
  CREATE TABLE "Conversation" (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), lead_id text NOT NULL REFERENCES "Lead", started_at timestamptz, closed_at timestamptz
  );
  CREATE TABLE "Shop"."Orders" (id int PRIMARY KEY, email text, total numeric(10,2), CHECK (total > 0));
  CREATE TABLE counters (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, tags varchar(9)[]);
  CREATE INDEX old ON "Shop"."Orders" (total);
  INSERT INTO "Lead" VALUES ('a'), ('b');
  INSERT INTO "Conversation" (lead_id) VALUES ('a'), ('b');
  INSERT INTO "Shop"."Orders" VALUES (1, 'a', 1), (2, 'b', 2);
  INSERT INTO counters (name) VALUES ('a'), ('b');
`;

function validationOf(sql: string): Validation {
  const file = parseFile(sql);
  const history = catalogAfter(setup);
  return validate({
    file,
    catalogBefore: (index) => {
      const catalog = new Catalog(history);
      startFile(catalog, 'migration.sql');
      file.statements.slice(0, index).forEach(({ parsed }, statement) => {
        if (parsed.statement !== undefined)
          replay(parsed.statement, catalog, { file: 'migration.sql', statement });
      });
      return catalog;
    },
    postgresVersion: 18,
    header: ['Checks the migration.'],
  });
}

/** What the script says, sent as one message as "prisma db execute" does. */
async function noticesOf(script: string): Promise<readonly string[]> {
  const notices: string[] = [];
  await database.exec(script, { onNotice: ({ message }) => notices.push(message ?? '') });
  return notices;
}

/** The migration, what the script says after it, and a change that makes the script fail. */
const migrations: readonly {
  readonly sql: string;
  readonly says: readonly string[];
  readonly damage: string;
  readonly error: RegExp;
}[] = [
  {
    sql: 'CREATE UNIQUE INDEX CONCURRENTLY "Conversation_lead_open_unique" ON "Conversation"(lead_id) WHERE closed_at IS NULL',
    says: [
      'ok: index "Conversation_lead_open_unique" is valid and unique',
      'ok: no rows of "Conversation" share (lead_id)',
      'ok: "Conversation_lead_open_unique" refuses a duplicate',
    ],
    damage: 'DROP INDEX "Conversation_lead_open_unique"',
    error: /Index "Conversation_lead_open_unique" is missing, or not valid and unique/,
  },
  {
    sql: 'ALTER TABLE counters ADD CONSTRAINT "names%" UNIQUE (name)',
    says: [
      'ok: constraint "names%" of "counters" is validated',
      'ok: no rows of "counters" share (name)',
      'ok: "names%" refuses a duplicate',
    ],
    damage: 'ALTER TABLE counters DROP CONSTRAINT "names%"',
    error: /Constraint "names%" of "counters" is missing/,
  },
  {
    // A copy would be accepted until COMMIT: there is no trial.
    sql: 'ALTER TABLE counters ADD CONSTRAINT later UNIQUE (name) DEFERRABLE INITIALLY DEFERRED',
    says: ['ok: constraint "later" of "counters" is validated', 'ok: no rows of "counters" share (name)'],
    damage: 'ALTER TABLE counters DROP CONSTRAINT later',
    error: /Constraint "later" of "counters" is missing/,
  },
  {
    // With other spaces in the literal all three would share the key.
    sql: `INSERT INTO counters (name) VALUES (E'two\\nlines');
          CREATE UNIQUE INDEX once ON counters (left(name, 0)) WHERE name <> 'two\nlines' AND name <> 'a'`,
    says: [
      'ok: index "once" is valid and unique',
      'ok: no rows of "counters" share (left(name, 0))',
      'ok: "once" refuses a duplicate',
    ],
    damage: 'DROP INDEX once',
    error: /Index "once" is missing/,
  },
  {
    // A copy would have the same id, and be refused for that: there is no trial.
    sql: 'CREATE UNIQUE INDEX ON "Shop"."Orders" (lower(email))',
    says: [
      'ok: index "Orders_lower_idx" is valid and unique',
      'ok: no rows of "Orders" share (lower(email))',
    ],
    damage: `UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"Shop"."Orders_lower_idx"'::regclass`,
    error: /Index "Orders_lower_idx" is missing, or not valid/,
  },
  {
    sql: `ALTER TABLE "Shop"."Orders" ADD COLUMN "Note" varchar(5) NOT NULL DEFAULT '', ALTER email SET NOT NULL, ALTER total TYPE numeric;
          ALTER TABLE counters ADD COLUMN big bigserial, ADD words text[];`,
    says: [
      'ok: column "Note" of "Orders" is varchar(5) and NOT NULL',
      'ok: column "email" of "Orders" is text and NOT NULL',
      'ok: column "total" of "Orders" is numeric',
      'ok: column "big" of "counters" is bigint and NOT NULL',
      'ok: column "words" of "counters" is text[]',
    ],
    damage: 'ALTER TABLE "Shop"."Orders" ALTER email DROP NOT NULL',
    error: /Column "email" of "Orders" is missing, or has another type, or is not NOT NULL/,
  },
  {
    sql: `ALTER TABLE "Shop"."Orders" ADD CONSTRAINT few CHECK (total < 100) NOT VALID; ALTER TABLE "Shop"."Orders" VALIDATE CONSTRAINT few;
          DROP INDEX "Shop".old; ALTER TABLE "Shop"."Orders" DROP CONSTRAINT "Orders_total_check"; ALTER TABLE "Shop"."Orders" DROP COLUMN email;`,
    says: [
      'ok: constraint "few" of "Orders" is validated',
      'ok: "old" does not exist',
      'ok: constraint "Orders_total_check" of "Orders" does not exist',
      'ok: column "email" of "Orders" does not exist',
    ],
    damage: 'ALTER TABLE "Shop"."Orders" DROP CONSTRAINT few',
    error: /Constraint "few"/,
  },
  {
    sql: 'CREATE TABLE fresh (id int PRIMARY KEY, a int); CREATE INDEX ON fresh (a); DROP TABLE "Shop"."Orders"; ALTER TABLE counters RENAME TO counts; CREATE INDEX gone ON counts (name); DROP INDEX gone',
    says: [
      'ok: "fresh" exists',
      'ok: index "fresh_pkey" is valid and unique',
      'ok: index "fresh_a_idx" is valid',
      'ok: "Orders" does not exist',
      'ok: "counts" exists',
      'ok: "gone" does not exist',
    ],
    damage: 'DROP TABLE fresh',
    error: /"fresh" is missing/,
  },
];
for (const { sql, says, damage, error } of migrations) {
  test(`a validation script: ${sql}`, async () => {
    const { text, checks } = validationOf(sql);
    assert.match(text, /^-- Checks the migration\.\n-- Fails with an error/);
    assert.equal(checks, says.length);
    await reset(database, setup);
    await assert.rejects(database.exec(text));
    await runFile(database, sql);
    const rows = 'SELECT (SELECT count(*) FROM "Conversation")::int AS conversations';
    const count = await rowsOf(database, rows);
    assert.deepEqual(await noticesOf(text), says);
    await runFile(database, text);
    assert.deepEqual(await rowsOf(database, rows), count);
    await database.exec(damage);
    await assert.rejects(database.exec(text), error);
  });
}

test('a duplicate that is accepted is reported and taken back', async () => {
  const { text } = validationOf('CREATE UNIQUE INDEX one ON "Conversation" (lead_id)');
  // The trial alone, on a table without the index.
  const trial = text.slice(text.indexOf('-- Inserts a copy'));
  await reset(database, setup);
  await assert.rejects(database.exec(trial), /"Conversation" accepted a duplicate of \(lead_id\)/);
  assert.deepEqual(await rowsOf(database, 'SELECT count(*)::int FROM "Conversation"'), [{ count: 2 }]);
  await database.exec('DELETE FROM "Conversation"');
  assert.deepEqual(await noticesOf(trial), ['not tried: "Conversation" has no row that "one" holds']);
});

test('a migration without anything to check says so', () => {
  const { text, checks } = validationOf('UPDATE "Lead" SET id = id');
  assert.equal(checks, 0);
  assert.match(text, /Lockstep has no checks for these statements/);
});

test('prechecks list the rows that would make a statement fail', async () => {
  const broken = `${setup}
    INSERT INTO counters (name) VALUES ('a'), (NULL);
    CREATE TABLE loose (a int, b int);
    INSERT INTO loose VALUES (7, 1), (1, NULL), (NULL, 3);`;
  const context = contextAfter(broken);
  const expected: readonly (readonly [string, readonly unknown[]])[] = [
    ['CREATE UNIQUE INDEX ON counters (name)', [{ name: 'a', copies: 2, first_rows: [1, 3] }]],
    ['ALTER TABLE counters ADD UNIQUE (name)', [{ name: 'a', copies: 2, first_rows: [1, 3] }]],
    ['ALTER TABLE loose ALTER a SET NOT NULL', [{ a: null, b: 3 }]],
    ['ALTER TABLE loose ADD CHECK (b > 2)', [{ a: 7, b: 1 }]],
    ['ALTER TABLE loose ADD FOREIGN KEY (a) REFERENCES counters', [{ a: 7, b: 1 }]],
  ];
  await reset(database, broken);
  for (const [sql, rows] of expected) {
    const statement = parseOne(sql, sql.startsWith('CREATE') ? 'CreateIndex' : 'AlterTable');
    const [precheck] = prechecks(statement, context);
    assert.deepEqual(await rowsOf(database, precheck?.query ?? ''), rows, sql);
    assert.match(precheck?.text ?? '', /^-- To look at /);
  }
  assert.deepEqual(prechecks(parseOne('CREATE INDEX ON counters (name)', 'CreateIndex'), context), []);
});
