import { keywordKindOf } from '@pgsql/quotes';
import type { Token } from '../../sql/scanner';
import { expression } from './expressions';
import { commonTable, newScope, type Output, type Query, type Scope } from './scope';
import type { Span, Walker } from './walker';

/** Words with which a query, or a change of data, begins. */
const setOperations = new Set(['union', 'intersect', 'except']);

/** Words that begin a clause. Those that are no reserved words count only where the command has them. */
const clauses = new Set(
  [
    'into',
    'from',
    'join',
    'on',
    'using',
    'where',
    'group',
    'having',
    'window',
    'order',
    'limit',
    'offset',
  ].concat(['fetch', 'for', 'returning']),
);
const joinWords = new Set(['natural', 'left', 'right', 'full', 'inner', 'outer', 'cross']);

/** A clause as indexes of its tokens, without the word with which it begins. */
export interface Clause extends Span {
  readonly word: string;
}

/** Finds what is named in a query, or a change of data, and what its answer consists of. */
export function query(walker: Walker, from: number, until: number, parent: Scope | undefined): Query {
  const scope = newScope(parent);
  let start = walker.has(from, 'with') ? withList(walker, from, until, scope) : from;
  let outputs: readonly Output[] | undefined;
  while (start < until) {
    const end = walker.find(setOperations, start, until);
    const found = block(walker, start, end, scope);
    outputs ??= found;
    start = walker.skipAny(end + 1, new Set(['all', 'distinct']));
  }
  return { declaration: undefined, outputs: outputs ?? [] };
}

function withList(walker: Walker, from: number, until: number, scope: Scope): number {
  let index = walker.skip(from + 1, 'recursive');
  while (index < until) {
    const declaration = walker.token(index);
    if (declaration === undefined || !walker.isName(index)) return index;
    index++;
    const columns = walker.isSign(index, '(') ? names(walker, index, until) : [];
    if (walker.isSign(index, '(')) index = walker.closing(index, until) + 1;
    const written = columns.map(({ text }) => ({ name: text }));
    // Also for itself, if it is recursive.
    scope.commonTables.set(declaration.text, { declaration, outputs: written });
    index = walker.skipAny(index, new Set(['as', 'not', 'materialized']));
    if (!walker.isSign(index, '(')) return index;
    const close = walker.closing(index, until);
    const { outputs } = query(walker, index + 1, close, scope);
    scope.commonTables.set(declaration.text, {
      declaration,
      outputs: written.length > 0 ? written : outputs,
    });
    index = close + 1;
    if (!walker.isSign(index, ',')) return index;
    index++;
  }
  return index;
}

/** The names in the parentheses at `open`. */
export function names(walker: Walker, open: number, until: number): readonly Token[] {
  return walker.elements(open + 1, walker.closing(open, until)).flatMap(({ from }) => {
    const token = walker.token(from);
    return token !== undefined && walker.isName(from) ? [token] : [];
  });
}

/** One SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE. */
function block(walker: Walker, from: number, until: number, around: Scope): readonly Output[] {
  const scope = newScope(around);
  switch (walker.word(from)) {
    case 'select':
    case 'perform':
      return select(walker, from, until, scope);
    case 'insert':
    case 'update':
    case 'delete':
    case 'merge':
      walker.change(from, until, scope);
      return [];
    default:
      if (walker.isSign(from, '('))
        return query(walker, from + 1, walker.closing(from, until), around).outputs;
      expression(walker, from, until, scope);
      return [];
  }
}

function select(walker: Walker, from: number, until: number, scope: Scope): readonly Output[] {
  const [list, ...rest] = clausesOf(walker, from, until);
  for (const clause of rest) {
    if (clause.word === 'from' || clause.word === 'join') fromList(walker, clause, scope);
  }
  if (list !== undefined) expression(walker, list.from, list.until, scope);
  expressions(walker, rest, scope);
  return list === undefined ? [] : outputsOf(walker, list, scope);
}

/** Finds what is named in clauses that name no relations. */
export function expressions(walker: Walker, parts: readonly Clause[], scope: Scope): void {
  for (const { word, from, until } of parts) {
    if (word === 'from' || word === 'join' || word === 'into' || word === 'for') continue;
    expression(walker, walker.skip(from, 'by'), until, scope);
  }
}

/** A statement as its clauses; the first is what stands behind the first word. */
export function clausesOf(
  walker: Walker,
  from: number,
  until: number,
  more?: ReadonlySet<string>,
): readonly Clause[] {
  const found: Clause[] = [];
  let word = walker.word(from);
  let start = from + 1;
  for (let index = start; index < until; index = walker.after(index, until)) {
    const next = walker.word(index);
    if (!clauses.has(next) && more?.has(next) !== true) continue;
    const before = walker.word(index - 1);
    if (before === 'distinct' && (next === 'on' || (next === 'from' && index - 1 > from + 1))) continue;
    found.push({ word, from: start, until: withoutJoinWords(walker, start, index) });
    word = next;
    start = index + 1;
  }
  found.push({ word, from: start, until: withoutJoinWords(walker, start, until) });
  return found;
}

