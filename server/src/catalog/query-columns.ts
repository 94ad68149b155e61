import type { Node } from '@pgsql/types';
import type { Catalog } from './catalog';
import { unknownColumn } from './constraints';
import { noteUser } from './dependencies/follow';
import { withName, withNameReplaced } from './edit';
import { readQuery } from './query/query';
import { type OutputColumn, typeNameOf } from './query/value';
import { type Column, isSame, noUses, type Origin, type Relation, type RelationName } from './relation';
import { rowUsers as rowUsersOf } from './store/tables';

/** What a view, or a table made by a query, has of that query; `names` are those that the author lists. */
export function readColumns(
  catalog: Catalog,
  query: Node,
  names: readonly string[],
  origin: Origin,
): Pick<Relation, 'columns' | 'isComplete' | 'columnsRead' | 'objectsRead' | 'areColumnsReadKnown'> {
  const { columns, isComplete, uses, objects, areUsesKnown } = readQuery(query, catalog);
  // Where something of unknown columns stands among the others, nobody knows which one a listed name is for.
  const isListed = names.length > 0 && !isComplete;
  return {
    columns: isListed
      ? names.map((name) => unknownColumn(name, origin))
      : columns.map((column, index) => madeColumn(column, names[index], origin)),
    isComplete,
    columnsRead: uses,
    objectsRead: objects,
    areColumnsReadKnown: areUsesKnown,
  };
}

/**
 * Notes that a view uses the columns of rows that it does not read from a relation: those of composite types, and of
 * functions that return such rows.
 */
export function noteRowsUsed(
  catalog: Catalog,
  view: RelationName,
  { reads, columnsRead, objectsRead }: Pick<Relation, 'reads' | 'columnsRead' | 'objectsRead'>,
): void {
  noteUser(catalog, { kind: 'relation', schema: view.schema, name: view.name }, [
    { ...noUses, objects: objectsRead },
  ]);
  for (const used of columnsRead) {
    if (reads.some((read) => isSame(read, used))) continue;
    const before = rowUsers(catalog, used);
    const after = withName(before, view);
    if (after !== before) catalog.set(rowUsersOf.of(used), after);
  }
}

/** The views that use columns of a relation, or of rows of its type. */
export function viewsUsing(catalog: Catalog, relation: Relation): readonly RelationName[] {
  return [...relation.readBy, ...rowUsers(catalog, relation)];
}

/** Gives the views that use rows of a type to its new name, and a view its new name there. */
export function followRowUsers(catalog: Catalog, relation: Relation, to: RelationName): void {
  for (const used of relation.columnsRead) {
    const others = rowUsers(catalog, used);
    const after = withNameReplaced(others, relation, to);
    if (after !== others) catalog.set(rowUsersOf.of(used), after);
  }
  const users = rowUsers(catalog, relation);
  if (users.length === 0) return;
  catalog.set(rowUsersOf.of(relation), undefined);
  catalog.set(rowUsersOf.of(to), users);
}

function rowUsers(catalog: Catalog, name: RelationName): readonly RelationName[] {
  return catalog.get(rowUsersOf.of(name)) ?? [];
}

function madeColumn({ name, value }: OutputColumn, listed: string | undefined, origin: Origin): Column {
  const type = value === undefined ? undefined : typeNameOf(value);
  return {
    ...unknownColumn(listed ?? name, origin),
    type,
    collation: type === undefined ? undefined : value?.collation,
  };
}
