import type { GrantStmt, Node } from '@pgsql/types';
import type { Catalog } from './catalog';
import { changeFunction, functionsIn, replaceFunction } from './alter-function';
import { changeKnown } from './edit';
import { changeType, nameIn } from './objects';
import {
  allPrivileges,
  changedPrivileges,
  type GrantChange,
  type PrivilegeKind,
  privilegesNamed,
  privilegesOn,
} from './privileges';
import { named, type ObjectFacts, type Relation, type RelationName } from './relation';
import { rolesNamed } from './roles';
import { changeSchema } from './schemas';

/** GRANT and REVOKE on objects. What is granted to roles is a matter of the whole server. */
export function grant(catalog: Catalog, node: Node): void {
  if (!('GrantStmt' in node)) return;
  const { objects, targtype } = node.GrantStmt;
  for (const object of objects ?? []) {
    if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA') grantInSchema(catalog, node.GrantStmt, nameIn(object).name);
    else if (targtype === 'ACL_TARGET_OBJECT') grantOn(catalog, node.GrantStmt, object);
  }
}

function changeOf(catalog: Catalog, stmt: GrantStmt): GrantChange {
  return {
    isGrant: stmt.is_grant === true,
    roles: rolesNamed(catalog, stmt.grantees),
    privileges: privilegesNamed(stmt.privileges).onObject,
    grantOption: stmt.grant_option === true,
  };
}

function grantOn(catalog: Catalog, stmt: GrantStmt, object: Node): void {
  const change = changeOf(catalog, stmt);
  switch (stmt.objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_SEQUENCE':
      if ('RangeVar' in object) grantOnRelation(catalog, stmt, catalog.resolve(named(object.RangeVar)));
      break;
    case 'OBJECT_FUNCTION':
    case 'OBJECT_PROCEDURE':
    case 'OBJECT_ROUTINE':
      changeFunction(catalog, object, stmt.objtype.slice('OBJECT_'.length), (facts) =>
        granted(facts, change, 'FUNCTION'),
      );
      break;
    case 'OBJECT_SCHEMA':
      changeSchema(catalog, nameIn(object).name, (facts) => granted(facts, change, 'SCHEMA'));
      break;
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN':
      changeType(catalog, nameIn(object), (facts) => granted(facts, change, 'TYPE'));
      break;
    default:
      break;
  }
}

/** What privileges on a relation are called. */
export function privilegeKind({ kind }: Pick<Relation, 'kind'>): 'TABLE' | 'SEQUENCE' {
  return kind === 'sequence' ? 'SEQUENCE' : 'TABLE';
}

function grantOnRelation(catalog: Catalog, stmt: GrantStmt, name: RelationName): void {
  const change = changeOf(catalog, stmt);
  const { onColumns, onObject } = privilegesNamed(stmt.privileges);
  const isOnObject = onObject === undefined ? onColumns.length === 0 : onObject.length > 0;
  changeKnown(catalog, name, (relation) => {
    const kind = privilegeKind(relation);
    const own = isOnObject ? granted(relation, change, kind) : relation;
    // To revoke a privilege on a table is to revoke it on all of its columns.
    const isOnAll = isOnObject && !change.isGrant && kind === 'TABLE';
    if (!isOnAll && onColumns.length === 0) return own;
    const columns = own.columns.map((column) => {
      const named = onColumns.filter((one) => one.column === column.name);
      const changes = named.map(({ privileges }) => ({ ...change, privileges }));
      if (isOnAll && column.privileges !== undefined)
        changes.push({ ...change, privileges: columnsOf(onObject) });
      return changes.reduce((before, one) => granted(before, one, 'COLUMN'), column);
    });
    return { ...own, columns };
  });
}

function columnsOf(privileges: readonly string[] | undefined): readonly string[] | undefined {
  return privileges?.filter((one) => allPrivileges.COLUMN.includes(one));
}

function granted<Facts extends ObjectFacts>(
  facts: Facts,
  change: GrantChange,
  kind: PrivilegeKind | 'COLUMN',
): Facts {
  const privileges = changedPrivileges(privilegesOn(kind, facts), change, kind);
  return { ...facts, privileges: kind === 'COLUMN' && privileges.length === 0 ? undefined : privileges };
}

/** GRANT … ON ALL … IN SCHEMA: on what is there now. */
function grantInSchema(catalog: Catalog, stmt: GrantStmt, schema: string): void {
  const { objtype } = stmt;
  if (objtype === 'OBJECT_TABLE' || objtype === 'OBJECT_SEQUENCE') {
    const kind = objtype === 'OBJECT_TABLE' ? 'TABLE' : 'SEQUENCE';
    for (const relation of catalog.allRelations(schema)) {
      if (relation.kind !== 'composite type' && privilegeKind(relation) === kind) {
        grantOnRelation(catalog, stmt, relation);
      }
    }
    return;
  }
  const change = changeOf(catalog, stmt);
  for (const entry of functionsIn(catalog, schema)) {
    const isProcedure = entry.kind === 'PROCEDURE';
    const isMeant = objtype === 'OBJECT_ROUTINE' || isProcedure === (objtype === 'OBJECT_PROCEDURE');
    if (isMeant) replaceFunction(catalog, entry, granted(entry, change, 'FUNCTION'));
  }
}
