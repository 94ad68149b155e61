import { parseFile } from '../../sql/parse';
import type { SourceFile } from '../../sql/source';
import { insert } from '../../sql/text';
import type { Message } from './delivery';
import type { Refusal } from '../runner';
import type { Ending, Section } from './sections';

/**
 * The way in which goose and sql-migrate find the end of a statement: at every line whose last word ends in a semicolon,
 * quotes or not, unless two lines of theirs enclose it.
 */
export interface StatementLines {
  readonly messages: readonly Message[];
  /** By index of the statement. */
  readonly endings: ReadonlyMap<number, Ending>;
}

/** Cuts the statements of a section into queries. */
export function cutAtLines(
  file: SourceFile,
  section: Section,
  statements: readonly number[],
): StatementLines {
  const messages: { kind: 'query'; statements: number[] }[] = [];
  const endings = new Map<number, Ending>();
  const ends = lineEnds(file.text, section);
  let end = -1;
  for (const index of statements) {
    const { start, end: last } = file.statements[index] ?? { start: 0, end: 0 };
    const enclosure = section.enclosures.find((other) => other.start < start && start < other.end);
    if (enclosure !== undefined && last > enclosure.end) endings.set(index, 'cut');
    const previous = messages.at(-1);
    if (previous !== undefined && start < end) previous.statements.push(index);
    else {
      messages.push({ kind: 'query', statements: [index] });
      end = enclosure?.end ?? ends.find((offset) => offset >= start) ?? Infinity;
    }
    if (enclosure === undefined) {
      if (end === Infinity) endings.set(index, 'missing');
      else if (end < last) {
        endings.set(index, 'cut');
        end = ends.find((offset) => offset >= last) ?? Infinity;
      }
    }
  }
  return { messages, endings };
}

/** Behind each line of a section that ends a statement; those in enclosures do not. */
function lineEnds(text: string, { bodyStart, end, enclosures }: Section): readonly number[] {
  const offsets: number[] = [];
  for (let start = bodyStart; start < end;) {
    const lineBreak = text.indexOf('\n', start);
    const lineEnd = lineBreak < 0 || lineBreak > end ? end : lineBreak;
    const line = text.slice(start, lineEnd);
    const from = start;
    if (endsStatement(line) && !enclosures.some((other) => other.start <= from && from < other.end)) {
      offsets.push(lineEnd);
    }
    start = lineEnd + 1;
  }
  return offsets;
}

/** Whether the last word of a line ends in a semicolon; a word that begins with `--` and what follows it do not count. */
function endsStatement(line: string): boolean {
  if (!line.includes(';')) return false;
  const words = line.split(/\s+/).filter((word) => word !== '');
  const comment = words.findIndex((word) => word.startsWith('--'));
  const last = comment < 0 ? words.at(-1) : words[comment - 1];
  return last?.endsWith(';') === true;
}

/** Whether a statement has a line inside that ends one. */
export function needsEnclosure(sql: string): boolean {
  const { statements } = parseFile(sql);
  return statements.some(({ start, end }) => {
    const lines = sql.slice(start, end).split('\n');
    return lines.slice(0, -1).some(endsStatement);
  });
}

/** Why a runner that cuts at lines cannot run a statement whose end it does not find. */
export function refusalOfEnding(
  ending: Ending,
  text: string,
  label: string,
  [opening, closing]: readonly [opening: string, closing: string],
): Refusal | undefined {
  switch (ending) {
    case undefined:
      return undefined;
    case 'cut':
      return {
        reason: `${label} ends a statement at every line that ends in a semicolon, also inside of quotes, and sends only a part of this one.`,
        instead: `Put it between "${opening}" and "${closing}".`,
        repair: {
          title: `Put it between ${opening.replace(/^-- /, '')} and ${closing.replace(/^-- \+\w+ /, '')}`,
          edits: [insert(0, `${opening}\n`), insert(behindSemicolon(text), `\n${closing}`)],
        },
      };
    case 'missing':
      return {
        reason: `${label} finds no end of this statement: no line ends in its semicolon.`,
        instead: 'Put the semicolon at the end of a line.',
        repair: { title: 'End it with a semicolon', edits: [insert(text.length, ';')] },
      };
  }
}

/** The text of a statement has no semicolon; it stands right behind it. */
function behindSemicolon(text: string): number {
  return text.length + 1;
}
