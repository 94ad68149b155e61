import type { TypeName as TypeNode } from '@pgsql/types';
import { categoryOf, isImplicitCast } from '../../postgres/signatures';
import { formatType } from '../../postgres/types';
import { strings } from '../../sql/build/reader';
import { quoteIdentifier } from '../../sql/print';
import type { TypeName } from '../../sql/statement';
import type { Catalog } from '../catalog';
import type { Column, Named, RelationName } from '../relation';

/** What is known of the type of an expression. Of none at all, undefined stands in its place. */
export interface Value {
  /** undefined for built-in types. */
  readonly schema: string | undefined;
  /** As in pg_type; `unknown` is that of a literal that nothing has given a type yet. */
  readonly name: string;
  readonly modifiers: readonly number[];
  readonly isArray: boolean;
  /** The collation, when it is not that of the type. */
  readonly collation: string | undefined;
  /** The columns of a row that has no type of its own. */
  readonly fields?: readonly OutputColumn[] | undefined;
}

/** A column that a query, or a source of it, has. */
export interface OutputColumn {
  readonly name: string;
  readonly value: Value | undefined;
  /** What an expression uses that names it, when it is the column of a relation. */
  readonly uses?: readonly ColumnUse[];
}

/** A column of a relation that a query reads. */
export interface ColumnUse {
  readonly relation: RelationName;
  readonly column: string;
}

/** A literal without a type. */
export const unknownLiteral = builtin('unknown');

/** One of the server's own types, or of an extension's; `_text` is an array. */
export function builtin(name: string): Value {
  const isArray = name.startsWith('_');
  return {
    schema: undefined,
    name: isArray ? name.slice(1) : name,
    modifiers: [],
    isArray,
    collation: undefined,
  };
}

/** Whether a value is a literal whose type is not settled. */
export function isUnknownLiteral(value: Value): boolean {
  return value.name === 'unknown' && !value.isArray;
}

/** Whether two values are of one type, whatever their modifiers. */
export function isSameType(a: Value, b: Value): boolean {
  const isSameSchema = a.schema === undefined || b.schema === undefined || a.schema === b.schema;
  return a.name === b.name && a.isArray === b.isArray && isSameSchema;
}

/** The value with nothing but its type left, as the result of a function has it. */
export function plain(value: Value): Value {
  return value.modifiers.length === 0 ? value : { ...value, modifiers: [] };
}

/** An array of such values. Arrays of arrays are arrays. */
export function arrayOf(value: Value): Value {
  return { ...value, isArray: true };
}

export function elementOf(value: Value): Value {
  return { ...value, isArray: false };
}

/** The type that a column is declared with. */
function valueOfType(type: TypeName, collation?: string): Value {
  const { schema, name, modifiers, isArray } = type;
  const isInternalName = name.startsWith('_') && categoryOf(name.slice(1)) !== undefined;
  return {
    schema,
    name: isInternalName ? name.slice(1) : name,
    modifiers,
    isArray: isArray || isInternalName,
    collation,
  };
}

/** The type that the tree names, as the search path finds it. */
export function valueOfNode(node: TypeNode | undefined, catalog: Catalog): Value | undefined {
  const names = strings(node?.names);
  const [name, written] = [...names].reverse();
  if (name === undefined || node?.pct_type === true) return undefined;
  const schema = written === 'pg_catalog' ? undefined : written;
  const modifiers = (node?.typmods ?? []).flatMap((modifier) =>
    'A_Const' in modifier && modifier.A_Const.ival !== undefined ? [modifier.A_Const.ival.ival ?? 0] : [],
  );
  const isArray = (node?.arrayBounds ?? []).length > 0;
  return valueOfType({
    schema: schema ?? homeOf(name, catalog),
    name,
    modifiers,
    isArray,
    text: '',
    range: { start: 0, end: 0 },
  });
}

