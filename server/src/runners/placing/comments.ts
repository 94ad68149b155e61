import type { OtherPiece, SourceFile } from '../../sql/source';
import type { Range } from '../../sql/text';
import { visible } from '../../sql/visible';

/** Comments that are about the file, and stay in it whatever is moved out of it. */
const aboutTheFile =
  /lockstep-ignore-file|Custom SQL migration file|^--\s*(?:\+goose|\+migrate|migrate:|rambler\s|(?:liquibase|changeset|rollback|precondition))\b|^--[\s-]*(?:up|down)\s+migration\b|^--(?:!|-- )|^(?:--|#)\s*atlas:txmode|^--\s*no-transaction\s*$/i;

/**
 * Where statement `index` begins together with the author's comment directly above it: comment lines without a blank
 * line between them and the statement.
 */
export function startWithComment(file: SourceFile, index: number): number {
  const statement = file.statements[index];
  if (statement === undefined) return file.text.length;
  const { text } = file;
  const lowest = endBefore(file, index);
  let start = lineStart(text, statement.start);
  if (start < lowest || text.slice(start, statement.start).trim() !== '') return statement.start;
  while (start > lowest) {
    const above = lineStart(text, start - 1);
    const line = text.slice(above, start).trim();
    if (above < lowest || line === '' || aboutTheFile.test(line)) break;
    start = above;
  }
  return start;
}

/** Where statement `index` ends together with its semicolon and a comment behind it on the same line. */
export function endWithComment(file: SourceFile, index: number): number {
  const statement = file.statements[index];
  if (statement === undefined) return file.text.length;
  const rest = /^[ \t]*(--[^\r\n]*)/.exec(
    file.text.slice(statement.terminatedEnd, statement.terminatedEnd + 2000),
  );
  const isNone = rest?.[1] === undefined || file.boundary?.test(rest[1]) === true;
  return statement.terminatedEnd + (isNone ? 0 : rest[0].length);
}

/**
 * The range to delete so that statement `index` is gone without a trace: with its comments, the breakpoint that ends
 * it, the line break behind it, and one of two blank lines that would meet.
 */
export function wholeStatement(file: SourceFile, index: number): Range {
  const { text } = file;
  let start = startWithComment(file, index);
  let end = endWithComment(file, index);
  const isBlank = (from: number, to: number): boolean => text.slice(from, to).trim() === '';
  const isBreakpoint = (piece: OtherPiece): boolean =>
    piece.kind === 'boundary' && !aboutTheFile.test(text.slice(piece.start, piece.end));
  const behind = file.others.find((piece) => piece.start >= end);
  const before = file.others.findLast((piece) => piece.end <= start);
  if (behind !== undefined && isBlank(end, behind.start) && isBreakpoint(behind)) end = behind.end;
  else if (before !== undefined && isBlank(before.end, start) && isBreakpoint(before)) start = before.start;
  end += /^[ \t]*(?:\r\n|\n|\r)?/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
  const isFirst = isBlank(0, start);
  if (isFirst || /\n\r?\n$/.test(text.slice(0, start))) {
    end += /^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(text.slice(end, end + 200))?.[0].length ?? 0;
  }
  return { start, end };
}

/** `-- ` and the sentence, in lines of a readable width; nothing for none. */
export function comment(sentence: string): string {
  const lines: string[] = [];
  for (const word of sentence
    .split(/\s+/)
    .map(visible)
    .filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length > 96) lines.push(`-- ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `${line}\n`).join('');
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the last thing before statement `index` that is no comment: comments above that belong to it, or to nothing. */
function endBefore(file: SourceFile, index: number): number {
  const offset = file.statements[index]?.start ?? file.text.length;
  let end = file.statements[index - 1]?.terminatedEnd ?? 0;
  for (const piece of file.others) if (piece.end <= offset) end = Math.max(end, piece.end);
  // The rest of that line belongs to it, too.
  const lineBreak = file.text.indexOf('\n', end);
  return end > 0 && lineBreak >= 0 && lineBreak < offset ? lineBreak + 1 : end;
}
