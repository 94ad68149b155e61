import type { Range } from './text';
import type { Statement } from './statement';

/** A text as pieces in order; between them there is only white space and comments. */
export interface SourceFile {
  readonly text: string;
  readonly statements: readonly SourceStatement[];
  /** What is no statement: psql commands, data of COPY, comments that are boundaries. */
  readonly others: readonly OtherPiece[];
  /** See `Boundary`. */
  readonly boundary: Boundary;
  /** Whether a quote or comment is not closed. */
  readonly isUnterminated: boolean;
}

/** One statement and where it stands. Offsets are UTF-16 code units in the file. */
export interface SourceStatement {
  /** First character of its first token. */
  readonly start: number;
  /** Behind its last token, before the semicolon. */
  readonly end: number;
  /** Behind the semicolon; equals `end` when there is none. */
  readonly terminatedEnd: number;
  readonly parsed: Parsed;
}

export interface OtherPiece extends Range {
  readonly kind: 'psql command' | 'copy data' | 'boundary';
}

/**
 * The comments that end a statement although it has no semicolon, as those of some runners do; undefined where the
 * borders are PostgreSQL's own. Begins with `^`, has neither the flag `g` nor `y`, and is one object for one runner.
 */
export type Boundary = RegExp | undefined;

/** What the grammar says of one statement's text. */
export type Parsed =
  | { readonly statement: Statement; readonly error: undefined }
  | { readonly statement: undefined; readonly error: SyntaxProblem };

export interface SyntaxProblem {
  /** The grammar's own message: `syntax error at or near "tabl"`. */
  readonly message: string;
  /** What could have stood there, at most a handful, when it is known. */
  readonly expected: readonly string[];
  /** Relative to the statement. */
  readonly range: Range;
  /** False when the text may be right, but is not analysed. */
  readonly isSyntax: boolean;
}
