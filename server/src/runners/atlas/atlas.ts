import type { SourceFile } from '../../sql/source';
import { insert } from '../../sql/text';
import { firstUnfit, rehashed, withAtlasSum } from './sum';
import { allowsLate, calledWith } from '../files/callers';
import { asQueries, inTransaction, schedule } from '../sending/delivery';
import type { FileDraft, Mark } from '../placing/layout';
import { isManaged } from '../sending/managed';
import { removal, withoutIndent } from '../sending/marker-words';
import { compareNames, nextVersions, slug } from '../files/naming';
import { directionOf } from '../files/pairs';
import { filesIn, isFile, join, nameOf, parentOf } from '../files/paths';
import { placesOf } from '../placing/places';
import { refusalOf } from '../sending/refusal';
import type { FileChange, FileTree, MarkerProblem, NewFileSite, Project, Runner } from '../runner';
import { markerLines } from '../sending/sections';
import { repositoryFolders } from '../files/versions';
import { notRunAgain, stops } from '../standing/clashes';
import type { StandingProblem } from '../standing/bookkeeping';

/** What takes a file out of its transaction, in the header of the file. */
const directive = '-- atlas:txmode none';

/** A comment that is meant to be it. Other directives are for `atlas migrate lint`, whoever runs the file. */
const markPattern = /^[ \t]*(?:--|#)[ \t]*atlas:tx[-_]?mode\b[^\n]*$/gim;

/** Atlas: `atlas migrate apply`. */
export const atlas: Runner = {
  id: 'atlas',
  label: 'Atlas',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs each file in a transaction, statement by statement; without, when its header says `-- atlas:txmode none` and a blank line follows.',
    references: [
      'https://atlasgo.io/versioned/apply',
      'https://atlasgo.io/concepts/migration-directory-integrity',
    ],
  },

  watches: ['atlas.hcl', 'atlas.sum'],

  recognise(path, tree) {
    const folder = migrationsFolder(path, tree);
    if (folder === undefined) return undefined;
    const root = [...repositoryFolders(folder, tree)].find((above) => isFile(join(above, 'atlas.hcl'), tree));
    const mode = transactionMode(folder, tree);
    return {
      runner: atlas,
      root: root ?? parentOf(folder),
      folder,
      version: undefined,
      postgresVersion: devVersion(root, tree),
      isGrouped: mode['tx-mode'] === 'all',
      configuration: { ...mode, ...lateMode(root, folder, tree) },
    };
  },

  migrations({ folder }, tree) {
    const names = [...filesIn(folder, tree)].filter(isMigration).sort(compareNames);
    // A checkpoint is what all files before it build; where those are still there, it would build everything twice.
    const isCheckpoint = (name: string): boolean =>
      /checkpoint/i.test(name) && /atlas:checkpoint/.test(headerOf(tree.read(join(folder, name)) ?? ''));
    return names
      .filter((name, index) => index === 0 || !isCheckpoint(name))
      .map((name) => join(folder, name));
  },

  schedule: (file, project) =>
    schedule(file, isOutside(file.text, project) ? asQueries(file) : inTransaction(asQueries(file))),

  refuses(statement, index, scheduled, project) {
    const isShared = project.configuration?.['tx-mode'] === 'all';
    return refusalOf(statement, index, scheduled, () => ({
      because: !isManaged(scheduled)
        ? 'The file opens a transaction block with BEGIN'
        : isShared
          ? 'Atlas is called with --tx-mode all and runs all pending migrations in one transaction'
          : 'Atlas runs the file in a transaction',
      instead: isShared
        ? 'Call it with --tx-mode file, and give the statement a migration of its own.'
        : `Give it a migration of its own that begins with "${directive}" and a blank line.`,
      postgresVersion: project.postgresVersion,
    }));
  },

  markers: { pattern: markPattern, problems },

  places: (steps, site) =>
    placesOf(steps, site, {
      addFiles,
      checksum: 'Atlas stops at a file that has changed.',
      records: true,
      ...(site.project.configuration?.['tx-mode'] === 'all' ? {} : { mark }),
    }),

  afterPlacing: withAtlasSum,

  newMigration: (name, site) =>
    withAtlasSum(addFiles([{ name, text: '', steps: [] }], site).changes, site.project.folder, site.tree)
      .changes,

  companion(kind, path, { folder }) {
    const name = nameOf(path);
    return {
      path: join(parentOf(folder), `${kind}s/${name}`),
      header: [
        kind === 'rollback' ? `Undoes ${name}.` : `Checks what ${name} has done.`,
        'Atlas never runs this file; run it with psql.',
        ...(kind === 'rollback'
          ? [`Then tell Atlas: atlas migrate set, with the version before ${name.split('_')[0] ?? name}.`]
          : []),
      ],
      at: 'file',
    };
  },

  markerWords: () => [
    { text: '-- atlas:txmode none', detail: 'the file runs outside a transaction', isHeader: true },
  ],

  bookkeeping: {
    late: ({ configuration }) =>
      configuration?.['allows-late'] !== 'true'
        ? stops('Atlas stops at a file that is out of order, unless --exec-order allows it.')
        : undefined,
    changed: notRunAgain('Atlas'),
    entry: sumProblem,
  },
};

const mark: Mark = {
  edit(text) {
    if (hasDirective(text)) return undefined;
    // Atlas looks for a line feed behind the header, whatever the other lines end with.
    return insert(0, `${directive}\n${headerOf(text) === '' ? '\n' : ''}`);
  },
};

