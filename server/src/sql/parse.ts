import { buildStatement } from './build/build';
import { expectedAt } from './expected';
import { grammarError, TooDeep, treeOf } from './grammar';
import { withoutPlaceholders } from './placeholders';
import { Scanner } from './scanner';
import type { Boundary, OtherPiece, Parsed, SourceFile, SourceStatement, SyntaxProblem } from './source';
import { type Piece, split } from './split';
import type { Statement } from './statement';
import { byteOffsetConverter, type Range } from './text';

export { loadGrammar } from './grammar';

/** Above this many units a statement is not parsed: a multi-row INSERT of a dump, or a quote that nobody closed. */
const longestStatement = 1_000_000;

/** Parsed texts to keep besides those that are in use, and how many units they have in all. */
const cacheSize = 2000;
const cachedUnits = 20_000_000;

/** Bodies in bodies that are read: an EXECUTE of a DO block that executes another one, and so on. */
export const deepestBody = 8;

/** Parses statements, and keeps what it parsed: undo, a switch of branches and a repeated `COMMIT` cost nothing. */
export class Parser {
  private readonly cache = new Map<string, Parsed>();
  private units = 0;

  /** `depth` is how many bodies stand around each statement; see `deepestBody`. */
  constructor(private readonly depth = 0) {}

  parse(text: string): Parsed {
    const known = this.cache.get(text);
    if (known !== undefined) return known;
    const parsed = parseStatement(text, this.depth);
    this.cache.set(text, parsed);
    this.units += text.length;
    while (this.cache.size > cacheSize || this.units > cachedUnits) {
      const [oldest] = this.cache.keys();
      if (oldest === undefined) break;
      this.cache.delete(oldest);
      this.units -= oldest.length;
    }
    return parsed;
  }
}

interface ParseOptions {
  readonly boundary?: Boundary;
  readonly parser?: Parser;
}

/** Reads a whole file. Never fails: what cannot be parsed is a statement with an error. */
export function parseFile(text: string, { boundary, parser = new Parser() }: ParseOptions = {}): SourceFile {
  const { pieces, others, isUnterminated } = split(text, { boundary });
  const statements = pieces.map((piece) => parsePiece(text, piece, parser));
  return { text, statements, others, boundary, isUnterminated };
}

/**
 * Reads a file that differs from `previous` only in `replaced` (a range of the old text), where now `length` units
 * stand. The statements outside keep their identity; the work grows with the edit, not with the file.
 */
export function updateFile(
  previous: SourceFile,
  text: string,
  replaced: Range,
  length: number,
  parser: Parser,
): SourceFile {
  const { boundary } = previous;
  if (previous.isUnterminated) return parseAgain(previous, text, boundary, parser);
  const delta = length - (replaced.end - replaced.start);
  const old = previous.statements;
  // One statement before the edit may be continued by it, so the reading begins at its start.
  let kept = lowerBound(old, replaced.start) - 1;
  while (kept > 0 && (old[kept]?.start ?? 0) >= replaced.start) kept--;
  kept = Math.max(kept - 1, 0);
  const from = kept === 0 ? 0 : (old[kept]?.start ?? 0);
  let resumed = old.length;
  const resume = (start: number): boolean => {
    if (start < replaced.start + length + 1) return false;
    const index = lowerBound(old, start - delta);
    if (old[index]?.start !== start - delta || start - delta <= replaced.end) return false;
    resumed = index;
    return true;
  };
  const result = split(text, { boundary, from, resume });
  if (result.isUnterminated) return parseAgain(previous, text, boundary, parser);
  const end = resumed < old.length ? (old[resumed]?.start ?? 0) : Infinity;
  const { others } = previous;
  const othersBehind = others.slice(lowerBound(others, end));
  return {
    text,
    statements: [
      ...old.slice(0, kept),
      ...result.pieces.map((piece) => parsePiece(text, piece, parser)),
      ...(delta === 0 ? old.slice(resumed) : old.slice(resumed).map((statement) => moved(statement, delta))),
    ],
    others: [
      ...others.slice(0, lowerBound(others, from)),
      ...result.others.filter((other) => other.start >= from && other.start < end + delta),
      ...(delta === 0 ? othersBehind : othersBehind.map((other) => movedOther(other, delta))),
    ],
    boundary,
    isUnterminated: false,
  };
}

const cutOtherwise = new WeakMap<SourceFile, SourceFile>();

/** The file as this boundary divides it: the same object for the same file, which is the file itself if nothing changes. */
export function withBoundary(file: SourceFile, boundary: Boundary, parser: Parser): SourceFile {
  if (file.boundary === boundary) return file;
  const known = cutOtherwise.get(file);
  if (known !== undefined && known.boundary === boundary) return known;
  const cut = parseAgain(file, file.text, boundary, parser);
  cutOtherwise.set(file, cut);
  return cut;
}

/**
 * Reads all of a text: an edit may close a quote that was open, or open one, far from where it is. Statements that were
 * there before keep their identity all the same, for quotes are open while a body is typed.
 */
