import type { Effects } from '../../effects/effects';
import type { AlterTable, AlterTableAction, ConstraintDefinition, ConstraintType } from '../../sql/statement';
import type { Finding, RuleContext } from '../rule';
import { effectsOfAction } from './effects-of-action';
import { whatWaits } from './what-waits';
import { keywordsOf } from './words';

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

/** The findings on those of them that build their index under the lock of ALTER TABLE. */
export function* indexesBuilt(
  statement: AlterTable,
  type: 'PRIMARY KEY' | 'UNIQUE',
  context: RuleContext,
): Iterable<Finding<NewConstraint>> {
  for (const added of constraintsAdded(statement, [type], context)) {
    if (added.effects.indexBuilds.length === 0) continue;
    const waits = whatWaits(context, [context.catalog.resolve(statement.relation)]);
    yield {
      range: keywordsOf(statement.text, added.constraint),
      message: `Building the index of this constraint blocks ${waits} until it is done.`,
      subject: added,
    };
  }
}
