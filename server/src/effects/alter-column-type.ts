import { indexesOfColumn } from '../catalog/drop';
import { foreignKeysOn } from '../catalog/edit';
import { usesColumn } from '../catalog/expressions';
import type { Column, Named, Relation } from '../catalog/relation';
import type { AlterTableAction } from '../sql/statement';
import type { EffectsBuilder } from './builder';
import { keepsForeignKey, keepsIndex, lossOf, needsRewrite } from './type-change';

type TypeChange = AlterTableAction & { type: 'AlterColumnType' };

/** ALTER COLUMN TYPE on one relation; its lock is taken by the caller. */
export function alterColumnType(effects: EffectsBuilder, name: Named, action: TypeChange): void {
  const relation = effects.relation(name);
  const column = relation?.columns.find((one) => one.name === action.column.text);
  const rewrites = needsRewrite(column, action, effects.catalog);
  if (rewrites) {
    effects.rewrite(name);
    const loss = lossOf(column, action, effects.catalog);
    if (loss !== undefined) effects.fails(name, loss.condition, loss.sqlstate);
  }
  if (relation === undefined) return;
  // The sequence gets the type of its identity column.
  if (column?.identity !== undefined && column.sequence !== undefined) {
    effects.lock(column.sequence, 'SHARE ROW EXCLUSIVE', 'sequence');
  }
  rebuildIndexes(effects, relation, column, action, rewrites);
  remakeConstraints(effects, relation, column, action);
}

/** All indexes that use the column are made anew in the catalog; some of them also on disk. */
function rebuildIndexes(
  effects: EffectsBuilder,
  relation: Relation,
  column: Column | undefined,
  action: TypeChange,
  isRewritten: boolean,
): void {
  const indexes = indexesOfColumn(relation, action.column.text);
  effects.lockIndexes(relation, 'ACCESS EXCLUSIVE', (index) => indexes.includes(index));
  if (isRewritten || column === undefined) return;
  if (indexes.every((index) => keepsIndex(index, column, action, effects.catalog))) return;
  effects.buildIndex(relation);
  effects.scan(relation);
}

/** CHECK and FOREIGN KEY constraints on the column are checked again, on both sides of a foreign key. */
function remakeConstraints(
  effects: EffectsBuilder,
  relation: Relation,
  column: Column | undefined,
  action: TypeChange,
): void {
  const name = action.column.text;
  const keepsKeys = keepsForeignKey(column, action, effects.catalog);
  for (const constraint of relation.constraints) {
    const uses = constraint.columns.includes(name) || usesColumn(constraint.expression?.node, name);
    if (!uses) continue;
    if (constraint.type === 'CHECK' && constraint.isValid) effects.scan(relation);
    if (constraint.references === undefined) continue;
    effects.lock(constraint.references.relation, 'ACCESS EXCLUSIVE', 'referenced table');
    if (keepsKeys || !constraint.isValid) continue;
    effects.scan(relation);
    effects.scan(constraint.references.relation);
  }
  for (const { relation: other, constraint } of foreignKeysOn(effects.catalog, relation)) {
    if (constraint.references?.columns.includes(name) !== true) continue;
    effects.lock(other, 'ACCESS EXCLUSIVE', 'referencing table');
    if (keepsKeys || !constraint.isValid) continue;
    effects.scan(relation);
    effects.scan(other);
  }
}