function parseAgain(
  { statements, text: before }: SourceFile,
  text: string,
  boundary: Boundary,
  parser: Parser,
): SourceFile {
  const known = new Map(statements.map(({ start, end, parsed }) => [before.slice(start, end), parsed]));
  const { pieces, others, isUnterminated } = split(text, { boundary });
  const read = (piece: Piece): SourceStatement => {
    const written = text.slice(piece.start, piece.end);
    return { parsed: known.get(written) ?? parser.parse(written), ...piece };
  };
  return { text, statements: pieces.map(read), others, boundary, isUnterminated };
}

/** Index of the first piece that starts at `offset` or later. */
function lowerBound(pieces: readonly { readonly start: number }[], offset: number): number {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pieces[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function moved({ start, end, terminatedEnd, parsed }: SourceStatement, by: number): SourceStatement {
  return { start: start + by, end: end + by, terminatedEnd: terminatedEnd + by, parsed };
}

function movedOther({ kind, start, end }: OtherPiece, by: number): OtherPiece {
  return { kind, start: start + by, end: end + by };
}

function parsePiece(text: string, piece: Piece, parser: Parser): SourceStatement {
  return { parsed: parser.parse(text.slice(piece.start, piece.end)), ...piece };
}

/** `depth` counts the bodies around the statement, such as that of a DO block that executes another one. */
function parseStatement(text: string, depth: number): Parsed {
  if (text.length > longestStatement) {
    const message = 'This statement is too long to be analysed.';
    return { statement: undefined, error: notAnalysed(message, { start: 0, end: 1 }) };
  }
  try {
    return parsed(text, text, depth);
  } catch (error: unknown) {
    if (error instanceof TooDeep) return { statement: undefined, error: tooDeep(error, text) };
    const readable = withoutPlaceholders(text);
    if (readable !== undefined) {
      try {
        return parsed(text, readable, depth);
      } catch {
        const template = /\{\{|\$\{|<%/.exec(text);
        // What a template makes of it may be right. Without one, the first error speaks of the author's own text.
        if (template !== null) return { statement: undefined, error: unreadable(template.index) };
      }
    }
    return { statement: undefined, error: problemOf(error, text) };
  }
}

function unreadable(template: number): SyntaxProblem {
  const message = 'A template stands here, so this statement is not analysed.';
  return notAnalysed(message, { start: template, end: template + 2 });
}

function tooDeep({ message }: TooDeep, text: string): SyntaxProblem {
  return notAnalysed(message, tokenAt(text, 0));
}

/** Of text that may be right. */
function notAnalysed(message: string, range: Range): SyntaxProblem {
  return { message, expected: [], range, isSyntax: false };
}

function parsed(text: string, readable: string, depth: number): Parsed {
  const node = treeOf(readable);
  if (node === undefined) throw new Error('There is no statement here.');
  const parseNested = depth < deepestBody ? (nested: string) => parseBody(nested, depth + 1) : undefined;
  return { statement: buildStatement(text, node, parseNested), error: undefined };
}

function parseBody(text: string, depth: number): readonly { statement: Statement; start: number }[] {
  return split(text).pieces.flatMap(({ start, end }) => {
    const { statement } = parseStatement(text.slice(start, end), depth);
    return statement === undefined ? [] : [{ statement, start }];
  });
}

function problemOf(error: unknown, text: string): SyntaxProblem {
  const scanner = new Scanner(text);
  while (scanner.next() !== 'end of text');
  const [unclosed] = scanner.unterminated;
  if (unclosed !== undefined) {
    const opening = /^(?:\/\*|\$\w*\$|\w*&?['"])/.exec(text.slice(unclosed, unclosed + 64))?.[0] ?? "'";
    return {
      message: `Nothing closes this ${opening.startsWith('/*') ? 'comment' : 'quote'}: ${opening}`,
      expected: [],
      range: { start: unclosed, end: unclosed + opening.length },
      isSyntax: true,
    };
  }
  const refused = grammarError(error);
  if (refused === undefined) {
    const message = error instanceof Error ? error.message : String(error);
    return { message, expected: [], range: { start: 0, end: firstLineEnd(text) }, isSyntax: true };
  }
  const offset = Math.min(byteOffsetConverter(text)(refused.position), text.length);
  return {
    message: refused.message,
    expected: expectedAt(text, offset),
    range: tokenAt(text, offset),
    isSyntax: true,
  };
}

/** The token at `offset`; at the end of the text, the last token. */
function tokenAt(text: string, offset: number): Range {
  const scanner = new Scanner(text);
  let last: Range = { start: 0, end: firstLineEnd(text) };
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    if (kind === 'comment') continue;
    last = { start: scanner.start, end: scanner.end };
    if (scanner.end > offset) break;
  }
  return last;
}

function firstLineEnd(text: string): number {
  const end = text.search(/\r?\n/);
  return end < 0 ? text.length : end;
}
