import type { Node, RoleSpec } from '@pgsql/types';
import { objectTypeName } from '../sql/build/build';
import type { Catalog } from './catalog';
import { changeKnown } from './edit';
import { changeFacts } from './objects';
import { initialPrivileges, type PrivilegeKind, withOwner, withRole } from './privileges';
import type { ObjectFacts, Relation, RelationName } from './relation';
import { currentRole, ownRole, roleNamed } from './roles';

/** ALTER … OWNER TO, of what ALTER TABLE is not for. */
export function alterOwner(catalog: Catalog, node: Node): void {
  if (!('AlterOwnerStmt' in node)) return;
  const { objectType, object, newowner } = node.AlterOwnerStmt;
  if (newowner === undefined) return;
  const owner = roleNamed(catalog, newowner);
  changeFacts(catalog, objectTypeName(objectType), object, (facts) => withOwner(facts, owner));
}

/** ALTER TABLE … OWNER TO: the sequences of its columns go with it. */
export function changeOwner(catalog: Catalog, name: RelationName, role: RoleSpec | undefined): void {
  if (role === undefined) return;
  const owner = roleNamed(catalog, role);
  const old = catalog.relation(name)?.owner ?? ownRole;
  changeKnown(catalog, name, (relation) => ({
    ...withOwner(relation, owner),
    columns: relation.columns.map((column) =>
      column.privileges === undefined
        ? column
        : { ...column, privileges: withRole(column.privileges, old, owner) },
    ),
  }));
  for (const { sequence } of catalog.relation(name)?.columns ?? []) {
    if (sequence !== undefined) changeKnown(catalog, sequence, (relation) => withOwner(relation, owner));
  }
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
