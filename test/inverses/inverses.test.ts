import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { Catalog } from '../../server/src/catalog/catalog';
import { replay, startFile } from '../../server/src/catalog/replay';
import type { Origin } from '../../server/src/catalog/relation';
import { rollback, type Rollback } from '../../server/src/features/rollback';
import type { Grade } from '../../server/src/inverses/inverse';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { differences, readCatalog } from '../postgres/instruments/catalog';
import { catalogAfter, reset, runFile, startPglite } from '../rewrites/bench';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

const setup = `
  CREATE SCHEMA "Shop";
  CREATE TABLE users (id int PRIMARY KEY, email text UNIQUE);
  CREATE TABLE "Shop"."Orders" (
    id bigserial PRIMARY KEY, "userId" int NOT NULL REFERENCES users ON DELETE CASCADE, code varchar(10) COLLATE "C" DEFAULT 'x',
    total int, at timestamptz NOT NULL DEFAULT now(), span tstzrange,
    CONSTRAINT positive CHECK (total > 0), CONSTRAINT "later" UNIQUE (code, total) DEFERRABLE INITIALLY DEFERRED
  );
  ALTER TABLE "Shop"."Orders" ADD CONSTRAINT small CHECK (total < 1000) NOT VALID;
  ALTER TABLE "Shop"."Orders" ADD CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&);
  ALTER TABLE "Shop"."Orders" ADD CONSTRAINT packed UNIQUE (at) INCLUDE (total) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX "Orders lower" ON "Shop"."Orders" USING btree (lower(code) text_pattern_ops DESC, ("userId" + 1)) INCLUDE (at) WITH (fillfactor = 80) WHERE total IS NOT NULL;
  CREATE INDEX orders_total ON "Shop"."Orders" (total NULLS FIRST, code COLLATE "POSIX");
  CREATE TABLE logs (a int, b text);
  CREATE UNIQUE INDEX logs_a ON logs (a);
  CREATE VIEW names AS SELECT id FROM users;
  CREATE TABLE p (id int) PARTITION BY LIST (id);
  CREATE TABLE p1 (id int);
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT 2 * a';
  CREATE FUNCTION twice(a text) RETURNS text LANGUAGE sql AS 'SELECT a || a';
  REVOKE ALL ON FUNCTION twice(text) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION twice(text) TO pg_monitor;
  COMMENT ON FUNCTION twice(text) IS 'two of it';
  CREATE TABLE guarded (id int PRIMARY KEY, "Total" int, note text CHECK (note <> ''), CONSTRAINT "small" CHECK ("Total" < 9));
  CREATE INDEX guarded_note ON guarded (note);
  ALTER TABLE guarded OWNER TO pg_database_owner;
  GRANT SELECT, INSERT ON guarded TO pg_monitor, PUBLIC;
  GRANT ALL ON guarded TO pg_read_all_data WITH GRANT OPTION;
  GRANT UPDATE (note) ON guarded TO pg_write_all_data;
  COMMENT ON TABLE guarded IS 'watched, isn''t it';
  COMMENT ON COLUMN guarded."Total" IS 'C:\\';
  COMMENT ON CONSTRAINT "small" ON guarded IS 'below ten';
  COMMENT ON INDEX guarded_note IS 'for notes';
  CREATE TRIGGER "Touch" BEFORE INSERT OR UPDATE OF "Total", note ON guarded FOR EACH ROW WHEN (NEW."Total" > 1) EXECUTE FUNCTION touch('a''b', 'c');
  CREATE TRIGGER listed AFTER UPDATE ON guarded REFERENCING OLD TABLE AS old_rows NEW TABLE AS "New" EXECUTE FUNCTION touch();
  CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON guarded DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
  ALTER TABLE guarded DISABLE TRIGGER listed;
  COMMENT ON TRIGGER listed ON guarded IS 'lists';
  ALTER TABLE guarded ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE POLICY own ON guarded AS RESTRICTIVE FOR UPDATE TO pg_monitor, CURRENT_USER USING ("Total" > 1) WITH CHECK (note IS NOT NULL);
  CREATE POLICY seen ON guarded USING (true);
  COMMENT ON POLICY own ON guarded IS 'one''s own';
  DROP PUBLICATION IF EXISTS told;
  CREATE PUBLICATION told FOR TABLE guarded (id, note);
  CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM users;
  CREATE UNIQUE INDEX counted_n ON counted (n);
  COMMENT ON INDEX counted_n IS 'one';
  GRANT SELECT ON names, counted TO pg_monitor;
  COMMENT ON VIEW names IS 'the names';
`;

