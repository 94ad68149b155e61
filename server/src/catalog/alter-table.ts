import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { AlterTable, AlterTableAction, QualifiedName } from '../sql/statement';
import type { Catalog } from './catalog';
import { setTypeOfTable, typeWithTables } from './composite-types';
import { addConstraint, columnFrom, defaultOf, ownedSequence, setNotNull, editColumn } from './constraints';
import { dropColumn, dropRelation } from './drop';
import { change, changeKnown, family, nameOf, putIndex, resolvedType } from './edit';
import { changeOwner } from './owners';
import { adopt, orphan } from './partitions';
import { type Origin, type RelationName } from './relation';
import { enableRule } from './rewrite-rules';
import { sequenceType } from './sequence-options';
import { alterSequence } from './sequences';
import { enableTriggers } from './triggers';
import { clusteredTables } from './store/tables';
import {
  alterConstraint,
  dropConstraint,
  dropNotNullConstraint,
  spreadConstraints,
  validate,
  definitionOf,
} from './alter-constraints';

export function alterTable(catalog: Catalog, statement: AlterTable, origin: Origin): void {
  if (statement.objectType === 'INDEX') {
    for (const action of statement.actions) attachIndex(catalog, statement.relation, action);
    return;
  }
  const known = catalog.relation(statement.relation);
  if (known === undefined && catalog.index(statement.relation) !== undefined) return;
  const name = catalog.resolve(statement.relation);
  for (const action of inPasses(statement.actions)) {
    replayAction(catalog, name, action, { origin, only: statement.only });
  }
}

/** The server adds columns before the constraints, which may name them, whatever the order of the text. */
function inPasses(actions: readonly AlterTableAction[]): readonly AlterTableAction[] {
  const last = actions.findLastIndex(({ type }) => type === 'AddColumn');
  const first = actions.findIndex(({ type }) => type === 'AddConstraint');
  if (first < 0 || last < first) return actions;
  const isConstraint = (action: AlterTableAction): boolean => action.type === 'AddConstraint';
  return [...actions.filter((one) => !isConstraint(one)), ...actions.filter(isConstraint)];
}

/** What the actions of a statement have in common. */
interface ActionContext {
  readonly origin: Origin;
  /** `ALTER TABLE ONLY`: the children are left alone. */
  readonly only: boolean;
}

/** What one action leaves behind. */
export function replayAction(
  catalog: Catalog,
  name: RelationName,
  action: AlterTableAction,
  { origin, only }: ActionContext,
): void {
  const relations = members(catalog, name, only);
  switch (action.type) {
    case 'AddColumn':
      for (const relation of relations)
        addColumn(catalog, relation, action, origin, relation === relations[0]);
      break;
    case 'DropColumn':
      for (const relation of relations) dropColumn(catalog, relation, action.column.text, action.cascade);
      break;
    case 'SetNotNull':
      for (const relation of relations) setNotNull(catalog, relation, [action.column.text], origin);
      break;
    case 'DropNotNull':
      editColumn(catalog, relations, action.column.text, (column) => ({ ...column, notNull: false }));
      dropNotNullConstraint(catalog, relations, action.column.text);
      break;
    case 'SetDefault':
      editColumn(catalog, relations, action.column.text, (column) => ({
        ...column,
        default: defaultOf(action.expression),
      }));
      break;
    case 'DropDefault':
      editColumn(catalog, relations, action.column.text, (column) => ({ ...column, default: undefined }));
      break;
    case 'AlterColumnType': {
      const type = resolvedType(catalog, action.dataType);
      retypeSequence(catalog, name, action.column.text, type.name);
      editColumn(catalog, relations, action.column.text, (column) => ({
        ...column,
        type,
        collation: action.collation,
      }));
      break;
    }
    case 'AddConstraint':
      addConstraint(catalog, name, action.constraint, origin, {
        node: definitionOf(action),
        isNewTable: false,
      });
      if (!only) spreadConstraints(catalog, name, origin);
      break;
    case 'ValidateConstraint':
      for (const relation of relations) validate(catalog, relation, action.constraint.text, origin);
      break;
    case 'DropConstraint':
      dropConstraint(catalog, name, relations, action.constraint.text);
      break;
    case 'AttachPartition':
      adopt(catalog, name, catalog.resolve(action.partition), action.isDefault, origin);
      break;
    case 'DetachPartition':
      orphan(catalog, name, catalog.resolve(action.partition));
      break;
    case 'Other':
      replayOther(catalog, name, action, origin);
      break;
  }
}

