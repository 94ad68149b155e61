import type { Edit, Range } from '../../sql/text';
import type { MarkerLine } from './sections';
import type { MarkerProblem } from '../runner';

/** The word of `known` that somebody who wrote `word` most likely meant; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
  const same = known.find((candidate) => plain(candidate) === plain(word));
  if (same !== undefined) return same;
  const ranked = known
    .map((candidate) => ({ candidate, distance: distance(plain(word), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.candidate.length / 4))
    ? best.candidate
    : undefined;
}

/** How many letters must be changed, added, taken away, or swapped with their neighbour. */
export function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i++) {
    const [above = [], aboveThat = []] = [rows[i - 1], rows[i - 2]];
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwapped ? (aboveThat[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    rows.push(row);
  }
  return rows.at(-1)?.[b.length] ?? 0;
}

/** The problem of a marker that is written wrongly, with the line that is right. */
export function misspelt(
  line: MarkerLine,
  message: string,
  isFatal: boolean,
  right: string | undefined,
): MarkerProblem {
  const range = withoutIndent(line);
  if (right === undefined) return { range, message, isFatal };
  const edits: readonly Edit[] = [{ range: lineRange(line), text: right }];
  return { range, message, isFatal, repair: { title: `Write "${right}"`, edits } };
}

/** A marker that is better not there. */
export function superfluous(
  line: MarkerLine,
  message: string,
  isFatal: boolean,
  text: string,
): MarkerProblem {
  return {
    range: withoutIndent(line),
    message,
    isFatal,
    repair: { title: `Remove "${line.text.trim()}"`, edits: [removal(line, text)] },
  };
}

/** Takes a line away with its line break. */
export function removal({ start, end }: Range, text: string): Edit {
  return { range: { start, end: Math.min(end + 1, text.length) }, text: '' };
}

/** The words of a line, without what stands before and behind them. */
export function withoutIndent({ start, text }: MarkerLine): Range {
  const trimmed = text.trim();
  const from = start + (text.length - text.trimStart().length);
  return { start: from, end: from + trimmed.length };
}

/** The line without its line break. */
export function lineRange({ start, text }: MarkerLine): Range {
  return { start, end: start + text.length };
}
