import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { backfills, checkBackfill } from '../rewrites/backfills';
import type { Database } from '../rewrites/bench';
import { checkConstraintSteps, constraintStatements } from '../rewrites/constraint-steps';
import { checkRemoval, nativeRemovals, removals } from '../rewrites/removals';
import { testedMajors, useServer } from './servers';

before(loadGrammar);

for (const major of testedMajors) {
  describe(`rewrites on PostgreSQL ${major}`, () => {
    const server = useServer(major);
    let database: Database | undefined;
    const current = (): Database => database ?? assert.fail();
    before(async () => {
      await server().createDatabase('rewrites');
      const client = await server().connect('rewrites');
      database = { exec: (sql) => client.query(sql), query: (sql) => client.query(sql) };
    });
    after(() => {
      database = undefined;
    });

    const isSupported = (sql: string): boolean => major >= 15 || !/NULLS (?:NOT )?DISTINCT/.test(sql);
    for (const removal of [...removals, ...nativeRemovals].filter(({ index }) => isSupported(index))) {
      test(removal.name, () => checkRemoval(current(), removal));
    }
    for (const backfill of backfills) {
      test(`a backfill ${backfill.name}`, () => checkBackfill(current(), backfill));
    }
    for (const sql of constraintStatements.filter(isSupported)) {
      test(`the same catalog: ${sql}`, () => checkConstraintSteps(current(), sql, major));
    }
  });
}
