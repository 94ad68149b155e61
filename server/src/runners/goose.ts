import type { SourceFile } from '../sql/source';
import { type Edit, insert, lineBreakOf } from '../sql/text';
import { withAtlasSum } from './atlas/sum';
import { type Message, inTransaction } from './sending/delivery';
import { goModuleFolder, requiredGoModule } from './files/go-modules';
import { shortLabelOf } from './label';
import type { FileDraft } from './placing/layout';
import { markedFolder } from './files/marked-folder';
import { misspelt, nearest, removal, superfluous } from './sending/marker-words';
import { allowsLate } from './files/callers';
import { compareNumbers } from './files/numbered';
import { filesIn, join } from './files/paths';
import { type NewFiles, numberedFiles } from './placing/new-files';
import { type LayoutTerms, placesOf } from './placing/places';
import { refusalOf } from './sending/refusal';
import { downSection, sectionCompanion } from './placing/down-section';
import type { MarkerProblem, NewFileSite, Runner } from './runner';
import {
  behindLine,
  enclosuresOf,
  type MarkerLine,
  markerLines,
  scheduleSections,
  type Section,
  section,
} from './sending/sections';
import { cutAtLines, needsEnclosure, refusalOfEnding, type StatementLines } from './sending/statement-lines';
import { notRunAgain, stops, valueOf } from './standing/clashes';

/** Any line that speaks of goose; it looks for them in strings and block comments, too. */
const marker = /^[ \t]*--.*\+goose\b.*$/gm;

const words = [
  'Up',
  'Down',
  'StatementBegin',
  'StatementEnd',
  'NO TRANSACTION',
  'ENVSUB ON',
  'ENVSUB OFF',
] as const;
type Word = (typeof words)[number];

const begin = '-- +goose StatementBegin';
const end = '-- +goose StatementEnd';
const noTransaction = '-- +goose NO TRANSACTION';

const migrationName = /^\d+_.*\.sql$/;

/** goose: `goose up`, and `goose.Up()` of its library. */
export const goose: Runner = {
  id: 'goose',
  label: 'goose',
  assumedVersion: undefined,
  docs: {
    summary:
      'Runs each file in one transaction, one query for each statement; `-- +goose NO TRANSACTION` makes each query its own.',
    references: ['https://pressly.github.io/goose/documentation/annotations/'],
  },

  watches: ['go.mod'],

  recognise(path, tree) {
    const folder = markedFolder(path, tree, {
      marker: /^--.*\+goose\s+up\b/im,
      name: migrationName,
      folders: ['migrations', 'db/migrations', 'sql/migrations', 'sql/schema', 'internal/db/migrations'],
    });
    if (folder === undefined) return undefined;
    return {
      runner: goose,
      root: goModuleFolder(folder, tree) ?? folder,
      folder,
      version: requiredGoModule(['github.com/pressly/goose'], folder, tree),
      postgresVersion: undefined,
      configuration: allowsLate(/\bgoose\b/, /-allow-missing\b/, folder, tree),
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => migrationName.test(name));
    return [...names].sort(compareNumbers).map((name) => join(folder, name));
  },

  boundary: /^--\s*\+goose\s/,

  schedule(file) {
    const read = readMarkers(file);
    const lines = new Map<Section, StatementLines>();
    return scheduleSections(
      file,
      read.sections,
      (part, statements): readonly Message[] => {
        const cut = cutAtLines(file, part, statements);
        lines.set(part, cut);
        return read.isUnmanaged ? cut.messages : inTransaction(cut.messages);
      },
      (index, part) => lines.get(part)?.endings.get(index),
    );
  },

  refuses(statement, index, scheduled, project) {
    const ending = scheduled.statements[index]?.ending;
    const unended = refusalOfEnding(ending, statement.text, 'goose', [begin, end]);
    if (unended !== undefined) return unended;
    return refusalOf(statement, index, scheduled, () => {
      const block = scheduled.statements[index]?.block;
      return {
        because:
          block === 'implicit'
            ? 'goose sends these statements as one query'
            : `${shortLabelOf(project)} runs the file in a transaction`,
        instead:
          block === 'implicit'
            ? 'Put it after the line that ends the statement before it.'
            : `Give it a migration of its own with "${noTransaction}".`,
        postgresVersion: project.postgresVersion,
      };
    });
  },

  places: (steps, site) => placesOf(steps, site, terms),

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => addFiles([{ name, text: frame(''), steps: [] }], site).changes,

  companion: (kind, path, project, file) =>
    sectionCompanion(kind, path, project, () =>
      downSection(file, file === undefined ? [] : readMarkers(file).sections, {
        marker: () => '-- +goose Down',
        enclose: enclosureOf,
      }),
    ),

  markers: { pattern: marker, problems },

  markerWords: () => [
    { text: '-- +goose Up', detail: 'what the migration does' },
    { text: '-- +goose Down', detail: 'what undoes it' },
    { text: '-- +goose NO TRANSACTION', detail: 'the file runs outside a transaction' },
    { text: '-- +goose StatementBegin', detail: 'a statement with semicolons in it' },
    { text: '-- +goose StatementEnd', detail: 'the end of that statement' },
    { text: '-- +goose ENVSUB ON', detail: 'variables of the environment are put in' },
    { text: '-- +goose ENVSUB OFF', detail: 'and no longer' },
  ],

  bookkeeping: {
    versionOf: valueOf,
    twice: stops('goose stops at two migrations of one version.'),
    late: ({ configuration }) =>
      configuration?.['allows-late'] === 'true'
        ? undefined
        : stops('goose stops at it, unless -allow-missing is given.'),
    changed: notRunAgain('goose'),
  },
};

