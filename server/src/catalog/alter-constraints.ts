import type { AlterTableAction } from '../sql/statement';
import type { Catalog } from './catalog';
import { editColumn, setNotNull } from './constraints';
import { nameOf, putConstraint, removeConstraint } from './edit';
import { giveConstraint, givePartIndex, isSameForeignKey } from './partitions';
import { type Constraint, isSame, type Origin, type RelationName } from './relation';
import { visitReached } from './reached';

/** Gives the children the constraints that they do not have yet, with the indexes of keys. */
export function spreadConstraints(catalog: Catalog, name: RelationName, origin: Origin): void {
  const below = (parent: RelationName) =>
    (catalog.relation(nameOf(parent))?.children ?? []).map((child) => ({ parent, child }));
  visitReached(below(name), ({ parent, child }) => {
    const relation = catalog.relation(nameOf(parent));
    if (relation === undefined) return [];
    for (const constraint of relation.constraints) {
      const isInherited = constraint.type === 'CHECK' && !constraint.noInherit;
      if (isInherited || (constraint.type === 'FOREIGN KEY' && relation.kind === 'partitioned table')) {
        giveConstraint(catalog, relation, constraint, child);
      }
    }
    spreadIndexes(catalog, parent, child, origin);
    return below(child);
  });
}

function spreadIndexes(catalog: Catalog, parent: RelationName, child: RelationName, origin: Origin): void {
  const relation = catalog.relation(nameOf(parent));
  if (relation?.kind !== 'partitioned table') return;
  for (const index of relation.indexes) {
    const has = catalog
      .relation(nameOf(child))
      ?.indexes.some((part) => part.parent?.name === index.name && part.parent.schema === relation.schema);
    if (has === false) givePartIndex(catalog, relation, index, child, origin);
  }
}

export function dropNotNullConstraint(
  catalog: Catalog,
  relations: readonly RelationName[],
  column: string,
): void {
  for (const relation of relations) {
    for (const constraint of catalog.relation(nameOf(relation))?.constraints ?? []) {
      if (constraint.type === 'NOT NULL' && constraint.columns.includes(column)) {
        removeConstraint(catalog, relation, constraint.name);
      }
    }
  }
}

export function validate(catalog: Catalog, relation: RelationName, name: string, origin: Origin): void {
  const constraint = constraintNamed(catalog, relation, name);
  if (constraint === undefined || constraint.isValid) return;
  putConstraint(catalog, relation, { ...constraint, isValid: true });
  if (constraint.type === 'NOT NULL') setNotNull(catalog, relation, constraint.columns, origin);
}

function constraintNamed(catalog: Catalog, relation: RelationName, name: string): Constraint | undefined {
  return catalog.relation(nameOf(relation))?.constraints.find((constraint) => constraint.name === name);
}

/** On a partition the constraint may have another name. */
export function dropConstraint(
  catalog: Catalog,
  owner: RelationName,
  relations: readonly RelationName[],
  name: string,
): void {
  const whole = constraintNamed(catalog, owner, name);
  for (const relation of relations) {
    const dropped =
      constraintNamed(catalog, relation, name) ??
      catalog
        .relation(nameOf(relation))
        ?.constraints.find((other) => whole !== undefined && isSameForeignKey(other, whole));
    removeConstraint(catalog, relation, dropped?.name ?? name);
    if (dropped?.type === 'NOT NULL') {
      editColumn(catalog, [relation], dropped.columns[0] ?? '', (column) => ({ ...column, notNull: false }));
    }
  }
}

/** ALTER CONSTRAINT … [NOT] ENFORCED of PostgreSQL 18, and DEFERRABLE. */
export function alterConstraint(
  catalog: Catalog,
  name: RelationName,
  action: AlterTableAction & { type: 'Other' },
): void {
  const definition = definitionOf(action);
  if (definition === undefined || !('ATAlterConstraint' in definition)) return;
  const change = definition.ATAlterConstraint;
  const whole = constraintNamed(catalog, name, change.conname ?? '');
  if (whole === undefined) return;
  const edit = (constraint: Constraint): Constraint => {
    const enforced = change.alterEnforceability === true ? change.is_enforced === true : constraint.enforced;
    return {
      ...constraint,
      enforced,
      isValid: enforced && (constraint.isValid || change.alterEnforceability === true),
      deferrable: change.alterDeferrability === true ? change.deferrable === true : constraint.deferrable,
    };
  };
  // Partitions have the same foreign key, maybe under another name.
  visitReached([nameOf(name)], (next) => {
    const relation = catalog.relation(next);
    const own = isSame(next, name)
      ? whole
      : relation?.constraints.find((one) => isSameForeignKey(one, whole));
    if (own !== undefined) putConstraint(catalog, next, edit(own));
    return relation?.kind === 'partitioned table' ? relation.children : [];
  });
}

export function definitionOf(action: AlterTableAction) {
  return 'AlterTableCmd' in action.node ? action.node.AlterTableCmd.def : undefined;
}
