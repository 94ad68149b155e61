import { parse as parseToml } from 'smol-toml';
import { asOneQuery, inTransaction, schedule } from './sending/delivery';
import type { FileDraft, Mark } from './placing/layout';
import { asDown, isManaged } from './sending/managed';
import { crateFolder, crateVersion, usesCrate } from './files/manifests';
import { compareNames, nextVersions, slug } from './files/naming';
import { emptyDownFiles } from './files/pairs';
import { filesIn, foldersIn, isFile, join, nameOf, parentOf } from './files/paths';
import { placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type { FileChange, FileTree, NewFileSite, Runner } from './runner';
import { repositoryFolders } from './files/versions';
import { isSkipped, notRunAgain } from './standing/clashes';

/** Diesel: `diesel migration run`, and `embed_migrations!` in a Rust program. */
export const diesel: Runner = {
  id: 'diesel',
  label: 'Diesel',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends each up.sql as one query in a transaction; without, when metadata.toml beside it says `run_in_transaction = false`.',
    references: [
      'https://diesel.rs/guides/getting-started',
      'https://docs.rs/diesel_migrations/latest/diesel_migrations/struct.FileBasedMigrations.html',
    ],
  },

  watches: ['diesel.toml', 'metadata.toml', 'Cargo.toml', 'Cargo.lock'],

  recognise(path, tree) {
    const folder = migrationsFolder(path, tree);
    if (folder === undefined) return undefined;
    return {
      runner: diesel,
      root: crateFolder(folder, tree) ?? parentOf(folder),
      folder,
      version: crateVersion(['diesel', 'diesel_migrations'], folder, tree),
      postgresVersion: undefined,
      withoutTransaction: withoutTransaction(folder, tree),
    };
  },

  migrations: ({ folder }, tree) => migrationsIn(folder, tree),

  before(path, { folder }, tree) {
    if (nameOf(path) !== 'down.sql') return undefined;
    const migrations = migrationsIn(folder, tree);
    return migrations.slice(0, migrations.indexOf(join(parentOf(path), 'up.sql')) + 1);
  },

  schedule(file, { withoutTransaction: outside }, path = '') {
    const isOutside = outside?.has(path) === true;
    const result = schedule(file, isOutside ? asOneQuery(file) : inTransaction(asOneQuery(file)));
    return nameOf(path) === 'down.sql' ? asDown(result) : result;
  },

  refuses(statement, index, scheduled, project) {
    return refusalOf(statement, index, scheduled, () => ({
      because: isManaged(scheduled)
        ? 'Diesel sends the file in a transaction'
        : scheduled.statements[index]?.block === 'explicit'
          ? 'The file opens a transaction block with BEGIN'
          : 'Diesel sends the whole file as one query, which is a transaction also with "run_in_transaction = false"',
      instead: isManaged(scheduled)
        ? 'Give it a migration of its own, with "run_in_transaction = false" in a metadata.toml.'
        : 'Give it a migration of its own.',
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, site, { addFiles, mark, records: true }),

  newMigration: (name, site) => addFiles([{ name, text: '', steps: [] }], site).changes,

  companion(kind, path) {
    const folder = parentOf(path);
    return {
      path: join(folder, kind === 'rollback' ? 'down.sql' : 'validation.sql'),
      header: [
        kind === 'rollback' ? `Undoes ${nameOf(folder)}.` : `Checks what ${nameOf(folder)} has done.`,
        ...(kind === 'rollback' ? [] : ['Diesel never runs this file; run it with psql.']),
      ],
      at: 'file',
    };
  },

  bookkeeping: {
    versionOf: (path) => (nameOf(parentOf(path)).split('_')[0] ?? '').replaceAll('-', ''),
    twice: isSkipped('Diesel runs one of them, and never the other.'),
    changed: notRunAgain('Diesel'),
  },
};

/** `metadata.toml` beside up.sql and down.sql, which goes for both. */
const mark: Mark = {
  files(path, { tree }) {
    const beside = join(parentOf(path), 'metadata.toml');
    const line = 'run_in_transaction = false\n';
    const text = tree.read(beside);
    if (text === undefined) return [{ kind: 'create', path: beside, text: line }];
    const present = /^[ \t]*run_in_transaction[ \t]*=.*(?:\r?\n|$)/m.exec(text);
    const range = { start: present?.index ?? 0, end: (present?.index ?? 0) + (present?.[0].length ?? 0) };
    return [{ kind: 'edit', path: beside, edits: [{ range, text: line }] }];
  },
};

/** The folder of migrations that `path` is in, or that lies below the folder `path`. */
function migrationsFolder(path: string, tree: FileTree): string | undefined {
  const name = nameOf(path);
  if (name === 'up.sql' || name === 'down.sql') {
    const folder = parentOf(parentOf(path));
    return isOfDiesel(folder, tree) ? folder : undefined;
  }
  if (/\.sql$/i.test(path)) return undefined;
  const named = configuredFolder(path, tree);
  const folders = [...(named === undefined ? [] : [named]), path, parentOf(path), join(path, 'migrations')];
  return folders.find((folder) => migrationsIn(folder, tree).length > 0 && isOfDiesel(folder, tree));
}

/** `diesel migration generate` names folders by the time; others write pairs of up.sql and down.sql as well. */
function isOfDiesel(folder: string, tree: FileTree): boolean {
  if (usesCrate(['diesel', 'diesel_migrations'], folder, tree)) return true;
  const above = [...repositoryFolders(folder, tree)];
  if (above.some((root) => isFile(join(root, 'diesel.toml'), tree))) return true;
  return foldersIn(folder, tree).some((name) => /^\d{4}-\d\d-\d\d-\d{6}|_diesel_initial_setup$/.test(name));
}

function configuredFolder(root: string, tree: FileTree): string | undefined {
  try {
    const { migrations_directory: section } = parseToml(tree.read(join(root, 'diesel.toml')) ?? '');
    const dir = typeof section === 'object' && 'dir' in section ? section['dir'] : undefined;
    return typeof dir !== 'string' ? undefined : dir.startsWith('/') ? dir : join(root, dir);
  } catch {
    // Half-typed configuration names no folder.
    return undefined;
  }
}

/** Sorted by the version, which is the name up to its first `_` without dashes. */
function migrationsIn(folder: string, tree: FileTree): readonly string[] {
  const version = (name: string): string => (name.split('_')[0] ?? '').replaceAll('-', '');
  const names = foldersIn(folder, tree).filter((name) =>
    filesIn(join(folder, name), tree).includes('up.sql'),
  );
  return [...names]
    .sort((a, b) => compareNames(version(a), version(b)))
    .map((name) => join(folder, `${name}/up.sql`));
}

function withoutTransaction(folder: string, tree: FileTree): ReadonlySet<string> {
  const found = foldersIn(folder, tree).filter((name) => {
    const path = join(folder, `${name}/metadata.toml`);
    return isFile(path, tree) && isOff(tree.read(path) ?? '');
  });
  return new Set(
    found.flatMap((name) => ['up.sql', 'down.sql'].map((file) => join(folder, `${name}/${file}`))),
  );
}

/** Without the key Diesel takes it for false; of a file that it cannot read it takes nothing. Measured with 2.2 and 2.3. */
function isOff(metadata: string): boolean {
  try {
    const value = parseToml(metadata)['run_in_transaction'];
    return value === undefined || value === false;
  } catch {
    return false;
  }
}

function addFiles(
  files: readonly FileDraft[],
  site: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const { folder } = site.project;
  const present = foldersIn(folder, site.tree).filter((name) => /^\d/.test(name));
  const versions = nextVersions(
    // Without their dashes; what is behind the seconds tells two of one second apart.
    present.map((name) => (name.split('_')[0] ?? '').replaceAll('-', '').slice(0, 14)),
    files.length,
    site.now,
  );
  return {
    changes: files.flatMap(({ name, text, isUnmanaged }, index) => {
      const version = (versions[index] ?? '').replace(/^(\d{4})(\d\d)(\d\d)(\d{6})$/, '$1-$2-$3-$4');
      const path = join(folder, `${version}_${slug(name)}/up.sql`);
      return [
        { kind: 'create' as const, path, text },
        { kind: 'create' as const, path: join(parentOf(path), 'down.sql'), text: '' },
        ...(isUnmanaged === true ? (mark.files?.(path, site) ?? []) : []),
      ];
    }),
    notes: [emptyDownFiles],
  };
}