const terms: LayoutTerms = {
  addFiles,
  records: true,
  mark: {
    edit: (text) => {
      const lines = markerLines(text, marker);
      if (lines.some((line) => wordOf(line) === 'NO TRANSACTION')) return undefined;
      return insert(
        lines.find((line) => wordOf(line) === 'Up')?.start ?? 0,
        `${noTransaction}${lineBreakOf(text)}`,
      );
    },
  },
  frame,
  enclose: enclosureOf,
};

function frame(body: string): string {
  return `-- +goose Up\n${body === '' ? '\n' : body}\n-- +goose Down\n`;
}

function enclosureOf(sql: string): readonly [string, string] | undefined {
  return needsEnclosure(sql) ? [begin, end] : undefined;
}

/** What goose reads in a line, in any case; undefined when it stops with an error. */
function wordOf({ text }: MarkerLine): Word | undefined {
  if (!text.startsWith('--')) return undefined;
  const word = text.replaceAll('--', '').replace('+goose', '').trim().toLowerCase();
  return words.find((known) => known.toLowerCase() === word);
}

interface Markers {
  readonly lines: readonly MarkerLine[];
  readonly sections: readonly Section[];
  /** Whether the file runs without goose's transaction. */
  readonly isUnmanaged: boolean;
}

/** A text without markers is read as what stands below `-- +goose Up`. */
function readMarkers({ text }: SourceFile): Markers {
  const lines = text.includes('+goose') ? markerLines(text, marker) : [];
  const find = (word: Word): MarkerLine | undefined => lines.find((line) => wordOf(line) === word);
  const down = find('Down');
  const up = find('Up');
  const enclosures = enclosuresOf(
    lines,
    (line) => wordOf(line) === 'StatementBegin',
    (line) => wordOf(line) === 'StatementEnd',
  );
  const sections = [section('up', up, down?.start ?? text.length, text, enclosures)];
  if (down !== undefined) sections.push(section('down', down, text.length, text, enclosures));
  return { lines, sections, isUnmanaged: find('NO TRANSACTION') !== undefined };
}

