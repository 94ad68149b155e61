// Group: pglite
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { recognise } from '../../server/src/runners';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { Workspace } from '../../server/src/workspace/workspace';
import { migrationsOf, projects } from '../postgres/conformance/projects';
import { needsShared, root, sqlFiles } from '../shared';
import refusedByProject from './refused.json';
import { compareWithServer, type Migration, migrationsIn } from './truth';

before(loadGrammar);

/**
 * What PGlite says to statements of a project, and to how many: it lacks extensions, runs them without transactions, so that
 * temporary tables are dropped at once, and has Supabase's roles already.
 */
const refused: Readonly<Record<string, Readonly<Record<string, number>> | undefined>> = refusedByProject;

/** The replayed catalog has the same tables, columns, constraints and indexes as the server's. */
async function assertSame(
  migrations: readonly Migration[],
  expected: Readonly<Record<string, number>> = {},
): Promise<string> {
  const truth = await compareWithServer(migrations);
  assert.deepEqual(truth.onlyServer, [], 'Only the server has these');
  assert.deepEqual(truth.onlyLockstep, [], 'Only Lockstep has these');
  assert.deepEqual(Object.fromEntries(truth.refused), expected);
  const unknown = truth.incomplete.length === 0 ? '' : `, columns unknown: ${truth.incomplete.join(' ')}`;
  return `${truth.agreeing} facts agree after ${truth.statements} statements, ${sum(truth.refused.values())} of them refused${unknown}`;
}

test('names that the server chooses, and what DDL takes with it', async (context) => {
  const script = migrationsIn(__dirname, (file) => file.endsWith('names-and-consequences.sql'));
  context.diagnostic(await assertSame(script));
});

for (const kind of ['functions', 'objects', 'queries']) {
  test(kind, async (context) => {
    const script = migrationsIn(__dirname, (file) => file.endsWith(`${kind}.sql`));
    context.diagnostic(await assertSame(script));
  });
}

test('a squashed history, as pg_dump writes it, with rows', async (context) => {
  const dump = migrationsIn(__dirname, (file) => file.endsWith('baseline.sql'));
  context.diagnostic(await assertSame(dump));
  for (const { text } of dump) {
    // Neither \restrict nor the rows behind COPY are taken for statements.
    const broken = parseFile(text).statements.filter(({ parsed }) => parsed.statement === undefined);
    assert.deepEqual(broken, []);
  }
});

describe('the example projects', () => {
  const examples = readdirSync(path.join(root, 'examples'), { withFileTypes: true });
  for (const { name: example } of examples.filter((entry) => entry.isDirectory())) {
    test(example, async (context) => {
      context.diagnostic(await assertSame(upOf(path.join(root, 'examples', example))));
    });
  }
});

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, number) => total + number, 0);
}

/** What the project's runner runs, in its order, without what undoes it. */
function upOf(folder: string): readonly Migration[] {
  const { tree } = new Workspace(new Map());
  const project = recognise(sqlFiles(folder)[0] ?? folder, tree);
  return project.runner.migrations(project, tree).map((file) => {
    const read = parseFile(tree.read(file) ?? '');
    const { statements } = project.runner.schedule(read, project);
    const up = read.statements.filter((_, index) => statements[index]?.section !== 'down');
    return { file, text: up.map(({ start, end }) => `${read.text.slice(start, end)};\n`).join('') };
  });
}

describe('migrations of real projects', { skip: needsShared('corpus') }, () => {
  for (const project of projects) {
    test(project.name, async (context) => {
      // What Supabase's platform has is there already.
      const migrations = migrationsOf(project).filter(({ file }) => file !== 'supabase.sql');
      context.diagnostic(await assertSame(migrations, refused[project.name]));
    });
  }
});
