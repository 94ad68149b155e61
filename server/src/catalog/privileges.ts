import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { Catalog } from './catalog';
import type { Grant, ObjectFacts } from './relation';
import { everyone, ownRole, rolesNamed } from './roles';
import { defaultPrivilegesKey } from './store/tables';

/** What privileges are on, as ALTER DEFAULT PRIVILEGES divides it. */
export type PrivilegeKind = 'TABLE' | 'SEQUENCE' | 'FUNCTION' | 'TYPE' | 'SCHEMA';

/** All privileges on an object, in the order of the manual. MAINTAIN is there since PostgreSQL 17. */
export const allPrivileges: Readonly<Record<PrivilegeKind | 'COLUMN', readonly string[]>> = {
  TABLE: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'],
  COLUMN: ['SELECT', 'INSERT', 'UPDATE', 'REFERENCES'],
  SEQUENCE: ['USAGE', 'SELECT', 'UPDATE'],
  FUNCTION: ['EXECUTE'],
  TYPE: ['USAGE'],
  SCHEMA: ['CREATE', 'USAGE'],
};

/** What everyone may do with an object that nobody has granted anything on. */
const ofEveryone: Readonly<Partial<Record<PrivilegeKind | 'COLUMN', readonly string[]>>> = {
  FUNCTION: ['EXECUTE'],
  TYPE: ['USAGE'],
};

/** The privileges on an object: those that the server gives by default, when nothing else is known. */
export function privilegesOn(kind: PrivilegeKind | 'COLUMN', facts: ObjectFacts): readonly Grant[] {
  if (facts.privileges !== undefined) return facts.privileges;
  const owner = { role: facts.owner ?? ownRole, privileges: allPrivileges[kind], grantable: [] };
  const open = ofEveryone[kind];
  // The owner of a table needs no privilege on its columns.
  if (kind === 'COLUMN') return [];
  return open === undefined ? [owner] : [{ role: everyone, privileges: open, grantable: [] }, owner];
}

/** What GRANT or REVOKE changes, for each of some roles. */
export interface GrantChange {
  readonly isGrant: boolean;
  readonly roles: readonly string[];
  /** undefined: all that the object has. */
  readonly privileges: readonly string[] | undefined;
  /** WITH GRANT OPTION, or GRANT OPTION FOR. */
  readonly grantOption: boolean;
}

/** The privileges after GRANT or REVOKE. */
export function changedPrivileges(
  before: readonly Grant[],
  change: GrantChange,
  kind: PrivilegeKind | 'COLUMN',
): readonly Grant[] {
  const named = change.privileges ?? allPrivileges[kind];
  return change.roles.reduce((grants, role) => {
    const old = grants.find((one) => one.role === role) ?? { role, privileges: [], grantable: [] };
    const changed = changedGrant(old, change, named);
    const others = grants.filter((one) => one.role !== role);
    return changed.privileges.length === 0 ? others : [...others, changed];
  }, before);
}

function changedGrant(old: Grant, { isGrant, grantOption }: GrantChange, named: readonly string[]): Grant {
  const without = (list: readonly string[]) => list.filter((one) => !named.includes(one));
  if (!isGrant) {
    return {
      ...old,
      privileges: grantOption ? old.privileges : without(old.privileges),
      grantable: without(old.grantable),
    };
  }
  return {
    ...old,
    privileges: [...without(old.privileges), ...named],
    grantable: grantOption ? [...without(old.grantable), ...named] : old.grantable,
  };
}

/** The privileges that two lists of them give together. */
export function mergedPrivileges(a: readonly Grant[], b: readonly Grant[]): readonly Grant[] {
  return b.reduce(
    (grants, { role, privileges, grantable }) =>
      changedPrivileges(
        changedPrivileges(
          grants,
          { isGrant: true, roles: [role], privileges: grantable, grantOption: true },
          'TABLE',
        ),
        { isGrant: true, roles: [role], privileges, grantOption: false },
        'TABLE',
      ),
    a,
  );
}

/** The facts of an object that gets another owner, who takes over the old one's privileges. */
export function withOwner<Facts extends ObjectFacts>(facts: Facts, owner: string): Facts {
  const old = facts.owner ?? ownRole;
  return { ...facts, owner, privileges: withRole(facts.privileges, old, owner) };
}

/** Privileges in which one role stands for another. */
export function withRole(
  privileges: readonly Grant[] | undefined,
  from: string,
  to: string,
): readonly Grant[] | undefined {
  if (privileges === undefined || !privileges.some(({ role }) => role === from)) return privileges;
  return mergedPrivileges(
    [],
    privileges.map((one) => (one.role === from ? { ...one, role: to } : one)),
  );
}

