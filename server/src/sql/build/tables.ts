import type { AlterTableCmd, AlterTableStmt, CreateStmt, IntoClause, Node, RangeVar } from '@pgsql/types';
import type { AlterTable, AlterTableAction, CreateTable, QualifiedName } from '../statement';
import type { Range } from '../text';
import { type Base, objectTypeName, relations } from './base';
import { columnDefinition, constraintDefinition } from './constraints';
import { collationName, type Reader } from './reader';

export function createTable(
  reader: Reader,
  stmt: CreateStmt,
  base: Base,
  objectType: CreateTable['objectType'],
): CreateTable {
  const relation = reader.relation(stmt.relation);
  const open = reader.find(['('], reader.indexAt(relation.range.end));
  const elements = open === undefined ? [] : reader.elements(open + 1, reader.closing(open));
  const nodes = stmt.tableElts ?? [];
  const partitionOf = stmt.partbound === undefined ? undefined : firstRelation(reader, stmt.inhRelations);
  return {
    kind: 'CreateTable',
    relation,
    ifNotExists: stmt.if_not_exists === true,
    persistence: persistence(stmt.relation),
    columns: nodes.flatMap((node, index) => {
      const { first, last } = elements[index] ?? { first: 0, last: 0 };
      return 'ColumnDef' in node ? [columnDefinition(reader, node.ColumnDef, first, last)] : [];
    }),
    constraints: nodes.flatMap((node, index) =>
      'Constraint' in node ? [constraintDefinition(reader, node.Constraint, elements[index]?.last ?? 0)] : [],
    ),
    partitionOf,
    isDefaultPartition: stmt.partbound?.is_default === true,
    partitioned: stmt.partspec !== undefined,
    inherits: partitionOf === undefined ? relations(reader, stmt.inhRelations) : [],
    like: nodes.flatMap((node) =>
      'TableLikeClause' in node ? [reader.relation(node.TableLikeClause.relation)] : [],
    ),
    isFromQuery: false,
    objectType,
    ...base,
  };
}

/** CREATE TABLE … AS, CREATE MATERIALIZED VIEW and SELECT … INTO. */
export function tableFromQuery(
  reader: Reader,
  into: IntoClause | undefined,
  base: Base,
  objectType: CreateTable['objectType'],
  ifNotExists: boolean,
): CreateTable {
  return {
    kind: 'CreateTable',
    relation: reader.relation(into?.rel),
    ifNotExists,
    persistence: persistence(into?.rel),
    columns: [],
    constraints: [],
    partitionOf: undefined,
    isDefaultPartition: false,
    partitioned: false,
    inherits: [],
    like: [],
    isFromQuery: true,
    objectType,
    ...base,
  };
}

function persistence(relation: RangeVar | undefined): CreateTable['persistence'] {
  if (relation?.relpersistence === 't' || relation?.schemaname === 'pg_temp') return 'temporary';
  return relation?.relpersistence === 'u' ? 'unlogged' : 'permanent';
}

function firstRelation(reader: Reader, nodes: readonly Node[] | undefined): QualifiedName | undefined {
  return relations(reader, nodes)[0];
}

export function alterTable(reader: Reader, stmt: AlterTableStmt, base: Base): AlterTable {
  const relation = reader.relation(stmt.relation);
  let first = reader.indexAt(relation.range.end);
  if (reader.token(first)?.text === '*') first++;
  const elements = reader.elements(first, reader.tokens.length);
  return {
    kind: 'AlterTable',
    objectType: objectTypeName(stmt.objtype),
    relation,
    ifExists: stmt.missing_ok === true,
    only: stmt.relation?.inh !== true,
    actions: (stmt.cmds ?? []).flatMap((node, index) =>
      'AlterTableCmd' in node
        ? [
            action(
              reader,
              node.AlterTableCmd,
              node,
              elements[index] ?? { first, last: reader.tokens.length - 1 },
            ),
          ]
        : [],
    ),
    ...base,
  };
}

