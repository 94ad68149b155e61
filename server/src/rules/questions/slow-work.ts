import type { Node } from '@pgsql/types';
import type { Catalog } from '../../catalog/catalog';
import { isSame, type Named, type RelationName } from '../../catalog/relation';
import { isEmptied } from '../../catalog/remembered';
import type { Effects } from '../../effects/effects';
import type { DataChange, Statement } from '../../sql/statement';

/**
 * Whether a statement works on rows that there may be many of: those of a relation that is in use. Not so an INSERT of
 * rows that are written down, and a change of rows that one key names.
 */
export function worksOnManyRows(statement: Statement, effects: Effects, catalog: Catalog): boolean {
  if (effects.duration === 'catalog only') return false;
  const worked = workedOn(statement, effects);
  if (worked.some((relation) => mayHaveManyRows(relation, catalog))) return true;
  return statement.kind === 'DataChange' && changesManyRows(statement, catalog);
}

/** The relations whose rows it goes through. A referenced table is looked up as often as the other one has rows. */
function workedOn(
  statement: Statement,
  { rewrites, scans, indexBuilds, locks }: Effects,
): readonly RelationName[] {
  const worked = [...rewrites, ...scans, ...indexBuilds];
  if (statement.kind !== 'AlterTable') return worked;
  return worked.filter((relation) =>
    locks.some((lock) => lock.role !== 'referenced table' && isSame(lock.relation, relation)),
  );
}

/** Whether the relation has rows from before this migration. */
function mayHaveManyRows(name: Named | RelationName, catalog: Catalog): boolean {
  return !catalog.isNew(name) && !isEmptied(catalog, name);
}

function changesManyRows(statement: DataChange, catalog: Catalog): boolean {
  const { operation, relation, reads, node, changesInWith } = statement;
  if (changesInWith.some((change) => changesManyRows(change, catalog))) return true;
  const readsMany = reads.some((name) => mayHaveManyRows(name, catalog));
  if (operation === 'INSERT' || operation === 'COPY') return readsMany && !namesOneRow(node, reads, catalog);
  return (
    relation !== undefined && mayHaveManyRows(relation, catalog) && !namesOneRow(node, [relation], catalog)
  );
}

/** Whether WHERE gives each column of a unique key one value, or some that are written down. */
function namesOneRow(node: Node, [name, ...others]: readonly Named[], catalog: Catalog): boolean {
  if (name === undefined || others.length > 0) return false;
  const given = columnsGiven(whereClauseOf(node));
  const relation = catalog.relation(name);
  // Of an unknown table the keys are unknown; a value for a column is most often meant for one row.
  if (relation === undefined || relation.indexes.length === 0) return given.size > 0;
  return relation.indexes.some(
    ({ unique, columns, predicate }) =>
      unique &&
      predicate === undefined &&
      columns.every(({ column }) => column !== undefined && given.has(column)),
  );
}

function whereClauseOf(node: Node): Node | undefined {
  if ('UpdateStmt' in node) return node.UpdateStmt.whereClause;
  if ('DeleteStmt' in node) return node.DeleteStmt.whereClause;
  if (!('InsertStmt' in node)) return undefined;
  const source = node.InsertStmt.selectStmt;
  return source !== undefined && 'SelectStmt' in source ? source.SelectStmt.whereClause : undefined;
}

/** The columns that a condition compares with constants: `a = 1 AND b IN (2, 3)`. */
function columnsGiven(condition: Node | undefined): ReadonlySet<string> {
  if (condition === undefined) return new Set();
  if ('BoolExpr' in condition && condition.BoolExpr.boolop === 'AND_EXPR') {
    return new Set((condition.BoolExpr.args ?? []).flatMap((part) => [...columnsGiven(part)]));
  }
  if (!('A_Expr' in condition)) return new Set();
  const { kind, name, lexpr, rexpr } = condition.A_Expr;
  const isEqual = JSON.stringify(name ?? []) === '[{"String":{"sval":"="}}]';
  if (!isEqual || (kind !== 'AEXPR_OP' && kind !== 'AEXPR_IN')) return new Set();
  const columns = [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ].flatMap(([column, value]) => (isConstant(value) ? columnIn(column) : []));
  return new Set(columns);
}

function columnIn(node: Node | undefined): readonly string[] {
  const last = node !== undefined && 'ColumnRef' in node ? node.ColumnRef.fields?.at(-1) : undefined;
  return last !== undefined && 'String' in last ? [last.String.sval ?? ''] : [];
}

function isConstant(node: Node | undefined): boolean {
  if (node === undefined) return false;
  if ('TypeCast' in node) return isConstant(node.TypeCast.arg);
  if ('List' in node) return (node.List.items ?? []).every(isConstant);
  return 'A_Const' in node || 'ParamRef' in node;
}
