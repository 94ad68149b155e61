import type { Node, RoleSpec } from '@pgsql/types';
import { objectTypeName } from '../sql/build/base';
import type { Catalog } from './catalog';
import { changeKnown } from './edit';
import { changeFacts } from './objects';
import { withOwner, withRole } from './privileges';
import type { RelationName } from './relation';
import { ownRole, roleNamed } from './roles';

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
