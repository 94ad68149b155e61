// Group: pglite
// The catalog beside the server's on PostgreSQL's own regression tests, where every form of DDL stands, right and wrong.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared } from '../shared';
import { agreements } from './agreements';
import { every, files, regressionTest } from './regression';
import { compareDependencies, compareWithServer } from './truth';

const { assertAgreed } = agreements('regression');

/** Relations of which not all is known. */
const incomplete: Readonly<Record<string, readonly string[] | undefined>> = {
  alter_table: ['public.constraint_rename_test', 'public.pg_class'],
};

/** What only pg_depend has: GROUP BY of a primary key lets a query name the other columns, which needs that key. */
const dependenciesUnknown: Readonly<Record<string, readonly string[] | undefined>> = {
  create_view: ['key_dependent_view', 'key_dependent_view_no_cols'].map(
    (view) =>
      `rule _RETURN on view public.${view} -> constraint view_base_table_pkey on table public.view_base_table [n]`,
  ),
};

before(loadGrammar);

describe('regression tests of PostgreSQL', { skip: needsShared('corpus') }, () => {
  for (const name of files) {
    test(name, async (context) => {
      const truth = await compareWithServer([regressionTest(name)], every);
      assert.deepEqual(truth.onlyServer, [], 'Only the server has these');
      assert.deepEqual(truth.onlyLockstep, [], 'Only Lockstep has these');
      assert.deepEqual(truth.incomplete, incomplete[name] ?? []);
      const { onlyServer, onlyLockstep, agreeing } = compareDependencies(truth);
      assert.deepEqual(onlyServer, dependenciesUnknown[name] ?? [], 'Only the server has these dependencies');
      assert.deepEqual(onlyLockstep, [], 'Only Lockstep has these dependencies');
      assertAgreed(name, truth.agreement);
      context.diagnostic(`${truth.agreeing} facts and ${agreeing} dependencies agree`);
    });
  }
});
