import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../../server/src/sql/parse';
import { needsShared } from '../../shared';
import { testedMajors, useServer } from '../servers';
import { projects } from './projects';
import { runProject } from './run';

before(loadGrammar);

/** On the oldest major only the smallest are run; `npm run conformance` runs all on all. */
const small = ['chirpstack', 'ftl'];

/** At least so many statements go through, of all projects on the newest major and of the small ones on the oldest. */
const executedAtLeast = { all: 8040, small: 440 };

for (const major of testedMajors) {
  describe(`PostgreSQL ${major}`, { timeout: 300_000, skip: needsShared('corpus') }, () => {
    const server = useServer(major);

    test('every statement of real projects does what is predicted', async (context) => {
      const isWhole = major === testedMajors.at(-1);
      const results = [];
      for (const project of projects) {
        if (isWhole || small.includes(project.name)) results.push(await runProject(server(), major, project));
      }
      const remarks = results.flatMap(({ disagreements, unknown }) => [...disagreements, ...unknown]);
      assert.deepEqual(remarks, []);
      assert.deepEqual(
        results.flatMap(({ settled }) => settled),
        [],
        'Listed in unknowable.json, and known by now',
      );
      const executed = results.reduce((sum, result) => sum + result.executed, 0);
      const agreed = results.reduce((sum, result) => sum + result.agreed, 0);
      const expected = isWhole ? executedAtLeast.all : executedAtLeast.small;
      assert.ok(executed >= expected, `${executed} statements were executed`);
      context.diagnostic(
        `${agreed} of ${executed} statements agree; of the others nobody can know what they do`,
      );
    });
  });
}
