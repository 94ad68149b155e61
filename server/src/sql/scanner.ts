import type { Range } from './text';

/** What a token is; `end of text` comes once, at the end. */
export type TokenKind =
  | 'word'
  | 'quoted identifier'
  | 'string'
  | 'number'
  | 'parameter'
  | 'operator'
  | 'punctuation'
  | 'placeholder'
  | 'comment'
  | 'psql command'
  | 'end of text';

export interface Token extends Range {
  readonly kind: TokenKind;
  /** Words in lower case, quoted identifiers unquoted, everything else as written. */
  readonly text: string;
}

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const space = 32;
const doubleQuote = 34;
const dollar = 36;
const quote = 39;
const star = 42;
const minus = 45;
const dot = 46;
const slash = 47;
const zero = 48;
const colon = 58;
const backslash = 92;
const underscore = 95;
const openBrace = 123;

function isSpace(unit: number): boolean {
  return (unit >= tab && unit <= carriageReturn) || unit === space || unit === 0xfeff || unit === 0xa0;
}

function isDigit(unit: number): boolean {
  return unit >= zero && unit < zero + 10;
}

/** As in the server's scan.l: letters, underscore and every non-ASCII character. */
function isIdentifierStart(unit: number): boolean {
  return (unit >= 97 && unit <= 122) || (unit >= 65 && unit <= 90) || unit === underscore || unit > 127;
}

function isIdentifierPart(unit: number): boolean {
  return isIdentifierStart(unit) || isDigit(unit) || unit === dollar;
}

const operatorUnits = new Set(Array.from('+-*/<>=~!@#%^&|`?', (character) => character.charCodeAt(0)));

const lineBreak = /[\r\n]/g;

/** How many units may be read without an end being found, besides some times the length of the text. */
const mostReadInVain = 1_000_000;

/**
 * Reads tokens as the server's scanner does, without copying any text. It does not fail: a quote or comment that is
 * not closed ends at the next blank line, so that what follows is still read; `unterminated` then tells where it began.
 */
export class Scanner {
  kind: TokenKind = 'end of text';
  /** The first unit of the current token. */
  start = 0;
  /** Behind the current token. */
  end = 0;
  /** Where quotes and comments open that nothing closes. */
  readonly unterminated: number[] = [];
  private readInVain = 0;

  /** Reads `text` from `end` on. */
  constructor(
    private readonly text: string,
    end = 0,
  ) {
    this.end = end;
  }

  /** Moves to the next token and returns its kind. Comments are tokens. */
  next(): TokenKind {
    const { text } = this;
    let position = this.end;
    while (position < text.length && isSpace(text.charCodeAt(position))) position++;
    this.start = position;
    this.kind = position < text.length ? this.scan(text.charCodeAt(position), position) : 'end of text';
    if (this.kind === 'end of text') this.end = text.length;
    return this.kind;
  }

  /** Whether nothing closes the current token. */
  get isUnclosed(): boolean {
    return this.unterminated.at(-1) === this.start;
  }

  /** The current token's text. */
  get current(): string {
    return this.text.slice(this.start, this.end);
  }

  private scan(unit: number, start: number): TokenKind {
    const { text } = this;
    const following = text.charCodeAt(start + 1);
    if (isIdentifierStart(unit)) return this.word(unit, following, start);
    if (isDigit(unit) || (unit === dot && isDigit(following))) return this.number(start);
    switch (unit) {
      case quote:
        return this.quoted(start, start + 1, quote, false, 'string');
      case doubleQuote:
        return this.quoted(start, start + 1, doubleQuote, false, 'quoted identifier');
      case dollar:
        return this.dollar(following, start);
      case minus:
        if (following === minus) return this.finish(this.commentEnd(start), 'comment');
        break;
      case slash:
        if (following === star) return this.blockComment(start);
        break;
      case backslash:
        // `\;` sends nothing yet: psql joins the two statements in one message.
        if (following === 59) return this.finish(start + 2, 'punctuation');
        return this.finish(this.lineEnd(start), 'psql command');
      case colon:
        return this.colon(following, start);
      case openBrace:
        if (following === openBrace) {
          const close = this.closing('}}', start + 2);
          if (close >= 0) return this.finish(close + 2, 'placeholder');
        }
        return this.finish(start + 1, 'punctuation');
      default:
        break;
    }
    if (operatorUnits.has(unit)) return this.operator(start);
    return this.finish(start + 1, 'punctuation');
  }

