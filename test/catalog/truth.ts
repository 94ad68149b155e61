import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { btree_gist as btreeGist } from '@electric-sql/pglite/contrib/btree_gist';
import { pg_trgm as trigrams } from '@electric-sql/pglite/contrib/pg_trgm';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { uuid_ossp as uuid } from '@electric-sql/pglite/contrib/uuid_ossp';
import { Catalog } from '../../server/src/catalog/catalog';
import { replay, startFile } from '../../server/src/catalog/replay';
import type { Column, Relation } from '../../server/src/catalog/relation';
import { formatType } from '../../server/src/postgres/types';
import { parseFile } from '../../server/src/sql/parse';
import { sqlFiles } from '../shared';

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
export interface Truth {
  readonly statements: number;
  /** Statements that this server refused; they were not replayed. */
  readonly refused: number;
  /** Tables, columns, constraints and indexes that both have, with all that is compared. */
  readonly agreeing: number;
  readonly onlyServer: readonly string[];
  readonly onlyLockstep: readonly string[];
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

/** Runs migrations on PGlite statement by statement, and replays those that it accepts. */
export async function compareWithServer(migrations: readonly Migration[]): Promise<Truth> {
  const database = await PGlite.create({ extensions: { citext, btreeGist, trigrams, pgcrypto, uuid } });
  try {
    const catalog = new Catalog();
    let statements = 0;
    let refused = 0;
    const files = [{ file: 'platform.sql', text: supabase }, ...migrations];
    for (const { file, text } of files) {
      startFile(catalog, file);
      await database.exec('RESET ALL');
      for (const [index, { start, end, parsed }] of parseFile(text).statements.entries()) {
        const { statement } = parsed;
        // COPY FROM STDIN would wait for ever; without transactions each refusal stands alone.
        if (
          statement === undefined ||
          statement.kind === 'TransactionControl' ||
          statement.command === 'COPY'
        )
          continue;
        statements++;
        try {
          await database.exec(text.slice(start, end));
        } catch {
          refused++;
          continue;
        }
        replay(statement, catalog, { file, statement: index });
      }
    }
    return { statements, refused, ...compare(await serverLines(database), catalogLines(catalog)) };
  } finally {
    await database.close();
  }
}

interface Lines {
  readonly lines: ReadonlySet<string>;
  /** Tables of which not all is known; what hangs on them is left out on both sides. */
  readonly incomplete: ReadonlySet<string>;
}

function compare(
  server: readonly string[],
  { lines, incomplete }: Lines,
): Omit<Truth, 'statements' | 'refused'> {
  const isCompared = (line: string) => !incomplete.has(line.split(' ')[1] ?? '');
  const expected = new Set(server.filter(isCompared));
  const actual = new Set([...lines].filter(isCompared));
  return {
    agreeing: [...expected].filter((line) => actual.has(line)).length,
    onlyServer: [...expected].filter((line) => !actual.has(line)),
    onlyLockstep: [...actual].filter((line) => !expected.has(line)),
  };
}

const tableKinds = new Set<Relation['kind']>(['table', 'partitioned table']);

function catalogLines(catalog: Catalog): Lines {
  const lines = new Set<string>();
  const incomplete = new Set<string>();
  for (const relation of catalog.allRelations()) {
    if (!tableKinds.has(relation.kind) || relation.persistence === 'temporary') continue;
    const table = `${relation.schema}.${relation.name}`;
    if (!relation.isComplete) {
      incomplete.add(table);
      continue;
    }
    lines.add(`table ${table}`);
    for (const column of relation.columns) lines.add(`column ${table} ${columnText(column)}`);
    for (const { type, name, isValid, columns } of relation.constraints) {
      if (type === 'NOT NULL') continue;
      const keys = type === 'CHECK' ? '' : ` (${columns.join(', ')})`;
      lines.add(`constraint ${table} ${name} ${type}${keys}${isValid ? '' : ' NOT VALID'}`);
    }
    for (const index of relation.indexes) {
      const keys = index.columns.map(({ column }) => column ?? '*').join(', ');
      const partial = index.predicate === undefined ? '' : ' partial';
      lines.add(
        `index ${table} ${index.name}${index.unique ? ' unique' : ''} ${index.method} (${keys})${partial}`,
      );
    }
  }
  return { lines, incomplete };
}

function columnText({ name, type, notNull, default: fallback, identity, generated }: Column): string {
  const written = type === undefined ? '?' : formatType(type).replaceAll('"', '');
  const extras = [
    notNull ? ' not null' : '',
    fallback === undefined ? '' : ' default',
    identity === undefined ? '' : ` identity ${identity}`,
    generated === undefined ? '' : ` generated ${generated}`,
  ];
  return `${name} ${written}${extras.join('')}`;
}

/** The same lines, as the server's catalog has them. */
const queries = [
  `SELECT 'table ' || nspname || '.' || relname AS line
   FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p') AND user_schema(nspname)`,
  `SELECT 'column ' || nspname || '.' || relname || ' ' || attname || ' '
     || replace(regexp_replace(format_type(atttypid, atttypmod), '^("?[[:alnum:]_-]+"?)[.]', ''), '"', '')
     || CASE WHEN attnotnull AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.oid AND contype = 'n'
          AND conkey = ARRAY[attnum] AND NOT convalidated) THEN ' not null' ELSE '' END
     || CASE WHEN atthasdef AND attgenerated = '' THEN ' default' ELSE '' END
     || CASE attidentity WHEN 'a' THEN ' identity always' WHEN 'd' THEN ' identity by default' ELSE '' END
     || CASE attgenerated WHEN 's' THEN ' generated stored' WHEN 'v' THEN ' generated virtual' ELSE '' END AS line
   FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped AND user_schema(nspname)`,
  `SELECT 'constraint ' || nspname || '.' || relname || ' ' || conname || ' '
     || CASE contype WHEN 'c' THEN 'CHECK' WHEN 'f' THEN 'FOREIGN KEY' WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'EXCLUDE' END
     || CASE contype WHEN 'c' THEN '' ELSE ' (' || coalesce((
          SELECT string_agg(attname, ', ' ORDER BY place) FROM unnest(conkey) WITH ORDINALITY AS key (attnum, place)
          JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = key.attnum), '') || ')' END
     || CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END AS line
   FROM pg_constraint JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace
   WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND relkind IN ('r', 'p') AND user_schema(nspname)
     AND (contype <> 'f' OR conparentid = 0 OR (SELECT conrelid FROM pg_constraint up WHERE up.oid = pg_constraint.conparentid) <> conrelid)`,
  `SELECT 'index ' || nspname || '.' || t.relname || ' ' || i.relname || CASE WHEN indisunique THEN ' unique' ELSE '' END
     || ' ' || amname || ' (' || (
          SELECT string_agg(CASE WHEN key.attnum = 0 THEN '*' ELSE attname END, ', ' ORDER BY place)
          FROM unnest(indkey::int2[]) WITH ORDINALITY AS key (attnum, place)
          LEFT JOIN pg_attribute a ON a.attrelid = indrelid AND a.attnum = key.attnum
          WHERE place <= indnkeyatts) || ')'
     || CASE WHEN indpred IS NULL THEN '' ELSE ' partial' END AS line
   FROM pg_index JOIN pg_class i ON i.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
   JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_am ON pg_am.oid = i.relam
   WHERE t.relkind IN ('r', 'p') AND user_schema(nspname)`,
];

async function serverLines(database: PGlite): Promise<readonly string[]> {
  const lines: string[] = [];
  // With an empty path every type has its schema, which the query then takes off.
  await database.exec(`SET search_path = ''`);
  for (const query of queries) {
    const isUsers = `nspname !~ '^pg_' AND nspname <> 'information_schema'`;
    const { rows } = await database.query(query.replace(/user_schema\(nspname\)/, isUsers));
    lines.push(...(rows as { line: string }[]).map(({ line }) => line));
  }
  return lines;
}
