import { Catalog } from '../../server/src/catalog/catalog';
import { replay, startFile } from '../../server/src/catalog/replay';
import type { Major } from '../../server/src/postgres/versions';
import type { RewriteContext } from '../../server/src/rewrites/rewrite';
import type { Step } from '../../server/src/runners/runner';
import { parseFile } from '../../server/src/sql/parse';
import type { Statement, StatementKind, StatementOf } from '../../server/src/sql/statement';
import { type Catalog as DatabaseCatalog, readCatalog } from '../postgres/instruments/catalog';

/** What runs SQL: PGlite, or a client of a real server. */
export interface Database {
  /** Sends one message, so that several statements are one implicit transaction block. */
  exec(sql: string): Promise<unknown>;
  query(sql: string): Promise<{ rows: unknown[] }>;
}

/** Empties the database and runs `setup` in it. */
export async function reset(database: Database, setup: string): Promise<void> {
  await database.exec('DROP SCHEMA IF EXISTS public, shop, "Shop" CASCADE; CREATE SCHEMA public;');
  await database.exec('RESET ALL');
  await runFile(database, setup);
}

/** Sends the statements one by one, as psql does. */
export async function runFile(database: Database, sql: string): Promise<void> {
  for (const { start, end } of parseFile(sql).statements) await database.exec(sql.slice(start, end));
}

/** Runs steps as a runner does: 'own' and 'inherits' in a transaction, 'none' statement by statement without one. */
export async function runSteps(database: Database, steps: readonly Step[]): Promise<void> {
  for (const { sql, transaction } of steps) {
    if (transaction === 'none') {
      await runFile(database, sql);
      continue;
    }
    await database.exec('BEGIN');
    try {
      await runFile(database, sql);
      await database.exec('COMMIT');
    } catch (error: unknown) {
      await database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** The catalog that `setup`, a file of its own, leaves behind, with a new file begun. */
export function catalogAfter(setup: string, file = 'migration.sql'): Catalog {
  const catalog = new Catalog();
  startFile(catalog, 'setup.sql');
  replayFile(catalog, setup, 'setup.sql');
  startFile(catalog, file);
  return catalog;
}

function replayFile(catalog: Catalog, sql: string, file: string): void {
  parseFile(sql).statements.forEach(({ parsed }, statement) => {
    if (parsed.statement === undefined) throw new Error(`${parsed.error.message}: ${sql}`);
    replay(parsed.statement, catalog, { file, statement });
  });
}

/** A context for rewrites, in a transaction block on PostgreSQL 18 unless it is said otherwise. */
export function contextAfter(
  setup: string,
  {
    postgresVersion = 18,
    inTransactionBlock = true,
  }: { postgresVersion?: Major; inTransactionBlock?: boolean } = {},
): RewriteContext {
  return {
    catalog: catalogAfter(setup),
    postgresVersion,
    lockTimeout: '5s',
    schedule: {
      section: 'up',
      transaction: inTransactionBlock ? 0 : null,
      inTransactionBlock,
      block: inTransactionBlock ? 'explicit' : 'none',
      message: 0,
    },
  };
}

/** The only statement of `sql`, of the kind that the test expects. */
export function parseOne<Kind extends StatementKind>(sql: string, kind: Kind): StatementOf<Kind> {
  const { statements } = parseFile(sql);
  const statement: Statement | undefined = statements[0]?.parsed.statement;
  if (statements.length !== 1 || statement?.kind !== kind) throw new Error(`Not one ${kind}: ${sql}`);
  return statement as StatementOf<Kind>;
}

/** The database's own catalog after `setup` and then what `apply` does. */
export async function databaseCatalog(
  database: Database,
  setup: string,
  apply: () => Promise<void>,
): Promise<DatabaseCatalog> {
  await reset(database, setup);
  await apply();
  return readCatalog(database);
}

/** The rows of a query, each as text. */
export async function rowsOf(database: Database, sql: string): Promise<readonly unknown[]> {
  return (await database.query(sql)).rows;
}