function problems(file: SourceFile): readonly MarkerProblem[] {
  const { text, statements } = file;
  const { lines } = readMarkers(file);
  const found: MarkerProblem[] = [];
  let state: 'start' | 'up' | 'down' = 'start';
  let opening: MarkerLine | undefined;
  const first = statements[0];
  for (const line of lines) {
    const word = wordOf(line);
    const written = line.text.trim();
    if (word === undefined) {
      found.push(unknownMarker(line, text));
      continue;
    }
    if (
      opening !== undefined &&
      word !== 'StatementEnd' &&
      !word.startsWith('ENVSUB') &&
      word !== 'NO TRANSACTION'
    ) {
      found.push(unclosed(opening, line.start, text));
      opening = undefined;
    }
    switch (word) {
      case 'Up':
        if (state !== 'start') {
          found.push(superfluous(line, `goose stops at a second "${written}".`, true, text));
        } else if (first !== undefined && first.start < line.start) {
          found.push({
            range: { start: line.start, end: line.start + line.text.length },
            message: `goose stops at a statement before "${written}".`,
            isFatal: true,
            repair: {
              title: 'Move it to the top of the file',
              edits: [insert(0, `${written}${lineBreakOf(text)}`), removal(line, text)],
            },
          });
        }
        state = 'up';
        break;
      case 'Down':
        if (state === 'down') {
          found.push(superfluous(line, `goose stops at a second "${written}".`, true, text));
        } else if (state === 'start') {
          found.push(misplacedDown(line));
        }
        state = 'down';
        break;
      case 'StatementBegin':
        opening = line;
        break;
      case 'StatementEnd':
        if (opening === undefined) {
          found.push(
            superfluous(line, `goose stops at "${written}" without a StatementBegin before it.`, true, text),
          );
        }
        opening = undefined;
        break;
      case 'NO TRANSACTION':
      case 'ENVSUB ON':
      case 'ENVSUB OFF':
        break;
    }
  }
  if (opening !== undefined) found.push(unclosed(opening, text.length, text));
  const isMeant = found.some(({ repair }) =>
    repair?.edits.some(({ text: right }) => /\+goose Up/i.test(right)),
  );
  if (state === 'start' && first !== undefined && !isMeant) found.push(missingUp(file, lines));
  return found;
}

function unknownMarker(line: MarkerLine, text: string): MarkerProblem {
  const written = line.text.trim();
  const said = written.replaceAll('--', '').replace('+goose', '').trim();
  const meant = nearest(said.split(/[:(,;]/)[0]?.trimEnd() ?? '', words) ?? nearest(said, words);
  if (/^[ \t]/.test(line.text) && meant !== undefined && meant.toLowerCase() === said.toLowerCase()) {
    return misspelt(line, `goose stops at "${written}" because the line is indented.`, true, written);
  }
  const message = `goose stops at "${written}": it does not know this word.`;
  if (meant === undefined) return superfluous(line, message, true, text);
  return misspelt(line, message, true, `-- +goose ${meant}`);
}

function unclosed(opening: MarkerLine, before: number, text: string): MarkerProblem {
  const at = text.slice(0, before).trimEnd().length;
  return {
    range: { start: opening.start, end: opening.start + opening.text.length },
    message: 'goose stops because no StatementEnd follows this StatementBegin.',
    isFatal: true,
    repair: { title: `Write "${end}"`, edits: [insert(at, `${lineBreakOf(text)}${end}`)] },
  };
}

function misplacedDown(line: MarkerLine): MarkerProblem {
  return {
    range: { start: line.start, end: line.start + line.text.length },
    message: 'goose stops at a "-- +goose Down" that has no "-- +goose Up" before it.',
    isFatal: true,
  };
}

/** goose stops at the first line that is neither empty nor a comment. */
function missingUp({ text, statements }: SourceFile, lines: readonly MarkerLine[]): MarkerProblem {
  const start = statements[0]?.start ?? 0;
  const lineEnd = text.slice(start).search(/\s/);
  const edit: Edit = insert(
    lines[0] === undefined ? 0 : behindLine(lines[0], text),
    `-- +goose Up${lineBreakOf(text)}`,
  );
  return {
    range: { start, end: lineEnd < 0 ? text.length : start + lineEnd },
    message: 'goose stops at a file without "-- +goose Up".',
    isFatal: true,
    repair: { title: 'Write "-- +goose Up"', edits: [edit] },
  };
}

function addFiles(files: readonly FileDraft[], site: NewFileSite): NewFiles {
  const { project, tree } = site;
  // Also migrations in Go have a number.
  const names = filesIn(project.folder, tree).filter((name) => /^\d+_.*\.(?:sql|go)$/.test(name));
  return numberedFiles(files, site, names);
}
