import { printName } from '../../sql/print';
import type { Catalog } from '../catalog';
import type { RelationName } from '../relation';

/** A thing of which the server keeps what it depends on, and what depends on it. */
export type DbObject =
  | ({ readonly kind: 'relation' } & RelationName)
  | ({ readonly kind: 'index' | 'statistics object' | 'collation' } & RelationName)
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
 * How the server calls a thing in its messages: `column state of table shop.orders`, as pg_describe_object() has it.
 * Without the schemas of `path`, which is search_path as the reader has it.
 */
export function describeObject(catalog: Catalog, object: DbObject, path: readonly string[] = []): string {
  const print = ({ schema, name }: RelationName): string =>
    printName({ schema: path.includes(schema) ? undefined : schema, name });
  const relation = (name: RelationName): string => {
    const kind = catalog.relation({ schema: name.schema, name: name.name })?.kind ?? 'table';
    return `${kind === 'partitioned table' ? 'table' : kind} ${print(name)}`;
  };
  switch (object.kind) {
    case 'relation':
      return relation(object);
    case 'index':
    case 'statistics object':
    case 'collation':
      return `${object.kind} ${print(object)}`;
    case 'type':
      return `type ${print(object)}${object.isArray ? '[]' : ''}`;
    case 'function':
      return `function ${print(object)}(${object.arguments.replaceAll(', ', ',')})`;
    case 'column':
      return `column ${object.part} of ${relation(object)}`;
    case 'default value':
      return `default value for column ${object.part} of ${relation(object)}`;
    case 'constraint':
    case 'trigger':
    case 'policy':
    case 'rule':
      return `${object.kind} ${object.part} on ${relation(object)}`;
    case 'domain constraint':
      return `constraint ${object.part}`;
    case 'schema':
    case 'publication':
    case 'extension':
      return `${object.kind} ${object.name}`;
    case 'published schema':
      return `publication of schema ${object.name} in publication ${object.publication}`;
    case 'published table':
      return `publication of ${relation(object)} in publication ${object.publication}`;
  }
}
