import type { Node } from '@pgsql/types';
import type { Catalog } from '../../catalog/catalog';
import type { NewEnumValue } from '../../catalog/new-enum-values';
import { type Column, type Named, named } from '../../catalog/relation';
import { relationsBelow, strings, walk } from '../../sql/build/reader';
import type { ColumnDefinition, Statement, TypeName } from '../../sql/statement';

/**
 * Whether a statement has `value` as a constant of the enum: in a cast, in a comparison with a column of the type, or as
 * what such a column is given. Other constants of the same letters are text.
 */
export function usesEnumValue(
  statement: Statement,
  { type, value }: NewEnumValue,
  catalog: Catalog,
): boolean {
  const isType = (other: TypeName | undefined): boolean =>
    other?.name === type.name && (other.schema ?? type.schema) === type.schema;
  const isValue = (node: Node | undefined): boolean => constantsIn(node).includes(value);
  if (newColumns(statement).some((column) => isType(column.type) && isValue(defaultOf(column)))) return true;

  const known = columnsInSight(statement, catalog);
  const columns = new Set(known.filter((column) => isType(column.type)).map(({ name }) => name));
  for (const { name, type: own } of newColumns(statement)) if (isType(own)) columns.add(name.text);
  const isColumn = (node: Node | undefined): boolean =>
    node !== undefined && 'ColumnRef' in node && columns.has(strings(node.ColumnRef.fields).at(-1) ?? '');
  if (statement.kind === 'AlterTable') {
    const isGiven = statement.actions.some(
      (action) =>
        action.type === 'SetDefault' && columns.has(action.column.text) && isValue(action.expression.node),
    );
    if (isGiven) return true;
  }

  if (assigned(statement, columns, known).some(isValue)) return true;
  let isUsed = false;
  walk(statement.node, (key, node) => {
    if (key === 'TypeCast') {
      const { arg, typeName } = node as { arg?: Node; typeName?: { names?: Node[] } };
      const names = strings(typeName?.names);
      const isCast = names.at(-1) === type.name && (names.length < 2 || names.at(-2) === type.schema);
      if (isCast && isValue(arg)) isUsed = true;
    } else if (key === 'A_Expr') {
      const { lexpr, rexpr } = node as { lexpr?: Node; rexpr?: Node };
      if ((isColumn(lexpr) && isValue(rexpr)) || (isColumn(rexpr) && isValue(lexpr))) isUsed = true;
    }
  });
  return isUsed;
}

/** The constants that an operand is: itself, or the elements of a list or an array. A cast makes it one of that type. */
function constantsIn(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if ('A_Const' in node) return node.A_Const.sval === undefined ? [] : [node.A_Const.sval.sval ?? ''];
  if ('List' in node) return (node.List.items ?? []).flatMap(constantsIn);
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).flatMap(constantsIn);
  return [];
}

function newColumns(statement: Statement): readonly ColumnDefinition[] {
  if (statement.kind === 'CreateTable') return statement.columns;
  if (statement.kind !== 'AlterTable') return [];
  return statement.actions.flatMap((action) => (action.type === 'AddColumn' ? [action.column] : []));
}

function defaultOf({ constraints }: ColumnDefinition): Node | undefined {
  return constraints.find(({ type }) => type === 'DEFAULT')?.expression?.node;
}

/** The columns of all relations that the statement names. */
function columnsInSight({ node }: Statement, catalog: Catalog): readonly Column[] {
  const columns: Column[] = [];
  const add = (relation: Named): void => {
    columns.push(...(catalog.relation(relation)?.columns ?? []));
  };
  relationsBelow(node, (relation) => {
    add(named(relation));
  });
  if ('CreatePolicyStmt' in node) add(named(node.CreatePolicyStmt.table));
  if ('AlterPolicyStmt' in node) add(named(node.AlterPolicyStmt.table));
  return columns;
}

/** What UPDATE and INSERT give the columns. */
function assigned(
  { node }: Statement,
  columns: ReadonlySet<string>,
  known: readonly Column[],
): readonly Node[] {
  if ('UpdateStmt' in node) {
    return (node.UpdateStmt.targetList ?? []).flatMap((target) => {
      if (!('ResTarget' in target)) return [];
      const { name, val } = target.ResTarget;
      return val !== undefined && columns.has(name ?? '') ? [val] : [];
    });
  }
  if (!('InsertStmt' in node)) return [];
  const { cols, selectStmt } = node.InsertStmt;
  const names =
    cols?.map((target) => ('ResTarget' in target ? target.ResTarget.name : undefined)) ??
    known.map(({ name }) => name);
  const select = selectStmt !== undefined && 'SelectStmt' in selectStmt ? selectStmt.SelectStmt : {};
  const rows = [
    ...(select.valuesLists ?? []).map((row) => ('List' in row ? (row.List.items ?? []) : [])),
    (select.targetList ?? []).flatMap((target) =>
      'ResTarget' in target && target.ResTarget.val !== undefined ? [target.ResTarget.val] : [],
    ),
  ];
  return rows.flatMap((row) => row.filter((_, index) => columns.has(names[index] ?? '')));
}
