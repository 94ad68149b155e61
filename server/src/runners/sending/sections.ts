import type { SourceFile } from '../../sql/source';
import type { Range } from '../../sql/text';
import { type Message, schedule as scheduleMessages } from './delivery';
import type { Schedule, ScheduledStatement } from '../runner';

/** A line of a file in which a runner reads a word of its own. */
export interface MarkerLine extends Range {
  /** What stands in the line, without its line break: `-- +goose Up`. */
  readonly text: string;
}

/** A stretch of a file that a runner reads as one: what stands between two of its markers. */
export interface Section extends Range {
  /** `up` does the migration. `down` undoes it, or is never run. */
  readonly kind: 'up' | 'down';
  /** The line that opens it; undefined for what needs none. */
  readonly marker: MarkerLine | undefined;
  /** Behind that line: where the SQL begins. */
  readonly bodyStart: number;
  /** Where the SQL ends, when lines follow that belong to the section as a whole, such as what undoes it. */
  readonly bodyEnd?: number;
  /** Whether the runner never sends it to PostgreSQL. */
  readonly isSkipped?: true;
  /** Statements that travel together because two lines enclose them, such as StatementBegin and StatementEnd. */
  readonly enclosures: readonly Enclosure[];
}

/** From the line that opens it to the line that closes it, both included. */
interface Enclosure extends Range {
  readonly opening: MarkerLine;
  readonly closing: MarkerLine;
}

/** The lines that `pattern` finds; it must have the flags `g` and `m`, and begin with `^`. */
export function markerLines(text: string, pattern: RegExp): readonly MarkerLine[] {
  const lines: MarkerLine[] = [];
  for (const { index } of text.matchAll(pattern)) {
    const lineBreak = text.indexOf('\n', index);
    const end = lineBreak < 0 ? text.length : lineBreak;
    lines.push({ start: index, end, text: text.slice(index, end).replace(/\r$/, '') });
  }
  return lines;
}

/** The pairs of lines of which one opens and the next one closes. */
export function enclosuresOf(
  lines: readonly MarkerLine[],
  opens: (line: MarkerLine) => boolean,
  closes: (line: MarkerLine) => boolean,
): readonly Enclosure[] {
  const enclosures: Enclosure[] = [];
  let opening: MarkerLine | undefined;
  for (const line of lines) {
    if (opens(line)) opening = line;
    else if (closes(line) && opening !== undefined) {
      enclosures.push({ opening, closing: line, start: opening.start, end: line.start + line.text.length });
      opening = undefined;
    }
  }
  return enclosures;
}

/**
 * The sections of a file that markers divide: each goes on to the next marker. A file without markers is one section;
 * so fragments can be scheduled, and what nobody has finished writing.
 */
export function dividedBy(
  markers: readonly MarkerLine[],
  kindOf: (line: MarkerLine) => Section['kind'],
  text: string,
  enclosures: readonly Enclosure[] = [],
): readonly Section[] {
  if (markers.length === 0) return [section('up', undefined, text.length, text, enclosures)];
  return markers.map((line, index) =>
    section(kindOf(line), line, markers[index + 1]?.start ?? text.length, text, enclosures),
  );
}

/** Behind the line break of a marker's line. */
export function behindLine({ end }: MarkerLine, text: string): number {
  return Math.min(end + 1, text.length);
}

/** A section from `marker` up to `end`. */
export function section(
  kind: Section['kind'],
  marker: MarkerLine | undefined,
  end: number,
  text: string,
  enclosures: readonly Enclosure[] = [],
): Section {
  const bodyStart = marker === undefined ? 0 : behindLine(marker, text);
  const inside = enclosures.filter(({ opening }) => opening.start >= bodyStart && opening.start < end);
  return { kind, marker, start: marker?.start ?? 0, bodyStart, end, enclosures: inside };
}

/** The indices of the statements that begin in a range. */
export function statementsIn({ statements }: SourceFile, { start, end }: Range): readonly number[] {
  const indices: number[] = [];
  for (let index = firstFrom(statements, start); (statements[index]?.start ?? end) < end; index++) {
    indices.push(index);
  }
  return indices;
}

/** The index of the first of some ranges in order that begins at an offset or behind it. */
function firstFrom(ranges: readonly { readonly start: number }[], offset: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.start ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How the runner fails to find the end of a statement; see `ScheduledStatement`. */
export type Ending = ScheduledStatement['ending'];

/**
 * The schedule of a file in sections, each sent as `send` says. What stands in no section is never run. A section
 * begins with no transaction open: a runner runs one at a time.
 */
export function scheduleSections(
  file: SourceFile,
  sections: readonly Section[],
  send: (section: Section, statements: readonly number[]) => readonly Message[],
  endingOf: (index: number, section: Section) => Ending = () => undefined,
): Schedule {
  const scheduled: ScheduledStatement[] = file.statements.map((_, index) => notRun(index));
  const leftOpen: number[] = [];
  let transactions = 0;
  let messages = file.statements.length;
  for (const part of sections) {
    const indices = statementsIn(file, part);
    const sent = send(part, indices);
    const { statements, leftOpen: openAtEnd = [] } = scheduleMessages(file, sent);
    leftOpen.push(...openAtEnd);
    let mostTransactions = transactions;
    for (const index of indices) {
      const statement = statements[index];
      if (statement === undefined) continue;
      const transaction = statement.transaction === null ? null : statement.transaction + transactions;
      mostTransactions = Math.max(mostTransactions, transaction ?? 0);
      // A marker ends the section also where it stands in a string or a comment.
      const isCut = (file.statements[index]?.end ?? 0) > part.end;
      const ending = isCut ? 'cut' : endingOf(index, part);
      scheduled[index] = {
        ...statement,
        section: part.kind,
        transaction,
        message: statement.message + messages,
        ...(part.isSkipped === true ? { isSkipped: true } : {}),
        ...(ending === undefined ? {} : { ending }),
      };
    }
    transactions = mostTransactions;
    messages += sent.length;
  }
  return { statements: scheduled, sections, leftOpen };
}

function notRun(message: number): ScheduledStatement {
  return { section: 'down', transaction: null, inTransactionBlock: false, block: 'none', message };
}

/** The part of a file that its runner reads together with statement `target`: its section, or all of the file. */
export function extentOf(file: SourceFile, { sections }: Schedule, target: number): Section {
  const start = file.statements[target]?.start ?? 0;
  const found = sections?.find((part) => part.start <= start && start < part.end);
  return found ?? section('up', undefined, file.text.length, file.text);
}

/** The enclosure around statement `target`, with its statements. */
export function enclosureAt(
  file: SourceFile,
  schedule: Schedule,
  target: number,
): (Enclosure & { readonly statements: readonly number[] }) | undefined {
  const start = file.statements[target]?.start ?? 0;
  const found = extentOf(file, schedule, target).enclosures.find(
    (enclosure) => enclosure.start < start && start < enclosure.end,
  );
  return found === undefined ? undefined : { ...found, statements: statementsIn(file, found) };
}
