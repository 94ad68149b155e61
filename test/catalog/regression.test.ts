// Group: pglite
// The catalog beside the server's on PostgreSQL's own regression tests, where every form of DDL stands, right and wrong.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared, shared } from '../shared';
import { compareWithServer } from './truth';

/** They are compared after each so many statements: many tests drop in the end what they have made. */
const every = 40;

/** The files. */
const files: readonly string[] = [
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

/** Relations of which not all is known. */
const incomplete: Readonly<Record<string, readonly string[] | undefined>> = {
  alter_table: ['public.constraint_rename_test', 'public.pg_class'],
};

before(loadGrammar);

describe('regression tests of PostgreSQL', { skip: needsShared('corpus') }, () => {
  const folder = path.join(shared, 'corpus/pgregress/pganalyze__libpg_query/test/sql/postgres_regress');
  for (const name of files) {
    test(name, async (context) => {
      const whole = readFileSync(path.join(folder, `${name}.sql`), 'utf8');
      const [words] = cuts[name] ?? [];
      const end = words === undefined ? whole.length : whole.indexOf(words);
      assert.ok(end > 0);
      // Without what psql does by itself.
      const text = whole.slice(0, end).replaceAll(/^\\.*$/gm, '');
      const truth = await compareWithServer([{ file: `${name}.sql`, text }], every);
      assert.deepEqual(truth.onlyServer, [], 'Only the server has these');
      assert.deepEqual(truth.onlyLockstep, [], 'Only Lockstep has these');
      assert.deepEqual(truth.incomplete, incomplete[name] ?? []);
      context.diagnostic(`${truth.agreeing} facts agree`);
    });
  }
});
