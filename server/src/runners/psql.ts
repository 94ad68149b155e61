import { withAtlasSum } from './atlas/sum';
import { asQueries, schedule } from './sending/delivery';
import type { FileDraft } from './placing/layout';
import { compareNames, compareNaturally } from './files/naming';
import { filesIn, join, nameOf, parentOf } from './files/paths';
import { type NewFiles, numberedFiles } from './placing/new-files';
import { placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type { FileTree, NewFileSite, Runner } from './runner';

/** What undoes or checks a migration, or is none. */
const besides = /(?:^|[._-])(?:rollback|validation|validate|down|undo|revert)\.sql$/i;

/** `12`, `V1.2__`, `20260211093000`: what a file name begins with when files are numbered. */
const number = /^[Vv]?(\d+(?:\.\d+)*)/;

/** Plain SQL: `psql -f file`, each statement on its own. What is left when no other runner is recognised. */
export const psql: Runner = {
  id: 'psql',
  label: 'psql',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends each statement of a .sql file on its own; only BEGIN and COMMIT in the file make a transaction.',
    references: ['https://www.postgresql.org/docs/current/app-psql.html'],
  },

  watches: [],

  recognise(path, tree) {
    const folder = /\.sql$/i.test(path) && tree.list(path).length === 0 ? parentOf(path) : path;
    return { runner: psql, root: folder, folder, version: undefined, postgresVersion: undefined };
  },

  /**
   * The .sql files of the folder itself, by number, then by name. When some are numbered, the others (`schema.sql`,
   * `seed.sql`) are no migrations. What undoes or checks another file is none either.
   */
  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => /\.sql$/i.test(name) && !besides.test(name));
    const numbered = names.filter((name) => number.test(name));
    return [...(numbered.length > 0 ? numbered : names)].sort(compare).map((name) => join(folder, name));
  },

  schedule: (file) => schedule(file, asQueries(file)),

  refuses: (statement, index, scheduled, project) =>
    refusalOf(statement, index, scheduled, () => ({
      because: 'The file opens a transaction block with BEGIN',
      instead: 'Put it after the COMMIT.',
      postgresVersion: project.postgresVersion,
    })),

  places: (steps, site) => placesOf(steps, site, { addFiles, records: false }),

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => addFiles([{ name, text: '', steps: [] }], site).changes,

  companion(kind, path) {
    const name = nameOf(path);
    const base = name.replace(/\.sql$/i, '');
    const suffix = kind === 'rollback' && base.endsWith('.up') ? 'down' : kind;
    return {
      path: join(parentOf(path), `${suffix === 'down' ? base.slice(0, -3) : `${base}.`}${suffix}.sql`),
      header: [kind === 'rollback' ? `Undoes ${name}.` : `Checks what ${name} has done.`],
      at: 'file',
    };
  },

  // Who runs the files, and what they remember, is not known.
  bookkeeping: { includedBy },
};

/** A script beside a file, or one folder above, that reads it: the two are sent as one. */
function includedBy(path: string, tree: FileTree): string | undefined {
  const folder = parentOf(path);
  for (const place of [folder, parentOf(folder)]) {
    for (const name of filesIn(place, tree)) {
      const other = join(place, name);
      if (other === path || !/\.(?:sql|psql|pgsql)$/i.test(name)) continue;
      for (const [, written = ''] of (tree.read(other) ?? '').matchAll(inclusion)) {
        if (nameOf(written.trim().replace(/^'|'$/g, '')) === nameOf(path)) return other;
      }
    }
  }
  return undefined;
}

const inclusion = /^[ \t]*\\(?:ir?|include(?:_relative)?)[ \t](.*)/gm;

function compare(a: string, b: string): number {
  const [left, right] = [number.exec(a)?.[1], number.exec(b)?.[1]];
  if (left === undefined || right === undefined) return compareNaturally(a, b) || compareNames(a, b);
  return compareNaturally(left, right) || compareNaturally(a, b) || compareNames(a, b);
}

function addFiles(files: readonly FileDraft[], site: NewFileSite): NewFiles {
  const { project, tree } = site;
  const names = psql.migrations(project, tree).map(nameOf);
  return numberedFiles(files, site, names);
}
