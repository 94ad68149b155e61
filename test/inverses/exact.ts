import assert from 'node:assert/strict';
import { Catalog } from '../../server/src/catalog/catalog';
import type { Origin } from '../../server/src/catalog/relation';
import { replay, startFile } from '../../server/src/catalog/replay';
import { rollback, type Rollback } from '../../server/src/features/rollback';
import type { Major } from '../../server/src/postgres/versions';
import { parseFile } from '../../server/src/sql/parse';
import { differences, readCatalog } from '../postgres/instruments/catalog';
import { catalogAfter, type Database, reset, runFile } from '../rewrites/bench';

/** What earlier migrations have made. */
export const setup = `
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
  CREATE OR REPLACE FUNCTION again() RETURNS int LANGUAGE sql AS 'SELECT 1';
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
  CREATE TABLE tree (id int PRIMARY KEY, parent int CONSTRAINT up REFERENCES tree ON DELETE CASCADE DEFERRABLE);
  CREATE TABLE leaves (tree int REFERENCES tree);
  COMMENT ON VIEW names IS 'the names';
  CREATE TABLE extended (id int);
  ALTER TABLE extended ADD COLUMN code text CHECK (code <> ''), ADD COLUMN span int4range, ADD COLUMN other int CONSTRAINT "Odd" CHECK (other % 2 = 1),
    ADD CONSTRAINT apart EXCLUDE USING gist (span WITH &&) NOT DEFERRABLE, ADD CONSTRAINT later EXCLUDE USING gist (span WITH =) DEFERRABLE;
  CREATE INDEX "Shop" ON extended (code);
`;

/** The same on this version. */
function setupFor(version: Major): string {
  // A publication has no list of columns before 15.
  return version >= 15 ? setup : setup.replace('TABLE guarded (id, note);', 'TABLE guarded;');
}

/** Whether this version has what the statements use. */
export function isSupported(sql: string, version: Major): boolean {
  if (/\bMAINTAIN\b/.test(sql)) return version >= 17;
  return version >= 18 || !/\bNOT NULL \w+ NOT VALID/.test(sql);
}

/** The rollback of a migration that comes after `setup`. */
export function undo(sql: string, postgresVersion: Major = 18): Rollback {
  const file = parseFile(sql);
  const made = parseFile(setupFor(postgresVersion));
  const history = catalogAfter(setupFor(postgresVersion));
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
    postgresVersion,
    statementAt: ({ file: path, statement }: Origin) =>
      (path === 'setup.sql' ? made : file).statements[statement]?.parsed.statement,
    header: [],
  });
}

/** Migrations whose rollback leaves nothing behind. */
export const exactly = [
  'ALTER TABLE extended DROP CONSTRAINT extended_code_check, DROP CONSTRAINT "Odd"',
  'ALTER TABLE extended DROP CONSTRAINT apart, DROP CONSTRAINT later',
  "CREATE AGGREGATE many(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0')",
  'CREATE AGGREGATE "Shop"."Most"(int) (SFUNC = int4larger, STYPE = int)',
  'ALTER INDEX "Shop" RENAME TO extended_code; SET search_path TO "Shop"; ALTER INDEX orders_total RENAME TO totals; ALTER TABLE "Orders" RENAME TO bills; RESET search_path',
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
  'GRANT ALL ON logs, guarded TO pg_monitor',
  'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON logs TO pg_monitor; GRANT ALL ON logs TO pg_monitor',
  'REVOKE ALL ON guarded FROM pg_read_all_data, pg_monitor',
  'REVOKE SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON guarded FROM pg_read_all_data',
  'REVOKE GRANT OPTION FOR ALL ON guarded FROM pg_read_all_data',
  'GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON guarded TO pg_monitor; GRANT ALL ON guarded TO pg_monitor WITH GRANT OPTION',
  'GRANT MAINTAIN ON logs TO pg_monitor; REVOKE MAINTAIN ON guarded FROM pg_read_all_data',
  'CREATE TEMP TABLE logs (a int); CREATE INDEX ON logs (a); ALTER TABLE logs ADD c int; DROP TABLE logs',
  'CREATE TEMPORARY TABLE users (id int); ALTER TABLE users ADD CHECK (id > 0); CREATE INDEX i ON users (id)',
  'CREATE TEMP VIEW names AS SELECT 1 AS a; CREATE TEMP TABLE mine AS SELECT 1 AS a; CREATE TEMP SEQUENCE s',
  'CREATE TEMP VIEW names AS SELECT 1 AS a; DROP VIEW names',
  'SELECT 1 AS a INTO TEMP logs; ALTER TABLE logs RENAME a TO b; ALTER TABLE logs RENAME TO other',
  'CREATE TEMP TABLE logs (a int); DELETE FROM logs; TRUNCATE logs; CREATE TRIGGER t BEFORE INSERT ON logs EXECUTE FUNCTION touch()',
  'CREATE TEMP TABLE logs (a int PRIMARY KEY); CREATE INDEX logs_a ON logs (a); DROP INDEX logs_a; ALTER INDEX logs_pkey RENAME TO i',
  'CREATE TEMP TABLE logs (a int); CREATE VIEW names AS SELECT a FROM logs; CREATE VIEW fresh AS SELECT a FROM logs',
  'ALTER TABLE tree DROP CONSTRAINT up',
  'ALTER TABLE logs DROP COLUMN IF EXISTS nowhere; ALTER TABLE IF EXISTS nowhere DROP COLUMN a',
  'SET search_path TO public, "Shop"; ALTER INDEX orders_total RENAME TO totals; RESET search_path',
  'SET search_path TO "Shop"; ALTER TABLE "Orders" ADD note text; CREATE INDEX i ON "Orders" (total); CREATE TYPE pair AS (a int, b int); CREATE VIEW v AS SELECT 1 AS a; RESET search_path',
  "CREATE OR REPLACE FUNCTION again() RETURNS int LANGUAGE sql AS 'SELECT 3'; CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql AS 'SELECT a + a'",
  'SET lock_timeout = 5; BEGIN; LOCK TABLE logs; COMMIT; SELECT count(*) FROM logs; DO $$ BEGIN PERFORM 1 FROM logs; END $$',
];
/** After the migration and its rollback the server has the catalog from before. */
export async function checkExact(database: Database, sql: string, version: Major): Promise<void> {
  const { text, grade, statements } = undo(sql, version);
  assert.equal(grade, 'exact', JSON.stringify(statements));
  await reset(database, setupFor(version));
  const was = await readCatalog(database);
  await runFile(database, sql);
  // A rollback is run later, in another session.
  await database.exec('DISCARD TEMP');
  await runFile(database, text);
  assert.deepEqual(differences(was, await readCatalog(database)), []);
}
