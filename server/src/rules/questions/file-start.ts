import type { SourceFile } from '../../sql/source';
import type { Range } from '../../sql/text';

/** Where something is said of a whole file: the command of its first statement, in the file. */
export function startOf({ statements, text }: SourceFile): Range {
  const [first] = statements;
  if (first === undefined) return { start: 0, end: 0 };
  const { statement } = first.parsed;
  if (statement === undefined) return { start: first.start, end: first.start + wordAt(first.start, text) };
  const { start, end } = statement.commandRange;
  return { start: first.start + start, end: first.start + end };
}

function wordAt(start: number, text: string): number {
  return /^\S+/.exec(text.slice(start, start + 100))?.[0].length ?? 0;
}
