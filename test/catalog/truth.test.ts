// Group: pglite
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { needsShared } from '../shared';
import { agreements } from './agreements';
import refusedByProject from './refused.json';
import { compareDependencies, compareWithServer } from './truth';
import { dependenciesUnknown } from './truth-dependencies';
import { examples, realProjects, scripts, type TruthCase } from './truths';

before(loadGrammar);

const { assertAgreed } = agreements('projects');

/**
 * What PGlite says to statements of a project, and to how many: it lacks extensions, runs them without transactions, so that
 * temporary tables are dropped at once, and has Supabase's roles already.
 */
const refused: Readonly<Record<string, Readonly<Record<string, number>> | undefined>> = refusedByProject;

/** The replayed catalog has the same tables, columns, constraints and indexes as the server's. */
function compareAll(cases: readonly TruthCase[]): void {
  for (const { name, migrations } of cases) {
    test(name, async (context) => {
      const truth = await compareWithServer(migrations());
      assert.deepEqual(truth.onlyServer, [], 'Only the server has these');
      assert.deepEqual(truth.onlyLockstep, [], 'Only Lockstep has these');
      assert.deepEqual(Object.fromEntries(truth.refused), refused[name] ?? {});
      const { onlyServer, onlyLockstep, agreeing } = compareDependencies(truth);
      assert.deepEqual(onlyServer, dependenciesUnknown[name] ?? [], 'Only the server has these dependencies');
      assert.deepEqual(onlyLockstep, [], 'Only Lockstep has these dependencies');
      assertAgreed(name, truth.agreement);
      const unknown = truth.incomplete.length === 0 ? '' : `, columns unknown: ${truth.incomplete.join(' ')}`;
      context.diagnostic(
        `${truth.agreeing} facts and ${agreeing} dependencies agree after ${truth.statements} statements, ${truth.agreement.refused.length} of them refused${unknown}`,
      );
    });
  }
}

compareAll(scripts);

test('neither \\restrict nor the rows behind COPY are taken for statements', () => {
  const [dump] = scripts.filter(({ name }) => name === 'baseline').flatMap(({ migrations }) => migrations());
  assert.ok(dump);
  const broken = parseFile(dump.text).statements.filter(({ parsed }) => parsed.statement === undefined);
  assert.deepEqual(broken, []);
});

describe('the example projects', () => {
  compareAll(examples);
});

describe('migrations of real projects', { skip: needsShared('corpus') }, () => {
  compareAll(realProjects);
});