function problems({ text }: SourceFile): readonly MarkerProblem[] {
  const header = headerOf(text);
  return markerLines(text, markPattern).flatMap((line): readonly MarkerProblem[] => {
    const mode = /^(?:--|#) ?atlas:txmode +(\w+)\s*$/.exec(line.text)?.[1];
    const isInHeader = line.start < header.length;
    if (isInHeader && (mode === 'none' || mode === 'file')) return [];
    const range = withoutIndent(line);
    if (mode === 'all') {
      return [{ range, message: 'Atlas allows no "atlas:txmode all" in a file, and stops.', isFatal: true }];
    }
    const message =
      mode === undefined
        ? `Atlas does not know "${line.text.trim()}"; the file runs in a transaction.`
        : 'Atlas looks for "atlas:txmode" in the comment at the top of the file, before a blank line; here it has no effect.';
    const top = insert(0, `${directive}\n${header === '' ? '\n' : ''}`);
    const repair = {
      title: `Write "${directive}" at the top, before a blank line`,
      edits: header.includes(directive) ? [removal(line, text)] : [top, removal(line, text)],
    };
    return [{ range, message, isFatal: false, ...(mode === 'file' ? {} : { repair }) }];
  });
}

function isOutside(text: string, { configuration }: Project): boolean {
  const mode = configuration?.['tx-mode'] ?? 'file';
  return mode === 'none' || (mode === 'file' && hasDirective(text));
}

function hasDirective(text: string): boolean {
  return /^(?:--|#)[ -~]*atlas:txmode +none\s*$/m.test(headerOf(text));
}

/** The comment lines at the very top, when a blank line tells them from the comment of a statement. */
function headerOf(text: string): string {
  const lines = /^(?:(?:--|#)[^\n]*\n)+/.exec(text)?.[0] ?? '';
  return /^\r?\n/.test(text.slice(lines.length)) ? lines : '';
}

/** Atlas takes all .sql files; of the pairs of another runner only those that go up. */
function isMigration(name: string): boolean {
  return name.endsWith('.sql') && directionOf(name) !== 'down';
}

function migrationsFolder(path: string, tree: FileTree): string | undefined {
  if (/\.sql$/i.test(path) && tree.list(path).length === 0) {
    const folder = parentOf(path);
    return isMigration(nameOf(path)) && (hasSum(folder, tree) || isNamed(folder, tree)) ? folder : undefined;
  }
  return [path, join(path, 'migrations')].find(
    (folder) => hasSum(folder, tree) || (isNamed(folder, tree) && filesIn(folder, tree).some(isMigration)),
  );
}

function hasSum(folder: string, tree: FileTree): boolean {
  return isFile(join(folder, 'atlas.sum'), tree);
}

/** Whether an atlas.hcl above names the folder: `dir = "file://db/migrations"`. */
function isNamed(folder: string, tree: FileTree): boolean {
  for (const above of repositoryFolders(folder, tree)) {
    if (!isFile(join(above, 'atlas.hcl'), tree)) continue;
    const text = tree.read(join(above, 'atlas.hcl')) ?? '';
    return [...text.matchAll(/"file:\/\/([^"?]+)/g)].some(([, dir = '']) => join(above, dir) === folder);
  }
  return false;
}

/** The major of the database that atlas.hcl plans with: `dev = "docker://postgres/15/dev"`. */
function devVersion(root: string | undefined, tree: FileTree): number | undefined {
  const text = root === undefined ? undefined : tree.read(join(root, 'atlas.hcl'));
  const major = /docker:\/\/postgres\/(\d+)/.exec(text ?? '')?.[1];
  return major === undefined ? undefined : Number(major);
}

/** What the project calls Atlas with. */
function transactionMode(folder: string, tree: FileTree): Readonly<Record<string, string>> {
  const mode = calledWith(/atlas\s/, /--tx-mode[ =]["']?(all|none|file)\b/, folder, tree)?.[1];
  return mode === undefined ? {} : { 'tx-mode': mode };
}

/** Whether files may come late: by --exec-order of a call, or by exec_order of atlas.hcl. */
function lateMode(
  root: string | undefined,
  folder: string,
  tree: FileTree,
): Readonly<Record<string, string>> {
  const text = root === undefined ? undefined : tree.read(join(root, 'atlas.hcl'));
  if (/^[ \t]*exec_order[ \t]*=[ \t]*(?!LINEAR\b|[ \t])/m.test(text ?? '')) return { 'allows-late': 'true' };
  return allowsLate(/\batlas\b/, /--exec-order[ =]["']?(?:linear-skip|non-linear)/, folder, tree);
}

/** Atlas compares atlas.sum with the files before it does anything. */
function sumProblem(path: string, { folder }: Project, tree: FileTree): StandingProblem | undefined {
  const name = nameOf(path);
  if (!isMigration(name) || firstUnfit(folder, tree) !== name) return undefined;
  return {
    kind: 'entry',
    message: 'atlas.sum does not fit this file. Atlas stops until the folder has been hashed.',
    remedy: 'Run "atlas migrate hash".',
    isFatal: true,
    repair: {
      title: 'Update atlas.sum',
      changes: (site) => rehashed(folder, name, site.tree),
      notes: [],
    },
  };
}

function addFiles(
  files: readonly FileDraft[],
  { project: { folder }, tree, now }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const versions = nextVersions(filesIn(folder, tree).filter(isMigration), files.length, now);
  return {
    changes: files.map(({ name, text }, index) => ({
      kind: 'create',
      path: join(folder, `${versions[index] ?? ''}_${slug(name)}.sql`),
      text,
    })),
    notes: [],
  };
}
