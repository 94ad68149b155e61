import { withAtlasSum } from './atlas/sum';
import { beforeTheDeploy } from './placing/by-hand';
import { asOneQuery, inTransaction, schedule } from './sending/delivery';
import { inPlace } from './placing/drafts';
import { prepare } from './placing/steps';
import { compareVersions, nextFlywayVersions } from './flyway/names';
import type { FileDraft } from './placing/layout';
import { crateFolder, crateVersion, usesCrate } from './files/manifests';
import { slug } from './files/naming';
import { filesBelow, filesIn, isFile, join, nameOf, parentOf } from './files/paths';
import { placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type { FileChange, FileTree, NewFileSite, Runner } from './runner';
import { checksumFails, stops } from './standing/clashes';

/** Names that refinery takes for migrations, in any folder below the one that it is given. */
const fileName = /^[UV](\d+(?:\.\d+)?)__\w+\.sql$/;

const crates = ['refinery', 'refinery-core'];

/** refinery: the `refinery` program, and `embed_migrations!` in a Rust program. */
export const refinery: Runner = {
  id: 'refinery',
  label: 'refinery',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends each file as one query in a transaction, and has no way out of it; grouped, all files in one.',
    references: ['https://docs.rs/refinery/latest/refinery/', 'https://github.com/rust-db/refinery'],
  },

  watches: ['Cargo.toml', 'Cargo.lock'],

  recognise(path, tree) {
    const folder = migrationsFolder(path, tree);
    if (folder === undefined) return undefined;
    return {
      runner: refinery,
      root: crateFolder(folder, tree) ?? parentOf(folder),
      folder,
      version: crateVersion(crates, folder, tree),
      postgresVersion: undefined,
    };
  },

  migrations({ folder }, tree) {
    const version = (path: string): string => fileName.exec(nameOf(path))?.[1] ?? '0';
    return [...migrationsBelow(folder, tree)].sort((a, b) => compareVersions(version(a), version(b)));
  },

  schedule: (file) => schedule(file, inTransaction(asOneQuery(file))),

  refuses(statement, index, scheduled, project) {
    return refusalOf(statement, index, scheduled, () => ({
      because: 'refinery sends every file in a transaction',
      instead: 'Run it by hand with psql before the deploy.',
      postgresVersion: project.postgresVersion,
    }));
  },

  places(steps, site) {
    const checksum = 'refinery stops at a file whose checksum has changed.';
    const places = placesOf(steps, site, { addFiles, checksum, records: true });
    if (!('refusal' in places[0])) return places;
    const byHand = beforeTheDeploy(prepare(steps, site), site, {
      between: (kept) => inPlace(kept, site),
      folder: join(parentOf(site.project.folder), 'manual'),
    });
    return byHand === undefined ? places : [byHand];
  },

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => addFiles([{ name, text: '', steps: [] }], site).changes,

  companion(kind, path, { folder }) {
    const name = nameOf(path);
    return {
      path: join(parentOf(folder), `${kind}s/${name}`),
      header: [
        kind === 'rollback' ? `Undoes ${name}.` : `Checks what ${name} has done.`,
        'refinery never runs this file; run it with psql.',
        ...(kind === 'rollback'
          ? ['Afterwards delete the row of the version in refinery_schema_history, or it counts as applied.']
          : []),
      ],
      at: 'file',
    };
  },

  bookkeeping: {
    versionOf: (path) => fileName.exec(nameOf(path))?.[1],
    twice: stops('refinery stops at two migrations of one version.'),
    late: () =>
      stops('refinery stops at it, unless set_abort_missing(false) is set or the name begins with U.'),
    changed: checksumFails('refinery stops, because the checksum is another one.'),
  },
};

function migrationsFolder(path: string, tree: FileTree): string | undefined {
  if (!usesCrate(crates, path, tree)) return undefined;
  if (!/\.sql$/i.test(path)) {
    return [path, join(path, 'migrations'), join(path, 'src/migrations')].find((folder) =>
      filesIn(folder, tree).some((name) => fileName.test(name)),
    );
  }
  if (!fileName.test(nameOf(path))) return undefined;
  // refinery looks into folders below `migrations`, and at nothing beside it.
  for (let folder = parentOf(path); folder !== '/'; folder = parentOf(folder)) {
    if (/^(?:rollbacks?|validations?)$/.test(nameOf(folder))) return undefined;
    if (nameOf(folder) === 'migrations') return folder;
    if (isFile(join(folder, 'Cargo.toml'), tree)) break;
  }
  return parentOf(path);
}

function migrationsBelow(folder: string, tree: FileTree): readonly string[] {
  const files = filesBelow(folder, tree, (name) => !name.startsWith('.') && name !== 'target');
  return files.filter((path) => fileName.test(nameOf(path)));
}

function addFiles(
  files: readonly FileDraft[],
  { project, tree, now }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const present = refinery.migrations(project, tree);
  const numbers = present.flatMap((path) => fileName.exec(nameOf(path))?.[1] ?? []);
  const versions = nextFlywayVersions(numbers, files.length, now);
  const last = present.at(-1);
  const folder = last === undefined ? project.folder : parentOf(last);
  const prefix = last === undefined ? 'V' : nameOf(last).charAt(0);
  return {
    changes: files.map(({ name, text }, index) => ({
      kind: 'create',
      path: join(folder, `${prefix}${versions[index] ?? ''}__${slug(name)}.sql`),
      text,
    })),
    notes: [],
  };
}
