import type { Token } from '../../sql/scanner';

/** What the names of columns in a part of a query can come from. */
export interface Scope {
  readonly sources: Source[];
  /** Common table expressions by their names. */
  readonly commonTables: Map<string, Query>;
  /** Of the query around this one. */
  readonly parent: Scope | undefined;
}

/** One relation, query or function in a FROM list, or the target of a change. */
export interface Source {
  /** The relation, as written; undefined for queries and functions. */
  readonly relation: readonly Token[] | undefined;
  readonly query: Query | undefined;
  readonly alias: Token | undefined;
  /** The names in `alias (a, b)`. */
  readonly columns: readonly Token[];
}

/** What a query in a FROM or WITH list is known to answer. */
export interface Query {
  /** Where its name stands in the WITH list. */
  readonly declaration: Token | undefined;
  readonly outputs: readonly Output[];
}

/** A column of a query's answer: by its name, or all of some sources. */
export type Output = { readonly name: string } | { readonly all: Scope; readonly of: string | undefined };

/** A scope without sources, in another one. */
export function newScope(parent?: Scope): Scope {
  return { sources: [], commonTables: new Map(), parent };
}

/** The scope in which one relation's columns are named, such as the expressions of its indexes. */
export function scopeOf(relation: readonly Token[] | undefined, ...aliases: readonly Token[]): Scope {
  const scope = newScope();
  if (relation === undefined) return scope;
  scope.sources.push({ relation, query: undefined, alias: undefined, columns: [] });
  for (const alias of aliases) scope.sources.push({ relation, query: undefined, alias, columns: [] });
  return scope;
}

/** The name by which a source's columns are qualified. */
export function sourceName({ alias, relation }: Source): string | undefined {
  return (alias ?? relation?.at(-1))?.text;
}

/** The common table expression of this name, from here outwards. */
export function commonTable(scope: Scope | undefined, name: string): Query | undefined {
  for (let at = scope; at !== undefined; at = at.parent) {
    const found = at.commonTables.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The source that a qualifier means, from here outwards. */
export function sourceNamed(scope: Scope | undefined, name: string): Source | undefined {
  for (let at = scope; at !== undefined; at = at.parent) {
    const found = at.sources.find((source) => sourceName(source) === name);
    if (found !== undefined) return found;
  }
  return undefined;
}
