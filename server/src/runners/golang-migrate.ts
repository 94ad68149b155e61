import type { SourceFile } from '../sql/source';
import { withAtlasSum } from './atlas/sum';
import { callersOf } from './files/callers';
import { asChunks, asOneQuery, type Message, schedule } from './sending/delivery';
import { shortLabelOf } from './label';
import type { FileDraft } from './placing/layout';
import { asDown } from './sending/managed';
import { slug } from './files/naming';
import { compareNumbers, nextNumbers } from './files/numbered';
import { beforeDown, createPair, directionOf, emptyDownFiles, pairCompanion } from './files/pairs';
import { filesIn, join, nameOf, parentOf } from './files/paths';
import { placesOf } from './placing/places';
import { goModuleFolder, requiredGoModule } from './files/go-modules';
import { refusalOf } from './sending/refusal';
import type { FileChange, FileTree, NewFileSite, Project, Runner } from './runner';
import { isSkipped, notRunAgain, stops, valueOf } from './standing/clashes';

/** Names that golang-migrate takes for migrations; it sorts by the number, and skips all others. */
const fileName = /^(\d+)_(.*)\.(up|down)\.sql$/;

/** Where projects keep their migrations, seen from the root. */
const usualFolders = [
  'migrations',
  'db/migrations',
  'db/migration',
  'database/migrations',
  'internal/db/migrations',
];

/** golang-migrate: the `migrate` program and the Go library. */
export const golangMigrate: Runner = {
  id: 'golang-migrate',
  label: 'golang-migrate',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends each .up.sql file as one query, so that two statements or more share a transaction; x-multi-statement=true cuts it at every semicolon.',
    references: [
      'https://github.com/golang-migrate/migrate/blob/master/database/postgres/README.md',
      'https://github.com/golang-migrate/migrate/issues/284',
    ],
  },

  watches: ['go.mod'],

  recognise(path, tree) {
    const folder = migrationsFolder(path, tree);
    if (folder === undefined) return undefined;
    return {
      runner: golangMigrate,
      root: goModuleFolder(folder, tree) ?? parentOf(folder),
      folder,
      version: requiredGoModule(['github.com/golang-migrate/migrate'], folder, tree),
      postgresVersion: undefined,
      configuration: cutsStatements(folder, tree) ? { 'x-multi-statement': 'true' } : {},
    };
  },

  migrations: ({ folder }, tree) => migrationsIn(folder, tree),

  before: (path, { folder }, tree) => beforeDown(path, migrationsIn(folder, tree)),

  schedule(file, project, path) {
    const result = schedule(file, messages(file, project));
    return path !== undefined && directionOf(path) === 'down' ? asDown(result) : result;
  },

  refuses(statement, index, scheduled, project) {
    const isCut = project.configuration?.['x-multi-statement'] === 'true';
    if (isCut && statement.text.includes(';')) {
      return {
        reason:
          'x-multi-statement=true cuts the file at every semicolon, also inside of a string or a function body.',
        instead: 'Write it without a semicolon inside, or turn x-multi-statement off.',
      };
    }
    return refusalOf(statement, index, scheduled, () => ({
      because:
        scheduled.statements[index]?.block === 'explicit'
          ? 'The file opens a transaction block with BEGIN'
          : `${shortLabelOf(project)} sends the whole file as one query, which is a transaction`,
      instead: 'Give it a migration of its own.',
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, site, { addFiles, records: true }),

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) =>
    withAtlasSum(addFiles([{ name, text: '', steps: [] }], site).changes, site.project.folder, site.tree)
      .changes,

  companion: (kind, path) => pairCompanion(kind, path, 'golang-migrate'),

  bookkeeping: {
    versionOf: valueOf,
    twice: stops('golang-migrate stops at two migrations of one version.'),
    late: () =>
      isSkipped('golang-migrate knows the last version only: a database that is past it never runs it.'),
    changed: notRunAgain('golang-migrate'),
  },
};

function messages(file: SourceFile, { configuration }: Project): readonly Message[] {
  return configuration?.['x-multi-statement'] === 'true' ? asChunks(file, ';') : asOneQuery(file);
}

function migrationsFolder(path: string, tree: FileTree): string | undefined {
  if (fileName.test(nameOf(path))) return parentOf(path);
  if (/\.sql$/i.test(path)) return undefined;
  const folders = [path, ...usualFolders.map((folder) => join(path, folder))];
  return folders.find((folder) => migrationsIn(folder, tree).length > 0);
}

function migrationsIn(folder: string, tree: FileTree): readonly string[] {
  const names = filesIn(folder, tree).filter((name) => fileName.test(name) && directionOf(name) === 'up');
  return [...names].sort(compareNumbers).map((name) => join(folder, name));
}

/** Whether the address of the database, where the project writes it, has `x-multi-statement=true`. */
function cutsStatements(folder: string, tree: FileTree): boolean {
  for (const text of callersOf(folder, tree)) if (/x-multi-statement=true/.test(text)) return true;
  return false;
}

function addFiles(
  files: readonly FileDraft[],
  { project, tree, now }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const { folder } = project;
  const names = filesIn(folder, tree).filter((name) => fileName.test(name));
  const versions = nextNumbers(names, files.length, now);
  const hasDown = names.length === 0 || names.some((name) => directionOf(name) === 'down');
  return {
    changes: files.flatMap(({ name, text }, index) =>
      createPair(folder, `${versions[index] ?? ''}_${slug(name)}`, text, hasDown),
    ),
    notes: hasDown ? [emptyDownFiles] : [],
  };
}
