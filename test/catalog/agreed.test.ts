// Group: tables
// What the catalog was when it was compared with a server, without one: truth.test.ts and regression.test.ts say what differs.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared } from '../shared';
import { agreements } from './agreements';
import { every, files, regressionTest } from './regression';
import { replayAgreed } from './truth';
import { examples, realProjects, scripts, type TruthCase } from './truths';

before(loadGrammar);

function replayAll(kind: 'regression' | 'projects', cases: readonly TruthCase[], each?: number): void {
  const { recorded } = agreements(kind);
  for (const { name, migrations } of cases) {
    test(name, () => {
      const known = recorded(name);
      assert.deepEqual(replayAgreed(migrations(), known.refused, each), known);
    });
  }
}

describe('the catalog is as it was when a server had the same', () => {
  replayAll('projects', [...scripts, ...examples]);

  describe('after the migrations of real projects', { skip: needsShared('corpus') }, () => {
    replayAll('projects', realProjects);
  });

  describe('after the regression tests of PostgreSQL', { skip: needsShared('corpus') }, () => {
    const cases = files.map((name) => ({ name, migrations: () => [regressionTest(name)] }));
    replayAll('regression', cases, every);
  });
});
