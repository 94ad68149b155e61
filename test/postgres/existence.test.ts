import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { codesOfExistence, judge } from '../rules/existence';
import { needsShared } from '../shared';
import { migrationsOf, projects } from './conformance/projects';

before(loadGrammar);

/** How many statements of a project run, how many are refused for what is there or is not, and as what those are reported. */
interface Counts {
  readonly run: number;
  readonly refused: number;
  readonly errors: number;
  readonly warnings: number;
}

/** What is refused and neither an error nor a warning is missed. Whoever changes a number says in the commit why. */
const expected: Readonly<Record<string, Counts | undefined>> = {
  chirpstack: { run: 282, refused: 223, errors: 221, warnings: 0 },
  concourse: { run: 858, refused: 464, errors: 461, warnings: 0 },
  cosmo: { run: 1343, refused: 195, errors: 195, warnings: 0 },
  e2b: { run: 749, refused: 57, errors: 49, warnings: 0 },
  ftl: { run: 219, refused: 156, errors: 155, warnings: 0 },
  'graph-node': { run: 833, refused: 345, errors: 247, warnings: 19 },
  lakekeeper: { run: 1287, refused: 297, errors: 249, warnings: 0 },
  langfuse: { run: 1361, refused: 778, errors: 769, warnings: 0 },
  openmeter: { run: 1768, refused: 1039, errors: 1019, warnings: 0 },
  'Tastybytes-supabase': { run: 3193, refused: 639, errors: 535, warnings: 0 },
};

describe(
  'what is there and what is not, in migrations of real projects',
  { skip: needsShared('corpus') },
  () => {
    for (const project of projects) {
      // Sent twice, most of a file fails the second time: what it makes is there, and what it drops is not.
      test(project.name, { timeout: 300_000 }, async () => {
        const verdicts = await judge(migrationsOf(project), 2);
        const accepted = verdicts.filter(({ refusal }) => refusal === undefined);
        assert.deepEqual(
          accepted.filter(({ errors, warnings }) => errors.length + warnings.length > 0),
          [],
          'Reported, and the server went through with it',
        );
        const refused = verdicts.filter(({ refusal }) => codesOfExistence.has(refusal?.code ?? ''));
        const counts: Counts = {
          run: accepted.length,
          refused: refused.length,
          errors: refused.filter(({ errors }) => errors.length > 0).length,
          warnings: refused.filter(({ errors, warnings }) => errors.length === 0 && warnings.length > 0)
            .length,
        };
        assert.deepEqual(counts, expected[project.name]);
      });
    }
  },
);
