import { tokenize } from './scanner';
import type { Range } from './text';

/** A string and a comment, behind which it may go on. */
const mayBeContinued = /'[ \t]*--/;

/**
 * The text with blanks for the comments that stand between two parts of one string, of the same length in UTF-8 bytes;
 * undefined when it has none. PostgreSQL lets a string go on in another line, also behind a comment (manual, 4.1.2.1),
 * and libpg-query does not.
 */
export function withoutCommentsInStrings(text: string): string | undefined {
  if (!mayBeContinued.test(text)) return undefined;
  const parts = tokenize(text).flatMap((token) => (token.kind === 'string' ? partsOf(text, token) : []));
  let written = '';
  let from = 0;
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (next === undefined || text.charAt(next.start) !== "'") continue;
    const between = text.slice(part.end, next.start);
    if (!goesOn.test(between)) continue;
    written += text.slice(from, part.end) + between.replace(/[^\n\r]/gu, blanks);
    from = next.start;
  }
  return from === 0 ? undefined : written + text.slice(from);
}

/** Line breaks and comments up to the end of a line; one in stars ends a string. */
const goesOn = /^\s*(?:--[^\n\r]*[\n\r]\s*)+$/;

/** From one quote to the next that belongs to it; the scanner takes all parts of a string with backslashes for one. */
const escaped = /'(?:[^'\\]|\\[^]|'')*'?/g;

function partsOf(text: string, { start, end }: Range): readonly Range[] {
  if (!/e/i.test(text.charAt(start))) return [{ start, end }];
  return [...text.slice(start, end).matchAll(escaped)].map(({ index, 0: part }) => ({
    start: start + index,
    end: start + index + part.length,
  }));
}

const encoder = new TextEncoder();

function blanks(character: string): string {
  return ' '.repeat(encoder.encode(character).length);
}
