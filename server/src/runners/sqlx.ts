import type { SourceFile } from '../sql/source';
import { insert, lineBreakOf } from '../sql/text';
import { withAtlasSum } from './atlas/sum';
import { asOneQuery, inTransaction, schedule } from './sending/delivery';
import { shortLabelOf } from './label';
import type { FileDraft, Mark } from './placing/layout';
import { asDown, isManaged } from './sending/managed';
import { crateFolder, crateVersion, usesCrate } from './files/manifests';
import { lineRange, removal, withoutIndent } from './sending/marker-words';
import { slug } from './files/naming';
import { compareNumbers, nextNumbers } from './files/numbered';
import { beforeDown, createPair, directionOf, emptyDownFiles, pairCompanion } from './files/pairs';
import { filesIn, foldersIn, isFile, join, nameOf, parentOf, upwards } from './files/paths';
import { placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type { FileChange, FileTree, MarkerProblem, NewFileSite, Project, Runner } from './runner';
import { markerLines } from './sending/sections';
import { isAtLeast, repositoryFolders } from './files/versions';
import { checksumFails, stops, valueOf } from './standing/clashes';

/** Names that sqlx takes for migrations; it skips all others. */
const fileName = /^\d+_.*\.sql$/;

const crates = ['sqlx', 'sqlx-core'];

/** The first bytes of a file that runs without a transaction; before anything else, also a blank line, it means nothing. */
const noTransaction = '-- no-transaction';

/** A comment that is meant to be it; not what people say to each other. */
const markPattern = /^[ \t]*--[ \t]*no-transaction[ \t]*\r?$/gm;

/** sqlx: `sqlx migrate run`, and `sqlx::migrate!()` in a Rust program. */
export const sqlx: Runner = {
  id: 'sqlx',
  label: 'sqlx',
  assumedVersion: '0.8',
  docs: {
    summary:
      'Sends each file as one query in a transaction; a file that begins with `-- no-transaction` without, since 0.8.',
    references: [
      'https://docs.rs/sqlx/latest/sqlx/macro.migrate.html',
      'https://github.com/launchbadge/sqlx/pull/3181',
    ],
  },

  watches: ['sqlx.toml', 'Cargo.toml', 'Cargo.lock', 'go.mod'],

  recognise(path, tree) {
    const folder = migrationsFolder(path, tree);
    if (folder === undefined) return undefined;
    return {
      runner: sqlx,
      root: crateFolder(folder, tree) ?? parentOf(folder),
      folder,
      version: crateVersion(crates, folder, tree),
      postgresVersion: undefined,
    };
  },

  migrations: ({ folder }, tree) => migrationsIn(folder, tree),

  before: (path, { folder }, tree) => beforeDown(path, migrationsIn(folder, tree)),

  schedule(file, project, path) {
    const isOutside = knowsMark(project) && file.text.startsWith(noTransaction);
    const result = schedule(file, isOutside ? asOneQuery(file) : inTransaction(asOneQuery(file)));
    return path !== undefined && directionOf(path) === 'down' ? asDown(result) : result;
  },

  refuses(statement, index, scheduled, project) {
    return refusalOf(statement, index, scheduled, () => {
      const label = shortLabelOf(project);
      const { postgresVersion } = project;
      if (!isManaged(scheduled)) {
        return {
          because:
            scheduled.statements[index]?.block === 'explicit'
              ? 'The file opens a transaction block with BEGIN'
              : 'sqlx sends the whole file as one query, which is a transaction also with "-- no-transaction"',
          instead: 'Give it a migration of its own.',
          postgresVersion,
        };
      }
      return {
        because: `${label} sends the file in a transaction`,
        instead: knowsMark(project)
          ? 'Give it a migration of its own that begins with "-- no-transaction".'
          : 'Upgrade to sqlx 0.8 or newer.',
        postgresVersion,
      };
    });
  },

  markers: { pattern: markPattern, problems },

  places(steps, site) {
    const checksum = 'sqlx stops at a file whose checksum has changed.';
    return placesOf(steps, site, {
      addFiles,
      checksum,
      records: true,
      ...(knowsMark(site.project) ? { mark } : {}),
    });
  },

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => addFiles([{ name, text: '', steps: [] }], site).changes,

  companion: (kind, path) => pairCompanion(kind, path, 'sqlx'),

  markerWords: (project) =>
    knowsMark(project)
      ? [{ text: '-- no-transaction', detail: 'the file runs outside a transaction', isHeader: true }]
      : [],

  bookkeeping: {
    versionOf: valueOf,
    twice: stops('sqlx stops at the second, which it takes for a changed first.'),
    changed: checksumFails('sqlx stops, because the checksum is another one.'),
  },
};

const mark: Mark = {
  edit: (text) =>
    text.startsWith(noTransaction) ? undefined : insert(0, `${noTransaction}${lineBreakOf(text)}`),
};

function problems({ text }: SourceFile, project: Project): readonly MarkerProblem[] {
  return markerLines(text, markPattern).flatMap((line): readonly MarkerProblem[] => {
    if (line.start === 0 && line.text.startsWith(noTransaction)) {
      if (knowsMark(project)) return [];
      const message = `${shortLabelOf(project)} does not know "${noTransaction}", which 0.8 has brought.`;
      return [{ range: withoutIndent(line), message, isFatal: false }];
    }
    const message = `sqlx looks for "${noTransaction}" in the first bytes of the file only; here it has no effect.`;
    // The line moves, and nothing is lost when the file has one at its top already.
    const moved = text.startsWith(noTransaction) ? [] : [insert(0, `${noTransaction}${lineBreakOf(text)}`)];
    const edits =
      line.start === 0 ? [{ range: lineRange(line), text: noTransaction }] : [...moved, removal(line, text)];
    const repair = { title: `Write "${noTransaction}" at the very top`, edits };
    return [{ range: withoutIndent(line), message, isFatal: false, repair }];
  });
}

function knowsMark({ version }: Project): boolean {
  return version === undefined || isAtLeast(version, 0, 8);
}

function migrationsFolder(path: string, tree: FileTree): string | undefined {
  if (/\.sql$/i.test(path) && tree.list(path).length === 0) {
    const folder = parentOf(path);
    return fileName.test(nameOf(path)) && isOfSqlx(folder, tree) ? folder : undefined;
  }
  return [path, join(path, 'migrations')].find(
    (folder) => migrationsIn(folder, tree).length > 0 && isOfSqlx(folder, tree),
  );
}

/** The names alone are those of many runners; what tells sqlx is the Rust project around. */
function isOfSqlx(folder: string, tree: FileTree): boolean {
  if (usesCrate(crates, folder, tree)) return true;
  for (const above of repositoryFolders(folder, tree)) {
    if (isFile(join(above, 'sqlx.toml'), tree) || foldersIn(above, tree).includes('.sqlx')) return true;
    if (isFile(join(above, 'Cargo.toml'), tree) || isFile(join(above, 'go.mod'), tree)) return false;
  }
  // Without the manifests, as in a sparse checkout: the folder of a Rust workspace is called so.
  return nameOf(folder) === 'migrations' && [...upwards(folder)].some((above) => nameOf(above) === 'crates');
}

function migrationsIn(folder: string, tree: FileTree): readonly string[] {
  const names = filesIn(folder, tree).filter((name) => fileName.test(name) && directionOf(name) !== 'down');
  return [...names].sort(compareNumbers).map((name) => join(folder, name));
}

/** New migrations are in pairs where the others are. */
function addFiles(
  files: readonly FileDraft[],
  { project: { folder }, tree, now }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const names = filesIn(folder, tree).filter((name) => fileName.test(name));
  const versions = nextNumbers(names, files.length, now);
  const inPairs = names.some((name) => directionOf(name) !== undefined);
  return {
    changes: files.flatMap(({ name, text }, index): readonly FileChange[] => {
      const base = `${versions[index] ?? ''}_${slug(name)}`;
      return inPairs
        ? createPair(folder, base, text)
        : [{ kind: 'create', path: join(folder, `${base}.sql`), text }];
    }),
    notes: inPairs ? [emptyDownFiles] : [],
  };
}