function withoutJoinWords(walker: Walker, from: number, until: number): number {
  let end = until;
  while (end > from && joinWords.has(walker.word(end - 1))) end--;
  return end;
}

/** Finds the relations and queries of a FROM list, and adds them to the scope. */
export function fromList(walker: Walker, { from, until }: Span, scope: Scope): void {
  for (const element of walker.elements(from, until)) source(walker, element.from, element.until, scope);
}

/** One element of a FROM list; returns the index behind its alias. */
export function source(walker: Walker, from: number, until: number, scope: Scope): number {
  const index = walker.skipAny(from, new Set(['only', 'lateral']));
  if (walker.isSign(index, '(')) {
    const close = walker.closing(index, until);
    if (walker.startsQuery(index + 1)) {
      const outer = walker.word(index - 1) === 'lateral' ? scope : scope.parent;
      return withAlias(walker, close + 1, until, scope, { query: query(walker, index + 1, close, outer) });
    }
    const parts = clausesOf(walker, index, close);
    for (const part of parts) {
      if (part.word === '' || part.word === 'join') fromList(walker, part, scope);
    }
    expressions(walker, parts.slice(1), scope);
    return withAlias(walker, close + 1, until, undefined, {});
  }
  const name = walker.name(index, until);
  if (name === undefined) return index;
  const { parts, next } = name;
  if (walker.isSign(next, '(') && next < until) {
    walker.add({ kind: 'function', role: 'use', parts });
    const close = walker.closing(next, until);
    expression(walker, next + 1, close, scope);
    return withAlias(walker, close + 1, until, scope, {});
  }
  const [first] = parts;
  const common = parts.length === 1 ? commonTable(scope, first?.text ?? '') : undefined;
  if (common?.declaration !== undefined) {
    walker.add({ kind: 'local', role: 'use', parts, declaration: common.declaration });
    return withAlias(walker, next, until, scope, { query: common, alias: first });
  }
  walker.add({ kind: 'relation', role: 'use', parts, scope });
  return withAlias(walker, next, until, scope, { relation: parts });
}

interface Found {
  readonly relation?: readonly Token[];
  readonly query?: Query;
  readonly alias?: Token | undefined;
}

function withAlias(
  walker: Walker,
  from: number,
  until: number,
  scope: Scope | undefined,
  { relation, query: answer, alias: own }: Found,
): number {
  let index = walker.isSign(from, '*') ? from + 1 : from;
  if (walker.has(index, 'with', 'ordinality')) index += 2;
  index = walker.skip(index, 'as');
  let alias = own;
  let columns: readonly Token[] = [];
  const token = walker.token(index);
  const isAlias =
    index < until && walker.isName(index) && keywordKindOf(token?.text ?? '') !== 'TYPE_FUNC_NAME_KEYWORD';
  if (isAlias) {
    alias = token;
    index++;
  }
  if (index < until && walker.isSign(index, '(')) {
    columns = names(walker, index, until);
    index = walker.closing(index, until) + 1;
  }
  scope?.sources.push({ relation, query: answer, alias, columns });
  return index;
}

/** The columns in the parentheses at `open`, which are `owner`'s. */
export function columnList(
  walker: Walker,
  open: number,
  until: number,
  owner: readonly Token[] | undefined,
): number {
  const close = walker.closing(open, until);
  for (const { from } of walker.elements(open + 1, close)) {
    const name = walker.name(from, close);
    if (name === undefined) continue;
    walker.add({
      kind: 'column',
      role: 'use',
      parts: name.parts,
      list: open,
      ...(owner === undefined ? {} : { owner }),
    });
  }
  return close + 1;
}

/** The columns of a SELECT list, as far as they have names. */
function outputsOf(walker: Walker, list: Span, scope: Scope): readonly Output[] {
  const start = walker.skipAny(list.from, new Set(['all', 'distinct']));
  return walker.elements(start, list.until).flatMap(({ from, until }): readonly Output[] => {
    const last = walker.token(until - 1);
    if (walker.isSign(until - 1, '*')) {
      const of = walker.isSign(until - 2, '.') ? walker.token(until - 3)?.text : undefined;
      return until - from === 1 || of !== undefined ? [{ all: scope, of }] : [];
    }
    const name = walker.name(from, until);
    if (
      name !== undefined &&
      walker.isSign(name.next, '(') &&
      walker.closing(name.next, until) === until - 1
    ) {
      return [{ name: name.parts.at(-1)?.text ?? '' }];
    }
    const isName = walker.isName(until - 1) || walker.word(until - 2) === 'as';
    return isName && last !== undefined ? [{ name: last.text }] : [];
  });
}
