// Alone: it measures who waits for whom.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../../server/src/sql/parse';
import { needsShared } from '../../shared';
import { testedMajors, useServer } from '../servers';
import { projects } from './projects';
import { runProject } from './run';

before(loadGrammar);

/** On the oldest major the smallest are run, on the newest more; `npm run conformance` runs all on all. */
const tested = {
  small: ['chirpstack', 'ftl'],
  large: ['chirpstack', 'concourse', 'e2b', 'ftl', 'graph-node'],
};

/** At least so many statements go through. */
const executedAtLeast = { small: 440, large: 2100 };

/** So many statements are listed in unknowable.json, where all of a file stands under one reason. */
const unknowable: Readonly<Record<string, number | undefined>> = { concourse: 3, 'graph-node': 8 };

for (const major of testedMajors) {
  describe(`PostgreSQL ${major}`, { timeout: 300_000, skip: needsShared('corpus') }, () => {
    const server = useServer(major);

    test('every statement of real projects does what is predicted', async (context) => {
      const size = major === testedMajors.at(-1) ? 'large' : 'small';
      const results = [];
      for (const project of projects) {
        if (tested[size].includes(project.name)) results.push(await runProject(server(), major, project));
      }
      const remarks = results.flatMap(({ disagreements, unknown }) => [...disagreements, ...unknown]);
      assert.deepEqual(remarks, []);
      assert.deepEqual(
        results.flatMap(({ settled }) => settled),
        [],
        'Listed in unknowable.json, and known by now',
      );
      for (const result of results) {
        assert.equal(result.unknowable.length, unknowable[result.project] ?? 0, result.project);
      }
      const executed = results.reduce((sum, result) => sum + result.executed, 0);
      const agreed = results.reduce((sum, result) => sum + result.agreed, 0);
      assert.ok(executed >= executedAtLeast[size], `${executed} statements were executed`);
      context.diagnostic(
        `${agreed} of ${executed} statements agree; of the others nobody can know what they do`,
      );
    });
  });
}
