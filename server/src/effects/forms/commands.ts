import type { Node } from '@pgsql/types';
import { columnsOfType } from '../../catalog/drop';
import { named, namedBy, type Named } from '../../catalog/relation';
import { published } from '../../catalog/publications';
import { ownerIn, ownerNamed } from '../../catalog/sequences';
import { relationsRead } from '../../catalog/views';
import { strings } from '../../sql/build/reader';
import type { Other } from '../../sql/statement';
import type { EffectsBuilder } from '../builder';
import { nameRelations, readRelations } from '../data';
import { cluster, refresh, reindex, vacuum } from './maintenance';
import { lockNamedIndex } from './other-objects';

/** What a command does that has no shape of its own in `Statement`. */
type CommandForm = (effects: EffectsBuilder, node: Node, statement: Other) => void;

/** It locks no table: roles, functions, types and the like. */
const nothing: CommandForm = () => undefined;

/** Commands by the grammar's name of them. What is not here is not known. */
export const commandForms: Readonly<Record<string, CommandForm | undefined>> = {
  AlterCollationStmt: nothing,
  AlterDatabaseRefreshCollStmt: nothing,
  AlterDatabaseSetStmt: nothing,
  AlterDatabaseStmt: nothing,
  AlterDefaultPrivilegesStmt: nothing,
  AlterDomainStmt: alterDomain,
  AlterEnumStmt: nothing,
  AlterEventTrigStmt: nothing,
  AlterExtensionContentsStmt: nothing,
  AlterExtensionStmt: nothing,
  AlterFdwStmt: nothing,
  AlterForeignServerStmt: nothing,
  AlterFunctionStmt: nothing,
  AlterObjectDependsStmt: (effects, node) => {
    if (!('AlterObjectDependsStmt' in node)) return;
    const { objectType, relation } = node.AlterObjectDependsStmt;
    if (objectType === 'OBJECT_INDEX') lockNamedIndex(effects, named(relation), 'ACCESS EXCLUSIVE');
    else if (relation !== undefined) effects.lock(named(relation), 'ACCESS EXCLUSIVE', 'target');
  },
  AlterObjectSchemaStmt: (effects, node) => {
    if (!('AlterObjectSchemaStmt' in node)) return;
    const { relation } = node.AlterObjectSchemaStmt;
    if (relation === undefined) return;
    effects.lock(named(relation), 'ACCESS EXCLUSIVE', 'target');
    for (const { sequence } of effects.relation(named(relation))?.columns ?? []) {
      if (sequence !== undefined) effects.lock(sequence, 'ACCESS EXCLUSIVE', 'sequence');
    }
  },
  AlterOpFamilyStmt: nothing,
  AlterOperatorStmt: nothing,
  AlterOwnerStmt: nothing,
  AlterPolicyStmt: (effects, node) => {
    if (!('AlterPolicyStmt' in node)) return;
    policy(effects, node.AlterPolicyStmt.table, node);
  },
  AlterPublicationStmt: (effects, node) => {
    if (!('AlterPublicationStmt' in node)) return;
    const { pubname, pubobjects, action } = node.AlterPublicationStmt;
    for (const table of published(effects.catalog, pubobjects)) lockPublished(effects, table);
    // SET takes out what is not in the new list.
    if (action !== 'AP_SetObjects') return;
    for (const table of effects.catalog.publication(pubname ?? '')) {
      effects.lock(table, 'SHARE UPDATE EXCLUSIVE', 'target');
    }
  },
  AlterRoleSetStmt: nothing,
  AlterRoleStmt: nothing,
  AlterSeqStmt: (effects, node) => {
    if (!('AlterSeqStmt' in node)) return;
    const { sequence, options } = node.AlterSeqStmt;
    effects.lock(named(sequence), 'SHARE ROW EXCLUSIVE', 'target');
    lockOwner(effects, options);
  },
  AlterStatsStmt: nothing,
  AlterSubscriptionStmt: nothing,
  AlterSystemStmt: nothing,
  AlterTableSpaceOptionsStmt: nothing,
  AlterTSConfigurationStmt: nothing,
  AlterTSDictionaryStmt: nothing,
  AlterTypeStmt: nothing,
  AlterUserMappingStmt: nothing,
  CallStmt: nothing,
  CheckPointStmt: nothing,
  ClosePortalStmt: nothing,
  ClusterStmt: cluster,
  CommentStmt: comment,
  CompositeTypeStmt: nothing,
  ConstraintsSetStmt: nothing,
  CreateAmStmt: nothing,
  CreateCastStmt: nothing,
  CreateConversionStmt: nothing,
  CreateDomainStmt: nothing,
  CreateEnumStmt: nothing,
  CreateEventTrigStmt: nothing,
  CreateExtensionStmt: nothing,
  CreateFdwStmt: nothing,
  CreateForeignServerStmt: nothing,
  // The server reads a SQL body to check it.
  CreateFunctionStmt: (effects, node, { body }) => {
    if (!('CreateFunctionStmt' in node)) return;
    const { options, sql_body: standardBody } = node.CreateFunctionStmt;
    if (standardBody !== undefined) checkQuery(effects, standardBody);
    const checks = effects.catalog.setting('check_function_bodies');
    if (!isSqlFunction(options) || (checks !== undefined && isOffWord.test(checks))) return;
    for (const { statement } of body) checkQuery(effects, statement.node);
  },
  CreateOpClassStmt: nothing,
  CreateOpFamilyStmt: nothing,
  CreatePLangStmt: nothing,
  CreatePolicyStmt: (effects, node) => {
    if (!('CreatePolicyStmt' in node)) return;
    policy(effects, node.CreatePolicyStmt.table, node);
  },
  CreatePublicationStmt: (effects, node) => {
    if (!('CreatePublicationStmt' in node)) return;
    for (const table of published(effects.catalog, node.CreatePublicationStmt.pubobjects)) {
      lockPublished(effects, table);
    }
  },
  CreateRangeStmt: nothing,
  CreateRoleStmt: nothing,
  CreateSchemaStmt: nothing,
  CreateSeqStmt: (effects, node) => {
    if ('CreateSeqStmt' in node) lockOwner(effects, node.CreateSeqStmt.options);
  },
  CreateStatsStmt: (effects, node) => {
    if (!('CreateStatsStmt' in node)) return;
    for (const relation of relationsRead(effects.catalog, node.CreateStatsStmt.relations)) {
      effects.lock(relation, 'SHARE UPDATE EXCLUSIVE', 'target');
    }
  },
  CreateSubscriptionStmt: nothing,
  CreateTableSpaceStmt: nothing,
  CreateTransformStmt: nothing,
  CreateTrigStmt: (effects, node) => {
    if (!('CreateTrigStmt' in node)) return;
    const { relation, constrrel, row } = node.CreateTrigStmt;
    const isCopied = row === true && effects.relation(named(relation))?.kind === 'partitioned table';
    if (isCopied) effects.lockFamily(named(relation), 'SHARE ROW EXCLUSIVE', 'target');
    else effects.lock(named(relation), 'SHARE ROW EXCLUSIVE', 'target');
    if (constrrel !== undefined) effects.lock(named(constrrel), 'ACCESS SHARE', 'referenced table');
  },
  CreateUserMappingStmt: nothing,
  CreatedbStmt: nothing,
  DeallocateStmt: nothing,
  DeclareCursorStmt: (effects, node) => {
    readRelations(effects, relationsRead(effects.catalog, node));
  },
  DefineStmt: nothing,
  DiscardStmt: nothing,
  DropRoleStmt: nothing,
  DropSubscriptionStmt: nothing,
  DropTableSpaceStmt: nothing,
  DropUserMappingStmt: nothing,
  DropdbStmt: nothing,
  ExecuteStmt: nothing,
  ExplainStmt: (effects, node) => {
    readRelations(effects, relationsRead(effects.catalog, node));
  },
  FetchStmt: nothing,
  GrantRoleStmt: nothing,
  GrantStmt: grant,
  ImportForeignSchemaStmt: nothing,
  ListenStmt: nothing,
  LoadStmt: nothing,
  NotifyStmt: nothing,
  PrepareStmt: nothing,
  RefreshMatViewStmt: refresh,
  ReindexStmt: reindex,
  RuleStmt: (effects, node) => {
    if (!('RuleStmt' in node)) return;
    effects.lock(named(node.RuleStmt.relation), 'ACCESS EXCLUSIVE', 'target');
    nameRelations(effects, relationsRead(effects.catalog, node.RuleStmt.actions));
    for (const changed of relationsChanged(node.RuleStmt.actions)) {
      effects.lock(changed, 'ROW EXCLUSIVE', 'source');
    }
  },
  SecLabelStmt: nothing,
  UnlistenStmt: nothing,
  VacuumStmt: vacuum,
  VariableShowStmt: nothing,
  ViewStmt: (effects, node) => {
    if (!('ViewStmt' in node)) return;
    const { view, query } = node.ViewStmt;
    if (effects.relation(named(view)) !== undefined) effects.lock(named(view), 'ACCESS EXCLUSIVE', 'target');
    nameRelations(effects, relationsRead(effects.catalog, query));
  },
};

