import type { Catalog } from '../catalog/catalog';
import type { Named, Origin, RelationName } from '../catalog/relation';
import { temporarySchema } from '../catalog/catalog';
import type { Major } from '../postgres/versions';
import { printName } from '../sql/print';
import type { AlterTable, Statement, StatementKind, StatementOf } from '../sql/statement';

/** How one kind of statement is undone. One file for each kind. */
export interface Inverse<Kind extends StatementKind = StatementKind> {
  readonly on: Kind;
  readonly docs: {
    /** What undoes it, in one sentence. */
    readonly summary: string;
  };
  invert(statement: StatementOf<Kind>, context: InverseContext): Inverted;
}

/**
 * `exact`: the catalog is as it was. `schema only`: so are tables and columns, but what the notes say is not.
 * `not possible`: something does not come back at all.
 */
export type Grade = 'exact' | 'schema only' | 'not possible';

export interface Inverted {
  readonly grade: Grade;
  /** Statements with their semicolons; empty when there is nothing to run. */
  readonly sql: string;
  /** What does not come back, and what to look at, one sentence each. */
  readonly notes: readonly string[];
  /** False when `sql` cannot run in a transaction block. */
  readonly transactional: boolean;
}

/** What an inverse may ask. */
export interface InverseContext {
  readonly postgresVersion: Major;
  /** The schema before the statement. */
  readonly before: Catalog;
  /** The statement that made a thing, when its file is known: it says what the catalog does not keep. */
  readonly statementAt?: (origin: Origin) => Statement | undefined;
}

/** One action of an ALTER TABLE, with the schema before it. */
export interface ActionSite extends InverseContext {
  readonly statement: AlterTable;
  /** The schema after the action. */
  readonly after: Catalog;
  /** `ALTER TABLE ONLY "Orders"`, for the actions that undo. */
  readonly prefix: string;
}

/** There is nothing to undo. */
export const nothing: Inverted = { grade: 'exact', sql: '', notes: [], transactional: true };

export function exact(sql: string, ...notes: readonly string[]): Inverted {
  return { grade: 'exact', sql, notes, transactional: true };
}

export function schemaOnly(sql: string, ...notes: readonly string[]): Inverted {
  return { grade: 'schema only', sql, notes, transactional: true };
}

export function notPossible(reason: string): Inverted {
  return { grade: 'not possible', sql: '', notes: [reason], transactional: true };
}

/** The inverse of `parts` that happened in this order: the last one is undone first. */
export function inReverse(parts: readonly Inverted[]): Inverted {
  const undone = [...parts].reverse();
  return {
    grade: worst(parts.map(({ grade }) => grade)),
    sql: undone.flatMap(({ sql }) => (sql === '' ? [] : [sql])).join('\n'),
    notes: undone.flatMap(({ notes }) => notes),
    transactional: parts.every(({ transactional }) => transactional),
  };
}

/** The grade of a whole that has parts with these grades. */
export function worst(grades: readonly Grade[]): Grade {
  if (grades.includes('not possible')) return 'not possible';
  return grades.includes('schema only') ? 'schema only' : 'exact';
}

/**
 * A name as the rollback must write it. The rollback runs with the server's own search_path, so the schema is written
 * when the author wrote it, and when the migration looked names up along a path of its own.
 */
export function printRelation(name: Named, catalog: Catalog): string {
  if (name.schema === temporarySchema) return printName({ schema: undefined, name: name.name });
  if (name.schema !== undefined) return printName(name);
  return printFull(catalog.resolve(name), catalog);
}

/** A name of the catalog; `public` goes without saying, unless the migration set a path of its own. */
export function printFull(name: RelationName, catalog: Catalog): string {
  const isUsual = catalog.searchPath.length === 1 && catalog.searchPath[0] === 'public';
  const isImplied = name.schema === temporarySchema || (isUsual && name.schema === 'public');
  return printName({ schema: isImplied ? undefined : name.schema, name: name.name });
}
