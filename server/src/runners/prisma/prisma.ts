import type { SourceFile } from '../../sql/source';
import { asOneQuery, asQueries, schedule } from '../sending/delivery';
import { shortLabelOf } from '../label';
import type { FileDraft } from '../placing/layout';
import { isReadable } from './parser';
import { compareNames, nextVersions, slug } from '../files/naming';
import { filesIn, foldersIn, isFile, join, nameOf, parentOf, relative, upwards } from '../files/paths';
import { placesOf } from '../placing/places';
import { refusalOf } from '../sending/refusal';
import type { FileChange, FileTree, NewFileSite, Project, Runner, Site } from '../runner';
import { installedVersion, isAtLeast } from '../files/versions';

const fileName = 'migration.sql';

/** Prisma Migrate: `prisma migrate deploy` and `migrate dev`. */
export const prisma: Runner = {
  id: 'prisma',
  label: 'Prisma Migrate',
  assumedVersion: '7.3',
  docs: {
    summary:
      'Sends migration.sql as one query, so that two statements or more share a transaction; since 7.4 each statement on its own, if its parser can read all of them.',
    references: [
      'https://www.prisma.io/docs/orm/prisma-migrate/workflows/customizing-migrations',
      'https://github.com/prisma/prisma-engines/pull/5767',
    ],
  },

  watches: ['migration_lock.toml', 'schema.prisma', 'prisma.config.*'],

  recognise(path, tree) {
    const folder = migrationsFolder(path, tree);
    if (folder === undefined) return undefined;
    const above = parentOf(folder);
    const root = nameOf(above) === 'prisma' ? parentOf(above) : above;
    return {
      runner: prisma,
      root,
      folder,
      version: installedVersion(['prisma', '@prisma/client', '@prisma/migrate'], root, tree),
      postgresVersion: undefined,
    };
  },

  migrations({ folder }, tree) {
    // A folder may be called `….sql`; what counts is that it holds a migration.sql.
    const names = foldersIn(folder, tree).filter((name) => isFile(join(folder, `${name}/${fileName}`), tree));
    return [...names].sort(compareNames).map((name) => join(folder, `${name}/${fileName}`));
  },

  schedule: (file, project) => schedule(file, isSplit(file, project) ? asQueries(file) : asOneQuery(file)),

  refuses(statement, index, scheduled, project) {
    const label = shortLabelOf(project);
    return refusalOf(statement, index, scheduled, () => ({
      because:
        scheduled.statements[index]?.block === 'explicit'
          ? 'The file opens a transaction block with BEGIN'
          : splits(project)
            ? `${label} sends this file as one query, because its parser cannot read all of it`
            : `${label} sends the whole file as one query, which is a transaction`,
      instead: 'Give it a migration of its own.',
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, cautious(site), { addFiles, records: true }),

  newMigration: (name, site) => addFiles([{ name, text: '', steps: [] }], site).changes,

  companion(kind, path) {
    return {
      path: join(parentOf(path), `${kind}.sql`),
      header: [
        kind === 'rollback'
          ? `Undoes ${nameOf(parentOf(path))}.`
          : `Checks what ${nameOf(parentOf(path))} has done.`,
        'Prisma never runs this file; run it with psql or "prisma db execute --file".',
        ...(kind === 'rollback'
          ? ['Afterwards delete the row of the migration in "_prisma_migrations", or it counts as applied.']
          : []),
      ],
      at: 'file',
    };
  },

  // Measured with the schema engine of 7.3.
  leavesOpen: (project) =>
    `${shortLabelOf(project)} gives no error, applies nothing and leaves the migration unfinished`,

  bookkeeping: {
    changed: () => ({
      consequence:
        '"prisma migrate deploy" does not run it again, and "prisma migrate dev" wants to reset the database.',
      isFatal: false,
      compares: 'text',
    }),
  },
};

function splits({ version }: Project): boolean {
  return version !== undefined && isAtLeast(version, 7, 4);
}

function isSplit(file: SourceFile, project: Project): boolean {
  if (!splits(project)) return false;
  const readsLock = project.configuration?.[newerParser] === 'true';
  return file.statements.every(
    (statement) =>
      isReadable(statement, file) || (readsLock && statement.parsed.statement?.kind === 'LockTable'),
  );
}

/** Whether the parser is taken for the next one, sqlparser 0.62, which reads LOCK TABLE as well. */
const newerParser = 'newer-parser';

/**
 * The site as an engine with the next parser sees it: there LOCK TABLE needs a BEGIN in front, which is no harm before.
 * So what is written works with both.
 */
function cautious(site: Site): Site {
  const configuration = { ...site.project.configuration, [newerParser]: 'true' };
  return { ...site, project: { ...site.project, configuration } };
}

/** The folder of migrations that `path` is in, or that lies below the folder `path`. */
function migrationsFolder(path: string, tree: FileTree): string | undefined {
  for (const folder of upwards(path)) {
    if (!isMigrationsFolder(folder, tree)) continue;
    const inside = relative(folder, path).split('/');
    // Only migration.sql is run: what lies beside it is for people.
    return inside.length === 2 && /\.sql$/i.test(path) && inside[1] !== fileName ? undefined : folder;
  }
  for (const below of ['prisma/migrations', 'migrations']) {
    if (isMigrationsFolder(join(path, below), tree)) return join(path, below);
  }
  // A project without a migration yet.
  const schema = filesIn(join(path, 'prisma'), tree).includes('schema.prisma');
  return schema && usesPostgres(tree.read(join(path, 'prisma/schema.prisma')))
    ? join(path, 'prisma/migrations')
    : undefined;
}

function isMigrationsFolder(folder: string, tree: FileTree): boolean {
  if (isFile(join(folder, 'migration_lock.toml'), tree)) {
    return usesPostgres(tree.read(join(folder, 'migration_lock.toml')));
  }
  if (nameOf(folder) !== 'migrations') return false;
  const above = parentOf(folder);
  const isBesideSchema = nameOf(above) === 'prisma' || filesIn(above, tree).includes('schema.prisma');
  if (!isBesideSchema || !usesPostgres(tree.read(join(above, 'schema.prisma')))) return false;
  // Drizzle 1.0 has folders of the same shape, with a snapshot in each.
  return foldersIn(folder, tree).some((name) => {
    const files = filesIn(join(folder, name), tree);
    return files.includes(fileName) && !files.includes('snapshot.json');
  });
}

function usesPostgres(text: string | undefined): boolean {
  // Generators have a provider as well, a database only one of these.
  return !/provider\s*=\s*"(?:mysql|sqlite|sqlserver|mongodb)"/.test(text ?? '');
}

function addFiles(
  files: readonly FileDraft[],
  { project, tree, now }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const versions = nextVersions(
    foldersIn(project.folder, tree).filter((name) => /^\d/.test(name)),
    files.length,
    now,
  );
  return {
    changes: files.map(({ name, text }, index) => ({
      kind: 'create',
      path: join(project.folder, `${versions[index] ?? ''}_${slug(name)}/${fileName}`),
      text,
    })),
    notes: [],
  };
}
