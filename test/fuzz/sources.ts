import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root, shared, sqlFiles } from '../shared';
import type { ProjectFiles } from './replay';

/** A real project, of which a part is taken at a time. */
export interface Source {
  readonly name: string;
  readonly folder: string;
  /** Small migrations, in the order of their paths. */
  readonly migrations: readonly string[];
  /** What stands beside them: configuration, journals, lock files. */
  readonly others: readonly string[];
}

/** So large a file may be, in bytes. */
const largestMigration = 8000;
const largestOther = 200_000;

/** How many migrations of a project are taken at once: typing in the first costs the replay of the others. */
const windowSize = 10;

/** Real projects: those of the corpus where it lies beside the checkout, and the examples. */
export function sources(): readonly Source[] {
  const corpus = path.join(shared, 'corpus');
  const repositories = existsSync(corpus) ? foldersIn(corpus).flatMap(foldersIn) : [];
  const examples = foldersIn(path.join(root, 'examples'));
  return [...repositories, ...examples].map(sourceOf).filter(({ migrations }) => migrations.length > 1);
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
}

function sourceOf(folder: string): Source {
  const files = readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  const isSmall = (file: string, most: number): boolean => statSync(file).size <= most;
  const isSql = (file: string): boolean => file.endsWith('.sql');
  return {
    name: path.relative(path.join(folder, '../..'), folder),
    folder,
    migrations: files.filter((file) => isSql(file) && isSmall(file, largestMigration)),
    others: files.filter((file) => !isSql(file) && isSmall(file, largestOther)),
  };
}

/** Some migrations of a project, one after the other, with what stands beside them. */
export function partOf({ folder, migrations, others }: Source, from: number): ProjectFiles {
  const start = from % Math.max(1, migrations.length - windowSize + 1);
  const files = [...others, ...migrations.slice(start, start + windowSize)];
  return Object.fromEntries(files.map((file) => [path.relative(folder, file), readFileSync(file, 'utf8')]));
}

/** Real texts, for pasting and cutting. */
export function realTexts(): readonly string[] {
  const fixtures = sqlFiles(path.join(root, 'test/rules'));
  const migrations = sources().flatMap(({ migrations: all }) => all);
  const step = Math.max(1, Math.floor(migrations.length / 400));
  const files = [...fixtures, ...migrations.filter((_, index) => index % step === 0)];
  return files.map((file) => readFileSync(file, 'utf8')).filter((text) => text.length < largestMigration);
}
