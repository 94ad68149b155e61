import type { Node } from '@pgsql/types';
import { nameParts } from '../sql/build/drops';
import { changeFunction } from './alter-function';
import type { Catalog } from './catalog';
import { changeKnown } from './edit';
import type { CollationEntry, TypeEntry } from './entries';
import { changePublication } from './publications';
import type { Named, ObjectFacts } from './relation';
import { changeSchema } from './schemas';
import { changeStatistics } from './statistics';
import { collations, types } from './store/tables';

/** The name that a node of the tree spells in parts. */
export function nameIn(node: Node | undefined): Named {
  const parts = node === undefined ? [] : nameParts(node);
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' };
}

/** Something that can be said of any object, whatever else there is to it. */
type FactsEdit = <Facts extends ObjectFacts>(facts: Facts) => Facts;

/** Changes what is known of the object that a node names; nothing happens to one that nobody has seen. */
export function changeFacts(
  catalog: Catalog,
  objectType: string,
  node: Node | undefined,
  edit: FactsEdit,
): void {
  const name = nameIn(node);
  switch (objectType) {
    case 'TABLE':
    case 'VIEW':
    case 'MATERIALIZED VIEW':
    case 'FOREIGN TABLE':
    case 'SEQUENCE':
      changeKnown(catalog, catalog.resolve(name), edit);
      break;
    case 'TYPE':
    case 'DOMAIN':
      changeType(catalog, name, edit);
      break;
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'ROUTINE':
    case 'AGGREGATE':
      changeFunction(catalog, node, objectType, edit);
      break;
    case 'SCHEMA':
      changeSchema(catalog, name.name, edit);
      break;
    case 'PUBLICATION':
      changePublication(catalog, name.name, edit);
      break;
    case 'STATISTICS':
      changeStatistics(catalog, node !== undefined && 'List' in node ? node.List.items : [], edit);
      break;
    case 'COLLATION':
      changeCollation(catalog, name, edit);
      break;
    default:
      break;
  }
}

/** Changes a type that is known. */
export function changeType(catalog: Catalog, name: Named, edit: (type: TypeEntry) => TypeEntry): void {
  const type = catalog.type(name);
  if (type !== undefined) catalog.set(types.of(type), edit(type));
}

/** A collation that the migrations have made. */
function collationNamed(catalog: Catalog, { schema, name }: Named): CollationEntry | undefined {
  for (const one of schema === undefined ? catalog.searchPath : [schema]) {
    const found = catalog.get(collations.at(one, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Changes a collation; undefined takes it away. */
export function changeCollation(
  catalog: Catalog,
  name: Named,
  edit: (collation: CollationEntry) => CollationEntry | undefined,
): void {
  const old = collationNamed(catalog, name);
  if (old === undefined) return;
  const changed = edit(old);
  catalog.set(collations.of(old), undefined);
  if (changed !== undefined) catalog.set(collations.of(changed), changed);
}