function action(
  reader: Reader,
  cmd: AlterTableCmd,
  node: Node,
  { first, last }: { first: number; last: number },
): AlterTableAction {
  const base = { range: reader.range(first, last), node };
  const column = { text: cmd.name ?? '', range: columnRange(reader, first, last) };
  const ifExists = cmd.missing_ok === true;
  const cascade = cmd.behavior === 'DROP_CASCADE';
  const definition = cmd.def;
  switch (cmd.subtype) {
    case 'AT_AddColumn':
      if (definition === undefined || !('ColumnDef' in definition)) break;
      return {
        type: 'AddColumn',
        column: columnDefinition(
          reader,
          definition.ColumnDef,
          reader.indexAt(reader.offset(definition.ColumnDef.location)),
          last,
        ),
        ifNotExists: ifExists,
        ...base,
      };
    case 'AT_DropColumn':
      return { type: 'DropColumn', column, ifExists, cascade, ...base };
    case 'AT_SetNotNull':
      return { type: 'SetNotNull', column, ...base };
    case 'AT_DropNotNull':
      return { type: 'DropNotNull', column, ...base };
    case 'AT_ColumnDefault': {
      if (definition === undefined) return { type: 'DropDefault', column, ...base };
      const keyword = reader.find(['default'], first, last + 1) ?? first;
      return {
        type: 'SetDefault',
        column,
        expression: reader.expression(definition, keyword + 1, last),
        ...base,
      };
    }
    case 'AT_AlterColumnType': {
      if (definition === undefined || !('ColumnDef' in definition)) break;
      const { ColumnDef: to } = definition;
      const using = reader.find(['using'], first, last + 1);
      return {
        type: 'AlterColumnType',
        column,
        dataType: reader.type(to.typeName, last + 1),
        collation: collationName(to.collClause?.collname),
        using:
          to.raw_default === undefined || using === undefined
            ? undefined
            : reader.expression(to.raw_default, using + 1, last),
        ...base,
      };
    }
    case 'AT_AddConstraint':
      if (definition === undefined || !('Constraint' in definition)) break;
      return {
        type: 'AddConstraint',
        constraint: constraintDefinition(reader, definition.Constraint, last),
        ...base,
      };
    case 'AT_ValidateConstraint':
      return {
        type: 'ValidateConstraint',
        constraint: { text: cmd.name ?? '', range: column.range },
        ...base,
      };
    case 'AT_DropConstraint':
      return { type: 'DropConstraint', constraint: column, ifExists, cascade, ...base };
    case 'AT_AttachPartition':
    case 'AT_DetachPartition':
    case 'AT_DetachPartitionFinalize': {
      if (definition === undefined || !('PartitionCmd' in definition)) break;
      const partition = reader.relation(definition.PartitionCmd.name);
      if (cmd.subtype === 'AT_AttachPartition') {
        const isDefault = definition.PartitionCmd.bound?.is_default === true;
        return { type: 'AttachPartition', partition, isDefault, ...base };
      }
      return {
        type: 'DetachPartition',
        partition,
        concurrently: definition.PartitionCmd.concurrent === true,
        finalize: cmd.subtype === 'AT_DetachPartitionFinalize',
        ...base,
      };
    }
    default:
      break;
  }
  return { type: 'Other', subtype: cmd.subtype ?? '', name: cmd.name, ...base };
}

/** Words between the action's keyword and the name that it is about. */
const beforeName = new Set(['alter', 'drop', 'validate', 'column', 'constraint', 'if', 'exists']);

/** Where the column or constraint of an action is named. */
function columnRange(reader: Reader, first: number, last: number): Range {
  for (let index = first; index <= last; index++) {
    const token = reader.token(index);
    if (token === undefined) break;
    if (index > first && (token.kind === 'quoted identifier' || !beforeName.has(token.text))) {
      return reader.range(index, index);
    }
  }
  return reader.range(first, last);
}
