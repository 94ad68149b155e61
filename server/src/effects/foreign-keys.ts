import { foreignKeysOn } from '../catalog/edit';
import { indexesOfColumn, viewsOfColumn } from '../catalog/drop';
import {
  type Constraint,
  isSame,
  type Named,
  nameKey,
  type Relation,
  type RelationName,
} from '../catalog/relation';
import type { LockMode } from '../postgres/lock-modes';
import { type EffectsBuilder, quotedColumns } from './builder';
import { visitReached } from '../catalog/reached';

/** A foreign key is added: no writes on either side until the end, and a join of both when rows are checked. */
export function addForeignKey(
  effects: EffectsBuilder,
  members: readonly Named[],
  referenced: Named,
  columns: readonly string[],
  checksRows: boolean,
): void {
  const others = effects.lockFamily(referenced, 'SHARE ROW EXCLUSIVE', 'referenced table');
  if (!checksRows) return;
  for (const relation of [...members, ...others]) effects.scan(relation);
  const [target] = members;
  if (target === undefined) return;
  const { name } = effects.catalog.resolve(referenced);
  effects.fails(target, `a row's ${quotedColumns(columns)} has no row in "${name}"`, '23503');
}

/** What goes with a constraint: its index, the other side of a foreign key, the foreign keys that need it. */
export function dropConstraintOf(effects: EffectsBuilder, relation: Relation, constraint: Constraint): void {
  for (const index of relation.indexes) {
    if (index.constraint === constraint.name) dropIndexOf(effects, relation, index.name);
  }
  if (constraint.references !== undefined) {
    effects.lockFamily(constraint.references.relation, 'ACCESS EXCLUSIVE', 'referenced table');
  }
  if (constraint.type !== 'PRIMARY KEY' && constraint.type !== 'UNIQUE') return;
  for (const { relation: other } of foreignKeysOn(effects.catalog, relation, constraint.columns)) {
    effects.lock(other, 'ACCESS EXCLUSIVE', 'referencing table');
  }
}

function dropIndexOf(effects: EffectsBuilder, relation: Relation, name: string): void {
  visitReached([{ relation, name }], (part) => {
    effects.lockIndex(part.relation.schema, part.name, 'ACCESS EXCLUSIVE');
    return effects
      .partsOfIndex(part.relation, part.name)
      .map((below) => ({ relation: below.relation, name: below.index.name }));
  });
}

/** What goes with a column: indexes, constraints, a sequence, and with CASCADE views. */
export function dropColumnOf(
  effects: EffectsBuilder,
  relation: Relation,
  column: string,
  cascade: boolean,
): void {
  const indexes = indexesOfColumn(relation, column);
  effects.lockIndexes(relation, 'ACCESS EXCLUSIVE', (index) => indexes.includes(index));
  for (const constraint of relation.constraints) {
    if (constraint.columns.includes(column)) dropConstraintOf(effects, relation, constraint);
  }
  const sequence = relation.columns.find(({ name }) => name === column)?.sequence;
  if (sequence !== undefined) effects.lock(sequence, 'ACCESS EXCLUSIVE', 'sequence');
  if (!cascade) return;
  for (const view of viewsOfColumn(effects.catalog, relation, column)) {
    effects.lock(view, 'ACCESS EXCLUSIVE', 'view');
    effects.lockIndexes(view, 'ACCESS EXCLUSIVE');
    dropViewsOver(effects, view);
  }
}

/** A relation is dropped, with all that needs it. */
export function dropRelationOf(effects: EffectsBuilder, name: Named): void {
  for (const member of effects.lockFamily(name, 'ACCESS EXCLUSIVE', 'target')) {
    const relation = effects.relation(member);
    if (relation !== undefined) dropOne(effects, relation);
  }
}

