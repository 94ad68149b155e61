import { withAtlasSum } from '../atlas/sum';
import { asChunks, inTransaction, schedule } from '../sending/delivery';
import { addFiles, hasSnapshotFolders, listInJournal, readJournal, redateInJournal } from './files';
import { breakpoint, drizzlePlaces } from './places';
import { compareNames } from '../files/naming';
import { filesIn, foldersIn, isFile, join, nameOf, parentOf, relative, upwards } from '../files/paths';
import { refusalOf } from '../sending/refusal';
import type { FileTree, Project, Runner } from '../runner';
import { installedVersion } from '../files/versions';
import type { StandingProblem } from '../standing/bookkeeping';
import { notRunAgain } from '../standing/clashes';

/** Drizzle: `drizzle-kit migrate`, and `migrate()` of drizzle-orm. */
export const drizzle: Runner = {
  id: 'drizzle',
  label: 'Drizzle',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs all pending migrations in one transaction, one query for each chunk between `--> statement-breakpoint`.',
    references: [
      'https://orm.drizzle.team/docs/migrations',
      'https://github.com/drizzle-team/drizzle-orm/issues/860',
    ],
  },

  watches: ['drizzle.config.*', 'drizzle.*.config.*', '_journal.json', '*snapshot.json'],

  recognise(path, tree) {
    const folder = outFolder(path, tree);
    if (folder === undefined) return undefined;
    const root =
      [...upwards(folder)].find((above) => configuration(above, tree) !== undefined) ?? parentOf(folder);
    return {
      runner: drizzle,
      root,
      folder,
      version: installedVersion(['drizzle-orm', 'drizzle-kit'], root, tree),
      postgresVersion: undefined,
      isGrouped: true,
    };
  },

  migrations({ folder }, tree) {
    const journal = readJournal(folder, tree);
    if (journal === undefined) {
      const names = foldersIn(folder, tree).filter((name) =>
        isFile(join(folder, `${name}/migration.sql`), tree),
      );
      return [...names].sort(compareNames).map((name) => join(folder, `${name}/migration.sql`));
    }
    // Also what is listed and not there: without it, nobody knows the schema.
    const tags = journal.isBroken ? numberedTags(folder, tree) : journal.entries.map(({ tag }) => tag);
    return [...new Set(tags)].map((tag) => join(folder, `${tag}.sql`));
  },

  boundary: /^--> *statement-breakpoint/,

  schedule: (file) => schedule(file, inTransaction(asChunks(file, breakpoint))),

  refuses(statement, index, scheduled, project) {
    if (statement.text.includes(breakpoint)) {
      return {
        reason: `Drizzle cuts the file at "${breakpoint}", also inside of a string or a comment.`,
        instead: 'Write the words in another way.',
      };
    }
    const isChunk = scheduled.statements[index]?.block === 'implicit';
    return refusalOf(statement, index, scheduled, () => ({
      because: isChunk
        ? 'Drizzle sends what stands between two breakpoints as one query'
        : 'Drizzle runs all pending migrations in one transaction',
      instead: isChunk
        ? `Put "${breakpoint}" before and after it.`
        : 'Run it by hand with psql before the deploy.',
      postgresVersion: project.postgresVersion,
    }));
  },

  places: drizzlePlaces,

  // Drizzle's folder may be one that Atlas sums up, too.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) =>
    addFiles([{ name, text: '-- Custom SQL migration file, put your code below! --\n', steps: [] }], site)
      .changes,

  companion(kind, path, { root }) {
    const isFolder = nameOf(path) === 'migration.sql';
    const name = isFolder ? nameOf(parentOf(path)) : nameOf(path);
    const target = isFolder
      ? join(parentOf(path), `${kind}.sql`)
      : join(parentOf(path), `${kind}s/${nameOf(path)}`);
    return {
      path: target,
      header: [
        kind === 'rollback' ? `Undoes ${name}.` : `Checks what ${name} has done.`,
        `Drizzle never runs this file: psql "$DATABASE_URL" -f ${relative(root, target)}`,
        ...(kind === 'rollback'
          ? ['Afterwards delete its row in drizzle.__drizzle_migrations, or it counts as applied.']
          : []),
      ],
      at: 'file',
    };
  },

  markerWords: () => [{ text: '--> statement-breakpoint', detail: 'ends a statement' }],

  bookkeeping: { changed: notRunAgain('Drizzle'), entry: journalProblem },
};

