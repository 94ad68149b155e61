import type { Node, RangeVar, TypeName as TypeNameNode } from '@pgsql/types';
import { dotted } from '../print';
import { type Token, tokenize } from '../scanner';
import type { Expression, Name, QualifiedName, TypeName } from '../statement';
import { byteOffsetConverter, type Range } from '../text';

/**
 * One statement's text beside its tree. The tree says what a part means; the tokens say where it stands, since the
 * grammar keeps only where some parts start, and never where they end.
 */
export class Reader {
  readonly tokens: readonly Token[];
  private readonly toOffset: (byte: number) => number;

  /** `text` is the author's; it differs from what was parsed only where placeholders stand, unit for unit. */
  constructor(readonly text: string) {
    this.tokens = tokenize(text);
    this.toOffset = byteOffsetConverter(text);
  }

  /** The offset of a `location` of the tree. */
  offset(location: number | undefined): number {
    return this.toOffset(Math.max(location ?? 0, 0));
  }

  token(index: number): Token | undefined {
    return this.tokens[index];
  }

  /** Index of the first token that starts at `offset` or later. */
  indexAt(offset: number): number {
    let low = 0;
    let high = this.tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tokens[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Index of the first of `words` at or behind token `from`, outside of parentheses that open behind it. */
  find(words: readonly string[], from = 0, until = this.tokens.length): number | undefined {
    let depth = 0;
    for (let index = from; index < until; index++) {
      const token = this.tokens[index];
      if (token === undefined) break;
      if (isOpening(token)) depth++;
      else if (isClosing(token)) depth--;
      if (depth < 0) return undefined;
      const atTop = depth === 0 || (depth === 1 && isOpening(token));
      if (atTop && token.kind !== 'quoted identifier' && words.includes(token.text)) return index;
    }
    return undefined;
  }

  /** Index of the parenthesis that closes the one at token `open`; the last token when none does. */
  closing(open: number): number {
    let depth = 0;
    for (let index = open; index < this.tokens.length; index++) {
      const token = this.tokens[index];
      if (token === undefined) break;
      if (isOpening(token)) depth++;
      else if (isClosing(token) && --depth === 0) return index;
    }
    return this.tokens.length - 1;
  }

  /** The parts between the commas of tokens `from` to `until` (exclusive), each as first and last token. */
  elements(from: number, until: number): readonly { readonly first: number; readonly last: number }[] {
    const result: { first: number; last: number }[] = [];
    let depth = 0;
    let first = from;
    for (let index = from; index < until; index++) {
      const token = this.tokens[index];
      if (token === undefined) break;
      if (isOpening(token)) depth++;
      else if (isClosing(token)) depth--;
      else if (depth === 0 && token.text === ',' && token.kind === 'punctuation') {
        result.push({ first, last: index - 1 });
        first = index + 1;
      }
    }
    if (first < until) result.push({ first, last: until - 1 });
    return result;
  }

  /** From the start of token `first` to the end of token `last`. */
  range(first: number, last: number): Range {
    const start = this.tokens[first]?.start ?? this.text.length;
    return { start, end: Math.max(start, this.tokens[last]?.end ?? start) };
  }

  slice(range: Range): string {
    return this.text.slice(range.start, range.end);
  }

  /** The name whose first token is `index`, with what is joined to it by dots. */
  nameRange(index: number): Range {
    return this.range(index, this.lastOfName(index));
  }

  lastOfName(index: number): number {
    let last = index;
    while (this.tokens[last + 1]?.text === '.') last += 2;
    return Math.min(last, this.tokens.length - 1);
  }

  /** A relation of the tree. */
  relation(node: RangeVar | undefined): QualifiedName {
    const start = this.offset(node?.location);
    return {
      schema: node?.schemaname,
      name: node?.relname ?? '',
      range: this.nameRange(this.indexAt(start)),
    };
  }

  /** The name that token `index` is. */
  name(text: string | undefined, index: number): Name {
    return { text: text ?? '', range: this.range(index, index) };
  }

  /** A name of the tree that comes as a list of strings: `["auth", "users"]`. `index` is its first token. */
  qualified(names: readonly string[], index: number): QualifiedName {
    return {
      schema: names.length > 1 ? names.at(-2) : undefined,
      name: names.at(-1) ?? '',
      range: this.nameRange(index),
    };
  }

  expression(node: Node, first: number, last: number): Expression {
    const range = this.range(first, last);
    return { node, text: this.slice(range), range };
  }

  /** A type that starts at its location and ends before token `until`. */
  type(node: TypeNameNode | undefined, until: number): TypeName {
    const first = this.indexAt(this.offset(node?.location));
    const names = strings(node?.names);
    const schema = names.length > 1 && names[0] !== 'pg_catalog' ? names.at(-2) : undefined;
    const range = this.range(first, this.lastOfType(first, until));
    return {
      schema,
      name: names.at(-1) ?? '',
      modifiers: (node?.typmods ?? []).flatMap((modifier) =>
        'A_Const' in modifier && modifier.A_Const.ival !== undefined ? [modifier.A_Const.ival.ival ?? 0] : [],
      ),
      isArray: (node?.arrayBounds ?? []).length > 0,
      text: this.slice(range),
      range,
    };
  }

  /** A type's last token: its words up to one that begins something else. */
  private lastOfType(first: number, until: number): number {
    const end = this.find(afterType, first + 1, until) ?? until;
    return Math.max(first, end - 1);
  }
}

let last: Reader | undefined;

/** The reader of a text; the same one for who asks for the parts of a text one by one. */
export function readerOf(text: string): Reader {
  if (last?.text !== text) last = new Reader(text);
  return last;
}

/** Words that follow a type in a column definition or an ALTER COLUMN TYPE, and are no part of it. */
const afterType = [
  'collate',
  'using',
  'constraint',
  'not',
  'null',
  'default',
  'check',
  'unique',
  'primary',
  'references',
  'generated',
  'storage',
  'compression',
  'options',
  'deferrable',
  'initially',
];

function isOpening(token: Token): boolean {
  return token.kind === 'punctuation' && (token.text === '(' || token.text === '[');
}

function isClosing(token: Token): boolean {
  return token.kind === 'punctuation' && (token.text === ')' || token.text === ']');
}

/** The strings of a list of String nodes. */
export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

/** A collation's name, with its schema when it has one of its own. */
export function collationName(nodes: readonly Node[] | undefined): string | undefined {
  const names = strings(nodes);
  return dotted(names[0] === 'pg_catalog' ? names.slice(1) : names) || undefined;
}

/** Calls `visit` with every RangeVar below `node`; names of CTEs are left out, wherever they are in scope. */
export function relationsBelow(node: unknown, visit: (relation: RangeVar) => void): void {
  const commonTables = new Set<string>();
  walk(node, (key, value) => {
    if (key === 'CommonTableExpr') commonTables.add((value as { ctename?: string }).ctename ?? '');
  });
  walk(node, (key, value) => {
    if (key !== 'RangeVar' && key !== 'relation') return;
    const relation = value as RangeVar;
    if (relation.relname === undefined) return;
    if (relation.schemaname === undefined && commonTables.has(relation.relname)) return;
    visit(relation);
  });
}

/** Calls `visit` with every property below `node`, parents first. */
export function walk(node: unknown, visit: (key: string, value: unknown) => void): void {
  const pending: [key: string | undefined, value: unknown][] = [[undefined, node]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [key, value] = next;
    if (key !== undefined) visit(key, value);
    if (typeof value !== 'object' || value === null) continue;
    const inner: [key: string | undefined, value: unknown][] = Array.isArray(value)
      ? value.map((item: unknown) => [undefined, item])
      : Object.entries(value);
    for (let index = inner.length - 1; index >= 0; index--) {
      const property = inner[index];
      if (property !== undefined) pending.push(property);
    }
  }
}
