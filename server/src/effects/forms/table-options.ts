import type { Node } from '@pgsql/types';
import { otherRelation } from '../../catalog/alter-table';
import type { Named } from '../../catalog/relation';
import type { AlterTableAction } from '../../sql/statement';
import type { EffectsBuilder } from '../builder';
import type { ActionForm } from './table-actions';

type OtherAction = AlterTableAction & { type: 'Other' };
type Form = ActionForm<OtherAction>;

const quick: Form = { lock: 'ACCESS EXCLUSIVE', recurses: false };
const quickOnAll: Form = { lock: 'ACCESS EXCLUSIVE', recurses: true };
const whileWritesGoOn: Form = { lock: 'SHARE UPDATE EXCLUSIVE', recurses: false };
const trigger: Form = { lock: 'SHARE ROW EXCLUSIVE', recurses: 'to partitions' };

/** Storage parameters whose change stops reads; the lock of all others is SHARE UPDATE EXCLUSIVE. */
const strictParameters = new Set(['user_catalog_table', 'oids']);

const parameters: Form = {
  lock: (action) =>
    definitions(action).some(({ defname = '' }) => strictParameters.has(defname))
      ? 'ACCESS EXCLUSIVE'
      : 'SHARE UPDATE EXCLUSIVE',
  recurses: false,
};

/** The column's own sequence is altered or dropped with it. */
function sequence(mode: 'SHARE ROW EXCLUSIVE' | 'ACCESS EXCLUSIVE'): Form {
  return {
    ...quick,
    recurses: 'to partitions',
    more: (effects, target, _members, action) => {
      const column = effects.relation(target)?.columns.find(({ name }) => name === action.name);
      if (column?.sequence !== undefined) effects.lock(column.sequence, mode, 'sequence');
    },
  };
}

function persistence(wanted: 'permanent' | 'unlogged'): Form {
  return {
    ...quick,
    more: (effects, target) => {
      const relation = effects.relation(target);
      if (relation?.persistence === wanted && isComplete(effects, target)) return;
      effects.rewrite(target);
      if (effects.major < 15) return;
      for (const { sequence } of relation?.columns ?? []) {
        if (sequence !== undefined) effects.lock(sequence, 'ACCESS EXCLUSIVE', 'sequence');
      }
    },
  };
}

function isComplete(effects: EffectsBuilder, target: Named): boolean {
  return effects.relation(target)?.isComplete === true;
}