/** The migrations without their journal. */
function numberedTags(folder: string, tree: FileTree): readonly string[] {
  const tags = filesIn(folder, tree).filter((name) => numberedFile.test(name));
  return tags.sort(compareNames).map((name) => name.replace(/\.sql$/, ''));
}

const numberedFile = /^\d{4,}_.*\.sql$/;

/** What the journal of 0.x does not list is never run; nor is what it dates before a migration that was run. */
function journalProblem(path: string, { folder }: Project, tree: FileTree): StandingProblem | undefined {
  const journal = readJournal(folder, tree);
  const tag = nameOf(path).replace(/\.sql$/, '');
  if (journal === undefined || parentOf(path) !== folder || !numberedFile.test(nameOf(path)))
    return undefined;
  if (journal.isBroken) {
    // Said once, of the newest.
    if (numberedTags(folder, tree).at(-1) !== tag) return undefined;
    return {
      kind: 'entry',
      message: 'meta/_journal.json is not valid JSON. Drizzle stops before the first migration.',
      remedy: 'Repair it, or take it from the default branch and generate this migration again.',
      isFatal: true,
    };
  }
  const index = journal.entries.findIndex((entry) => entry.tag === tag);
  const when = journal.entries[index]?.when;
  if (when === undefined) {
    return {
      kind: 'entry',
      message: 'meta/_journal.json does not list this migration. Drizzle never runs it.',
      remedy: 'Make migrations with "drizzle-kit generate --custom".',
      isFatal: false,
      repair: {
        title: 'Add it to meta/_journal.json',
        changes: (site) => listInJournal(tag, site),
        notes: [],
      },
    };
  }
  const later = journal.entries.slice(0, index).find((entry) => entry.when >= when);
  if (later === undefined) return undefined;
  return {
    kind: 'order',
    message: `meta/_journal.json dates it before ${later.tag}. Drizzle never runs it on a database that has run that one.`,
    remedy: 'Give it a later "when" in the journal.',
    isFatal: false,
    repair: {
      title: 'Date it after all others in meta/_journal.json',
      changes: (site) => redateInJournal(tag, site),
      notes: [],
    },
  };
}

/** The folder of migrations, when Drizzle runs `path`, or when `path` is a folder that holds it. */
function outFolder(path: string, tree: FileTree): string | undefined {
  for (const folder of [path, parentOf(path), parentOf(parentOf(path))]) {
    const inside = relative(folder, path);
    const isRun = inside === '' || (!/\.sql$/i.test(path) && !inside.includes('/'));
    if (usesJournal(folder, tree)) {
      if (isRun || !inside.includes('/')) return folder;
    } else if (hasSnapshotFolders(folder, tree)) {
      if (isRun || inside.endsWith('/migration.sql')) return folder;
    }
  }
  const out = configuration(path, tree) ?? configuration(parentOf(path), tree);
  const root = configuration(path, tree) === undefined ? parentOf(path) : path;
  return out === undefined || /\.sql$/i.test(path) ? undefined : join(root, out);
}

function usesJournal(folder: string, tree: FileTree): boolean {
  const journal = readJournal(folder, tree);
  // `pg` is what drizzle-kit wrote before 0.21.
  return journal !== undefined && ['postgresql', 'pg', undefined].includes(journal.dialect);
}

/** `out` of the drizzle.config file in this folder, when it is about PostgreSQL. */
function configuration(folder: string, tree: FileTree): string | undefined {
  const name = filesIn(folder, tree).find((file) =>
    /^drizzle(?:\.[\w-]+)?\.config\.(?:[cm]?[jt]s|json)$/.test(file),
  );
  const text = name === undefined ? undefined : tree.read(join(folder, name));
  if (text === undefined) return undefined;
  const setting = (key: string): string | undefined =>
    new RegExp(`["']?\\b${key}["']?\\s*:\\s*["'\`]([^"'\`]+)["'\`]`).exec(text)?.[1];
  if (!['postgresql', 'pg', undefined].includes(setting('dialect') ?? setting('driver'))) return undefined;
  return setting('out') ?? 'drizzle';
}