function dropOne(effects: EffectsBuilder, relation: Relation): void {
  effects.lockIndexes(relation, 'ACCESS EXCLUSIVE');
  for (const parent of relation.parents) {
    // A child by inheritance leaves its parent alone.
    const partitioned = effects.relation(parent);
    if (partitioned?.kind !== 'partitioned table') continue;
    effects.lock(parent, 'ACCESS EXCLUSIVE', 'parent');
    if (partitioned.defaultPartition !== undefined) {
      effects.lock(partitioned.defaultPartition, 'ACCESS EXCLUSIVE', 'default partition');
    }
  }
  for (const constraint of relation.constraints) {
    const { references } = constraint;
    if (references === undefined || isInherited(effects, relation, constraint)) continue;
    const others = effects.familyOf(references.relation);
    // 14 locks the partitions, of which each has its triggers, and forgets the whole.
    for (const other of effects.major < 15 && others.length > 1 ? others.slice(1) : others) {
      effects.lock(other, 'ACCESS EXCLUSIVE', 'referenced table');
    }
  }
  for (const { relation: other } of foreignKeysOn(effects.catalog, relation)) {
    effects.lock(other, 'ACCESS EXCLUSIVE', 'referencing table');
  }
  for (const { sequence } of relation.columns) {
    if (sequence !== undefined) effects.lock(sequence, 'ACCESS EXCLUSIVE', 'sequence');
  }
  dropViewsOver(effects, relation);
}

/** Whether a foreign key of a partition is the one of its parent, which stays. */
export function isInherited(effects: EffectsBuilder, relation: Relation, constraint: Constraint): boolean {
  return relation.parents.some((name) =>
    effects
      .relation(name)
      ?.constraints.some(
        ({ references, columns }) =>
          references !== undefined &&
          constraint.references !== undefined &&
          isSame(references.relation, constraint.references.relation) &&
          columns.join() === constraint.columns.join(),
      ),
  );
}

function dropViewsOver(effects: EffectsBuilder, relation: RelationName): void {
  for (const view of effects.viewsOver(relation)) {
    effects.lock(view, 'ACCESS EXCLUSIVE', 'view');
    effects.lockIndexes(effects.relation(view), 'ACCESS EXCLUSIVE');
  }
}

/** Rows are inserted, or columns of a foreign key are updated: the rows that they point at are looked up and locked. */
export function checkReferenced(
  effects: EffectsBuilder,
  relation: Relation,
  isChanged: (columns: readonly string[]) => boolean,
): void {
  for (const { references, columns } of relation.constraints) {
    if (references === undefined || !isChanged(columns)) continue;
    effects.lock(references.relation, 'ROW SHARE', 'referenced table');
    effects.lockIndexes(effects.relation(references.relation), 'ROW SHARE');
  }
}

/** Rows that others may point at are deleted, or their keys are updated. */
export function checkReferencing(
  effects: EffectsBuilder,
  relation: Relation,
  operation: 'onDelete' | 'onUpdate',
  isChanged: (columns: readonly string[]) => boolean,
): void {
  const seen = new Set<string>();
  visitReached(foreignKeysOn(effects.catalog, relation), ({ relation: other, constraint }) => {
    const { references } = constraint;
    if (references === undefined || !isChanged(references.columns)) return [];
    const action = references[operation];
    const mode: LockMode = action === 'NO ACTION' || action === 'RESTRICT' ? 'ROW SHARE' : 'ROW EXCLUSIVE';
    effects.lock(other, mode, 'referencing table');
    effects.lockIndexes(other, mode);
    // Without an index each deleted row costs a look at the whole table.
    if (!hasIndexOn(other, constraint.columns)) effects.scan(other);
    const key = nameKey(other);
    if (action !== 'CASCADE' || seen.has(key)) return [];
    seen.add(key);
    return foreignKeysOn(effects.catalog, other);
  });
}

function hasIndexOn(relation: Relation, columns: readonly string[]): boolean {
  return relation.indexes.some(
    (index) => index.predicate === undefined && columns.includes(index.columns[0]?.column ?? ''),
  );
}
