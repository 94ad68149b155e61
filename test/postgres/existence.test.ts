import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { codesOfExistence, judge, type Verdict } from '../rules/existence';
import { needsShared } from '../shared';
import { migrationsOf, projects } from './conformance/projects';

before(loadGrammar);

/** Of what the server refuses for what is there or is not there, at least so much is reported, of all projects together. */
const leastRecall = 0.9;

describe(
  'what is there and what is not, in migrations of real projects',
  { skip: needsShared('corpus') },
  () => {
    const refused: Verdict[] = [];

    for (const project of projects) {
      // Sent twice, most of a file fails the second time: what it makes is there, and what it drops is not.
      test(project.name, { timeout: 300_000 }, async (context) => {
        const verdicts = await judge(migrationsOf(project), 2);
        const accepted = verdicts.filter(({ refusal }) => refusal === undefined);
        assert.deepEqual(
          accepted.filter(({ errors, warnings }) => errors.length + warnings.length > 0),
          [],
          'Reported, and the server went through with it',
        );
        const ours = verdicts.filter(({ refusal }) => codesOfExistence.has(refusal?.code ?? ''));
        refused.push(...ours);
        context.diagnostic(`silent on ${accepted.length} statements that run; ${recallOf(ours)}`);
      });
    }

    test('what is refused is reported', (context) => {
      context.diagnostic(recallOf(refused));
      assert.ok(refused.filter(isReported).length >= leastRecall * refused.length, recallOf(refused));
    });
  },
);

function isReported({ errors, warnings }: Verdict): boolean {
  return errors.length + warnings.length > 0;
}

function recallOf(refused: readonly Verdict[]): string {
  const errors = refused.filter((verdict) => verdict.errors.length > 0).length;
  const warnings = refused.filter(isReported).length - errors;
  return `of ${refused.length} that are refused ${errors} are errors and ${warnings} are warnings`;
}
