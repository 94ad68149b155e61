import { readdirSync } from 'node:fs';
import path from 'node:path';
import { recognise } from '../../server/src/runners';
import { parseFile } from '../../server/src/sql/parse';
import { Workspace } from '../../server/src/workspace/workspace';
import { migrationsOf, projects } from '../postgres/conformance/projects';
import { root, sqlFiles } from '../shared';
import { type Migration, migrationsIn } from './truth';

/** Migrations after which the replayed catalog is to be the server's. */
export interface TruthCase {
  readonly name: string;
  readonly migrations: () => readonly Migration[];
}

/** Names that the server chooses and what DDL takes with it, a squashed history as pg_dump writes it, and so on. */
export const scripts: readonly TruthCase[] = [
  'names-and-consequences',
  'functions',
  'objects',
  'queries',
  'baseline',
].map((name) => ({
  name,
  migrations: () => migrationsIn(__dirname, (file) => file.endsWith(`${name}.sql`)),
}));

export const examples: readonly TruthCase[] = readdirSync(path.join(root, 'examples'), {
  withFileTypes: true,
})
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, migrations: () => upOf(path.join(root, 'examples', name)) }));

/** These lie beside the checkout. */
export const realProjects: readonly TruthCase[] = projects.map((project) => ({
  name: project.name,
  // What Supabase's platform has is there already.
  migrations: () => migrationsOf(project).filter(({ file }) => file !== 'supabase.sql'),
}));

/** What the project's runner runs, in its order, without what undoes it. */
function upOf(folder: string): readonly Migration[] {
  const { tree } = new Workspace(new Map());
  const project = recognise(sqlFiles(folder)[0] ?? folder, tree);
  return project.runner.migrations(project, tree).map((file) => {
    const read = parseFile(tree.read(file) ?? '', project.runner);
    const { statements } = project.runner.schedule(read, project);
    const up = read.statements.filter((_, index) => statements[index]?.section !== 'down');
    const text = up.map(({ start, end }) => `${read.text.slice(start, end)};\n`).join('');
    return { file: path.relative(folder, file), text };
  });
}
