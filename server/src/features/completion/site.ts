import { type Token, Scanner } from '../../sql/scanner';
import type { SourceFile, SourceStatement } from '../../sql/source';
import type { Range } from '../../sql/text';
import { type Place, placesIn, typedMark } from '../names/places';

/** Where somebody types, and what that could be. */
export interface CompletionSite {
  readonly kind: 'code' | 'comment';
  /** The index of the statement of the file that is typed in, or that comes next. */
  readonly statement: number;
  /** What is typed of the word so far, without quotes. */
  readonly typed: string;
  /** Whether an identifier in quotes, or a string, is being typed. */
  readonly quote: '"' | "'" | undefined;
  /** What an answer replaces: the word up to the cursor, or with its quotes. */
  readonly replaced: Range;
  /** Where the word ends that the cursor is in. */
  readonly wordEnd: number;
  /** The tokens of the statement in front of the word. */
  readonly before: readonly Token[];
  /** What a name would name here. */
  readonly place: Place | undefined;
  readonly places: readonly Place[];
  /** Whether this is in a body in dollar quotes. */
  readonly isInBody: boolean;
  /** Of a comment: its line up to the cursor. */
  readonly line: string;
}

/** More than this around the cursor is not looked at: there is no end of a statement in sight. */
const mostText = 100_000;
const mostTokensBehind = 2000;

/** What is typed at `offset`; undefined where nothing can be proposed: in strings, numbers, COPY data. */
export function completionSite(file: SourceFile, offset: number): CompletionSite | undefined {
  const { text, statements, others } = file;
  if (others.some(({ start, end, kind }) => kind !== 'boundary' && start <= offset && offset <= end))
    return undefined;
  const index = lastStarting(statements, offset);
  const around = statements[index];
  const isBehind =
    around === undefined || (around.terminatedEnd > around.end && offset >= around.terminatedEnd);
  const start = around === undefined ? 0 : isBehind ? around.terminatedEnd : around.start;
  if (offset - start > mostText) return undefined;
  return siteFrom(text, start, offset, { statement: isBehind ? index + 1 : index, isInBody: false });
}

