import type { Effects } from '../../effects/effects';
import { effectsOf } from '../../effects/effects-of';
import type { AlterTable, AlterTableAction } from '../../sql/statement';
import type { RuleContext } from '../rule';

/** What one action of a statement does, as if it stood alone. */
export function effectsOfAction(
  statement: AlterTable,
  action: AlterTableAction,
  { catalog, effects, postgresVersion }: RuleContext,
): Effects {
  if (statement.actions.length === 1) return effects;
  return effectsOf({ ...statement, actions: [action] }, catalog, postgresVersion);
}
