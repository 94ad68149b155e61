import type { Node } from '@pgsql/types';
import type { Catalog } from './catalog';
import type { SchemaEntry } from './entries';
import { initialPrivileges } from './privileges';
import { currentRole, everyone, roleNamed } from './roles';
import { schemas } from './store/tables';

/** The schema that every database has, as it is before anybody changes it (since PostgreSQL 15). */
const publicSchema: SchemaEntry = {
  name: 'public',
  isMade: false,
  owner: 'pg_database_owner',
  privileges: [
    { role: 'pg_database_owner', privileges: ['CREATE', 'USAGE'], grantable: [] },
    { role: everyone, privileges: ['USAGE'], grantable: [] },
  ],
  comment: 'standard public schema',
};

/** What is known of a schema; undefined when no migration has made it or said anything of it. */
export function schemaNamed(catalog: Catalog, name: string): SchemaEntry | undefined {
  const entry = catalog.get(schemas.at(name));
  return entry ?? (name === 'public' ? publicSchema : undefined);
}

/** The name in CREATE SCHEMA, which may be that of its owner; undefined for an owner without a name. */
export function nameOfNewSchema(node: Node): string | undefined {
  if (!('CreateSchemaStmt' in node)) return undefined;
  const { schemaname, authrole } = node.CreateSchemaStmt;
  return schemaname ?? authrole?.rolename;
}

/** CREATE SCHEMA. */
export function createSchema(catalog: Catalog, name: string, node: Node): void {
  if (!('CreateSchemaStmt' in node)) return;
  const { authrole, if_not_exists: mayExist } = node.CreateSchemaStmt;
  const old = catalog.get(schemas.at(name));
  if (mayExist === true && old !== undefined) {
    if (!old.isMade) catalog.set(schemas.at(name), { ...old, isMade: true });
    return;
  }
  const owner = authrole === undefined ? currentRole(catalog) : roleNamed(catalog, authrole);
  const privileges = initialPrivileges(catalog, 'SCHEMA', undefined, owner);
  catalog.set(schemas.at(name), { name, isMade: true, owner, privileges });
}

/** Changes what is known of a schema, also of one that was there before. */
export function changeSchema(
  catalog: Catalog,
  name: string,
  edit: (schema: SchemaEntry) => SchemaEntry,
): void {
  catalog.set(schemas.at(name), edit(schemaNamed(catalog, name) ?? { name, isMade: false }));
}

/** ALTER SCHEMA … RENAME. */
export function renameSchema(catalog: Catalog, from: string, to: string): void {
  const old = schemaNamed(catalog, from);
  catalog.set(schemas.at(from), undefined);
  catalog.set(schemas.at(to), { ...(old ?? { isMade: false }), name: to });
}