/** The names in a list of AccessPriv nodes that are about the whole object; undefined for ALL. */
export function privilegesNamed(nodes: readonly Node[] | undefined): {
  readonly onObject: readonly string[] | undefined;
  /** By column. */
  readonly onColumns: readonly {
    readonly column: string;
    readonly privileges: readonly string[] | undefined;
  }[];
} {
  if (nodes === undefined || nodes.length === 0) return { onObject: undefined, onColumns: [] };
  const onObject: string[] = [];
  const onColumns: { column: string; privileges: readonly string[] | undefined }[] = [];
  for (const node of nodes) {
    if (!('AccessPriv' in node)) continue;
    const { priv_name: name, cols } = node.AccessPriv;
    const privilege = name?.toUpperCase();
    if (cols === undefined && privilege !== undefined) onObject.push(privilege);
    for (const column of strings(cols)) {
      onColumns.push({ column, privileges: privilege === undefined ? undefined : [privilege] });
    }
  }
  return { onObject, onColumns };
}

/** What ALTER DEFAULT PRIVILEGES says of the objects that a role will make. */
export interface DefaultPrivileges {
  readonly role: string;
  /** undefined: in all schemas. */
  readonly schema: string | undefined;
  readonly kind: PrivilegeKind;
  readonly privileges: readonly Grant[];
}

/** All that ALTER DEFAULT PRIVILEGES has said. */
export function defaultPrivileges(catalog: Catalog): readonly DefaultPrivileges[] {
  return catalog.get(defaultPrivilegesKey) ?? [];
}

const defaultKinds: Readonly<Record<string, PrivilegeKind>> = {
  OBJECT_TABLE: 'TABLE',
  OBJECT_SEQUENCE: 'SEQUENCE',
  OBJECT_FUNCTION: 'FUNCTION',
  OBJECT_TYPE: 'TYPE',
  OBJECT_SCHEMA: 'SCHEMA',
};

/** ALTER DEFAULT PRIVILEGES. */
export function alterDefaultPrivileges(catalog: Catalog, node: Node): void {
  if (!('AlterDefaultPrivilegesStmt' in node)) return;
  const { options, action } = node.AlterDefaultPrivilegesStmt;
  const kind = defaultKinds[action?.objtype ?? ''];
  if (action === undefined || kind === undefined) return;
  const listed = (name: string): readonly Node[] | undefined =>
    (options ?? []).flatMap((option) =>
      'DefElem' in option && option.DefElem.defname === name && option.DefElem.arg !== undefined
        ? 'List' in option.DefElem.arg
          ? (option.DefElem.arg.List.items ?? [])
          : []
        : [],
    );
  const roles = rolesNamed(catalog, listed('roles'));
  const schemas = strings(listed('schemas'));
  const change: GrantChange = {
    isGrant: action.is_grant === true,
    roles: rolesNamed(catalog, action.grantees),
    privileges: privilegesNamed(action.privileges).onObject,
    grantOption: action.grant_option === true,
  };
  let all = defaultPrivileges(catalog);
  for (const role of roles.length > 0 ? roles : [catalog.setting('role') ?? ownRole]) {
    for (const schema of schemas.length > 0 ? schemas : [undefined]) {
      const old = all.find((one) => one.role === role && one.schema === schema && one.kind === kind);
      // What a schema says comes on top of what holds everywhere.
      const start = schema === undefined ? privilegesOn(kind, { owner: role }) : [];
      const privileges = changedPrivileges(old?.privileges ?? start, change, kind);
      const others = all.filter((one) => one !== old);
      const isNothing = schema !== undefined && privileges.length === 0;
      all = isNothing ? others : [...others, { role, schema, kind, privileges }];
    }
  }
  catalog.set(defaultPrivilegesKey, all.length === 0 ? undefined : all);
}

/** The default privileges in a schema are those in `to` now, or gone with it. */
export function changeDefaultsIn(catalog: Catalog, schema: string, to: string | undefined): void {
  const all = defaultPrivileges(catalog);
  if (!all.some((one) => one.schema === schema)) return;
  const changed = all.flatMap((one) =>
    one.schema !== schema ? [one] : to === undefined ? [] : [{ ...one, schema: to }],
  );
  catalog.set(defaultPrivilegesKey, changed.length === 0 ? undefined : changed);
}

/**
 * Whether default privileges of a role are for what the migrations make. Who names "postgres" there, as Supabase and
 * pg_dump do, runs them as that role.
 */
function isMeant(role: string, owner: string | undefined): boolean {
  return role === (owner ?? ownRole) || (owner === undefined && role === 'postgres');
}

/** The privileges on something new; undefined: what the server gives anyway. */
export function initialPrivileges(
  catalog: Catalog,
  kind: PrivilegeKind,
  schema: string | undefined,
  owner: string | undefined,
): readonly Grant[] | undefined {
  const all = defaultPrivileges(catalog).filter((one) => one.kind === kind && isMeant(one.role, owner));
  const own = (list: readonly Grant[] | undefined, role: string) => withRole(list, role, owner ?? ownRole);
  const everywhere = all.find((one) => one.schema === undefined);
  const here = all.find((one) => one.schema === schema && schema !== undefined);
  if (everywhere === undefined && here === undefined) return undefined;
  const base = everywhere === undefined ? undefined : own(everywhere.privileges, everywhere.role);
  return mergedPrivileges(
    base ?? privilegesOn(kind, { owner }),
    here === undefined ? [] : (own(here.privileges, here.role) ?? []),
  );
}
