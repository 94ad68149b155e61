import { readFileSync } from 'node:fs';
import path from 'node:path';
import { shared, sqlFiles } from '../../shared';

/** A project of the corpus, and what of its files is run. */
export interface Project {
  readonly name: string;
  /** Below the corpus. */
  readonly folder: string;
  /** Whether a file is a migration; its path is relative to the folder. */
  readonly isMigration: (file: string) => boolean;
  /** A file of `preludes/`: what must be in the database before the first migration. */
  readonly prelude?: string;
}

/** One file's part that leads forward. */
export interface Migration {
  readonly file: string;
  readonly text: string;
}

const isUp = (file: string) => /(?:\.up|\/up)\.sql$/.test(file);
const isAny = () => true;

/** The projects that are run, with roles, schemas and extensions that they expect. */
export const projects: readonly Project[] = [
  {
    name: 'chirpstack',
    folder: 'sql-migrate/brocaar__chirpstack-application-server',
    isMigration: isUp,
    prelude: 'chirpstack.sql',
  },
  { name: 'concourse', folder: 'golang-migrate/concourse__concourse', isMigration: isUp },
  { name: 'cosmo', folder: 'drizzle/wundergraph__cosmo', isMigration: isAny },
  { name: 'e2b', folder: 'goose/e2b-dev__infra', isMigration: isAny },
  { name: 'ftl', folder: 'dbmate/TBD54566975__ftl', isMigration: isAny },
  { name: 'graph-node', folder: 'diesel/graphprotocol__graph-node', isMigration: isUp },
  { name: 'lakekeeper', folder: 'sqlx/lakekeeper__lakekeeper', isMigration: isAny },
  { name: 'langfuse', folder: 'prisma/langfuse__langfuse', isMigration: isAny },
  { name: 'openmeter', folder: 'atlas/openmeterio__openmeter', isMigration: isUp },
  {
    name: 'Tastybytes-supabase',
    folder: 'supabase/villeheikkila__Tastybytes',
    isMigration: isAny,
    prelude: 'supabase.sql',
  },
];

/** Where the way back begins: goose, dbmate and sql-migrate have both ways in one file. */
const downMarker = /^--\s*(?:\+goose\s+Down|\+migrate\s+Down|migrate:down)\b/m;

/** The migrations of a project in the order in which its runner applies them. */
export function migrationsOf({ folder, isMigration, prelude }: Project): readonly Migration[] {
  const root = path.join(shared, 'corpus', folder);
  const files = sqlFiles(root).map((file) => path.relative(root, file));
  return [
    ...(prelude === undefined
      ? []
      : [{ file: prelude, text: read(path.join(__dirname, 'preludes', prelude)) }]),
    ...files.filter(isMigration).map((file) => ({ file, text: forward(read(path.join(root, file))) })),
  ];
}

function read(file: string): string {
  return readFileSync(file, 'utf8');
}

function forward(text: string): string {
  const down = downMarker.exec(text);
  const way = down === null ? text : text.slice(0, down.index);
  // What Drizzle cuts at ends a statement, also one without a semicolon.
  return way.replaceAll('--> statement-breakpoint', '; -- statement-breakpoint');
}
