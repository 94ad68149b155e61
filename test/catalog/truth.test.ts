import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { needsShared, root, shared } from '../shared';
import { compareWithServer, type Migration, migrationsIn } from './truth';

before(loadGrammar);

/** The replayed catalog has the same tables, columns, constraints and indexes as the server's. */
async function assertSame(migrations: readonly Migration[], refusedAtMost: number): Promise<string> {
  const truth = await compareWithServer(migrations);
  assert.deepEqual(truth.onlyServer, [], 'Only the server has these');
  assert.deepEqual(truth.onlyLockstep, [], 'Only Lockstep has these');
  assert.ok(truth.refused <= refusedAtMost, `${truth.refused} statements were refused`);
  return `${truth.agreeing} facts agree after ${truth.statements} statements, ${truth.refused} of them refused`;
}

test('names that the server chooses, and what DDL takes with it', async (context) => {
  const script = migrationsIn(__dirname, (file) => file.endsWith('names-and-consequences.sql'));
  context.diagnostic(await assertSame(script, 0));
});

test('the example projects', async (context) => {
  context.diagnostic(
    await assertSame(
      migrationsIn(path.join(root, 'examples'), () => true),
      0,
    ),
  );
});

describe('migrations of real projects', { skip: needsShared('corpus') }, () => {
  /** What PGlite refuses needs extensions or objects that it does not have. */
  const projects: readonly (readonly [
    folder: string,
    isMigration: (file: string) => boolean,
    refused: number,
  ])[] = [
    ['supabase/villeheikkila__Tastybytes', () => true, 110],
    ['drizzle/wundergraph__cosmo', () => true, 5],
    ['prisma/langfuse__langfuse', (file) => file.endsWith('migration.sql'), 10],
    ['atlas/openmeterio__openmeter', (file) => !file.includes('down'), 20],
    ['golang-migrate/concourse__concourse', (file) => file.endsWith('up.sql'), 0],
  ];
  for (const [folder, isMigration, refused] of projects) {
    test(folder, async (context) => {
      const migrations = migrationsIn(path.join(shared, 'corpus', folder), isMigration);
      context.diagnostic(await assertSame(migrations, refused));
    });
  }
});