  private finish(end: number, kind: TokenKind): TokenKind {
    this.end = end;
    return kind;
  }

  /** A line comment ends at a lone carriage return, too. */
  private commentEnd(from: number): number {
    lineBreak.lastIndex = from;
    return lineBreak.exec(this.text)?.index ?? this.text.length;
  }

  private lineEnd(from: number): number {
    const end = this.text.indexOf('\n', from);
    if (end < 0) return this.text.length;
    return this.text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
  }

  /** Where a placeholder closes, on its own line and not far away; -1 when it is none. */
  private closing(mark: string, from: number): number {
    const [line = ''] = this.text.slice(from, from + 250).split('\n', 1);
    const close = line.indexOf(mark);
    return close < 0 ? -1 : from + close;
  }

  private word(unit: number, following: number, start: number): TokenKind {
    const { text } = this;
    if (following === quote) {
      // E'' has backslash escapes; B'', X'' and N'' have none.
      if (unit === 69 || unit === 101) return this.quoted(start, start + 2, quote, true, 'string');
      if ('bBxXnN'.includes(text[start] ?? '')) return this.quoted(start, start + 2, quote, false, 'string');
    }
    if ((unit === 85 || unit === 117) && following === 38) {
      const third = text.charCodeAt(start + 2);
      if (third === quote) return this.quoted(start, start + 3, quote, false, 'string');
      if (third === doubleQuote)
        return this.quoted(start, start + 3, doubleQuote, false, 'quoted identifier');
    }
    let end = start + 1;
    while (end < text.length && isIdentifierPart(text.charCodeAt(end))) end++;
    return this.finish(end, 'word');
  }

  private number(start: number): TokenKind {
    const { text } = this;
    let end = start;
    while (end < text.length) {
      const unit = text.charCodeAt(end);
      if (isDigit(unit) || unit === underscore || isIdentifierStart(unit)) {
        // The sign of an exponent.
        const next = text.charCodeAt(end + 1);
        if (
          (unit === 69 || unit === 101) &&
          (next === minus || next === 43) &&
          isDigit(text.charCodeAt(end + 2))
        ) {
          end += 2;
        }
        end++;
      } else if (unit === dot && text.charCodeAt(end + 1) !== dot) end++;
      else break;
    }
    return this.finish(end, 'number');
  }

  private quoted(start: number, from: number, mark: number, escapes: boolean, kind: TokenKind): TokenKind {
    const { text } = this;
    for (let position = from; position < text.length; position++) {
      const unit = text.charCodeAt(position);
      if (unit === backslash && escapes) position++;
      else if (unit === mark) {
        if (text.charCodeAt(position + 1) === mark) position++;
        else {
          // Without the E before it, a part on a further line would be read without its escapes.
          const next = escapes ? this.continued(position + 1) : undefined;
          if (next === undefined) return this.finish(position + 1, kind);
          position = next;
        }
      }
    }
    return this.unclosed(start, kind);
  }

  /** The quote with which a string goes on after a line break; undefined when it does not. */
  private continued(from: number): number | undefined {
    const { text } = this;
    let hasLineBreak = false;
    let position = from;
    for (; position < text.length; position++) {
      const unit = text.charCodeAt(position);
      if (unit === newline || unit === carriageReturn) hasLineBreak = true;
      else if (unit === minus && text.charCodeAt(position + 1) === minus) {
        position = this.commentEnd(position) - 1;
      } else if (unit !== space && (unit < tab || unit > carriageReturn)) break;
    }
    return hasLineBreak && text.charCodeAt(position) === quote ? position : undefined;
  }

