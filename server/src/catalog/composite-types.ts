import type { CompositeTypeStmt } from '@pgsql/types';
import { collationName } from '../sql/build/reader';
import type { Catalog } from './catalog';
import { unknownColumn } from './constraints';
import { change, changeKnown, family, nameOf, withName, withNameReplaced, withoutName } from './edit';
import { typeNameOf, valueOfNode } from './query/value';
import type { Column, Origin, Relation, RelationName } from './relation';
import { typedTables } from './store/tables';

/** The attributes of CREATE TYPE … AS. */
export function attributesOf(
  { coldeflist }: CompositeTypeStmt,
  catalog: Catalog,
  origin: Origin,
): readonly Column[] {
  return (coldeflist ?? []).flatMap((node) => {
    if (!('ColumnDef' in node)) return [];
    const { colname = '', typeName, collClause } = node.ColumnDef;
    const value = valueOfNode(typeName, catalog);
    return [
      {
        ...unknownColumn(colname, origin),
        type: value === undefined ? undefined : typeNameOf(value),
        collation: collationName(collClause?.collname),
      },
    ];
  });
}

/** Notes that a table is OF a composite type, as CREATE TABLE and ALTER TABLE … OF say; undefined: of none. */
export function setTypeOfTable(catalog: Catalog, table: RelationName, type: RelationName | undefined): void {
  const before = catalog.relation(nameOf(table))?.ofType;
  if (before !== undefined) setTypedTables(catalog, before, withoutName(catalog.typedTables(before), table));
  if (type !== undefined) setTypedTables(catalog, type, withName(catalog.typedTables(type), table));
  change(catalog, table, (relation) => ({ ...relation, ofType: type }));
}

/** Lets the tables of a type, and the type of a table, know of a new name. */
export function followTypedTables(catalog: Catalog, relation: Relation, to: RelationName): void {
  if (relation.ofType !== undefined) {
    const others = catalog.typedTables(relation.ofType);
    setTypedTables(catalog, relation.ofType, withNameReplaced(others, relation, to));
  }
  const tables = catalog.typedTables(nameOf(relation));
  if (relation.kind !== 'composite type' || tables.length === 0) return;
  setTypedTables(catalog, relation, []);
  setTypedTables(catalog, to, tables);
  for (const table of tables) changeKnown(catalog, table, (one) => ({ ...one, ofType: nameOf(to) }));
}

function setTypedTables(catalog: Catalog, type: RelationName, tables: readonly RelationName[]): void {
  catalog.set(typedTables.of(type), tables.length === 0 ? undefined : tables);
}

/** The relations that get what ALTER TYPE does to the attributes of a composite type: itself and the tables OF it. */
export function typeWithTables(catalog: Catalog, type: Relation): readonly Relation[] {
  const tables = catalog.typedTables(nameOf(type)).flatMap((name) => catalog.relation(name) ?? []);
  return [type, ...tables.flatMap((table) => family(catalog, table))];
}
