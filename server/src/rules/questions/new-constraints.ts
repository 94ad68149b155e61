import type { Effects } from '../../effects/effects';
import type { AlterTable, AlterTableAction, ConstraintDefinition, ConstraintType } from '../../sql/statement';
import type { RuleContext } from '../rule';
import { effectsOfAction } from './effects-of-action';

/** A constraint that a statement adds to a table, alone or with a new column. */
export interface NewConstraint {
  readonly statement: AlterTable;
  readonly action: Extract<AlterTableAction, { type: 'AddConstraint' | 'AddColumn' }>;
  readonly constraint: ConstraintDefinition;
  /** What the action does. */
  readonly effects: Effects;
}

/**
 * The constraints of these types that a statement adds to a table that is in use. Those of a column that rewrites the
 * table are left out: the rewrite does their work besides.
 */
export function constraintsAdded(
  statement: AlterTable,
  types: readonly ConstraintType[],
  context: RuleContext,
): readonly NewConstraint[] {
  if (context.catalog.isNew(statement.relation)) return [];
  return statement.actions.flatMap((action) => {
    const constraints =
      action.type === 'AddConstraint'
        ? [action.constraint]
        : action.type === 'AddColumn'
          ? action.column.constraints
          : [];
    const found = constraints.filter(({ type }) => types.includes(type));
    if (found.length === 0 || (action.type !== 'AddConstraint' && action.type !== 'AddColumn')) return [];
    const effects = effectsOfAction(statement, action, context);
    if (effects.rewrites.length > 0) return [];
    return found.map((constraint) => ({ statement, action, constraint, effects }));
  });
}
