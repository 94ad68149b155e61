import { keywordKindOf } from '@pgsql/quotes';
import type { Token } from '../../sql/scanner';
import type { Scope } from './scope';

/** What a name in a statement names. `local` is an alias or a common table expression, which the statement itself declares. */
export type PlaceKind =
  | 'relation'
  | 'column'
  | 'constraint'
  | 'index'
  | 'type'
  | 'function'
  | 'schema'
  | 'trigger'
  | 'policy'
  | 'local'
  | 'value';

/** What the statement does with the thing: `renamed` is the new name of something that has another one before. */
export type PlaceRole = 'use' | 'new' | 'drop' | 'renamed';

/** A name in a statement, and what it names as far as the words around it tell. */
export interface Place {
  readonly kind: PlaceKind;
  readonly role: PlaceRole;
  /** The name with what qualifies it, the schema or a relation, first. */
  readonly parts: readonly Token[];
  /** The relation that has the column, constraint, trigger or policy. */
  readonly owner?: readonly Token[];
  /** Where the column of an expression comes from. */
  readonly scope?: Scope;
  /** Of a new name: the old one. */
  readonly renames?: Place;
  /** Of a local name: where it is declared. */
  readonly declaration?: Token;
  /** Of a value: the column, or the type, whose values it is one of. */
  readonly of?: Place;
  /** Of a relation: words such as `VIEW` when only these can stand here. */
  readonly objectType?: string;
  /** Of a column in a list in parentheses: which list that is. */
  readonly list?: number;
  /** Of ALTER … SET SCHEMA: the name of the schema is new for this. */
  readonly moves?: Place;
}

/** The text of the token that stands where somebody is typing; no author writes it. */
export const typedMark = '\0';

/** Words with which a query, or a change of data, begins. */
export const queryWords: ReadonlySet<string> = new Set([
  'select',
  'with',
  'values',
  'insert',
  'update',
  'delete',
  'merge',
]);

/** The readers of what may stand in each other: statements in CREATE, queries in expressions, changes in WITH. */
interface Readers {
  statement(walker: Walker, from: number, until: number): void;
  query(walker: Walker, from: number, until: number, scope: Scope | undefined): void;
  change(walker: Walker, from: number, until: number, scope: Scope): void;
}

/** One statement's tokens, with what every reader of them needs, and the places that were found. */
export class Walker {
  readonly places: Place[] = [];
  /** For each parenthesis that opens, where it closes. */
  private readonly closings = new Map<number, number>();
  /** How many parentheses stand in each other at most. */
  readonly depth: number;

  constructor(
    readonly tokens: readonly Token[],
    private readonly readers: Readers,
  ) {
    const open: number[] = [];
    let depth = 0;
    tokens.forEach(({ kind, text }, index) => {
      if (kind !== 'punctuation') return;
      if (text === '(' || text === '[') {
        open.push(index);
        depth = Math.max(depth, open.length);
      } else if (text === ')' || text === ']') {
        const opening = open.pop();
        if (opening !== undefined) this.closings.set(opening, index);
      }
    });
    this.depth = depth;
  }

  /** Finds what the statement names that begins at `from`, in another one. */
  statement(from: number, until: number): void {
    this.readers.statement(this, from, until);
  }

  /** Finds what a query names in an expression. */
  query(from: number, until: number, scope: Scope | undefined): void {
    this.readers.query(this, from, until, scope);
  }

  /** Finds what INSERT, UPDATE, DELETE or MERGE names in a query. */
  change(from: number, until: number, scope: Scope): void {
    this.readers.change(this, from, until, scope);
  }

  /** Whether a query, or a change of data, begins at `index`. */
  startsQuery(index: number): boolean {
    return queryWords.has(this.word(index));
  }

  add(place: Place): Place {
    this.places.push(place);
    return place;
  }

  token(index: number): Token | undefined {
    return this.tokens[index];
  }

  /** The unquoted word at `index`, lower case; empty when there is none. */
  word(index: number): string {
    const token = this.tokens[index];
    return token?.kind === 'word' ? token.text : '';
  }

  /** Whether the words from `index` on are these. */
  has(index: number, ...words: readonly string[]): boolean {
    return words.every((word, at) => this.word(index + at) === word);
  }

  isSign(index: number, sign: string): boolean {
    const token = this.tokens[index];
    return token?.text === sign && (token.kind === 'punctuation' || token.kind === 'operator');
  }

  /** The index behind `words` when they stand at `index`, else `index`. */
  skip(index: number, ...words: readonly string[]): number {
    return this.has(index, ...words) ? index + words.length : index;
  }

  /** The index behind all of `words` that stand at `index`, in any order. */
  skipAny(index: number, words: ReadonlySet<string>): number {
    let at = index;
    while (words.has(this.word(at))) at++;
    return at;
  }

  /** Behind IF EXISTS or IF NOT EXISTS. */
  skipIf(index: number): number {
    return this.skip(this.skip(index, 'if', 'not', 'exists'), 'if', 'exists');
  }

  /** Where the parenthesis at `index` closes; `until` when nothing closes it. */
  closing(index: number, until: number): number {
    return Math.min(this.closings.get(index) ?? until, until);
  }

  /** The index behind what stands at `index`: one token, or all up to the closing parenthesis. */
  after(index: number, until: number): number {
    const isOpening = this.isSign(index, '(') || this.isSign(index, '[');
    return isOpening ? Math.min(this.closing(index, until) + 1, until) : index + 1;
  }

  /** Index of the first of `words` from `from` on, outside of parentheses; `until` when there is none. */
  find(words: ReadonlySet<string>, from: number, until: number): number {
    let index = from;
    while (index < until && !words.has(this.word(index))) index = this.after(index, until);
    return Math.min(index, until);
  }

  /** The parts between commas outside of parentheses. */
  elements(from: number, until: number): readonly { readonly from: number; readonly until: number }[] {
    const parts: { from: number; until: number }[] = [];
    let start = from;
    for (let index = from; index < until; index = this.after(index, until)) {
      if (!this.isSign(index, ',')) continue;
      parts.push({ from: start, until: index });
      start = index + 1;
    }
    if (start < until) parts.push({ from: start, until });
    return parts;
  }

  /** Whether a name may begin here: a word that the grammar does not reserve, or something in quotes. */
  isName(index: number): boolean {
    const token = this.tokens[index];
    if (token?.kind === 'quoted identifier' || token?.kind === 'placeholder') return true;
    return token?.kind === 'word' && keywordKindOf(token.text) !== 'RESERVED_KEYWORD';
  }

  /** The name at `index` with what dots join to it; behind a dot every word is a name. */
  name(index: number, until = this.tokens.length): Name | undefined {
    const first = this.tokens[index];
    if (first === undefined || index >= until || !this.isName(index)) return undefined;
    const parts = [first];
    let next = index + 1;
    while (next < until && this.isSign(next, '.')) {
      const part = this.tokens[next + 1];
      if (part === undefined || next + 1 >= until || (part.kind !== 'word' && !this.isName(next + 1))) break;
      parts.push(part);
      next += 2;
    }
    return { parts, next };
  }
}

/** A name, and the index of the token behind it. */
interface Name {
  readonly parts: readonly Token[];
  readonly next: number;
}

/** A part of a statement, as indexes of its tokens. */
export interface Span {
  readonly from: number;
  readonly until: number;
}
