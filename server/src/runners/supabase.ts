import { parse as parseToml } from 'smol-toml';
import type { SourceFile } from '../sql/source';
import { withAtlasSum } from './atlas/sum';
import { inBatches, inTransaction, type Message, schedule } from './sending/delivery';
import { shortLabelOf } from './label';
import type { FileDraft } from './placing/layout';
import { allowsLate } from './files/callers';
import { compareNames } from './files/naming';
import { filesIn, foldersIn, isFile, join, nameOf, parentOf, relative, upwards } from './files/paths';
import { type NewFiles, numberedFiles } from './placing/new-files';
import { placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type { FileTree, NewFileSite, Project, Runner } from './runner';
import { installedVersion, isAtLeast } from './files/versions';
import { digitsOf, notRunAgain, stops } from './standing/clashes';
import type { StandingProblem } from './standing/bookkeeping';

/** Names that the CLI takes for migrations; it skips all others with a message. */
const migrationName = /^\d+_.*\.sql$/;

/** Folders in supabase/ whose files the CLI does not run, or not as it runs migrations. */
const notRun = new Set(['rollbacks', 'validations', 'tests', 'snippets', 'functions']);

/** What CLI 2.114 and newer find in a statement to send it outside of the batch; matched without comments before it. */
const sentAlone = [
  /^CREATE\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY/i,
  /^REINDEX(?:\s|\().*\sCONCURRENTLY/is,
  /^VACUUM/i,
  /^ALTER\s+SYSTEM/i,
  /^CLUSTER/i,
];

/** Found since 2.116, besides. */
const dropAlone = /^DROP\s+INDEX\s+CONCURRENTLY/i;

/** The Supabase CLI: `supabase db push`, `db reset` and `migration up`. */
export const supabase: Runner = {
  id: 'supabase',
  label: 'Supabase CLI',
  assumedVersion: '2.109',
  docs: {
    summary:
      'Sends each file of supabase/migrations in one transaction; since 2.116 it takes CREATE INDEX CONCURRENTLY and the like out of it.',
    references: [
      'https://supabase.com/docs/reference/cli/supabase-db-push',
      'https://github.com/supabase/cli/issues/2898',
    ],
  },

  watches: ['config.toml', 'supabase/.temp/postgres-version'],

  recognise(path, tree) {
    const folder = supabaseFolder(path, tree);
    if (folder === undefined) return undefined;
    return {
      runner: supabase,
      root: parentOf(folder),
      folder: join(folder, 'migrations'),
      version: installedVersion(['supabase'], parentOf(folder), tree),
      postgresVersion: majorVersion(folder, tree),
      configuration: allowsLate(/\bsupabase\b/, /--include-all\b/, folder, tree),
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => migrationName.test(name));
    return [...names].sort(compareNames).map((name) => join(folder, name));
  },

  schedule: (file, project) => schedule(file, messages(file, project)),

  refuses(statement, index, scheduled, project) {
    return refusalOf(statement, index, scheduled, () => {
      const label = shortLabelOf(project);
      const { postgresVersion } = project;
      const instead = 'Give it a migration of its own.';
      if (delivery(project) === 'batches') {
        const isTakenOut = sentAlone.some((pattern) => pattern.test(statement.text));
        return {
          because: `${label} wraps the statement in a transaction`,
          instead: isTakenOut ? instead : 'Upgrade to 2.116 or newer.',
          postgresVersion,
        };
      }
      const isExplicit = scheduled.statements[index]?.block === 'explicit';
      return {
        because: isExplicit
          ? 'The file opens a transaction block with BEGIN'
          : `${label} sends these statements as one pipeline`,
        instead,
        postgresVersion,
      };
    });
  },

  places: (steps, site) => placesOf(steps, site, { addFiles, records: true }),

  // `atlas migrate diff` can write the migrations that the Supabase CLI runs.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) =>
    withAtlasSum(addFiles([{ name, text: '', steps: [] }], site).changes, site.project.folder, site.tree)
      .changes,

  companion(kind, path, { folder }) {
    const name = nameOf(path);
    const where = join(parentOf(folder), kind === 'rollback' ? 'rollbacks' : 'validations');
    return {
      path: join(where, name),
      header: [
        kind === 'rollback'
          ? `Undoes supabase/migrations/${name}.`
          : `Checks what supabase/migrations/${name} has done.`,
        'The Supabase CLI never runs this file; run it with psql.',
        ...(kind === 'rollback'
          ? [
              `Then tell the CLI: supabase migration repair --status reverted ${/^\d+/.exec(name)?.[0] ?? name}`,
            ]
          : []),
      ],
      at: 'file',
    };
  },

  // Measured with 3.1: neither this migration nor any later one is recorded, and there is no error.
  leavesOpen: (project) =>
    `${shortLabelOf(project)} says "Finished", but records neither this migration nor later ones`,

  bookkeeping: {
    versionOf: digitsOf,
    // Measured with 2.114 and 3.1, as what follows.
    twice: stops('The Supabase CLI cannot record the second, and stops.'),
    late: ({ configuration }) =>
      configuration?.['allows-late'] === 'true'
        ? undefined
        : stops('The Supabase CLI refuses to push it without --include-all.'),
    changed: notRunAgain('The Supabase CLI'),
    entry: nameProblem,
  },
};

/** How the file travels; measured with 2.104 to 3.1. */
function delivery({ version }: Project): 'pipeline' | 'batches' | 'pipelines' | 'pipelines and drops' {
  if (version === undefined || !isAtLeast(version, 2, 114)) return 'pipeline';
  if (!isAtLeast(version, 2, 115)) return 'batches';
  return isAtLeast(version, 2, 116) ? 'pipelines and drops' : 'pipelines';
}

function messages(file: SourceFile, project: Project): readonly Message[] {
  const pipeline = (statements: readonly number[]): readonly Message[] => [{ kind: 'pipeline', statements }];
  const kind = delivery(project);
  if (kind === 'pipeline') return pipeline(file.statements.map((_, index) => index));
  return inBatches(
    file,
    ({ start, end }) => {
      const text = file.text.slice(start, end);
      return (
        sentAlone.some((pattern) => pattern.test(text)) ||
        (kind === 'pipelines and drops' && dropAlone.test(text))
      );
    },
    kind === 'batches'
      ? (batch) => inTransaction(batch.map((index) => ({ kind: 'query', statements: [index] })))
      : pipeline,
  );
}

/** The folder `supabase` that runs `path`, or that lies in the folder `path`. */
function supabaseFolder(path: string, tree: FileTree): string | undefined {
  for (const folder of upwards(path)) {
    if (nameOf(folder) !== 'supabase' || !isProject(folder, tree)) continue;
    const [first = ''] = relative(folder, path).split('/');
    return notRun.has(first) ? undefined : folder;
  }
  const below = join(path, 'supabase');
  return isProject(below, tree) ? below : undefined;
}

function isProject(folder: string, tree: FileTree): boolean {
  if (isFile(join(folder, 'config.toml'), tree)) return true;
  return (
    foldersIn(folder, tree).includes('migrations') &&
    filesIn(join(folder, 'migrations'), tree).some((name) => migrationName.test(name))
  );
}

/** The CLI passes over what has another name, and says so only while it runs. */
function nameProblem(path: string, { folder }: Project): StandingProblem | undefined {
  const name = nameOf(path);
  if (parentOf(path) !== folder || migrationName.test(name)) return undefined;
  const title = name.replace(/\.sql$/i, '').replace(/^[^a-z]+/i, '');
  return {
    kind: 'entry',
    message: `The Supabase CLI skips "${name}": the name of a migration is a number, "_" and a title.`,
    remedy: 'Rename it, or move it out of the folder.',
    isFatal: false,
    repair: {
      title: 'Rename it as the Supabase CLI names migrations',
      changes: (site) =>
        addFiles([{ name: title, text: '', steps: [] }], site).changes.map(({ path: to }) => ({
          kind: 'rename',
          path,
          to,
        })),
      notes: [],
    },
  };
}

function majorVersion(folder: string, tree: FileTree): number | undefined {
  const linked = /^\d+/.exec(tree.read(join(folder, '.temp/postgres-version')) ?? '')?.[0];
  if (linked !== undefined) return Number(linked);
  const text = tree.read(join(folder, 'config.toml'));
  if (text === undefined) return undefined;
  try {
    const { db } = parseToml(text);
    const major = typeof db === 'object' && 'major_version' in db ? db['major_version'] : undefined;
    return typeof major === 'number' ? major : undefined;
  } catch {
    // Half-typed configuration names no version.
    return undefined;
  }
}

function addFiles(files: readonly FileDraft[], site: NewFileSite): NewFiles {
  const { project, tree } = site;
  const names = filesIn(project.folder, tree).filter((name) => migrationName.test(name));
  return numberedFiles(files, site, names);
}