/** The relations that statements insert into, update or delete from. */
function relationsChanged(actions: readonly Node[] | undefined): readonly Named[] {
  return (actions ?? []).flatMap((action) => {
    if ('InsertStmt' in action) return [named(action.InsertStmt.relation)];
    if ('UpdateStmt' in action) return [named(action.UpdateStmt.relation)];
    return 'DeleteStmt' in action ? [named(action.DeleteStmt.relation)] : [];
  });
}

/** A policy may ask other tables. */
function policy(effects: EffectsBuilder, table: Parameters<typeof named>[0], node: Node): void {
  effects.lock(named(table), 'ACCESS EXCLUSIVE', 'target');
  const target = effects.catalog.resolve(named(table));
  const reads = relationsRead(effects.catalog, bodyOfPolicy(node));
  nameRelations(
    effects,
    reads.filter(({ schema, name }) => schema !== target.schema || name !== target.name),
  );
}

function bodyOfPolicy(node: Node): unknown {
  if ('CreatePolicyStmt' in node) return [node.CreatePolicyStmt.qual, node.CreatePolicyStmt.with_check];
  return 'AlterPolicyStmt' in node ? [node.AlterPolicyStmt.qual, node.AlterPolicyStmt.with_check] : undefined;
}

/** Children by inheritance are published with their parent; partitions go without saying. */
function lockPublished(effects: EffectsBuilder, table: Named): void {
  if (effects.relation(table)?.kind === 'partitioned table') {
    effects.lock(table, 'SHARE UPDATE EXCLUSIVE', 'target');
  } else effects.lockFamily(table, 'SHARE UPDATE EXCLUSIVE', 'target');
}

