import { type Catalog, temporarySchema } from './catalog';
import { initialPrivileges, type PrivilegeKind } from './privileges';
import type { Named, ObjectFacts, Relation, RelationName } from './relation';
import { currentRole } from './roles';
import { temporaryRelations } from './store/tables';

/** The schema of something new: the one that the author names, or the first of search_path. */
export function homeOf(catalog: Catalog, schema: string | undefined): string {
  return schema ?? catalog.searchPath[0] ?? 'public';
}

/** Where a new relation goes: the schema that the author names, or the first one of search_path. */
export function nameOfNew(catalog: Catalog, name: Named, isTemporary: boolean): RelationName {
  if (isTemporary) return { schema: temporarySchema, name: name.name };
  return { schema: homeOf(catalog, name.schema), name: name.name };
}

/** From now on unqualified names are looked for among the temporary relations first. */
export function rememberTemporary(catalog: Catalog, { name }: RelationName): void {
  const names = catalog.get(temporaryRelations) ?? [];
  if (!names.includes(name)) catalog.set(temporaryRelations, [...names, name]);
}

/** The owner of something new, and who may use it. */
export function initialFacts(
  catalog: Catalog,
  kind: PrivilegeKind,
  schema: string,
): Pick<ObjectFacts, 'owner' | 'privileges'> {
  const owner = currentRole(catalog);
  const privileges = initialPrivileges(catalog, kind, schema, owner);
  return owner === undefined && privileges === undefined ? {} : { owner, privileges };
}

/** A new relation with its owner and privileges. */
export function owned(catalog: Catalog, relation: Relation): Relation {
  const kind = relation.kind === 'sequence' ? 'SEQUENCE' : 'TABLE';
  return { ...relation, ...initialFacts(catalog, kind, relation.schema) };
}