function members(catalog: Catalog, name: RelationName, only: boolean): readonly RelationName[] {
  const relation = catalog.relation(nameOf(name));
  if (relation?.kind === 'composite type') return typeWithTables(catalog, relation);
  return relation === undefined || only ? [name] : family(catalog, relation);
}

/** The sequence of an identity column is of the column's type. */
function retypeSequence(catalog: Catalog, owner: RelationName, name: string, type: string): void {
  const column = catalog.relation(nameOf(owner))?.columns.find((one) => one.name === name);
  if (column?.sequence === undefined || column.identity === undefined) return;
  alterSequence(catalog, column.sequence, [
    { DefElem: { defname: 'as', arg: { TypeName: { names: [{ String: { sval: type } }] } } } },
  ]);
}

function addColumn(
  catalog: Catalog,
  owner: RelationName,
  action: AlterTableAction & { type: 'AddColumn' },
  origin: Origin,
  isTarget: boolean,
): void {
  const { column: definition } = action;
  const before = catalog.relation(nameOf(owner));
  if (before?.columns.some(({ name }) => name === definition.name.text) === true) return;
  const column = columnFrom(catalog, owner, definition, origin);
  change(catalog, owner, (relation) => ({ ...relation, columns: [...relation.columns, column] }));
  if (!isTarget) return;
  const ordered = ['CHECK', 'NOT NULL', 'PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY'];
  for (const type of ordered) {
    for (const constraint of definition.constraints) {
      if (constraint.type !== type || (type === 'NOT NULL' && constraint.name === undefined)) continue;
      addConstraint(catalog, owner, constraint, origin, { isNewTable: false });
    }
  }
  spreadConstraints(catalog, owner, origin);
}

/** ALTER INDEX … ATTACH PARTITION. */
function attachIndex(catalog: Catalog, parent: QualifiedName, action: AlterTableAction): void {
  if (action.type !== 'AttachPartition') return;
  const whole = catalog.index(parent);
  const part = catalog.index(action.partition);
  if (whole === undefined || part === undefined) return;
  putIndex(catalog, part.relation, {
    ...part.index,
    parent: { schema: whole.relation.schema, name: whole.index.name },
  });
}

type OtherAction = AlterTableAction & { type: 'Other' };