/** ALTER TABLE actions by the grammar's name of them. */
export const otherActionForms: Readonly<Record<string, Form | undefined>> = {
  AT_SetExpression: {
    ...quickOnAll,
    more: (effects, target, members, action) => {
      const column = effects.relation(target)?.columns.find(({ name }) => name === action.name);
      // A virtual column is computed when it is read.
      if (column?.generated !== 'virtual') for (const member of members) effects.rewrite(member);
    },
  },
  AT_DropExpression: quickOnAll,
  AT_SetStatistics: { ...whileWritesGoOn, recurses: true },
  AT_SetOptions: whileWritesGoOn,
  AT_ResetOptions: whileWritesGoOn,
  AT_SetStorage: quickOnAll,
  AT_SetCompression: quick,
  AT_AddIdentity: { ...quick, recurses: 'to partitions' },
  AT_SetIdentity: sequence('SHARE ROW EXCLUSIVE'),
  AT_DropIdentity: sequence('ACCESS EXCLUSIVE'),
  AT_AlterConstraint: { ...quickOnAll, more: alterConstraint },
  AT_ClusterOn: {
    ...whileWritesGoOn,
    more: (effects, target, _members, action) => {
      const { schema } = effects.catalog.resolve(target);
      effects.lockIndex(schema, action.name ?? '', 'SHARE UPDATE EXCLUSIVE');
    },
  },
  AT_DropCluster: whileWritesGoOn,
  AT_SetRelOptions: parameters,
  AT_ResetRelOptions: parameters,
  AT_ReplaceRelOptions: quick,
  AT_SetLogged: persistence('permanent'),
  AT_SetUnLogged: persistence('unlogged'),
  AT_SetAccessMethod: {
    ...quick,
    more: (effects, target, _members, action) => {
      if (action.name !== 'heap') effects.rewrite(target);
    },
  },
  AT_SetTableSpace: {
    ...quick,
    more: (effects, target, _members, action) => {
      if (action.name !== 'pg_default') effects.copyFile(target);
    },
  },
  AT_ReplicaIdentity: {
    ...quick,
    more: (effects, target, _members, action) => {
      const definition = definitionOf(action);
      const index =
        definition !== undefined && 'ReplicaIdentityStmt' in definition
          ? definition.ReplicaIdentityStmt.name
          : undefined;
      const { schema } = effects.catalog.resolve(target);
      if (index !== undefined) effects.lockIndex(schema, index, 'SHARE');
    },
  },
  AT_ChangeOwner: {
    ...quick,
    more: (effects, target) => {
      const relation = effects.relation(target);
      effects.lockIndexes(relation, 'ACCESS EXCLUSIVE');
      for (const { sequence: owned } of relation?.columns ?? []) {
        if (owned !== undefined) effects.lock(owned, 'ACCESS EXCLUSIVE', 'sequence');
      }
    },
  },
  AT_AddInherit: { ...quick, more: lockOther('SHARE UPDATE EXCLUSIVE', 'parent') },
  AT_DropInherit: { ...quick, more: lockOther('ACCESS SHARE', 'parent') },
  AT_AddOf: { ...quick, more: lockOther('ACCESS SHARE', 'type') },
  AT_DropOf: quick,
  AT_DropOids: quick,
  AT_EnableTrig: trigger,
  AT_EnableAlwaysTrig: trigger,
  AT_EnableReplicaTrig: trigger,
  AT_EnableTrigAll: trigger,
  AT_EnableTrigUser: trigger,
  AT_DisableTrig: trigger,
  AT_DisableTrigAll: trigger,
  AT_DisableTrigUser: trigger,
  AT_EnableRule: quick,
  AT_EnableAlwaysRule: quick,
  AT_EnableReplicaRule: quick,
  AT_DisableRule: quick,
  AT_EnableRowSecurity: quick,
  AT_DisableRowSecurity: quick,
  AT_ForceRowSecurity: quick,
  AT_NoForceRowSecurity: quick,
  AT_GenericOptions: quick,
  AT_AlterColumnGenericOptions: quick,
};

function definitionOf({ node }: OtherAction): Node | undefined {
  return 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
}

function definitions(action: OtherAction): readonly { readonly defname?: string }[] {
  const definition = definitionOf(action);
  const items = definition !== undefined && 'List' in definition ? (definition.List.items ?? []) : [];
  return items.flatMap((item) => ('DefElem' in item ? [item.DefElem] : []));
}

function lockOther(
  mode: 'SHARE UPDATE EXCLUSIVE' | 'ACCESS SHARE',
  role: 'parent' | 'type',
): NonNullable<Form['more']> {
  return (effects, _target, _members, action) => {
    const other = otherRelation(action);
    if (other !== undefined) effects.lock(other, mode, role);
  };
}

/** ENFORCED of PostgreSQL 18 takes effect at once, on both tables; DEFERRABLE is a mark on the constraint. */
function alterConstraint(
  effects: EffectsBuilder,
  target: Named,
  members: readonly Named[],
  action: OtherAction,
): void {
  const definition = definitionOf(action);
  if (definition === undefined || !('ATAlterConstraint' in definition)) return;
  const { conname, alterEnforceability, is_enforced: enforced } = definition.ATAlterConstraint;
  const constraint = effects.relation(target)?.constraints.find(({ name }) => name === conname);
  const referenced = constraint?.references?.relation;
  if (alterEnforceability !== true || referenced === undefined) return;
  effects.lock(
    referenced,
    enforced === true ? 'SHARE ROW EXCLUSIVE' : 'ACCESS EXCLUSIVE',
    'referenced table',
  );
  if (enforced !== true) return;
  for (const relation of [...members, referenced]) effects.scan(relation);
  effects.fails(target, `a row breaks "${conname ?? ''}"`, '23503');
}