/** The body of a function is rewritten as if it would run: what is below views is looked at, too. */
function checkQuery(effects: EffectsBuilder, query: unknown): void {
  for (const name of relationsRead(effects.catalog, query)) nameRelations(effects, effects.withSources(name));
}

const isOffWord = /^(?:off|false|no|0)$/i;

function isSqlFunction(options: readonly Node[] | undefined): boolean {
  return (options ?? []).some((option) => {
    if (!('DefElem' in option) || option.DefElem.defname !== 'language') return false;
    const { arg } = option.DefElem;
    return arg !== undefined && 'String' in arg && arg.String.sval?.toLowerCase() === 'sql';
  });
}

function lockOwner(effects: EffectsBuilder, options: readonly Node[] | undefined): void {
  const owner = ownerNamed(effects.catalog, ownerIn(options) ?? []);
  if (owner !== undefined) effects.lock(owner.relation, 'ACCESS SHARE', 'table that uses it');
}

/** ALTER DOMAIN checks the rows of every table that uses the domain, VALIDATE CONSTRAINT too, while writes wait. */
function alterDomain(effects: EffectsBuilder, node: Node): void {
  if (!('AlterDomainStmt' in node)) return;
  const { typeName, subtype, def } = node.AlterDomainStmt;
  const addsUnchecked = def !== undefined && 'Constraint' in def && def.Constraint.skip_validation === true;
  // The grammar's letters: C adds a constraint, V validates one, O sets NOT NULL.
  if (subtype === undefined || !'CVO'.includes(subtype) || addsUnchecked) return;
  const domain = namedBy(typeName);
  for (const { relation, column } of columnsOfType(effects.catalog, effects.catalog.type(domain) ?? domain)) {
    effects.lock(relation, 'SHARE', 'table that uses it');
    effects.scan(relation);
    if (subtype === 'O') effects.fails(relation, `a row's "${column}" is null`, '23502');
    else effects.fails(relation, `a row's "${column}" breaks the constraint`, '23514');
  }
}