  private dollar(following: number, start: number): TokenKind {
    const { text } = this;
    if (isDigit(following)) {
      let end = start + 2;
      while (isDigit(text.charCodeAt(end))) end++;
      return this.finish(end, 'parameter');
    }
    if (following === openBrace) {
      const close = this.closing('}', start + 2);
      if (close >= 0) return this.finish(close + 1, 'placeholder');
    }
    let tagEnd = start + 1;
    if (isIdentifierStart(following)) {
      while (isIdentifierPart(text.charCodeAt(tagEnd)) && text.charCodeAt(tagEnd) !== dollar) tagEnd++;
    }
    if (text.charCodeAt(tagEnd) !== dollar) return this.finish(start + 1, 'punctuation');
    const tag = text.slice(start, tagEnd + 1);
    const close = text.indexOf(tag, tagEnd + 1);
    if (close < 0) return this.unclosed(start, 'string');
    return this.finish(close + tag.length, 'string');
  }

  private blockComment(start: number): TokenKind {
    const { text } = this;
    let depth = 1;
    for (let position = start + 2; position < text.length; position++) {
      const unit = text.charCodeAt(position);
      const following = text.charCodeAt(position + 1);
      if (unit === slash && following === star) {
        depth++;
        position++;
      } else if (unit === star && following === slash) {
        depth--;
        position++;
        if (depth === 0) return this.finish(position + 1, 'comment');
      }
    }
    return this.unclosed(start, 'comment');
  }

  private colon(following: number, start: number): TokenKind {
    const { text } = this;
    if (following === colon || following === 61) return this.finish(start + 2, 'operator');
    if (following === quote || following === doubleQuote) {
      const close = this.closing(String.fromCharCode(following), start + 2);
      if (close >= 0) return this.finish(close + 1, 'placeholder');
    }
    if (isIdentifierStart(following)) {
      let end = start + 2;
      while (isIdentifierPart(text.charCodeAt(end))) end++;
      return this.finish(end, 'placeholder');
    }
    return this.finish(start + 1, 'punctuation');
  }

  private operator(start: number): TokenKind {
    const { text } = this;
    let end = start + 1;
    while (end < text.length && operatorUnits.has(text.charCodeAt(end))) {
      const unit = text.charCodeAt(end);
      const following = text.charCodeAt(end + 1);
      if ((unit === minus && following === minus) || (unit === slash && following === star)) break;
      end++;
    }
    return this.finish(end, 'operator');
  }

  /**
   * Ends a token that nothing closes at the next blank line. For each of them the rest of the text was read in vain; so
   * after some it takes the whole rest.
   */
  private unclosed(start: number, kind: TokenKind): TokenKind {
    this.unterminated.push(start);
    this.readInVain += this.text.length - start;
    if (this.unterminated.length > 100 || this.readInVain > mostReadInVain + 4 * this.text.length) {
      return this.finish(this.text.length, kind);
    }
    const blankLine = /\n[ \t\r]*\n/g;
    blankLine.lastIndex = start;
    return this.finish(blankLine.exec(this.text)?.index ?? this.text.length, kind);
  }
}

/** All tokens of `text` but comments and psql commands. Offsets are relative to `text`. */
export function tokenize(text: string): readonly Token[] {
  const scanner = new Scanner(text);
  const tokens: Token[] = [];
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    if (kind === 'comment' || kind === 'psql command') continue;
    const { start, end, current } = scanner;
    tokens.push({ kind, start, end, text: fold(kind, current) });
  }
  return tokens;
}

function fold(kind: TokenKind, text: string): string {
  if (kind === 'word') return text.toLowerCase();
  if (kind === 'quoted identifier' && text.startsWith('"')) return text.slice(1, -1).replaceAll('""', '"');
  return text;
}
