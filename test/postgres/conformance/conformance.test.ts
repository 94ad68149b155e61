import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../../server/src/sql/parse';
import { needsShared } from '../../shared';
import { testedMajors, useServer } from '../servers';
import { projects } from './projects';
import { runProject } from './run';

before(loadGrammar);

/** Small projects on which Lockstep and the servers agree to the last statement. */
const tested = ['chirpstack', 'ftl'];

/** Of all projects together at least so many statements go through. */
const executedAtLeast = 440;

for (const major of testedMajors) {
  describe(`PostgreSQL ${major}`, { timeout: 120_000, skip: needsShared('corpus') }, () => {
    const server = useServer(major);

    test('every statement of real projects does what is predicted', async (context) => {
      const results = [];
      for (const project of projects.filter(({ name }) => tested.includes(name))) {
        results.push(await runProject(server(), major, project));
      }
      const remarks = results.flatMap(({ disagreements, unknown }) => [...disagreements, ...unknown]);
      assert.deepEqual(remarks, []);
      const executed = results.reduce((sum, result) => sum + result.executed, 0);
      assert.ok(executed >= executedAtLeast, `${executed} statements were executed`);
      context.diagnostic(`${executed} statements agree`);
    });
  });
}