function replayOther(catalog: Catalog, name: RelationName, action: OtherAction, origin: Origin): void {
  const column = action.name ?? '';
  switch (action.subtype) {
    case 'AT_EnableRowSecurity':
    case 'AT_DisableRowSecurity': {
      const rowSecurity = action.subtype === 'AT_EnableRowSecurity';
      change(catalog, name, (relation) => ({ ...relation, rowSecurity }));
      break;
    }
    case 'AT_ForceRowSecurity':
    case 'AT_NoForceRowSecurity': {
      const forceRowSecurity = action.subtype === 'AT_ForceRowSecurity';
      changeKnown(catalog, name, (relation) => ({ ...relation, forceRowSecurity }));
      break;
    }
    case 'AT_ChangeOwner':
      changeOwner(
        catalog,
        name,
        'AlterTableCmd' in action.node ? action.node.AlterTableCmd.newowner : undefined,
      );
      break;
    case 'AT_SetLogged':
    case 'AT_SetUnLogged': {
      const persistence = action.subtype === 'AT_SetLogged' ? 'permanent' : 'unlogged';
      changeKnown(catalog, name, (relation) => ({ ...relation, persistence }));
      for (const { sequence } of catalog.relation(name)?.columns ?? []) {
        if (sequence !== undefined)
          changeKnown(catalog, sequence, (relation) => ({ ...relation, persistence }));
      }
      break;
    }
    case 'AT_AddIdentity': {
      const known = catalog.relation(nameOf(name))?.columns.find((one) => one.name === column);
      const sequence = ownedSequence(catalog, name, column, origin, {
        type: sequenceType(known?.type?.name),
        nodes: optionsOf(action),
      });
      editColumn(catalog, [name], column, (before) => ({
        ...before,
        identity: isAlways(action) ? 'always' : 'by default',
        notNull: true,
        sequence,
      }));
      break;
    }
    case 'AT_SetIdentity': {
      const own = catalog.relation(nameOf(name))?.columns.find((one) => one.name === column)?.sequence;
      if (own !== undefined) alterSequence(catalog, own, optionsOf(action));
      editColumn(catalog, [name], column, (before) => ({
        ...before,
        identity: /generated\s+always/i.test(JSON.stringify(action.node)) ? 'always' : before.identity,
      }));
      break;
    }
    case 'AT_DropIdentity': {
      const sequence = catalog.relation(nameOf(name))?.columns.find((one) => one.name === column)?.sequence;
      if (sequence !== undefined) dropRelation(catalog, sequence);
      editColumn(catalog, [name], column, (before) => ({
        ...before,
        identity: undefined,
        sequence: undefined,
      }));
      break;
    }
    case 'AT_DropExpression':
      editColumn(catalog, [name], column, (before) => ({
        ...before,
        generated: undefined,
        generation: undefined,
      }));
      break;
    case 'AT_AddInherit':
    case 'AT_DropInherit': {
      const parent = otherRelation(action);
      if (parent === undefined) break;
      if (action.subtype === 'AT_AddInherit') adopt(catalog, catalog.resolve(parent), name, false, origin);
      else orphan(catalog, catalog.resolve(parent), name);
      break;
    }
    case 'AT_AddOf':
    case 'AT_DropOf': {
      const type = otherRelation(action);
      setTypeOfTable(catalog, name, type === undefined ? undefined : catalog.resolve(type));
      break;
    }
    case 'AT_ClusterOn':
      setClustered(catalog, name, true);
      break;
    case 'AT_DropCluster':
      setClustered(catalog, name, false);
      break;
    case 'AT_AlterConstraint':
      alterConstraint(catalog, name, action);
      break;
    default:
      if (!enableTriggers(catalog, name, action)) enableRule(catalog, name, action);
      break;
  }
}

/** CLUSTER ON, CLUSTER … USING and SET WITHOUT CLUSTER. */
export function setClustered(catalog: Catalog, { schema, name }: RelationName, isClustered: boolean): void {
  catalog.set(clusteredTables.at(schema, name), isClustered ? true : undefined);
}

/** What ADD GENERATED and SET say of the sequence. */
function optionsOf(action: OtherAction): readonly Node[] | undefined {
  const definition = definitionOf(action);
  if (definition === undefined) return undefined;
  if ('Constraint' in definition) return definition.Constraint.options;
  return 'List' in definition ? definition.List.items : undefined;
}

function isAlways(action: OtherAction): boolean {
  const definition = definitionOf(action);
  return (
    definition !== undefined && 'Constraint' in definition && definition.Constraint.generated_when === 'a'
  );
}

/** The relation that INHERIT and OF name. */
export function otherRelation(action: AlterTableAction): QualifiedName | undefined {
  const definition = definitionOf(action);
  const range = { start: 0, end: 0 };
  if (definition === undefined) return undefined;
  if ('RangeVar' in definition) {
    return { schema: definition.RangeVar.schemaname, name: definition.RangeVar.relname ?? '', range };
  }
  if (!('TypeName' in definition)) return undefined;
  const names = strings(definition.TypeName.names);
  return { schema: names.length > 1 ? names.at(-2) : undefined, name: names.at(-1) ?? '', range };
}
