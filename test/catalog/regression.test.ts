// Group: pglite
// The catalog beside the server's on PostgreSQL's own regression tests, where every form of DDL stands, right and wrong.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared } from '../shared';
import { agreements } from './agreements';
import { every, files, regressionTest } from './regression';
import { compareWithServer } from './truth';

const { assertAgreed } = agreements('regression');

/** Relations of which not all is known. */
const incomplete: Readonly<Record<string, readonly string[] | undefined>> = {
  alter_table: ['public.constraint_rename_test', 'public.pg_class'],
};

before(loadGrammar);

describe('regression tests of PostgreSQL', { skip: needsShared('corpus') }, () => {
  for (const name of files) {
    test(name, async (context) => {
      const truth = await compareWithServer([regressionTest(name)], every);
      assert.deepEqual(truth.onlyServer, [], 'Only the server has these');
      assert.deepEqual(truth.onlyLockstep, [], 'Only Lockstep has these');
      assert.deepEqual(truth.incomplete, incomplete[name] ?? []);
      assertAgreed(name, truth.agreement);
      context.diagnostic(`${truth.agreeing} facts agree`);
    });
  }
});
