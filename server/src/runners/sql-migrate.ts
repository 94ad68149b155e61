import { parse as parseYaml } from 'yaml';
import type { SourceFile } from '../sql/source';
import { insert, lineBreakOf } from '../sql/text';
import { type Message, inTransaction } from './sending/delivery';
import { downSection, needsNoTransaction, sectionCompanion } from './placing/down-section';
import { goModuleFolder, requiredGoModule } from './files/go-modules';
import type { FileDraft } from './placing/layout';
import { markedFolder } from './files/marked-folder';
import { misspelt, nearest, removal, superfluous, withoutIndent } from './sending/marker-words';
import { compareNames } from './files/naming';
import { shallow } from './files/nesting';
import { compareNumbers } from './files/numbered';
import { filesIn, isFile, join, parentOf, relative, upwards } from './files/paths';
import { type NewFiles, numberedFiles } from './placing/new-files';
import { type LayoutTerms, placesOf } from './placing/places';
import { endsManagedTransaction, refusalOf } from './sending/refusal';
import type { FileTree, MarkerProblem, NewFileSite, Runner } from './runner';
import {
  dividedBy,
  enclosuresOf,
  type MarkerLine,
  markerLines,
  scheduleSections,
  type Section,
} from './sending/sections';
import { cutAtLines, needsEnclosure, refusalOfEnding, type StatementLines } from './sending/statement-lines';
import { notRunAgain } from './standing/clashes';

/** Any line that is meant to be one of its markers. */
const marker = /^[ \t]*--\s*\+\s*migrate\b.*$/gim;

/** What it reads: nothing else before it, one space at each place. */
const command = /^-- \+migrate\s+(\S+)(.*)/;

const words = ['Up', 'Down', 'StatementBegin', 'StatementEnd'] as const;
type Word = (typeof words)[number];

const off = 'notransaction';
const begin = '-- +migrate StatementBegin';
const end = '-- +migrate StatementEnd';

const migrationName = /\.sql$/;

/** sql-migrate of rubenv: `sql-migrate up`, and `migrate.Exec()` of its library. */
export const sqlMigrate: Runner = {
  id: 'sql-migrate',
  label: 'sql-migrate',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs each file in one transaction, one query for each statement; `-- +migrate Up notransaction` makes each query its own.',
    references: ['https://github.com/rubenv/sql-migrate#writing-migrations'],
  },

  watches: ['dbconfig.yml', 'go.mod'],

  recognise(path, tree) {
    const folder =
      markedFolder(path, tree, {
        marker: /^-- \+migrate\s+Up\b/m,
        name: migrationName,
        folders: ['migrations', 'db/migrations', 'migrations/postgres', 'sql/migrations'],
      }) ?? configured(path, tree);
    if (folder === undefined) return undefined;
    return {
      runner: sqlMigrate,
      root: configurationAbove(folder, tree) ?? goModuleFolder(folder, tree) ?? parentOf(folder),
      folder,
      version: requiredGoModule(['github.com/rubenv/sql-migrate'], folder, tree),
      postgresVersion: undefined,
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => migrationName.test(name));
    return [...names].sort(compare).map((name) => join(folder, name));
  },

  boundary: /^--\s*\+migrate\s/,

  schedule(file) {
    const lines = new Map<Section, StatementLines>();
    return scheduleSections(
      file,
      sectionsOf(file),
      (part, statements): readonly Message[] => {
        const cut = cutAtLines(file, part, statements);
        lines.set(part, cut);
        return isUnmanaged(part.marker) ? cut.messages : inTransaction(cut.messages);
      },
      (index, part) => lines.get(part)?.endings.get(index),
    );
  },

  refuses(statement, index, scheduled, project) {
    const { ending, block, section: kind } = scheduled.statements[index] ?? {};
    const unended = refusalOfEnding(ending, statement.text, 'sql-migrate', [begin, end]);
    if (unended !== undefined) return unended;
    const direction = kind === 'down' ? 'Down' : 'Up';
    if (endsManagedTransaction(statement, index, scheduled, ({ marker: line }) => !isUnmanaged(line))) {
      return {
        reason: 'sql-migrate fails when the transaction that it opened is over before it ends it itself.',
        instead: `Leave it out, or write "-- +migrate ${direction} ${off}".`,
      };
    }
    return refusalOf(statement, index, scheduled, () => ({
      because:
        block === 'implicit'
          ? 'sql-migrate sends these statements as one query'
          : 'sql-migrate runs the file in a transaction',
      instead:
        block === 'implicit'
          ? 'Put it after the line that ends the statement before it.'
          : `Give it a migration of its own with "-- +migrate ${direction} ${off}".`,
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, site, terms),

  newMigration: (name, site) => addFiles([{ name, text: frame(''), steps: [] }], site).changes,

  companion: (kind, path, project, file) =>
    sectionCompanion(kind, path, project, () =>
      downSection(file, file === undefined ? [] : sectionsOf(file), {
        marker: (sql) => (needsNoTransaction(sql) ? `-- +migrate Down ${off}` : '-- +migrate Down'),
        enclose: enclosureOf,
      }),
    ),

  markers: { pattern: marker, problems },

  markerWords: () => [
    { text: '-- +migrate Up', detail: 'what the migration does' },
    { text: '-- +migrate Down', detail: 'what undoes it' },
    { text: '-- +migrate Up notransaction', detail: 'outside a transaction' },
    { text: '-- +migrate Down notransaction', detail: 'outside a transaction' },
    { text: '-- +migrate StatementBegin', detail: 'a statement with semicolons in it' },
    { text: '-- +migrate StatementEnd', detail: 'the end of that statement' },
  ],

  bookkeeping: { changed: notRunAgain('sql-migrate') },
};

const terms: LayoutTerms = {
  addFiles,
  records: true,
  mark: {
    edit: (text) => {
      const up = markerLines(text, marker).find((line) => wordOf(line) === 'Up');
      if (up === undefined) return insert(0, `-- +migrate Up ${off}${lineBreakOf(text)}`);
      return isUnmanaged(up) ? undefined : insert(up.start + up.text.trimEnd().length, ` ${off}`);
    },
  },
  frame,
  enclose: enclosureOf,
};

function frame(body: string): string {
  return `-- +migrate Up\n${body === '' ? '\n' : body}\n-- +migrate Down\n`;
}

function enclosureOf(sql: string): readonly [string, string] | undefined {
  return needsEnclosure(sql) ? [begin, end] : undefined;
}

/** Those with a number first, by it; the others by name. */
function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => /^\d+/.exec(name)?.[0]);
  if (left === undefined || right === undefined) {
    return left === right ? compareNames(a, b) : left === undefined ? 1 : -1;
  }
  return compareNumbers(a, b);
}

