import type { A_Const, Node } from '@pgsql/types';
import type { Catalog } from '../../catalog/catalog';
import type { NewEnumValue } from '../../catalog/new-enum-values';
import { type Column, type Named, named } from '../../catalog/relation';
import { relationsBelow, strings, walk } from '../../sql/build/reader';
import type { ColumnDefinition, Statement, TypeName } from '../../sql/statement';

/**
 * Where a statement has `value` as a constant of the enum, as the tree says it: in a cast, in a comparison with a column
 * of the type, or as what such a column is given. Other constants of the same letters are text.
 */
export function placeOfEnumValue(
  statement: Statement,
  { type, value }: NewEnumValue,
  catalog: Catalog,
): number | undefined {
  const isType = (other: TypeName | undefined): boolean =>
    other?.name === type.name && (other.schema ?? type.schema) === type.schema;
  const placeIn = (node: Node | undefined): number | undefined =>
    constantsIn(node).find((constant) => constant.sval?.sval === value)?.location;
  const known = columnsInSight(statement, catalog);
  const columns = new Set(known.filter((column) => isType(column.type)).map(({ name }) => name));
  for (const { name, type: own } of newColumns(statement)) if (isType(own)) columns.add(name.text);
  for (const node of [...defaults(statement, columns), ...assigned(statement, columns, known)]) {
    const place = placeIn(node);
    if (place !== undefined) return place;
  }

  const isColumn = (node: Node | undefined): boolean =>
    node !== undefined && 'ColumnRef' in node && columns.has(strings(node.ColumnRef.fields).at(-1) ?? '');
  let found: number | undefined;
  walk(statement.node, (key, node) => {
    if (key === 'TypeCast') {
      const { arg, typeName } = node as { arg?: Node; typeName?: { names?: Node[] } };
      const names = strings(typeName?.names);
      const isCast = names.at(-1) === type.name && (names.length < 2 || names.at(-2) === type.schema);
      if (isCast) found ??= placeIn(arg);
    } else if (key === 'A_Expr') {
      const { lexpr, rexpr } = node as { lexpr?: Node; rexpr?: Node };
      if (isColumn(lexpr)) found ??= placeIn(rexpr);
      if (isColumn(rexpr)) found ??= placeIn(lexpr);
    }
  });
  return found;
}

/** The constants that an operand is: itself, or the elements of a list or an array. A cast makes it one of that type. */
function constantsIn(node: Node | undefined): readonly A_Const[] {
  if (node === undefined) return [];
  if ('A_Const' in node) return [node.A_Const];
  if ('List' in node) return (node.List.items ?? []).flatMap(constantsIn);
  if ('A_ArrayExpr' in node) return (node.A_ArrayExpr.elements ?? []).flatMap(constantsIn);
  return [];
}

/** What CREATE TABLE and ALTER TABLE give the columns as their default. */
function defaults(statement: Statement, columns: ReadonlySet<string>): readonly Node[] {
  const ofNew = newColumns(statement).flatMap(({ name, constraints }) =>
    columns.has(name.text)
      ? constraints.flatMap(({ type, expression }) =>
          type === 'DEFAULT' && expression !== undefined ? [expression.node] : [],
        )
      : [],
  );
  if (statement.kind !== 'AlterTable') return ofNew;
  const set = statement.actions.flatMap((action) =>
    action.type === 'SetDefault' && columns.has(action.column.text) ? [action.expression.node] : [],
  );
  return [...ofNew, ...set];
}

function newColumns(statement: Statement): readonly ColumnDefinition[] {
  if (statement.kind === 'CreateTable') return statement.columns;
  if (statement.kind !== 'AlterTable') return [];
  return statement.actions.flatMap((action) => (action.type === 'AddColumn' ? [action.column] : []));
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