/** The schema of a type that is written without one; undefined for the server's own. */
function homeOf(name: string, catalog: Catalog): string | undefined {
  if (categoryOf(name) !== undefined) return undefined;
  return (
    catalog.type({ schema: undefined, name })?.schema ??
    rowTypeOf({ schema: undefined, name }, catalog)?.schema
  );
}

/** The relation whose rows a type stands for. */
export function rowTypeOf(type: Named, catalog: Catalog): ReturnType<Catalog['relation']> {
  if (type.schema === undefined && categoryOf(type.name) !== undefined) return undefined;
  return catalog.relation({ schema: type.schema, name: type.name });
}

/** The value as the type of a column; a literal without a type becomes text. */
export function typeNameOf(value: Value): TypeName | undefined {
  if (isUnknownLiteral(value)) return typeNameOf(builtin('text'));
  // Nothing can be stored as what only stands for other types.
  if (/^any(?!$)|^any$|^record$/.test(value.name) && value.schema === undefined) return undefined;
  const { schema, name, modifiers, isArray } = value;
  const text =
    schema === undefined
      ? formatType({ name, modifiers, isArray })
      : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}${isArray ? '[]' : ''}`;
  return { schema, name, modifiers, isArray, text, range: { start: 0, end: 0 } };
}

/** What a column of a relation gives to a query. */
export function valueOfColumn({ type, collation }: Column): Value | undefined {
  return type === undefined ? undefined : valueOfType(type, collation);
}

/** The category of a type, as in pg_type. */
export function categoryOfValue(value: Value, catalog: Catalog): string | undefined {
  if (value.isArray) return 'A';
  const base = baseOf(value, catalog);
  if (base === undefined) return undefined;
  if (base.schema === undefined) {
    const own = categoryOf(base.name)?.category;
    if (own !== undefined) return own;
    if (base.name === 'record') return 'P';
  }
  switch (catalog.type(base)?.kind) {
    case 'enum':
      return 'E';
    case 'range':
      return 'R';
    case 'composite':
      return 'C';
    case 'domain':
    case 'other':
      return undefined;
    case undefined:
      return rowTypeOf(base, catalog) === undefined ? undefined : 'C';
  }
}

/** A domain's type below it; any other type as it is. */
export function baseOf(value: Value, catalog: Catalog): Value | undefined {
  if (value.isArray || (value.schema === undefined && categoryOf(value.name) !== undefined)) return value;
  const entry = catalog.type(value);
  if (entry?.kind !== 'domain') return value;
  if (entry.base === undefined) return undefined;
  const base = builtin(entry.base);
  const home = categoryOf(base.name) === undefined ? catalog.type(base)?.schema : undefined;
  return { ...base, schema: home, collation: value.collation };
}

/** Whether the server turns a value into another type by itself. */
export function isImplicitlyCast(value: Value, target: Value, catalog: Catalog): boolean {
  if (value.isArray !== target.isArray) return false;
  const base = value.isArray ? value : (baseOf(value, catalog) ?? value);
  if (isSameType(base, target)) return true;
  return base.schema === undefined && isImplicitCast(base.name, target.name);
}

/** The collation of a result that is made of values: the only one that is not the type's own. */
export function commonCollation(values: readonly (Value | undefined)[]): string | undefined {
  const collations = new Set(values.flatMap((value) => value?.collation ?? impliedCollation(value)));
  return collations.size === 1 ? [...collations][0] : undefined;
}

/** Values of type name are of the collation "C", also where they become text. */
function impliedCollation(value: Value | undefined): readonly string[] {
  return value?.name === 'name' && value.schema === undefined ? ['C'] : [];
}

/** The value with a collation, if its type can have one. */
export function withCollation(value: Value, collation: string | undefined, catalog: Catalog): Value {
  const base = baseOf(elementOf(value), catalog);
  const isCollatable = base?.schema === undefined && categoryOf(base?.name ?? '')?.isCollatable === true;
  if (!isCollatable || (value.name === 'name' && collation === 'C'))
    return { ...value, collation: undefined };
  return { ...value, collation };
}
