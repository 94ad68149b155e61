import { printName } from '../../sql/print';
import type { Catalog } from '../catalog';
import type { RelationName } from '../relation';
import { printType } from '../type-references';

/** A thing of which the server keeps what it depends on, and what depends on it. */
export type DbObject =
  | ({ readonly kind: 'relation' | 'index' | 'statistics object' | 'collation' } & RelationName)
  | ({ readonly kind: 'type'; readonly isArray: boolean } & RelationName)
  /** `arguments`: the types of its input, as format_type prints them. */
  | ({ readonly kind: 'function'; readonly arguments: string } & RelationName)
  /** A part of a relation; `part` is its name, of a default that of its column. */
  | ({
      readonly kind: 'column' | 'default value' | 'constraint' | 'trigger' | 'policy' | 'rule';
      readonly part: string;
    } & RelationName)
  | ({ readonly kind: 'domain constraint'; readonly part: string } & RelationName)
  | { readonly kind: 'schema' | 'publication' | 'extension'; readonly name: string }
  | { readonly kind: 'published schema'; readonly publication: string; readonly name: string }
  | ({ readonly kind: 'published table'; readonly publication: string } & RelationName);

/**
 * How the server calls a thing in its messages, for somebody with an empty search_path: `column state of table
 * shop.orders`, as pg_describe_object() has it.
 */
export function describeObject(catalog: Catalog, object: DbObject): string {
  switch (object.kind) {
    case 'relation':
      return describeRelation(catalog, object);
    case 'index':
    case 'statistics object':
    case 'collation':
      return `${object.kind} ${printName(object)}`;
    case 'type':
      return `type ${printType({ ...object, isKnown: true })}`;
    case 'function':
      return `function ${printName(object)}(${object.arguments.replaceAll(', ', ',')})`;
    case 'column':
      return `column ${object.part} of ${describeRelation(catalog, object)}`;
    case 'default value':
      return `default value for column ${object.part} of ${describeRelation(catalog, object)}`;
    case 'constraint':
    case 'trigger':
    case 'policy':
    case 'rule':
      return `${object.kind} ${object.part} on ${describeRelation(catalog, object)}`;
    case 'domain constraint':
      return `constraint ${object.part}`;
    case 'schema':
    case 'publication':
    case 'extension':
      return `${object.kind} ${object.name}`;
    case 'published schema':
      return `publication of schema ${object.name} in publication ${object.publication}`;
    case 'published table':
      return `publication of ${describeRelation(catalog, object)} in publication ${object.publication}`;
  }
}

function describeRelation(catalog: Catalog, { schema, name }: RelationName): string {
  const kind = catalog.relation({ schema, name })?.kind ?? 'table';
  return `${kind === 'partitioned table' ? 'table' : kind} ${printName({ schema, name })}`;
}
