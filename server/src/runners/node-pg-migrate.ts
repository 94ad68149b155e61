import { withLineBreaks } from '../sql/layout';
import { parseFile } from '../sql/parse';
import type { SourceFile } from '../sql/source';
import { insert, lineBreakOf } from '../sql/text';
import { withAtlasSum } from './atlas/sum';
import { beforeTheDeploy } from './placing/by-hand';
import { endWithComment, startWithComment } from './placing/comments';
import { inTransaction, type Message } from './sending/delivery';
import { downSection, sectionCompanion } from './placing/down-section';
import { inNewFiles, inPlace } from './placing/drafts';
import { prepare } from './placing/steps';
import { type Draft, type FileDraft, toPlacement } from './placing/layout';
import { removal, withoutIndent } from './sending/marker-words';
import { allowsLate } from './files/callers';
import { slug } from './files/naming';
import { compareNumbers, nextNumbers } from './files/numbered';
import { filesIn, isFile, join, nameOf, parentOf } from './files/paths';
import { type LayoutTerms, placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import type {
  FileChange,
  FileTree,
  MarkerProblem,
  NewFileSite,
  Placement,
  Project,
  Runner,
  Site,
  Step,
} from './runner';
import { type MarkerLine, markerLines, scheduleSections, type Section, section } from './sending/sections';
import { installedVersion, repositoryFolders } from './files/versions';
import { notRunAgain, stops } from './standing/clashes';

/** Its markers, which it finds in any case, also with more behind them. */
const marker = /^[ \t]*--[ \t-]*(?:up|down)[ \t]+migration.*$/gim;

/** It counts milliseconds, or writes the time in 14 or 17 digits. */
const migrationName = /^(?:\d{13,14}|\d{17})[_-].*\.sql$/;

/** node-pg-migrate, the migrations in SQL: `node-pg-migrate up`. */
export const nodePgMigrate: Runner = {
  id: 'node-pg-migrate',
  label: 'node-pg-migrate',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs all pending migrations in one transaction, and each .sql file as one query; only a JavaScript migration can leave the transaction.',
    references: ['https://salsita.github.io/node-pg-migrate/getting-started'],
  },

  watches: [],

  recognise(path, tree) {
    const folder = migrationsFolder(path, tree);
    if (folder === undefined) return undefined;
    const root = [...repositoryFolders(folder, tree)].find((above) =>
      isFile(join(above, 'package.json'), tree),
    );
    return {
      runner: nodePgMigrate,
      root: root ?? parentOf(folder),
      folder,
      version: installedVersion(['node-pg-migrate'], folder, tree),
      postgresVersion: undefined,
      isGrouped: true,
      configuration: allowsLate(
        /^/,
        /--no-check-order\b|["']?check-?[oO]rder["']?\s*:\s*false/,
        folder,
        tree,
      ),
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => migrationName.test(name));
    return [...names].sort(compareNumbers).map((name) => join(folder, name));
  },

  schedule(file, project, path) {
    const isUnmanaged = path !== undefined && project.withoutTransaction?.has(path) === true;
    return scheduleSections(file, sectionsOf(file), (_, statements): readonly Message[] =>
      isUnmanaged
        ? statements.map((index) => ({ kind: 'query', statements: [index] }))
        : inTransaction([{ kind: 'query', statements }]),
    );
  },

  refuses: (statement, index, scheduled, project) =>
    scheduled.statements[index]?.ending === undefined
      ? refusalOf(statement, index, scheduled, () => ({
          because: 'node-pg-migrate runs all pending migrations in one transaction',
          instead: 'Write it in a JavaScript migration, after pgm.noTransaction().',
          postgresVersion: project.postgresVersion,
        }))
      : {
          reason:
            'node-pg-migrate reads "-- Up Migration" and "-- Down Migration" also inside of a string or a comment.',
          instead: 'Do not begin a line with these words.',
        },

  places,

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => addFiles([{ name, text: frame('\n'), steps: [] }], site).changes,

  companion: (kind, path, project, file) =>
    sectionCompanion(kind, path, project, () =>
      downSection(file, file === undefined ? [] : sectionsOf(file), { marker: () => '-- Down Migration' }),
    ),

  markers: { pattern: marker, isProse: true, problems },

  markerWords: () => [
    { text: '-- Up Migration', detail: 'what the migration does' },
    { text: '-- Down Migration', detail: 'what undoes it' },
  ],

  bookkeeping: {
    late: ({ configuration }) =>
      configuration?.['allows-late'] === 'true'
        ? undefined
        : stops('node-pg-migrate stops at it, unless --no-check-order is given.'),
    changed: notRunAgain('node-pg-migrate'),
  },
};

const terms: LayoutTerms = {
  addFiles,
  records: true,
  mark: { isForNewFiles: true },
  frame,
};

function frame(body: string): string {
  return `-- Up Migration\n${body}\n-- Down Migration\n`;
}

/** What must not run in a transaction goes into a JavaScript migration, or is done by hand before the deploy. */
function places(given: readonly Step[], site: Site): readonly [Placement, ...Placement[]] {
  if (given.every(({ transaction }) => transaction !== 'none')) return placesOf(given, site, terms);
  const steps = prepare(given, site);
  const options: Placement[] = [];
  const apart = inNewFiles(steps, site, { mark: terms.mark, frame });
  if (apart !== undefined) options.push(toPlacement(withNotes(apart), site, terms));
  const byHand = beforeTheDeploy(steps, site, {
    between: (kept): Draft => inPlace(kept, site),
    folder: join(parentOf(site.project.folder), 'manual'),
  });
  if (byHand !== undefined) options.push(byHand);
  const [first, ...others] = options;
  return first === undefined ? placesOf(given, site, terms) : [first, ...others];
}

function withNotes(draft: Draft): Draft {
  if (!draft.files.some(({ isUnmanaged }) => isUnmanaged === true)) return draft;
  return {
    ...draft,
    notes: [
      ...draft.notes,
      'pgm.noTransaction() commits all earlier migrations that are pending, too.',
      'Lockstep does not read migrations in JavaScript: what they make is unknown to it.',
    ],
  };
}

/** The first marker of each kind counts. Without one for up, all of the file is run, also what undoes it. */
function sectionsOf({ text }: SourceFile): readonly Section[] {
  const lines = /migration/i.test(text) ? markerLines(text, marker) : [];
  const up = lines.find(isUp);
  const down = lines.find((line) => !isUp(line));
  if (up === undefined) return [section('up', undefined, text.length, text)];
  const upEnd = down !== undefined && down.start > up.start ? down.start : text.length;
  const sections = [section('up', up, upEnd, text)];
  if (down !== undefined) {
    const downEnd = down.start < up.start ? up.start : text.length;
    sections.push(section('down', down, downEnd, text));
  }
  return sections.sort((a, b) => a.start - b.start);
}

function isUp({ text }: MarkerLine): boolean {
  return /^[ \t]*--[ \t-]*up\b/i.test(text);
}

function problems({ text, statements }: SourceFile): readonly MarkerProblem[] {
  const lines = markerLines(text, marker);
  const up = lines.find(isUp);
  const down = lines.find((line) => !isUp(line));
  const [first] = statements;
  const lineBreak = lineBreakOf(text);
  if (up === undefined && down !== undefined) {
    return [
      {
        range: withoutIndent(down),
        message: `node-pg-migrate runs what is below "${down.text.trim()}" right after the rest, because there is no "-- Up Migration".`,
        isFatal: true,
        repair: { title: 'Write "-- Up Migration"', edits: [insert(0, `-- Up Migration${lineBreak}`)] },
      },
    ];
  }
  if (up !== undefined && first !== undefined && first.start < Math.min(up.start, down?.start ?? Infinity)) {
    return [
      {
        range: withoutIndent(up),
        message: `node-pg-migrate never runs what comes before "${up.text.trim()}".`,
        isFatal: true,
        repair: {
          title: 'Move it to the top of the file',
          edits: [insert(0, `${up.text}${lineBreak}`), removal(up, text)],
        },
      },
    ];
  }
  return [];
}

/** The folder of a file that carries a number, where package.json has node-pg-migrate. */
function migrationsFolder(path: string, tree: FileTree): string | undefined {
  const isSql = /\.sql$/i.test(path) && (isFile(path, tree) || tree.list(path).length === 0);
  const has = (folder: string): boolean =>
    filesIn(folder, tree).some((name) => migrationName.test(name)) ||
    filesIn(folder, tree).some((name) => /^\d+[_-].*\.[cm]?[jt]s$/.test(name));
  if (isSql && !migrationName.test(nameOf(path))) return undefined;
  const candidates = isSql ? [parentOf(path)] : [path, join(path, 'migrations'), join(path, 'db/migrations')];
  const folder = candidates.find((candidate) => (isSql ? true : has(candidate)));
  return folder !== undefined && usesIt(folder, tree) ? folder : undefined;
}

/** The nearest package.json decides; in a monorepo the one above it may speak of other packages. */
function usesIt(folder: string, tree: FileTree): boolean {
  for (const above of repositoryFolders(folder, tree)) {
    const text = tree.read(join(above, 'package.json'));
    if (text !== undefined) return /"node-pg-migrate"\s*:/.test(text);
  }
  // Without any: nobody else counts milliseconds in the names of .sql files.
  const names = filesIn(folder, tree).filter((name) => name.endsWith('.sql'));
  return names.length > 2 && names.every((name) => /^1[5-9]\d{11}[_-]/.test(name));
}

function addFiles(
  files: readonly FileDraft[],
  { project, tree, now }: NewFileSite,
): { readonly changes: readonly FileChange[]; readonly notes: readonly string[] } {
  const names = filesIn(project.folder, tree).filter((name) => /^\d+[_-].*\.(?:sql|[cm]?[jt]s)$/.test(name));
  // Counted in milliseconds, as node-pg-migrate itself does in a new folder.
  const versions = nextNumbers(names.length === 0 ? [`${now.getTime() - 1}_`] : names, files.length, now);
  const hyphens = !names.some((name) => /^\d+_[^-]*_/.test(name));
  const { extension, write } = scriptOf(project, names, tree);
  return {
    changes: files.map(({ name, text, isUnmanaged }, index) => {
      const words = hyphens ? slug(name).replaceAll('_', '-') : slug(name);
      const base = join(project.folder, `${versions[index] ?? ''}_${words}`);
      return isUnmanaged === true
        ? { kind: 'create', path: `${base}.${extension}`, text: write(text) }
        : { kind: 'create', path: `${base}.sql`, text };
    }),
    notes: [],
  };
}

/** How this project writes migrations in JavaScript. */
function scriptOf(
  { root }: Project,
  names: readonly string[],
  tree: FileTree,
): { readonly extension: string; readonly write: (sql: string) => string } {
  const present = names.findLast((name) => !name.endsWith('.sql'));
  const extension = /\.([cm]?[jt]s)$/.exec(present ?? '')?.[1] ?? 'js';
  const isModule = /"type"\s*:\s*"module"/.test(tree.read(join(root, 'package.json')) ?? '');
  const isTyped = extension.endsWith('ts');
  const usesExport = isTyped || extension === 'mjs' || (isModule && extension !== 'cjs');
  const declare = (name: string, value: string): string =>
    usesExport ? `export const ${name} = ${value};\n` : `exports.${name} = ${value};\n`;
  const type = isTyped ? ': MigrationBuilder' : '';
  return {
    extension,
    write: (sql) =>
      (isTyped ? "import type { MigrationBuilder } from 'node-pg-migrate';\n\n" : '') +
      declare('up', `(pgm${type}) => {\n  pgm.noTransaction();\n${calls(sql)}}`) +
      `\n${declare('down', `(pgm${type}) => {\n  pgm.noTransaction();\n}`)}`,
  };
}

/** A call for each statement, with its comments. */
function calls(sql: string): string {
  const file = parseFile(sql);
  return file.statements
    .map((_, index) => {
      const text = file.text.slice(startWithComment(file, index), endWithComment(file, index));
      // In a template JavaScript reads each line break as a line feed.
      const escaped = withLineBreaks(text, '\n')
        .replace(/[\\`]|\$\{/g, '\\$&')
        .replaceAll('\r', '\\r');
      return `  pgm.sql(\`${escaped}\`);\n`;
    })
    .join('');
}
