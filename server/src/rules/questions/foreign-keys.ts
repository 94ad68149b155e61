import type { Catalog } from '../../catalog/catalog';
import { isSerial } from '../../catalog/constraints';
import { hasKnownColumns } from '../../catalog/existence';
import type { Relation } from '../../catalog/relation';
import type { PlainType } from '../../postgres/types';
import type {
  AlterTable,
  ColumnDefinition,
  ConstraintDefinition,
  CreateTable,
  QualifiedName,
  TypeName,
} from '../../sql/statement';
import type { Range } from '../../sql/text';

/** A foreign key that a statement adds to a table, and whose other side is known. */
export interface NewForeignKey {
  readonly constraint: ConstraintDefinition;
  readonly from: string;
  /** The referenced relation; undefined when it is the new table itself. */
  readonly referenced: Relation | undefined;
  readonly referencedName: QualifiedName;
  /** The pairs of columns that have to be equal; shorter than the key when not all is known. */
  readonly pairs: readonly ColumnPair[];
  /** The columns that are referenced, written or those of the primary key; undefined when there is no primary key. */
  readonly columns: readonly string[] | undefined;
}

/** A referencing and a referenced column. */
export interface ColumnPair {
  readonly from: string;
  readonly fromType: KeyType;
  /** Where the statement gives the referencing column its type, in so many words. */
  readonly typeRange: Range | undefined;
  readonly to: string;
  readonly toType: KeyType;
}

/** A type, domains taken off, as far as foreign keys ask. */
export interface KeyType extends PlainType {
  readonly schema: string | undefined;
  readonly isEnum: boolean;
}

/** The foreign keys that a statement adds, of which the referenced relation is known with all its columns. */
export function foreignKeysAdded(
  statement: AlterTable | CreateTable,
  catalog: Catalog,
): readonly NewForeignKey[] {
  return statement.kind === 'CreateTable' ? ofNewTable(statement, catalog) : ofTable(statement, catalog);
}

interface Own {
  readonly name: string;
  readonly typeOf: (
    column: string,
  ) => { readonly type: TypeName; readonly range: Range | undefined } | undefined;
  /** When the table is new: its primary key. */
  readonly isItself: (name: QualifiedName) => boolean;
  readonly primaryKey: readonly string[] | undefined;
}

function ofNewTable(statement: CreateTable, catalog: Catalog): readonly NewForeignKey[] {
  const { relation, columns, constraints } = statement;
  const all = [...columns.flatMap((column) => column.constraints), ...constraints];
  const own: Own = {
    name: relation.name,
    typeOf: definedIn(columns),
    isItself: (name) => name.name === relation.name && (name.schema ?? relation.schema) === relation.schema,
    primaryKey: all.find(({ type }) => type === 'PRIMARY KEY')?.columns,
  };
  return all.flatMap((constraint) => keyOf(constraint, own, catalog));
}

function ofTable(statement: AlterTable, catalog: Catalog): readonly NewForeignKey[] {
  const relation = catalog.relation(statement.relation);
  const added = statement.actions.flatMap((action) => (action.type === 'AddColumn' ? [action.column] : []));
  // Another action of the statement may change the type, or make the key that is referenced.
  const changed = new Set(
    statement.actions.flatMap((action) => (action.type === 'AlterColumnType' ? [action.column.text] : [])),
  );
  const typeOfNew = definedIn(added);
  const own: Own = {
    name: statement.relation.name,
    typeOf: (name) => {
      const type = relation?.columns.find((column) => column.name === name)?.type;
      if (changed.has(name)) return undefined;
      return typeOfNew(name) ?? (type === undefined ? undefined : { type, range: undefined });
    },
    isItself: () => false,
    primaryKey: undefined,
  };
  return statement.actions.flatMap((action) => {
    const constraints =
      action.type === 'AddConstraint'
        ? [action.constraint]
        : action.type === 'AddColumn'
          ? action.column.constraints
          : [];
    return constraints.flatMap((constraint) => keyOf(constraint, own, catalog));
  });
}

function definedIn(columns: readonly ColumnDefinition[]): Own['typeOf'] {
  return (name) => {
    const type = columns.find((column) => column.name.text === name)?.type;
    return type === undefined ? undefined : { type, range: type.range };
  };
}

function keyOf(constraint: ConstraintDefinition, own: Own, catalog: Catalog): readonly NewForeignKey[] {
  const { references } = constraint;
  if (references === undefined) return [];
  const isItself = own.isItself(references.relation);
  const referenced = isItself ? undefined : catalog.relation(references.relation);
  if (!isItself && (referenced === undefined || !hasKnownColumns(catalog, referenced))) return [];
  const primaryKey = isItself
    ? own.primaryKey
    : referenced?.constraints.find(({ type }) => type === 'PRIMARY KEY')?.columns;
  const columns = references.columns.length > 0 ? references.columns : primaryKey;
  const toType = (name: string): TypeName | undefined =>
    isItself ? own.typeOf(name)?.type : referenced?.columns.find((column) => column.name === name)?.type;
  const pairs = (columns ?? []).flatMap((to, place): readonly ColumnPair[] => {
    const from = constraint.columns[place];
    const written = from === undefined ? undefined : own.typeOf(from);
    const target = toType(to);
    if (from === undefined || written === undefined || target === undefined) return [];
    const fromType = keyType(written.type, catalog);
    const typed = keyType(target, catalog);
    return fromType === undefined || typed === undefined
      ? []
      : [
          {
            from,
            fromType,
            typeRange: written.type.name === fromType.name ? written.range : undefined,
            to,
            toType: typed,
          },
        ];
  });
  return [{ constraint, from: own.name, referenced, referencedName: references.relation, pairs, columns }];
}

const serials: Readonly<Record<string, string>> = {
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
};

/** The type that is compared; undefined when it is not known. */
function keyType(type: TypeName, catalog: Catalog): KeyType | undefined {
  const { name, modifiers, isArray, schema } = type;
  if (isSerial(type))
    return { name: serials[name] ?? name, modifiers: [], isArray, schema: undefined, isEnum: false };
  const entry = catalog.type(type);
  if (entry === undefined) return { name, modifiers, isArray, schema, isEnum: false };
  if (entry.kind === 'enum') return { name, modifiers, isArray, schema: entry.schema, isEnum: true };
  if (entry.kind !== 'domain' || entry.base === undefined || isArray) return undefined;
  return { name: entry.base, modifiers: [], isArray, schema: undefined, isEnum: false };
}
