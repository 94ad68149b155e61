import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog';
import type { UsedObject } from '../dependencies/uses';
import type { RelationName } from '../relation';
import { builtin, type ColumnUse, type OutputColumn, type Value } from './value';

/** The columns of a query, or of what stands in FROM. */
export interface Answer {
  readonly columns: readonly OutputColumn[];
  /** False when there may be more columns, or others. */
  readonly isComplete: boolean;
  /** What a whole row is, of a function that does not give rows of its own making. */
  readonly row?: Value | undefined;
}

/** What can qualify a column. */
export interface Source {
  readonly name: string;
  /** Of a relation that has no alias. */
  readonly schema: string | undefined;
  readonly columns: readonly OutputColumn[];
  readonly isComplete: boolean;
  /** The relation that it stands for. */
  readonly relation: RelationName | undefined;
  /** The type of a whole row of it. */
  readonly row: Value | undefined;
}

/** What a FROM list, or a part of it, brings into view. */
export interface Namespace {
  /** What `*` means, and what can be named without a qualifier. */
  readonly columns: readonly OutputColumn[];
  readonly isComplete: boolean;
  readonly sources: readonly Source[];
}

/** Where an expression stands. */
export interface Scope extends Namespace {
  readonly parent: Scope | undefined;
  /** The queries of WITH that can be named here. */
  readonly commonTables: ReadonlyMap<string, Answer>;
}

/** The work of reading one query, as its parts see it. */
export interface Reading {
  readonly catalog: Catalog;
  /** Notes that the query uses columns. */
  use(uses: readonly ColumnUse[]): void;
  /** Notes that it uses a thing other than a column: a function, a type, a relation as a whole. */
  useObject(object: UsedObject): void;
  /** Notes that it uses a column of which it cannot be said whose it is. */
  useUnknown(): void;
  /** The columns of a subquery. */
  answer(query: Node, scope: Scope): Answer;
  /** The value of an expression; undefined when it is not known. */
  valueOf(node: Node | undefined, scope: Scope): Value | undefined;
  /** Reads whatever stands in a part of the query, for the columns that it uses. */
  visit(part: unknown, scope: Scope): void;
}

/** Where nothing can be named. */
export const emptyScope: Scope = {
  columns: [],
  isComplete: true,
  sources: [],
  parent: undefined,
  commonTables: new Map(),
};

/** What several items of a FROM list bring together. */
export function together(spaces: readonly Namespace[]): Namespace {
  const [first] = spaces;
  if (spaces.length === 1 && first !== undefined) return first;
  return {
    columns: spaces.flatMap(({ columns }) => columns),
    isComplete: spaces.every(({ isComplete }) => isComplete),
    sources: spaces.flatMap(({ sources }) => sources),
  };
}

/** The scope of expressions over a FROM list. */
export function scopeOver(space: Namespace, parent: Scope, commonTables = parent.commonTables): Scope {
  return { ...space, parent: parent === emptyScope ? undefined : parent, commonTables };
}

/** The columns that every table has. */
const systemColumns: Readonly<Record<string, string | undefined>> = {
  ctid: 'tid',
  xmin: 'xid',
  xmax: 'xid',
  cmin: 'cid',
  cmax: 'cid',
  tableoid: 'oid',
};

/** What a name without a qualifier means: a column, here or around, or a whole row. */
export function lookUp(name: string, scope: Scope, reading: Reading): Value | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const column = at.columns.find((one) => one.name === name);
    if (column !== undefined) {
      reading.use(column.uses ?? []);
      return column.value;
    }
    if (!at.isComplete) {
      noteUnknown(name, at, reading);
      return undefined;
    }
    const system = systemColumn(name, at.sources);
    if (system !== undefined) return system;
  }
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const source = at.sources.find((one) => one.name === name);
    if (source !== undefined) return source.row;
  }
  return undefined;
}

/** A name that some source has of which not all columns are known. */
function noteUnknown(name: string, scope: Scope, reading: Reading): void {
  const [only, second] = scope.sources.filter(({ isComplete }) => !isComplete);
  const isWholeRow = scope.sources.some((source) => source.name === name);
  if (isWholeRow) return;
  if (only === undefined || second !== undefined || hasSourcesAround(scope)) reading.useUnknown();
  else useOf(only, name, reading);
}

function hasSourcesAround({ parent }: Scope): boolean {
  return parent !== undefined && (parent.sources.length > 0 || hasSourcesAround(parent));
}

function useOf({ relation }: Source, column: string, reading: Reading): void {
  if (relation !== undefined) reading.use([{ relation, column }]);
}

/** What `qualifier.name` means. */
export function lookUpIn(
  qualifier: { readonly schema: string | undefined; readonly name: string },
  name: string,
  scope: Scope,
  reading: Reading,
): Value | undefined {
  const source = sourceNamed(qualifier, scope);
  if (source === undefined) return undefined;
  const column = source.columns.find((one) => one.name === name);
  if (column !== undefined) {
    reading.use(column.uses ?? []);
    return column.value;
  }
  const system = systemColumn(name, [source]);
  if (system === undefined && !source.isComplete) useOf(source, name, reading);
  return system;
}

/** The nearest source that a qualifier means. */
export function sourceNamed(
  { schema, name }: { readonly schema: string | undefined; readonly name: string },
  scope: Scope,
): Source | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const found = at.sources.find(
      (one) =>
        one.name === name && (schema === undefined || one.schema === undefined || one.schema === schema),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function systemColumn(name: string, sources: readonly Source[]): Value | undefined {
  const type = systemColumns[name];
  if (type === undefined || !sources.some(({ relation }) => relation !== undefined)) return undefined;
  return builtin(type);
}

/** The columns with the names of an alias: `AS t (a, b)` names the first two. */
export function renamed(columns: readonly OutputColumn[], names: readonly string[]): readonly OutputColumn[] {
  return names.length === 0
    ? columns
    : columns.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}
