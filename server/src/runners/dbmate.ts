import type { SourceFile } from '../sql/source';
import { type Edit, insert, lineBreakOf } from '../sql/text';
import { withAtlasSum } from './atlas/sum';
import { inTransaction, type Message } from './sending/delivery';
import { downSection, needsNoTransaction, sectionCompanion } from './placing/down-section';
import type { FileDraft } from './placing/layout';
import { markedFolder } from './files/marked-folder';
import { lineRange, misspelt, removal } from './sending/marker-words';
import { compareNames } from './files/naming';
import { filesIn, join, nameOf, parentOf } from './files/paths';
import { type NewFiles, numberedFiles } from './placing/new-files';
import { type LayoutTerms, placesOf } from './placing/places';
import { endsManagedTransaction, refusalOf } from './sending/refusal';
import type { MarkerProblem, NewFileSite, Runner } from './runner';
import { dividedBy, type MarkerLine, markerLines, scheduleSections, type Section } from './sending/sections';
import { installedVersion } from './files/versions';
import { digitsOf, notRunAgain, stops } from './standing/clashes';

/** Any line that is meant to be one of its markers. */
const marker = /^[ \t]*--\s*migrate\s*:\s*(?:up|down)\b.*$/gim;

const upMarker = /^--\s*migrate:up(?:\s|$)/;
const downMarker = /^--\s*migrate:down(?:\s|$)/;
const off = 'transaction:false';

const migrationName = /^\d.*\.sql$/;

/** dbmate: `dbmate up` and `dbmate migrate`. */
export const dbmate: Runner = {
  id: 'dbmate',
  label: 'dbmate',
  assumedVersion: undefined,
  docs: {
    summary:
      'Sends what stands below `-- migrate:up` as one query in a transaction; `transaction:false` on that line leaves the transaction out.',
    references: ['https://github.com/amacneil/dbmate#migration-options'],
  },

  watches: [],

  recognise(path, tree) {
    const folder = markedFolder(path, tree, {
      marker: /^--\s*migrate:up\b/m,
      name: migrationName,
      folders: ['db/migrations', 'migrations', 'sql/migrations', 'database/migrations'],
    });
    if (folder === undefined) return undefined;
    const above = parentOf(folder);
    return {
      runner: dbmate,
      root: nameOf(above) === 'db' ? parentOf(above) : above,
      folder,
      version: installedVersion(['dbmate'], folder, tree),
      postgresVersion: undefined,
    };
  },

  migrations({ folder }, tree) {
    const names = filesIn(folder, tree).filter((name) => migrationName.test(name));
    return [...names].sort(compareNames).map((name) => join(folder, name));
  },

  boundary: /^--\s*migrate:(?:up|down)/,

  schedule(file) {
    return scheduleSections(file, sectionsOf(file), ({ marker: line }, statements): readonly Message[] => {
      const query: readonly Message[] = [{ kind: 'query', statements }];
      return isUnmanaged(line) ? query : inTransaction(query);
    });
  },

  refuses(statement, index, scheduled, project) {
    if (scheduled.statements[index]?.ending !== undefined) {
      return {
        reason: 'dbmate reads "-- migrate:up" and "-- migrate:down" also inside of a string or a comment.',
        instead: 'Do not begin a line with these words.',
      };
    }
    const { block, section: kind } = scheduled.statements[index] ?? {};
    if (endsManagedTransaction(statement, index, scheduled, ({ marker: line }) => !isUnmanaged(line))) {
      return {
        reason: 'dbmate fails when the transaction that it opened is over before it ends it itself.',
        instead: `Leave it out, or write "-- migrate:${kind ?? 'up'} ${off}".`,
      };
    }
    return refusalOf(statement, index, scheduled, () => ({
      because:
        block === 'implicit'
          ? `dbmate sends all that stands below "-- migrate:${kind ?? 'up'}" as one query`
          : 'dbmate runs the migration in a transaction',
      instead:
        block === 'implicit'
          ? 'Give it a migration of its own.'
          : `Give it a migration of its own with "-- migrate:up ${off}".`,
      postgresVersion: project.postgresVersion,
    }));
  },

  places: (steps, site) => placesOf(steps, site, terms),

  // Atlas can write migrations for it.
  afterPlacing: withAtlasSum,

  newMigration: (name, site) => addFiles([{ name, text: frame('\n'), steps: [] }], site).changes,

  companion: (kind, path, project, file) =>
    sectionCompanion(kind, path, project, () =>
      downSection(file, file === undefined ? [] : sectionsOf(file), {
        marker: (sql) => (needsNoTransaction(sql) ? `-- migrate:down ${off}` : '-- migrate:down'),
      }),
    ),

  markers: { pattern: marker, problems },

  markerWords: () => [
    { text: '-- migrate:up', detail: 'what the migration does' },
    { text: '-- migrate:down', detail: 'what undoes it' },
    { text: '-- migrate:up transaction:false', detail: 'outside a transaction' },
    { text: '-- migrate:down transaction:false', detail: 'outside a transaction' },
  ],

  bookkeeping: {
    versionOf: digitsOf,
    twice: stops('dbmate runs one of them, and stops at the other or passes over it.'),
    changed: notRunAgain('dbmate'),
  },
};

const terms: LayoutTerms = {
  addFiles,
  records: true,
  mark: {
    edit: (text) => {
      const up = markerLines(text, marker).find((line) => upMarker.test(line.text));
      if (up === undefined) return insert(0, `-- migrate:up ${off}${lineBreakOf(text)}`);
      return isUnmanaged(up) ? undefined : insert(up.start + up.text.trimEnd().length, ` ${off}`);
    },
  },
  frame,
};

