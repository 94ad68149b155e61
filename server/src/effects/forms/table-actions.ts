import type { Named } from '../../catalog/relation';
import type { LockMode } from '../../postgres/lock-modes';
import type { AlterTable, AlterTableAction, AlterTableActionType } from '../../sql/statement';
import { addColumn } from '../add-column';
import { addConstraint, setNotNull, validateConstraint } from '../add-constraint';
import { alterColumnType } from '../alter-column-type';
import type { EffectsBuilder } from '../builder';
import { dropColumnOf, dropConstraintOf } from '../foreign-keys';
import { attachPartition, detachPartition } from '../partitioning';
import { otherActionForms } from './table-options';

/** What one kind of ALTER TABLE action does. */
export interface ActionForm<Action extends AlterTableAction = AlterTableAction> {
  /** On the table, and on its partitions and children if it recurses. */
  readonly lock: LockMode | ((action: Action) => LockMode);
  /** Whether the partitions and children are altered as well; or the partitions alone. */
  readonly recurses:
    boolean | 'to partitions' | ((effects: EffectsBuilder, target: Named, action: Action) => boolean);
  /** What it does besides: `members` are the table, and the partitions and children if it recurses. */
  readonly more?: (effects: EffectsBuilder, target: Named, members: readonly Named[], action: Action) => void;
}

/** The actions that `Statement` tells apart, in the manual's words. All else is in `otherActionForms`. */
const forms: {
  readonly [Type in Exclude<AlterTableActionType, 'Other'>]: ActionForm<AlterTableAction & { type: Type }>;
} = {
  AddColumn: { lock: 'ACCESS EXCLUSIVE', recurses: true, more: addColumn },
  DropColumn: {
    lock: 'ACCESS EXCLUSIVE',
    recurses: true,
    more: (effects, _target, members, action) => {
      for (const member of members) {
        const relation = effects.relation(member);
        if (relation !== undefined) dropColumnOf(effects, relation, action.column.text, action.cascade);
      }
    },
  },
  SetNotNull: {
    lock: 'ACCESS EXCLUSIVE',
    recurses: true,
    more: (effects, _target, members, action) => {
      for (const member of members) setNotNull(effects, member, action.column.text);
    },
  },
  DropNotNull: { lock: 'ACCESS EXCLUSIVE', recurses: true },
  SetDefault: { lock: 'ACCESS EXCLUSIVE', recurses: true },
  DropDefault: { lock: 'ACCESS EXCLUSIVE', recurses: true },
  AlterColumnType: {
    lock: 'ACCESS EXCLUSIVE',
    recurses: true,
    more: (effects, _target, members, action) => {
      for (const member of members) alterColumnType(effects, member, action);
    },
  },
  AddConstraint: {
    lock: (action) => (action.constraint.type === 'FOREIGN KEY' ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE'),
    recurses: true,
    more: (effects, target, members, action) => {
      addConstraint(effects, target, members, action.constraint);
    },
  },
  ValidateConstraint: {
    lock: 'SHARE UPDATE EXCLUSIVE',
    recurses: (effects, target, { constraint }) => isInheritable(effects, target, constraint.text),
    more: (effects, target, members, action) => {
      validateConstraint(effects, target, members, action.constraint.text);
    },
  },
  DropConstraint: {
    lock: 'ACCESS EXCLUSIVE',
    recurses: (effects, target, { constraint }) => isInheritable(effects, target, constraint.text),
    more: (effects, _target, members, action) => {
      for (const member of members) {
        const relation = effects.relation(member);
        const constraint = relation?.constraints.find(({ name }) => name === action.constraint.text);
        if (relation !== undefined && constraint !== undefined)
          dropConstraintOf(effects, relation, constraint);
      }
    },
  },
  AttachPartition: {
    lock: 'SHARE UPDATE EXCLUSIVE',
    recurses: false,
    more: (effects, target, _members, action) => {
      attachPartition(effects, target, action.partition, boundOf(action));
    },
  },
  DetachPartition: {
    lock: (action) =>
      action.concurrently || action.finalize ? 'SHARE UPDATE EXCLUSIVE' : 'ACCESS EXCLUSIVE',
    recurses: false,
    more: (effects, target, _members, action) => {
      detachPartition(effects, target, action.partition);
      if (action.concurrently || action.finalize) effects.waitsForTransactions();
    },
  },
};

function boundOf({ node }: AlterTableAction) {
  const definition = 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
  return definition !== undefined && 'PartitionCmd' in definition ? definition.PartitionCmd.bound : undefined;
}

/** What one action of ALTER TABLE does to the table and others. */
export function tableAction(effects: EffectsBuilder, statement: AlterTable, action: AlterTableAction): void {
  if (action.type !== 'Other') {
    // The map has a form of the action's own type under that type.
    apply(effects, statement, action, forms[action.type] as ActionForm);
    return;
  }
  const form = otherActionForms[action.subtype];
  if (form === undefined) {
    effects.lock(statement.relation, 'ACCESS EXCLUSIVE', 'target');
    effects.unknown();
    return;
  }
  apply(effects, statement, action, form as ActionForm);
}

function apply(
  effects: EffectsBuilder,
  statement: AlterTable,
  action: AlterTableAction,
  form: ActionForm,
): void {
  const { relation: target, only } = statement;
  const lock = typeof form.lock === 'string' ? form.lock : form.lock(action);
  // An index key on a partitioned table locks the partitions in its own way.
  const buildsKey =
    action.type === 'AddConstraint' &&
    (action.constraint.type === 'UNIQUE' || action.constraint.type === 'PRIMARY KEY');
  // From 18 a CHECK that the children do not get locks them all the same.
  const staysAlone =
    only || (action.type === 'AddConstraint' && action.constraint.noInherit && effects.major < 18);
  const recurses = !staysAlone && goesDown(effects, target, action, form.recurses);
  const members = recurses ? effects.familyOf(target) : [target];
  if (buildsKey) effects.lock(target, lock, 'target');
  else if (recurses) effects.lockFamily(target, lock, 'target');
  else effects.lock(target, lock, 'target');
  // The children keep the column or the constraint, and it is noted that it is their own now.
  const isTaken =
    action.type === 'DropColumn' ||
    (action.type === 'DropConstraint' && isInheritable(effects, target, action.constraint.text));
  if (only && isTaken) {
    const relation = effects.relation(target);
    const isWhole = relation?.kind === 'partitioned table';
    for (const child of isWhole ? effects.familyOf(target).slice(1) : (relation?.children ?? [])) {
      effects.lock(child, lock, isWhole ? 'partition' : 'child');
    }
  }
  form.more?.(effects, target, members, action);
}

function goesDown(
  effects: EffectsBuilder,
  target: Named,
  action: AlterTableAction,
  recurses: ActionForm['recurses'],
): boolean {
  if (typeof recurses === 'function') return recurses(effects, target, action);
  return recurses === 'to partitions' ? isPartitioned(effects, target) : recurses;
}

function isPartitioned(effects: EffectsBuilder, target: Named): boolean {
  return effects.relation(target)?.kind === 'partitioned table';
}

/** Whether the children have a constraint too: a CHECK, or a NOT NULL; partitions have all. */
export function isInheritable(effects: EffectsBuilder, target: Named, name: string): boolean {
  const constraint = effects.relation(target)?.constraints.find((one) => one.name === name);
  if (constraint === undefined || isPartitioned(effects, target)) return true;
  return (constraint.type === 'CHECK' || constraint.type === 'NOT NULL') && !constraint.noInherit;
}
