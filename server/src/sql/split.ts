import { Scanner } from './scanner';
import type { Boundary, OtherPiece } from './source';

/** A statement's place in its file; see `SourceStatement`. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly terminatedEnd: number;
}

interface Split {
  readonly pieces: readonly Piece[];
  readonly others: readonly OtherPiece[];
  /** Whether a quote or comment is not closed; then an edit anywhere may change what the rest means. */
  readonly isUnterminated: boolean;
}

interface SplitOptions {
  readonly boundary?: Boundary;
  /** The start of a statement, or 0. */
  readonly from?: number;
  /** Asked at the start of each statement; stops the work by returning true. */
  readonly resume?: (start: number) => boolean;
}

/** psql commands that send the statement before them. */
const sendingCommand = /^\\(?:g|gdesc|gexec|gset|gx|crosstabview|watch)(?:\s|$)/;

/**
 * Cuts `text` into statements as psql does: at semicolons outside of quotes, comments and BEGIN ATOMIC bodies. Unlike
 * psql it also cuts at a semicolon inside parentheses (CREATE RULE excepted), where none is legal, so that a
 * half-typed statement does not take the next one with it.
 */
export function split(text: string, { boundary, from = 0, resume = () => false }: SplitOptions = {}): Split {
  const scanner = new Scanner(text, from);
  const pieces: Piece[] = [];
  const others: OtherPiece[] = [];
  /** Start of the statement that is being read; undefined between statements. */
  let start: number | undefined;
  let end = from;
  let state = new StatementState();

  const finish = (terminatedEnd: number): void => {
    if (start !== undefined) pieces.push({ start, end, terminatedEnd });
    start = undefined;
    state = new StatementState();
  };

  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    if (scanner.isUnclosed) {
      // Also a comment is part of a statement then, so that somebody says what is wrong with it.
      start ??= scanner.start;
      end = scanner.end;
      finish(end);
      continue;
    }
    if (kind === 'comment') {
      if (boundary?.test(text.slice(scanner.start, scanner.end)) === true) {
        finish(end);
        others.push({ kind: 'boundary', start: scanner.start, end: scanner.end });
      }
      continue;
    }
    if (kind === 'psql command') {
      others.push({ kind: 'psql command', start: scanner.start, end: scanner.end });
      if (start !== undefined && sendingCommand.test(scanner.current)) finish(end);
      continue;
    }
    if (start === undefined) {
      if (text.charCodeAt(scanner.start) === 59) continue;
      if (resume(scanner.start)) break;
      start = scanner.start;
    }
    if (kind === 'punctuation' && text.charCodeAt(scanner.start) === 59 && state.endsAtSemicolon) {
      const isCopy = state.isCopyFromStdin;
      finish(scanner.end);
      if (isCopy) {
        const data = copyData(text, scanner.end);
        others.push({ kind: 'copy data', ...data });
        scanner.end = data.end;
      }
      continue;
    }
    end = scanner.end;
    if (kind === 'word') state.word(text, scanner.start, scanner.end);
    else state.other(text.charCodeAt(scanner.start));
  }
  finish(end);
  return { pieces, others, isUnterminated: scanner.unterminated.length > 0 };
}

/** The lines behind `COPY … FROM stdin;` up to and with `\.`, or to the end. */
function copyData(text: string, from: number): { start: number; end: number } {
  const terminator = /\n\\\.[ \t\r]*(?=\n|$)/g;
  terminator.lastIndex = from;
  const found = terminator.exec(text);
  const newline = text.indexOf('\n', from);
  const start = newline < 0 ? text.length : newline + 1;
  return { start, end: found === null ? text.length : found.index + found[0].length };
}

/** What must be known of a statement's words to find its end. Only words that matter are compared. */
class StatementState {
  private words = 0;
  private isCreate = false;
  private isRoutine = false;
  private isRule = false;
  private isCopy = false;
  private previousWord = '';
  /** Nesting of BEGIN ATOMIC and CASE in a routine's body, and of parentheses in a rule's. */
  private depth = 0;
  isCopyFromStdin = false;

  get endsAtSemicolon(): boolean {
    return this.depth === 0;
  }

  word(text: string, start: number, end: number): void {
    this.words++;
    if (this.words > 4 && !this.isRoutine && !this.isCopy) return;
    const word = end - start > 9 ? '' : text.slice(start, end).toLowerCase();
    if (this.words === 1) {
      this.isCreate = word === 'create';
      this.isCopy = word === 'copy';
    } else if (this.isCreate && this.words <= 4) {
      this.isRoutine ||= word === 'function' || word === 'procedure';
      this.isRule ||= word === 'rule' && (this.words === 2 || this.previousWord === 'replace');
    }
    if (this.isCopy && word === 'stdin' && this.previousWord === 'from') this.isCopyFromStdin = true;
    if (this.isRoutine) {
      if (word === 'atomic' && this.previousWord === 'begin') this.depth++;
      else if (this.depth > 0 && word === 'case') this.depth++;
      else if (this.depth > 0 && word === 'end') this.depth--;
    }
    this.previousWord = word;
  }

  other(unit: number): void {
    this.previousWord = '';
    if (!this.isRule) return;
    if (unit === 40) this.depth++;
    else if (unit === 41 && this.depth > 0) this.depth--;
  }
}
