import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { btree_gist as btreeGist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm as trigrams } from '@electric-sql/pglite/contrib/pg_trgm';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { uuid_ossp as uuid } from '@electric-sql/pglite/contrib/uuid_ossp';
import { Catalog } from '../../server/src/catalog/catalog';
import { endTransaction, replay, startFile } from '../../server/src/catalog/replay';
import type { Major } from '../../server/src/postgres/versions';
import { parseFile } from '../../server/src/sql/parse';
import type { Statement } from '../../server/src/sql/statement';
import { sqlFiles } from '../shared';
import { startPglite } from '../pglite';
import {
  catalogDependencies,
  type DependencyLine,
  type QueryLines,
  serverDependencies,
} from './truth-dependencies';
import { catalogLines, type Lines, serverLines } from './truth-lines';

/** What Supabase's migrations find in a new project, as far as they name it. */
const supabase = `
  CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role; CREATE ROLE supabase_admin;
  CREATE SCHEMA auth; CREATE SCHEMA storage; CREATE SCHEMA extensions;
  CREATE TABLE auth.users (id uuid NOT NULL PRIMARY KEY, email text, raw_user_meta_data jsonb, created_at timestamptz);
  CREATE TABLE storage.buckets (id text NOT NULL PRIMARY KEY, name text NOT NULL, public boolean, owner uuid);
  CREATE TABLE storage.objects (id uuid NOT NULL PRIMARY KEY, bucket_id text REFERENCES storage.buckets (id), name text, owner uuid);
  CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
  CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS 'SELECT NULL::text';
  CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT NULL::jsonb';
  CREATE EXTENSION citext; CREATE EXTENSION pg_trgm; CREATE EXTENSION pgcrypto; CREATE EXTENSION "uuid-ossp";
`;

/** How a replayed catalog compares with the one of a real server. */
interface Truth {
  readonly statements: number;
  /** What this server said to statements that it refused, and how often; they were not replayed. */
  readonly refused: ReadonlyMap<string, number>;
  /** Relations, columns, constraints, indexes and so on that both have, with all that is compared. */
  readonly agreeing: number;
  readonly onlyServer: readonly string[];
  readonly onlyLockstep: readonly string[];
  /** Relations whose columns Lockstep says it does not know, so that they are not compared. */
  readonly incomplete: readonly string[];
  readonly agreement: Agreement;
  /** What depends on what at the end, a line each. */
  readonly dependencies: { readonly server: readonly string[]; readonly own: readonly string[] };
}

/** What a replay without a server needs in order to come to the same catalogs, and these. */
export interface Agreement {
  /** The numbers of the statements that the server refused. */
  readonly refused: readonly number[];
  /** A digest of the catalog each time that it was compared. */
  readonly catalogs: readonly string[];
}

export interface Migration {
  readonly file: string;
  readonly text: string;
}

/** The .sql files below `folder` that `isMigration` takes, in the order of their names. */
export function migrationsIn(folder: string, isMigration: (file: string) => boolean): readonly Migration[] {
  return sqlFiles(folder)
    .filter(isMigration)
    .map((file) => ({ file: path.relative(folder, file), text: readFileSync(file, 'utf8') }));
}

/**
 * Runs migrations on PGlite statement by statement, and replays those that it accepts. They are compared at the end, and
 * with `every` also after each so many statements, up to the first difference.
 */
export async function compareWithServer(migrations: readonly Migration[], every = Infinity): Promise<Truth> {
  const database = await startPglite({ citext, btreeGist, trigrams, pgcrypto, uuid });
  try {
    const catalog = new Catalog();
    let statements = 0;
    let checked = 0;
    const refused = new Map<string, number>();
    const agreement = { refused: [] as number[], catalogs: [] as string[] };
    const look = async (): Promise<Omit<Truth, 'statements' | 'refused' | 'agreement' | 'dependencies'>> => {
      const lines = catalogLines(catalog);
      agreement.catalogs.push(digestOf(lines));
      return compare(await serverLines(database), lines);
    };
    for (const one of statementsOfAll(migrations)) {
      if (one.isFirst) await database.exec('RESET ALL');
      statements++;
      try {
        await database.exec(one.text.slice(one.start, one.end));
      } catch (error: unknown) {
        const message = error instanceof Error ? error.message : String(error);
        refused.set(message, (refused.get(message) ?? 0) + 1);
        agreement.refused.push(statements);
        continue;
      }
      replayAlone(catalog, one);
      if (statements % every !== 0) continue;
      const { agreeing, onlyServer, onlyLockstep } = await look();
      checked += agreeing;
      if (onlyServer.length + onlyLockstep.length === 0) continue;
      const place = ` (before line ${one.text.slice(0, one.end).split('\n').length} of ${one.file})`;
      const at = (line: string): string => line + place;
      return {
        ...{ statements, refused, agreeing: checked, incomplete: [], agreement },
        onlyServer: onlyServer.map(at),
        onlyLockstep: onlyLockstep.map(at),
        dependencies: { server: [], own: [] },
      };
    }
    const end = await look();
    await database.exec(`SET search_path = ''`);
    const server = await serverDependencies(async (sql) => (await database.query<DependencyLine>(sql)).rows);
    const dependencies = { server, own: catalogDependencies(catalog, 18) };
    return { statements, refused, ...end, agreeing: end.agreeing + checked, agreement, dependencies };
  } finally {
    await database.close();
  }
}