function wordOf({ text }: MarkerLine): Word | undefined {
  const word = command.exec(text)?.[1];
  return words.find((known) => known === word);
}

function isUnmanaged(line: MarkerLine | undefined): boolean {
  return line?.text.split(/\s+/).includes(off) === true;
}

/** What stands before the first marker is never run. */
function sectionsOf({ text }: SourceFile): readonly Section[] {
  const lines = text.includes('migrate') ? markerLines(text, marker) : [];
  const enclosures = enclosuresOf(
    lines,
    (line) => wordOf(line) === 'StatementBegin',
    (line) => wordOf(line) === 'StatementEnd',
  );
  const dividing = lines.filter((line) => wordOf(line) === 'Up' || wordOf(line) === 'Down');
  return dividedBy(dividing, (line) => (wordOf(line) === 'Up' ? 'up' : 'down'), text, enclosures);
}

function problems(file: SourceFile): readonly MarkerProblem[] {
  const { text, statements } = file;
  const lines = markerLines(text, marker);
  const found: MarkerProblem[] = [];
  let opening: MarkerLine | undefined;
  for (const line of lines) {
    const word = wordOf(line);
    const problem = word === undefined ? misspeltMarker(line, text) : optionProblem(line);
    if (problem !== undefined) found.push(problem);
    if (word === 'StatementBegin') opening = line;
    if (word === 'StatementEnd') {
      if (opening === undefined) {
        const message = 'sql-migrate sees no StatementBegin before this StatementEnd, and passes over it.';
        found.push(superfluous(line, message, false, text));
      }
      opening = undefined;
    }
  }
  if (opening !== undefined) {
    const from = opening.start;
    const next = lines.find(({ start }) => start > from)?.start ?? text.length;
    const at = text.slice(0, next).trimEnd().length;
    found.push({
      range: withoutIndent(opening),
      message: 'sql-migrate stops because no StatementEnd follows this StatementBegin.',
      isFatal: true,
      repair: { title: `Write "${end}"`, edits: [insert(at, `${lineBreakOf(text)}${end}`)] },
    });
  }
  const [first] = statements;
  if (first === undefined) return found;
  const up = lines.find((line) => wordOf(line) === 'Up');
  const isMeant = lines.some((line) => wordOf(line) === undefined && /\bup\b/i.test(line.text));
  if (up === undefined && !isMeant) {
    const lineEnd = text.slice(first.start, first.end).search(/\s/);
    found.push({
      range: { start: first.start, end: lineEnd < 0 ? first.end : first.start + lineEnd },
      message: 'sql-migrate stops at a file without "-- +migrate Up".',
      isFatal: true,
      repair: { title: 'Write "-- +migrate Up"', edits: [insert(0, `-- +migrate Up${lineBreakOf(text)}`)] },
    });
  } else if (up !== undefined && first.start < up.start) {
    found.push({
      range: withoutIndent(up),
      message: 'sql-migrate never runs the statements before "-- +migrate Up".',
      isFatal: true,
      repair: {
        title: 'Move it to the top of the file',
        edits: [insert(0, `${up.text}${lineBreakOf(text)}`), removal(up, text)],
      },
    });
  }
  return found;
}