/** The index of the last statement that starts at `offset` or before. */
function lastStarting(statements: readonly SourceStatement[], offset: number): number {
  let low = 0;
  let high = statements.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((statements[middle]?.start ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

interface Around {
  readonly statement: number;
  readonly isInBody: boolean;
}

/** Bodies in bodies in which somebody may type. */
const deepestBody = 8;

function siteFrom(
  text: string,
  start: number,
  offset: number,
  around: Around,
  depth = 0,
): CompletionSite | undefined {
  if (depth > deepestBody) return undefined;
  const prefix = text.slice(start, offset);
  const scanner = new Scanner(prefix);
  let tokens: Token[] = [];
  let last: Token | undefined;
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    last = { kind, start: start + scanner.start, end: start + scanner.end, text: scanner.current };
    const opened =
      scanner.isUnclosed && kind === 'string' ? /^\$[^$\s]*\$/.exec(scanner.current)?.[0] : undefined;
    if (opened !== undefined) {
      const inner = start + scanner.start + opened.length;
      return siteFrom(text, inner, offset, { ...around, isInBody: true }, depth + 1);
    }
    if (kind === 'comment' || kind === 'psql command') continue;
    if (kind === 'punctuation' && scanner.current === ';') {
      // In a body statements end here, and also where half a statement lacks its own end.
      tokens = [];
      continue;
    }
    const folded = kind === 'word' ? scanner.current.toLowerCase() : unquoted(kind, scanner.current);
    tokens.push({ ...last, text: folded });
  }
  const isOpen = scanner.unterminated.at(-1) === (last?.start ?? 0) - start;
  const touches = last?.end === offset;
  const base = { ...around, before: [], place: undefined, places: [], line: '' };
  if (last?.kind === 'comment' && touches && (isOpen || last.text.startsWith('--'))) {
    if (!last.text.startsWith('--')) return undefined;
    const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    const line = text.slice(lineStart, offset);
    const typed = line.split(/\s/).at(-1) ?? '';
    const replaced = { start: offset - typed.length, end: offset };
    return { ...base, kind: 'comment', typed, quote: undefined, replaced, wordEnd: offset, line };
  }
  if (last?.kind === 'psql command' && touches) return undefined;
  const word = touches || isOpen ? typedWord(text, last, isOpen, offset) : nothingTyped(offset);
  if (word === undefined) return undefined;
  if (word.start < offset || word.quote !== undefined) tokens.pop();
  tokens = tokens.slice(lastBeginning(tokens, text));
  return {
    ...around,
    ...placeAt(text, tokens, word, offset),
    kind: 'code',
    typed: word.typed,
    quote: word.quote,
    replaced: { start: word.start, end: word.end },
    wordEnd: word.wordEnd,
    before: tokens,
    line: '',
  };
}

function unquoted(kind: Token['kind'], text: string): string {
  return kind === 'quoted identifier' ? text.replace(/^"|"$/g, '').replaceAll('""', '"') : text;
}

interface TypedWord extends Range {
  readonly typed: string;
  readonly quote: '"' | "'" | undefined;
  readonly wordEnd: number;
}

function nothingTyped(offset: number): TypedWord {
  return { typed: '', quote: undefined, start: offset, end: offset, wordEnd: offset };
}

/** The word that the cursor touches; undefined in what is no name. */
function typedWord(
  text: string,
  last: Token | undefined,
  isOpen: boolean,
  offset: number,
): TypedWord | undefined {
  if (last === undefined) return nothingTyped(offset);
  const { kind, start } = last;
  if (kind === 'word') {
    const rest = /^[\p{L}\p{N}_$]*/u.exec(text.slice(offset, offset + 100))?.[0].length ?? 0;
    return { typed: last.text, quote: undefined, start, end: offset, wordEnd: offset + rest };
  }
  if (
    isOpen &&
    (kind === 'quoted identifier' || kind === 'string') &&
    !last.text.includes('\n') &&
    last.end === offset
  ) {
    const quote = kind === 'string' ? "'" : '"';
    if (!last.text.startsWith(quote)) return undefined;
    // An editor has most often written the second quote already.
    const rest = text.slice(offset, offset + 100);
    const closing = /^[^'"\n]*(?=(['"]))/.exec(rest);
    const end = closing?.[1] === quote ? offset + closing[0].length + 1 : offset;
    return { typed: last.text.slice(1), quote, start, end, wordEnd: end };
  }
  if (kind === 'punctuation' || kind === 'operator') return nothingTyped(offset);
  // Behind a string that is closed nothing is typed yet; a number or a parameter is no name.
  return undefined;
}

/** Words with which a statement begins when they stand first in their line. */
const beginnings = new Set([
  'create',
  'alter',
  'drop',
  'insert',
  'comment',
  'grant',
  'revoke',
  'truncate',
  'begin',
  'commit',
]);
const objectWords = new Set(
  [
    'table',
    'index',
    'view',
    'materialized',
    'type',
    'function',
    'policy',
    'trigger',
    'sequence',
    'schema',
    'extension',
  ].concat([
    'into',
    'on',
    'unique',
    'or',
    'domain',
    'publication',
    'role',
    'procedure',
    'database',
    'foreign',
    'default',
  ]),
);

/** The index of the token with which the last statement begins: an author may not have typed the semicolon before it. */
function lastBeginning(tokens: readonly Token[], text: string): number {
  for (let index = tokens.length - 1; index > 0; index--) {
    const token = tokens[index];
    if (token !== undefined && isBeginning(token, tokens[index + 1], text)) return index;
  }
  return 0;
}

function isBeginning(token: Token, next: Token | undefined, text: string): boolean {
  if (token.kind !== 'word' || !beginnings.has(token.text)) return false;
  if (next !== undefined && !objectWords.has(next.text) && token.text !== 'grant' && token.text !== 'revoke')
    return false;
  const lineStart = text.lastIndexOf('\n', token.start - 1) + 1;
  return (
    text.slice(lineStart, token.start).trim() === '' && (next !== undefined || token.text === 'truncate')
  );
}

/** What stands at the word, when what is in front of it and behind it is read with it. */
function placeAt(
  text: string,
  before: readonly Token[],
  word: TypedWord,
  offset: number,
): { readonly place: Place | undefined; readonly places: readonly Place[] } {
  const typed: Token = {
    kind: word.quote === "'" ? 'string' : 'word',
    text: typedMark,
    start: word.start,
    end: Math.max(word.wordEnd, offset),
  };
  const tokens = [...before, typed, ...tokensBehind(text, typed.end)];
  const places = placesIn(tokens, '', Infinity);
  return { place: places.find(({ parts }) => parts.includes(typed)), places };
}

function tokensBehind(text: string, from: number): readonly Token[] {
  const scanner = new Scanner(text.slice(0, from + mostText), from);
  const tokens: Token[] = [];
  for (
    let kind = scanner.next();
    kind !== 'end of text' && tokens.length < mostTokensBehind;
    kind = scanner.next()
  ) {
    if (kind === 'comment') continue;
    if (kind === 'psql command' || scanner.isUnclosed) break;
    if (kind === 'punctuation' && scanner.current === ';') break;
    const current = kind === 'word' ? scanner.current.toLowerCase() : unquoted(kind, scanner.current);
    const token: Token = { kind, start: scanner.start, end: scanner.end, text: current };
    const previous = tokens.at(-1);
    if (previous !== undefined && isBeginning(previous, token, text)) return tokens.slice(0, -1);
    tokens.push(token);
  }
  return tokens;
}