/** A server that runs SQL, whatever it is. */
interface Database {
  readonly exec: (sql: string) => Promise<unknown>;
  readonly query: QueryLines;
}

/** What depends on what after migrations on this server, which refuses some of their statements. */
export async function dependenciesOn(
  database: Database,
  migrations: readonly Migration[],
  major: Major,
): Promise<Pick<Truth, 'dependencies' | 'incomplete'>> {
  const catalog = new Catalog();
  for (const one of statementsOfAll(migrations)) {
    if (one.isFirst) await database.exec('RESET ALL');
    const isAccepted = await database.exec(one.text.slice(one.start, one.end)).then(
      () => true,
      () => false,
    );
    if (isAccepted) replayAlone(catalog, one);
  }
  await database.exec(`SET search_path = ''`);
  const server = await serverDependencies(database.query);
  const { incomplete } = catalogLines(catalog);
  return { dependencies: { server, own: catalogDependencies(catalog, major) }, incomplete: [...incomplete] };
}

/** What depends on what, beside the server's; what is incomplete is left out. */
export function compareDependencies({
  dependencies: { server, own },
  incomplete,
}: Pick<Truth, 'dependencies' | 'incomplete'>): Pick<Truth, 'agreeing' | 'onlyServer' | 'onlyLockstep'> {
  const [expected, actual] = [new Set(server), new Set(own)];
  const isIncomplete = (line: string): boolean => incomplete.some((name) => line.includes(name));
  return {
    agreeing: server.filter((line) => actual.has(line)).length,
    onlyServer: server.filter((line) => !actual.has(line)).sort(),
    onlyLockstep: own.filter((line) => !expected.has(line) && !isIncomplete(line)).sort(),
  };
}

/** Replays migrations as `compareWithServer` does, without a server. */
export function replayAgreed(
  migrations: readonly Migration[],
  refused: readonly number[],
  every = Infinity,
): Agreement {
  const catalog = new Catalog();
  const catalogs: string[] = [];
  const isRefused = new Set(refused);
  let statements = 0;
  for (const one of statementsOfAll(migrations)) {
    if (isRefused.has(++statements)) continue;
    replayAlone(catalog, one);
    if (statements % every === 0) catalogs.push(digestOf(catalogLines(catalog)));
  }
  catalogs.push(digestOf(catalogLines(catalog)));
  return { refused, catalogs };
}

interface SentAlone extends Migration {
  readonly statement: Statement;
  /** Its number in the file, and where it stands there. */
  readonly index: number;
  readonly start: number;
  readonly end: number;
  /** Whether it is the first of its file. */
  readonly isFirst: boolean;
}

function* statementsOfAll(migrations: readonly Migration[]): Generator<SentAlone> {
  for (const { file, text } of [{ file: 'platform.sql', text: supabase }, ...migrations]) {
    let isFirst = true;
    for (const [index, { start, end, parsed }] of parseFile(text).statements.entries()) {
      const { statement } = parsed;
      // COPY FROM STDIN would wait for ever; without transactions each refusal stands alone.
      if (statement === undefined || statement.kind === 'TransactionControl' || statement.command === 'COPY')
        continue;
      yield { file, text, statement, index, start, end, isFirst };
      isFirst = false;
    }
  }
}

function replayAlone(catalog: Catalog, { file, statement, index }: SentAlone): void {
  if (catalog.file !== file) startFile(catalog, file);
  replay(statement, catalog, { file, statement: index });
  // What is SET LOCAL holds for this statement only.
  endTransaction(catalog);
}

function digestOf({ lines, incomplete }: Lines): string {
  const hash = createHash('sha1');
  for (const line of [...lines, ...incomplete].sort()) hash.update(`${line}\n`);
  return hash.digest('base64').slice(0, 12);
}

function compare(
  server: readonly string[],
  { lines, incomplete }: Lines,
): Omit<Truth, 'statements' | 'refused' | 'agreement' | 'dependencies'> {
  // A column of a query that calls a function of which nothing is known.
  const columnIn = (line: string): string => line.split(' ').slice(0, 3).join(' ');
  const untyped = new Set([...lines].filter((line) => /^column \S+ \S+ \?/.test(line)).map(columnIn));
  const isCompared = (line: string): boolean =>
    !incomplete.has(line.split(' ')[1] ?? '') && !untyped.has(columnIn(line));
  const expected = new Set(server.filter(isCompared));
  const actual = new Set([...lines].filter(isCompared));
  return {
    agreeing: [...expected].filter((line) => actual.has(line)).length,
    onlyServer: [...expected].filter((line) => !actual.has(line)),
    onlyLockstep: [...actual].filter((line) => !expected.has(line)),
    incomplete: [...incomplete],
  };
}
