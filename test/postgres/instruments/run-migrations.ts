import type pg from 'pg';
import type { LocalServer } from '../servers';
import { failedStatement, sendPipeline } from './pipeline';

/** One file, already split. A text may end in a semicolon or not, and may have comments. */
export interface MigrationFile {
  readonly name: string;
  readonly statements: readonly { readonly text: string }[];
}

/**
 * How a runner sends its files. What a server accepts depends on nothing else.
 *
 * - `one-query`: each file is one simple query message. golang-migrate, Prisma up to 7.3.
 * - `autocommit`: each statement is a simple query of its own. psql -f, Sqitch, Prisma from 7.4 on.
 * - `transaction`: BEGIN, each statement a query of its own, COMMIT, per file. goose, Atlas, Rails, Flyway.
 * - `transaction-one-query`: BEGIN, the file as one query, COMMIT. dbmate, sqlx, Diesel.
 * - `pipeline`: the extended protocol with one Sync per file. Supabase CLI up to 2.109.
 * - `supabase`: the same, but what cannot run in a pipeline goes alone. Supabase CLI from 2.116 on.
 * - `drizzle`: one transaction around all files, a query for each chunk between `--> statement-breakpoint`.
 */
export type Delivery =
  'one-query' | 'autocommit' | 'transaction' | 'transaction-one-query' | 'pipeline' | 'supabase' | 'drizzle';

/** What became of the files. */
export interface MigrationOutcome {
  /** The files that went through, in order. With one transaction around all, that is all or none. */
  readonly applied: readonly string[];
  /** Why the next file did not. */
  readonly failure?: {
    readonly file: string;
    /** The statement's place in the file, from 0; undefined when the file was one message, or at COMMIT. */
    readonly statement?: number;
    /** SQLSTATE. */
    readonly code: string;
    readonly message: string;
  };
  /** Notices and warnings, as "WARNING 25P01: SET LOCAL can only be used in transaction blocks". */
  readonly notices: readonly string[];
}

/** Applies the files in one session, in order, and stops at the first failure, rolling back what the runner would. */
export async function runMigrations(
  server: LocalServer,
  database: string,
  files: readonly MigrationFile[],
  delivery: Delivery,
): Promise<MigrationOutcome> {
  const client = await server.connect(database, `runner (${delivery})`);
  const notices: string[] = [];
  client.on('notice', ({ severity, code, message }) => {
    notices.push(`${severity ?? ''} ${code ?? ''}: ${message ?? ''}`);
  });
  const applied: string[] = [];
  try {
    if (delivery === 'drizzle') return { ...(await runDrizzle(client, files)), notices };
    for (const file of files) {
      try {
        await send(client, file, delivery);
      } catch (error: unknown) {
        // The warning that there is nothing to roll back is not the migration's.
        const said = [...notices];
        await client.query('ROLLBACK');
        return { applied, failure: describeFailure(error, file), notices: said };
      }
      applied.push(file.name);
    }
    return { applied, notices };
  } finally {
    await client.end();
  }
}

async function send(
  client: pg.Client,
  file: MigrationFile,
  delivery: Exclude<Delivery, 'drizzle'>,
): Promise<void> {
  const texts = file.statements.map(({ text }) => text);
  switch (delivery) {
    case 'one-query':
      await client.query(joined(texts));
      return;
    case 'autocommit':
      await sendEach(client, texts);
      return;
    case 'transaction':
      await client.query('BEGIN');
      await sendEach(client, texts);
      await client.query('COMMIT');
      return;
    case 'transaction-one-query':
      await client.query('BEGIN');
      await client.query(joined(texts));
      await client.query('COMMIT');
      return;
    case 'pipeline':
      await client.query('RESET ALL');
      await sendPipelines(client, [texts]);
      return;
    case 'supabase':
      await client.query('RESET ALL');
      await sendPipelines(client, supabaseBatches(texts));
      return;
  }
}

/** A failed statement that is told apart by its place in the file. */
class StatementError extends Error {
  constructor(
    readonly statement: number | undefined,
    override readonly cause: unknown,
  ) {
    super('A statement failed.');
  }
}

async function sendEach(client: pg.Client, texts: readonly string[]): Promise<void> {
  for (const [index, text] of texts.entries()) {
    try {
      await client.query(text);
    } catch (error: unknown) {
      throw new StatementError(index, error);
    }
  }
}

async function sendPipelines(client: pg.Client, batches: readonly (readonly string[])[]): Promise<void> {
  let first = 0;
  for (const batch of batches) {
    try {
      await sendPipeline(client, batch);
    } catch (error: unknown) {
      const inBatch = failedStatement(error);
      throw new StatementError(inBatch === undefined ? undefined : first + inBatch, error);
    }
    first += batch.length;
  }
}

/** The statements that Supabase's CLI recognises as unable to run in a pipeline: by their first words, nothing else. */
const runsAlone = [
  /^CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY/,
  /^DROP\s+INDEX\s+CONCURRENTLY/,
  /^REINDEX(?:\s|\().*\sCONCURRENTLY/,
  /^VACUUM/,
  /^ALTER\s+SYSTEM/,
  /^CLUSTER/,
];

function supabaseBatches(texts: readonly string[]): string[][] {
  const batches: string[][] = [[]];
  for (const text of texts) {
    const words = text.replace(/^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/, '').toUpperCase();
    if (runsAlone.some((pattern) => pattern.test(words))) batches.push([text], []);
    else batches.at(-1)?.push(text);
  }
  return batches;
}

async function runDrizzle(
  client: pg.Client,
  files: readonly MigrationFile[],
): Promise<Omit<MigrationOutcome, 'notices'>> {
  await client.query('BEGIN');
  for (const file of files) {
    const chunks = file.statements.flatMap(({ text }) => text.split('--> statement-breakpoint'));
    try {
      await sendEach(client, chunks);
      if (file === files.at(-1)) await client.query('COMMIT');
    } catch (error: unknown) {
      await client.query('ROLLBACK');
      return { applied: [], failure: describeFailure(error, file) };
    }
  }
  return { applied: files.map(({ name }) => name) };
}

/** An extra semicolon is no statement, and a new line ends a comment that would swallow it. */
function joined(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n;`).join('\n');
}

function describeFailure(error: unknown, file: MigrationFile): NonNullable<MigrationOutcome['failure']> {
  const cause = error instanceof StatementError ? error.cause : error;
  // What has no SQLSTATE is a broken connection or a timeout: not the migration's failure, but the test's.
  if (!(cause instanceof Error && 'code' in cause)) throw cause;
  const statement = error instanceof StatementError ? error.statement : undefined;
  return {
    file: file.name,
    ...(statement === undefined ? {} : { statement }),
    code: String(cause.code),
    message: cause.message,
  };
}
