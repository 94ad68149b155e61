import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Catalog } from '../../server/src/catalog/catalog';
import { displayName } from '../../server/src/catalog/relation';
import { effectsOf } from '../../server/src/effects/effects-of';
import type { Major } from '../../server/src/postgres/versions';
import { loadGrammar } from '../../server/src/sql/parse';
import { catalogAfter, statementsOf } from '../catalog/bench';
import { forms, schema } from './forms';
import { measuredMajors, measuredOn, type Words } from './server-forms';

before(loadGrammar);

const measured = measuredMajors().map((major) => ({ major, forms: measuredOn(major) }));

describe('what real servers did is predicted', () => {
  for (const form of forms) {
    test(form, () => {
      for (const { major, forms: known } of measured) {
        const expected = known.get(form);
        assert.ok(expected, 'It was not measured: UPDATE=1 npm test -- test/postgres/effects.test.ts');
        assert.deepEqual(predicted(form, major), expected, `PostgreSQL ${major}`);
      }
    });
  }
});

let ready: Catalog | undefined;

function predicted(form: string, major: Major): Words {
  ready ??= catalogAfter(schema);
  const [statement] = statementsOf(form);
  assert.ok(statement, form);
  const { locks, rewrites, scans, isKnown } = effectsOf(statement, new Catalog(ready), major);
  assert.ok(isKnown, form);
  return {
    locks: locks.map(({ relation, mode }) => `${displayName(relation)} ${mode}`).sort(),
    rewrites: rewrites.map(displayName).sort(),
    scans: scans.map(displayName).sort(),
  };
}