function undo(sql: string): Rollback {
  const file = parseFile(sql);
  const made = parseFile(setup);
  const history = catalogAfter(setup);
  return rollback({
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
    statementAt: ({ file: path, statement }: Origin) =>
      (path === 'setup.sql' ? made : file).statements[statement]?.parsed.statement,
    header: [],
  });
}

const exactly = [
  "CREATE VIEW fresh AS SELECT 1 AS one; GRANT SELECT ON fresh TO public; COMMENT ON VIEW fresh IS 'x'",
  "CREATE TABLE fresh (a int); REVOKE ALL ON fresh FROM public; COMMENT ON COLUMN fresh.a IS 'x'",
  'CREATE INDEX ON "Shop"."Orders" (total, lower(code))',
  'CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS new ON "Shop"."Orders" (total)',
  'CREATE INDEX IF NOT EXISTS orders_total ON "Shop"."Orders" (total)',
  'DROP INDEX "Shop"."Orders lower", "Shop".orders_total',
  'DROP INDEX CONCURRENTLY "Shop"."Orders lower"',
  'CREATE TABLE fresh (id int PRIMARY KEY); CREATE INDEX ON fresh (id); ALTER TABLE fresh ADD UNIQUE (id)',
  'CREATE TABLE IF NOT EXISTS users (id int)',
  'CREATE MATERIALIZED VIEW m AS SELECT 1 AS a',
  'CREATE TABLE copied AS SELECT * FROM users; SELECT 1 AS a INTO more',
  'ALTER TABLE "Shop"."Orders" ADD COLUMN note text UNIQUE CHECK (note > \'\'), ADD "X" int REFERENCES users, ALTER total SET DEFAULT 5',
  'ALTER TABLE logs ADD COLUMN c int, ADD CHECK (c > a), ADD PRIMARY KEY (a)',
  'ALTER TABLE logs ADD CONSTRAINT key UNIQUE USING INDEX logs_a',
  'ALTER TABLE logs ADD CONSTRAINT key PRIMARY KEY USING INDEX logs_a DEFERRABLE',
  'ALTER TABLE logs ADD FOREIGN KEY (a) REFERENCES users NOT VALID; ALTER TABLE logs VALIDATE CONSTRAINT logs_a_fkey',
  'ALTER TABLE "Shop"."Orders" VALIDATE CONSTRAINT small',
  'ALTER TABLE "Shop"."Orders" DROP CONSTRAINT positive, DROP CONSTRAINT small',
  'ALTER TABLE "Shop"."Orders" DROP CONSTRAINT "later", DROP CONSTRAINT no_overlap, DROP CONSTRAINT packed',
  'ALTER TABLE "Shop"."Orders" DROP CONSTRAINT "Orders_userId_fkey"',
  'ALTER TABLE "Shop"."Orders" DROP CONSTRAINT "Orders_pkey"',
  'ALTER TABLE "Shop"."Orders" DROP CONSTRAINT IF EXISTS missing, ALTER total SET NOT NULL, ALTER at DROP NOT NULL',
  'ALTER TABLE "Shop"."Orders" ALTER code DROP DEFAULT, ALTER at SET DEFAULT \'2025-01-01\', ALTER total SET DEFAULT 1',
  'ALTER TABLE "Shop"."Orders" ALTER total TYPE bigint, ALTER code TYPE varchar(20)',
  'ALTER TABLE logs ALTER a SET NOT NULL, ALTER a SET DEFAULT 1, ALTER a SET DEFAULT 2',
  'ALTER TABLE logs ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID; ALTER TABLE logs VALIDATE CONSTRAINT c; ALTER TABLE logs ALTER a SET NOT NULL; ALTER TABLE logs DROP CONSTRAINT c',
  'ALTER TABLE logs ADD CONSTRAINT n NOT NULL a NOT VALID; ALTER TABLE logs VALIDATE CONSTRAINT n',
  'ALTER TABLE "Shop"."Orders" RENAME TO bills; ALTER TABLE "Shop".bills RENAME "userId" TO user_id',
  'ALTER TABLE "Shop"."Orders" RENAME CONSTRAINT positive TO "Positive"; ALTER INDEX "Shop".orders_total RENAME TO "T"; ALTER VIEW names RENAME TO n2',
  'ALTER SCHEMA "Shop" RENAME TO shop',
  'ALTER TABLE logs ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON logs USING (a = 1)',
  'ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)',
  "CREATE SCHEMA shop; CREATE TYPE shop.mood AS ENUM ('a'); CREATE DOMAIN d AS int; CREATE SEQUENCE s; CREATE VIEW v AS SELECT 1 AS a",
  'CREATE FUNCTION f(a int) RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$'.replace(
    'a int',
    '',
  ),
  'DROP TRIGGER "Touch" ON guarded; DROP TRIGGER listed ON guarded; DROP TRIGGER IF EXISTS missing ON guarded',
  'DROP TRIGGER checked ON guarded; ALTER TABLE guarded ENABLE ALWAYS TRIGGER listed',
  'CREATE OR REPLACE TRIGGER "Touch" AFTER DELETE ON guarded FOR EACH ROW EXECUTE FUNCTION touch()',
  'DROP POLICY own ON guarded; DROP POLICY seen ON guarded',
  'ALTER POLICY own ON guarded TO PUBLIC USING (true); ALTER TABLE guarded NO FORCE ROW LEVEL SECURITY',
  'GRANT SELECT, DELETE ON logs, guarded TO pg_monitor WITH GRANT OPTION; GRANT UPDATE (note, id) ON guarded TO pg_write_all_data',
  'REVOKE INSERT ON guarded FROM pg_monitor, PUBLIC; REVOKE GRANT OPTION FOR SELECT ON guarded FROM pg_read_all_data; REVOKE UPDATE ON guarded FROM pg_write_all_data',
  "COMMENT ON TABLE guarded IS 'x'; COMMENT ON TABLE logs IS 'x'; COMMENT ON COLUMN guarded.\"Total\" IS NULL",
  "CREATE OR REPLACE FUNCTION twice(a text) RETURNS text LANGUAGE sql AS 'SELECT a'; CREATE FUNCTION twice(a date, b int DEFAULT 1) RETURNS date LANGUAGE sql AS 'SELECT a'",
  'DROP INDEX guarded_note; ALTER TABLE guarded DROP CONSTRAINT small',
  'DROP FUNCTION twice(text); DROP FUNCTION twice',
  'SET lock_timeout = 5; BEGIN; LOCK TABLE logs; COMMIT; SELECT count(*) FROM logs; DO $$ BEGIN PERFORM 1 FROM logs; END $$',
];
for (const sql of exactly) {
  test(`exact: ${sql}`, async () => {
    const { text, grade, statements } = undo(sql);
    assert.equal(grade, 'exact', JSON.stringify(statements));
    await reset(database, setup);
    const was = await readCatalog(database);
    await runFile(database, sql);
    await runFile(database, text);
    assert.deepEqual(differences(was, await readCatalog(database)), []);
  });
}

