import type { AlterTable, AlterTableAction } from '../../sql/statement';
import type { LockMode } from '../../postgres/lock-modes';
import type { EffectsBuilder } from '../builder';

/** The lock that an action of ALTER INDEX takes on the index. */
const indexLocks: Readonly<Record<string, LockMode | undefined>> = {
  AT_SetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_ResetRelOptions: 'SHARE UPDATE EXCLUSIVE',
  AT_SetStatistics: 'SHARE UPDATE EXCLUSIVE',
  AT_SetTableSpace: 'ACCESS EXCLUSIVE',
};

/** ALTER INDEX. */
export function alterIndex(effects: EffectsBuilder, statement: AlterTable, action: AlterTableAction): void {
  if (action.type === 'AttachPartition') {
    const whole = effects.catalog.index(statement.relation);
    const part = effects.catalog.index(action.partition);
    lockNamedIndex(effects, statement.relation, 'SHARE UPDATE EXCLUSIVE');
    lockNamedIndex(effects, action.partition, 'ACCESS EXCLUSIVE');
    if (whole !== undefined) effects.lock(whole.relation, 'ACCESS SHARE', 'parent');
    if (part !== undefined) effects.lock(part.relation, 'ACCESS SHARE', 'partition');
    return;
  }
  const mode = action.type === 'Other' ? indexLocks[action.subtype] : undefined;
  // Everything else is refused, or changes nothing.
  lockNamedIndex(effects, statement.relation, mode ?? 'ACCESS EXCLUSIVE');
  const owner = effects.catalog.index(statement.relation)?.relation;
  // ANALYZE writes what it has found into the row of each index.
  if (mode === 'SHARE UPDATE EXCLUSIVE' && owner !== undefined && setsOptions(action)) {
    effects.lockRows(owner, 'in pg_class');
  }
  if (action.type === 'Other' && action.subtype === 'AT_SetTableSpace') {
    if (owner !== undefined) effects.buildIndex(owner);
  }
}

function setsOptions(action: AlterTableAction): boolean {
  return action.type === 'Other' && /^AT_(?:Re)?[Ss]etRelOptions$/.test(action.subtype);
}

/** Locks an index that the statement names, whether the catalog knows it or not. */
export function lockNamedIndex(
  effects: EffectsBuilder,
  name: { readonly schema: string | undefined; readonly name: string },
  mode: LockMode,
): void {
  const found = effects.catalog.index(name);
  if (found === undefined) effects.lock(name, mode, 'index');
  else effects.lockIndex(found.relation.schema, found.index.name, mode);
}
