import type { Node, RoleSpec } from '@pgsql/types';
import type { Catalog } from './catalog';

/** Stands for the role that runs the migrations, whose name nobody knows. */
export const ownRole = 'current_user';

/** Stands for everyone; no role can have this name. */
export const everyone = 'public';

/** The role that owns what is made now: that of SET ROLE; undefined: the one that runs the migrations. */
export function currentRole(catalog: Catalog): string | undefined {
  const role = catalog.setting('role') ?? catalog.setting('session_authorization');
  return role === undefined || role === 'none' || role === 'default' ? undefined : role;
}

/** The role that a node of the tree names. */
export function roleNamed(catalog: Catalog, { roletype, rolename }: RoleSpec): string {
  if (roletype === 'ROLESPEC_PUBLIC') return everyone;
  return rolename ?? currentRole(catalog) ?? ownRole;
}

/** The roles that a list of nodes names. */
export function rolesNamed(catalog: Catalog, nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ('RoleSpec' in node ? [roleNamed(catalog, node.RoleSpec)] : []));
}