/** COMMENT ON. */
function comment(effects: EffectsBuilder, node: Node): void {
  if (!('CommentStmt' in node)) return;
  const { objtype, object } = node.CommentStmt;
  const parts = object !== undefined && 'List' in object ? strings(object.List.items) : [];
  const nameOfParts = (list: readonly string[]) => ({ schema: list.at(-2), name: list.at(-1) ?? '' });
  switch (objtype) {
    case 'OBJECT_TABLE':
    case 'OBJECT_VIEW':
    case 'OBJECT_MATVIEW':
    case 'OBJECT_FOREIGN_TABLE':
    case 'OBJECT_SEQUENCE':
      effects.lock(nameOfParts(parts), 'SHARE UPDATE EXCLUSIVE', 'target');
      break;
    case 'OBJECT_COLUMN':
      effects.lock(nameOfParts(parts.slice(0, -1)), 'SHARE UPDATE EXCLUSIVE', 'target');
      break;
    case 'OBJECT_INDEX':
      lockNamedIndex(effects, nameOfParts(parts), 'SHARE UPDATE EXCLUSIVE');
      break;
    case 'OBJECT_TABCONSTRAINT':
    case 'OBJECT_TRIGGER':
    case 'OBJECT_POLICY':
    case 'OBJECT_RULE':
      effects.lock(nameOfParts(parts.slice(0, -1)), 'ACCESS SHARE', 'target');
      break;
    default:
      break;
  }
}

/** GRANT and REVOKE lock no table before 18, and hardly then; but they change its row in pg_class. */
function grant(effects: EffectsBuilder, node: Node): void {
  if (!('GrantStmt' in node)) return;
  const { targtype, objtype, objects, privileges } = node.GrantStmt;
  if (objtype !== 'OBJECT_TABLE' && objtype !== 'OBJECT_SEQUENCE') return;
  if (targtype === 'ACL_TARGET_ALL_IN_SCHEMA') {
    for (const schema of strings(objects)) {
      for (const relation of effects.catalog.allRelations(schema)) effects.lockRows(relation, 'in pg_class');
    }
  }
  if (targtype !== 'ACL_TARGET_OBJECT') return;
  // Those of columns are kept with the columns.
  const isOfColumns = (privileges ?? []).some(
    (one) => 'AccessPriv' in one && one.AccessPriv.cols !== undefined,
  );
  for (const object of objects ?? []) {
    if (!('RangeVar' in object)) continue;
    if (effects.major >= 18) effects.lock(named(object.RangeVar), 'ACCESS SHARE', 'target');
    if (!isOfColumns) effects.lockRows(named(object.RangeVar), 'in pg_class');
  }
}