function frame(body: string): string {
  return `-- migrate:up\n${body}\n-- migrate:down\n`;
}

function isUnmanaged(line: MarkerLine | undefined): boolean {
  return line?.text.split(/\s+/).includes(off) === true;
}

/** A text without markers is read as what stands below `-- migrate:up`. */
function sectionsOf({ text }: SourceFile): readonly Section[] {
  const lines = text.includes('migrate:') ? markerLines(text, marker) : [];
  const known = lines.filter((line) => upMarker.test(line.text) || downMarker.test(line.text));
  const sections = dividedBy(known, (line) => (downMarker.test(line.text) ? 'down' : 'up'), text);
  // dbmate stops at what stands before the first one; until that is repaired it is read as if it stood below.
  return sections.map((part, index) => (index === 0 && part.kind === 'up' ? { ...part, start: 0 } : part));
}

function problems(file: SourceFile): readonly MarkerProblem[] {
  const { text, statements } = file;
  const lines = markerLines(text, marker);
  const found: MarkerProblem[] = [];
  const isKnown = (line: MarkerLine): boolean => upMarker.test(line.text) || downMarker.test(line.text);
  const ups = lines.filter((line) => upMarker.test(line.text));
  const downs = lines.filter((line) => downMarker.test(line.text));
  for (const line of lines) {
    if (isKnown(line)) found.push(...optionProblems(line));
    else found.push(misspeltMarker(line));
  }
  const [up] = ups;
  const [down] = downs;
  const [first] = statements;
  if (first === undefined) return found;
  const lineBreak = lineBreakOf(text);
  const isMeant = (kind: 'up' | 'down'): boolean =>
    lines.some((line) => !isKnown(line) && new RegExp(`migrate\\s*:\\s*${kind}`, 'i').test(line.text));
  if (up === undefined && !isMeant('up')) {
    found.push({
      range: firstLine(first, text),
      message: 'dbmate stops at a file without "-- migrate:up".',
      isFatal: true,
      repair: { title: 'Write "-- migrate:up"', edits: [insert(0, `-- migrate:up${lineBreak}`)] },
    });
  } else if (up !== undefined && first.start < up.start && (down === undefined || up.start < down.start)) {
    const edits = [insert(0, `${up.text}${lineBreak}`), removal(up, text)];
    found.push({
      range: lineRange(up),
      message: 'dbmate stops at a statement before "-- migrate:up".',
      isFatal: true,
      repair: { title: 'Move it to the top of the file', edits },
    });
  }
  if (down === undefined && up !== undefined && !isMeant('down')) {
    const end = text.trimEnd().length;
    const edit: Edit = {
      range: { start: end, end: text.length },
      text: `${lineBreak}${lineBreak}-- migrate:down${lineBreak}`,
    };
    found.push({
      range: lineRange(up),
      message: 'dbmate stops at a file without "-- migrate:down", also when there is nothing to undo.',
      isFatal: true,
      repair: { title: 'Write "-- migrate:down"', edits: [edit] },
    });
  }
  const [, second] = ups;
  if (second !== undefined) {
    found.push({
      range: lineRange(second),
      message:
        'dbmate runs a second "-- migrate:up", and then fails because it records the version of the file twice.',
      isFatal: true,
    });
  }
  return found;
}

/** `Migrate:Up`, an indent, a space before the colon: dbmate finds none of them. */
function misspeltMarker(line: MarkerLine): MarkerProblem {
  const kind = /migrate\s*:\s*(up|down)/i.exec(line.text)?.[1]?.toLowerCase() ?? 'up';
  const rest = /migrate\s*:\s*(?:up|down)(.*)/i.exec(line.text)?.[1]?.trim() ?? '';
  const right = `-- migrate:${kind}${rest === '' ? '' : ` ${rest}`}`;
  return misspelt(
    line,
    `dbmate does not see "${line.text.trim()}": it looks for "-- migrate:${kind}" at the start of a line.`,
    true,
    right,
  );
}

/** An option that dbmate does not know has no effect. */
function optionProblems(line: MarkerLine): readonly MarkerProblem[] {
  const written = /migrate:(?:up|down)\s(.*)/.exec(line.text)?.[1]?.trim() ?? '';
  const option = written.split(/\s--/)[0]?.trimEnd() ?? '';
  if (
    option === '' ||
    option.startsWith('--') ||
    option.split(/\s+/).some((one) => /^transaction:(?:true|false)$/.test(one))
  ) {
    return [];
  }
  const message = `dbmate does not know "${option}"; the section runs in a transaction.`;
  const isMeant = /trans|^no/i.test(option) && !/true|yes|\bon\b/i.test(option);
  const start = line.start + line.text.indexOf(option);
  const range = { start, end: start + option.length };
  if (isMeant) {
    return [
      { range, message, isFatal: false, repair: { title: `Write "${off}"`, edits: [{ range, text: off }] } },
    ];
  }
  return [{ range, message, isFatal: false }];
}

function firstLine(
  { start, end }: { start: number; end: number },
  text: string,
): { start: number; end: number } {
  const lineEnd = text.slice(start, end).search(/\r?\n/);
  return { start, end: lineEnd < 0 ? end : start + lineEnd };
}

function addFiles(files: readonly FileDraft[], site: NewFileSite): NewFiles {
  const { project, tree } = site;
  return numberedFiles(files, site, dbmate.migrations(project, tree).map(nameOf));
}