/** The rows that it pointed at are gone, so the foreign key comes back unchecked. */
const notValid = [
  String.raw`constraint Shop.Orders.Orders_userId_fkey: definition was "FOREIGN KEY (\"userId\") REFERENCES public.users(id) ON DELETE CASCADE", is "FOREIGN KEY (\"userId\") REFERENCES public.users(id) ON DELETE CASCADE NOT VALID"`,
  'constraint Shop.Orders.Orders_userId_fkey: validated was true, is false',
];

/** The statement, and all that is different afterwards. */
const schemas: readonly (readonly [string, readonly string[]])[] = [
  ['ALTER TABLE logs DROP COLUMN b, DROP COLUMN a', []],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN at',
    ['column Shop.Orders.at: position was 5, is 6', 'column Shop.Orders.span: position was 6, is 5'],
  ],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN code',
    [
      'column Shop.Orders.at: position was 5, is 4',
      'column Shop.Orders.code: position was 3, is 6',
      'column Shop.Orders.span: position was 6, is 5',
      'column Shop.Orders.total: position was 4, is 3',
    ],
  ],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN total',
    [
      'column Shop.Orders.at: position was 5, is 4',
      'column Shop.Orders.span: position was 6, is 5',
      'column Shop.Orders.total: position was 4, is 6',
    ],
  ],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN "userId"',
    [
      'column Shop.Orders.at: position was 5, is 4',
      'column Shop.Orders.code: position was 3, is 2',
      'column Shop.Orders.span: position was 6, is 5',
      'column Shop.Orders.total: position was 4, is 3',
      // NOT NULL has to wait for the values.
      'column Shop.Orders.userId: notNull was true, is false',
      'column Shop.Orders.userId: position was 2, is 6',
      'constraint Shop.Orders.Orders_userId_not_null: is gone',
    ],
  ],
  // What CASCADE takes along besides keys and indexes does not come back.
  [
    'ALTER TABLE users DROP COLUMN id CASCADE',
    [
      'column public.names.id: is gone',
      'column public.users.email: position was 2, is 1',
      'column public.users.id: position was 1, is 2',
      'comment on view public.names: is gone',
      ...notValid,
      'relation public.names: is gone',
    ],
  ],
  ['DROP TABLE "Shop"."Orders"', []],
  ['DROP TABLE logs', []],
  ['DROP TABLE guarded', []],
  ['DROP MATERIALIZED VIEW counted', []],
  [
    'ALTER TABLE guarded DROP COLUMN note CASCADE',
    [
      'comment on policy own on public.guarded: is gone',
      'policy public.guarded.own: is gone',
      'publication told: tables was [{"attnames":["id","note"],"tablename":"guarded","schemaname":"public"}], is not set',
      'trigger public.guarded.Touch: is gone',
    ],
  ],
  [
    'DROP TABLE users CASCADE',
    [
      'column public.counted.n: is gone',
      'column public.names.id: is gone',
      'comment on index public.counted_n: is gone',
      'comment on view public.names: is gone',
      ...notValid,
      'index public.counted_n: is gone',
      'relation public.counted: is gone',
      'relation public.names: is gone',
    ],
  ],
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
    assert.deepEqual(differences(was, await readCatalog(database)), expected);
  });
}

/** The statement, and what its rollback says of CASCADE. */
const losses: readonly (readonly [string, readonly string[]])[] = [
  ['ALTER TABLE users DROP COLUMN id CASCADE', ['CASCADE also dropped the view "names".']],
  [
    'DROP TABLE users CASCADE',
    ['CASCADE also dropped the view "names".', 'CASCADE also dropped the materialized view "counted".'],
  ],
  [
    'ALTER TABLE guarded DROP COLUMN note CASCADE',
    [
      'CASCADE also dropped the trigger "Touch" on "guarded".',
      'CASCADE also dropped the policy "own" on "guarded".',
    ],
  ],
  ['DROP VIEW names CASCADE', []],
  ['DROP TABLE users', []],
];
for (const [sql, expected] of losses) {
  test(`what CASCADE takes along is said: ${sql}`, () => {
    const { statements, text } = undo(sql);
    const notes = statements.flatMap((statement) => statement.notes).filter((note) => /CASCADE/.test(note));
    assert.deepEqual(notes, expected);
    for (const note of notes) assert.ok(text.includes(`-- Schema only: ${note}`), text);
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
