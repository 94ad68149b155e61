import type { Node, TypeName } from '@pgsql/types';
import { formatType, isBuiltinType } from '../postgres/types';
import { strings } from '../sql/build/reader';
import { printName } from '../sql/print';
import type { Catalog } from './catalog';
import type { TypeReference } from './entries';

/** The type that a node of the tree names, as the catalog has it. */
export function typeReference(catalog: Catalog, node: TypeName | undefined): TypeReference {
  const names = strings(node?.names);
  if (node?.pct_type === true) return typeOfColumn(catalog, names);
  const written = names.at(-1) ?? '';
  const schema = names.length > 1 ? names.at(-2) : undefined;
  // `_int4` is what the server itself calls an array of int4.
  const isUnderscored = /^_/.test(written) && isBuiltinType(written.slice(1));
  const name = isUnderscored ? written.slice(1) : written;
  const isArray = isUnderscored || (node?.arrayBounds ?? []).length > 0;
  if (schema === 'pg_catalog' || (schema === undefined && isBuiltinType(name))) {
    return { schema: undefined, name, isArray, isKnown: true };
  }
  const found = catalog.type({ schema, name }) ?? catalog.relation({ schema, name });
  return { schema: found?.schema ?? schema, name, isArray, isKnown: found !== undefined };
}

/** `orders.total%TYPE`. */
function typeOfColumn(catalog: Catalog, names: readonly string[]): TypeReference {
  const relation = catalog.relation({ schema: names.at(-3), name: names.at(-2) ?? '' });
  const type = relation?.columns.find(({ name }) => name === names.at(-1))?.type;
  if (type === undefined) return unknownType;
  const { name, isArray } = type;
  const isOwn = type.schema === undefined && isBuiltinType(name);
  const schema = isOwn ? undefined : (type.schema ?? catalog.type({ schema: undefined, name })?.schema);
  return { schema, name, isArray, isKnown: isOwn || schema !== undefined };
}

const unknownType: TypeReference = { schema: undefined, name: '', isArray: false, isKnown: false };

/** Whether two types may be the same one; a schema that nobody knows may be any. */
export function maybeSameType(a: TypeReference, b: TypeReference): boolean {
  if (a.name === '' || b.name === '') return true;
  if (a.name !== b.name || a.isArray !== b.isArray) return false;
  return a.schema === b.schema || !a.isKnown || !b.isKnown;
}

/** A type as format_type prints it for somebody with an empty search_path. */
export function printType({ schema, name, isArray }: TypeReference): string {
  if (schema === undefined) return formatType({ name, modifiers: [], isArray });
  return `${printName({ schema, name })}${isArray ? '[]' : ''}`;
}

/** The types in a list of TypeName nodes. */
export function typeReferences(
  catalog: Catalog,
  nodes: readonly Node[] | undefined,
): readonly TypeReference[] {
  return (nodes ?? []).map((node) => typeReference(catalog, 'TypeName' in node ? node.TypeName : undefined));
}
