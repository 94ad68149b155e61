import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { shared } from '../shared';
import type { Migration } from './truth';

/** Catalogs are compared after each so many statements: many tests drop in the end what they have made. */
export const every = 40;

/** PostgreSQL's regression tests of DDL that PGlite runs. */
export const files: readonly string[] = [
  'alter_table',
  'cluster',
  'constraints',
  'create_function_sql',
  'create_procedure',
  'create_schema',
  'create_table',
  'create_table_like',
  'create_view',
  'dependency',
  'drop_if_exists',
  'enum',
  'fast_default',
  'foreign_key',
  'generated',
  'identity',
  'index_including',
  'indexing',
  'inherit',
  'matview',
  'namespace',
  'plpgsql',
  'polymorphism',
  'privileges',
  'publication',
  'replica_identity',
  'rowsecurity',
  'rules',
  'sequence',
  'temp',
  'triggers',
  'truncate',
  'typed_table',
  'updatable_views',
];

/** What is behind these words is left out. */
const cuts: Readonly<Record<string, readonly [words: string, why: string] | undefined>> = {
  create_function_sql: [
    'RESET SESSION AUTHORIZATION',
    'the role of before does not come back in PGlite, which has no other session',
  ],
  create_table: [
    '-- likewise for columns used in partition expressions',
    'DROP DOMAIN CASCADE takes a table whose rows are divided by an expression',
  ],
  inherit: [
    "-- Check that we allow access to a child table's statistics",
    'who has been granted something revokes it, which has no effect',
  ],
  matview: ['-- INSERT privileges if relation owner', 'EXPLAIN ANALYZE makes views'],
};

const folder = path.join(shared, 'corpus/pgregress/pganalyze__libpg_query/test/sql/postgres_regress');

/** The statements of one of them. */
export function regressionTest(name: string): Migration {
  const whole = readFileSync(path.join(folder, `${name}.sql`), 'utf8');
  const [words] = cuts[name] ?? [];
  const end = words === undefined ? whole.length : whole.indexOf(words);
  assert.ok(end > 0);
  // Without what psql does by itself.
  return { file: `${name}.sql`, text: whole.slice(0, end).replaceAll(/^\\.*$/gm, '') };
}