function misspeltMarker(line: MarkerLine, text: string): MarkerProblem {
  const said = line.text.replace(/^[ \t]*--\s*\+\s*migrate\b/i, '').trim();
  const [word = '', ...options] = said.split(/\s+/);
  const meant = nearest(word, words);
  const isOff = /^no[-_ ]?trans|^disable/i.test(said);
  const written = line.text.trim();
  if (isOff) {
    const up = markerLines(text, marker).find((other) => wordOf(other) === 'Up');
    return {
      range: withoutIndent(line),
      message: `sql-migrate does not see "${written}": it looks for "${off}" after "-- +migrate Up".`,
      isFatal: false,
      ...(up === undefined
        ? {}
        : {
            repair: {
              title: `Write "-- +migrate Up ${off}"`,
              edits: [removal(line, text), insert(up.start + up.text.trimEnd().length, ` ${off}`)].sort(
                (a, b) => a.range.start - b.range.start,
              ),
            },
          }),
    };
  }
  const message = `sql-migrate does not see "${written}"${meant === undefined ? '' : `: it looks for "-- +migrate ${meant}" at the start of a line`}.`;
  if (meant === undefined) return superfluous(line, message, false, text);
  return misspelt(line, message, true, ['-- +migrate', meant, ...options].join(' '));
}

function optionProblem(line: MarkerLine): MarkerProblem | undefined {
  const option = command.exec(line.text)?.[2]?.trim() ?? '';
  if (option === '' || option.split(/\s+/).includes(off) || option.startsWith('--')) return undefined;
  const start = line.start + line.text.lastIndexOf(option);
  const range = { start, end: start + option.length };
  const message = `sql-migrate does not know "${option}"; the section runs in a transaction.`;
  const isMeant = /^no|trans/i.test(option) && !/true/i.test(option);
  if (!isMeant) return { range, message, isFatal: false };
  return {
    range,
    message,
    isFatal: false,
    repair: { title: `Write "${off}"`, edits: [{ range, text: off }] },
  };
}

/** The folder of the first environment in dbconfig.yml that is one of PostgreSQL, when `path` lies in it or above. */
function configured(path: string, tree: FileTree): string | undefined {
  const root = configurationAbove(path, tree);
  if (root === undefined) return undefined;
  for (const folder of configuredFolders(root, tree)) {
    if (path === root || path === folder || parentOf(path) === folder) return folder;
  }
  return undefined;
}

function configurationAbove(path: string, tree: FileTree): string | undefined {
  return [...upwards(path)].find((folder) => isFile(join(folder, 'dbconfig.yml'), tree));
}

function configuredFolders(root: string, tree: FileTree): readonly string[] {
  let configuration: unknown;
  try {
    configuration = parseYaml(shallow(tree.read(join(root, 'dbconfig.yml')) ?? ''));
  } catch {
    // Half-typed configuration names no folder.
    return [];
  }
  if (typeof configuration !== 'object' || configuration === null) return [];
  return Object.values(configuration as Record<string, unknown>).flatMap((environment) => {
    if (typeof environment !== 'object' || environment === null) return [];
    const { dialect, dir } = environment as Record<string, unknown>;
    return dialect === 'postgres' && typeof dir === 'string' ? [join(root, dir)] : [];
  });
}

function addFiles(files: readonly FileDraft[], site: NewFileSite): NewFiles {
  const { project, tree } = site;
  const names = sqlMigrate.migrations(project, tree).map((path) => relative(project.folder, path));
  // `sql-migrate new` writes a hyphen; a folder that has another sign there keeps it.
  const sign = /^\d+([-_])/.exec(names.findLast((name) => /^\d+[-_]/.test(name)) ?? '')?.[1] ?? '-';
  return numberedFiles(files, site, names, sign);
}
