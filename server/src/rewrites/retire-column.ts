import { columnOf, conjuncts } from '../catalog/expressions';
import type { Column, Relation } from '../catalog/relation';
import type { Node } from '@pgsql/types';
import { primaryKeyOf, type UniqueKey } from './unique-key';

/** The assignment that takes a row out of a partial index: `closed_at = now()` for `WHERE closed_at IS NULL`. */
export interface Retirement {
  readonly column: string;
  readonly value: string;
  /** False when the row loses what it had: a column that the predicate wants NOT NULL becomes NULL. */
  readonly keepsData: boolean;
}

/** The assignments that make the predicate false and need no decision of the author's; those that lose nothing first. */
export function retirements(key: UniqueKey, relation: Relation | undefined): readonly Retirement[] {
  if (key.predicate === undefined || relation === undefined) return [];
  const found = conjuncts(key.predicate.node).flatMap((part) => retirement(part, relation) ?? []);
  const primaryKey = primaryKeyOf(relation);
  return found
    .filter(({ column }) => !primaryKey.includes(column))
    .sort((a, b) => Number(b.keepsData) - Number(a.keepsData));
}

function retirement(part: Node, relation: Relation): Retirement | undefined {
  if ('NullTest' in part) {
    const column = settable(part.NullTest.arg, relation);
    if (column === undefined) return undefined;
    if (part.NullTest.nulltesttype === 'IS_NULL') {
      const value = currentTime(column);
      return value === undefined ? undefined : { column: column.name, value, keepsData: true };
    }
    return column.notNull ? undefined : { column: column.name, value: 'NULL', keepsData: false };
  }
  return flag(part, relation);
}

/** `is_active`, `NOT archived`, `is_active = true`, `archived IS NOT TRUE`. */
function flag(part: Node, relation: Relation): Retirement | undefined {
  const result = (node: Node | undefined, wanted: boolean): Retirement | undefined => {
    const column = settable(node, relation);
    const isBoolean = column?.type?.name === 'bool' || column?.type?.name === 'boolean';
    if (column === undefined || !isBoolean || column.type.isArray) return undefined;
    return { column: column.name, value: wanted ? 'false' : 'true', keepsData: true };
  };
  if ('ColumnRef' in part) return result(part, true);
  if ('BoolExpr' in part && part.BoolExpr.boolop === 'NOT_EXPR')
    return result(part.BoolExpr.args?.[0], false);
  if ('BooleanTest' in part) {
    const { arg, booltesttype } = part.BooleanTest;
    if (booltesttype === 'IS_TRUE' || booltesttype === 'IS_NOT_FALSE') return result(arg, true);
    if (booltesttype === 'IS_FALSE' || booltesttype === 'IS_NOT_TRUE') return result(arg, false);
    return undefined;
  }
  if ('A_Expr' in part && part.A_Expr.kind === 'AEXPR_OP') {
    const [operator] = part.A_Expr.name ?? [];
    if (operator === undefined || !('String' in operator) || operator.String.sval !== '=') return undefined;
    const { rexpr } = part.A_Expr;
    if (rexpr === undefined || !('A_Const' in rexpr) || rexpr.A_Const.boolval === undefined) return undefined;
    return result(part.A_Expr.lexpr, rexpr.A_Const.boolval.boolval === true);
  }
  return undefined;
}

function settable(node: Node | undefined, relation: Relation): Column | undefined {
  const name = columnOf(node);
  return relation.columns.find((column) => column.name === name && column.generated === undefined);
}

function currentTime({ type }: Column): string | undefined {
  if (type === undefined || type.isArray) return undefined;
  if (type.name === 'timestamptz' || type.name === 'timestamp') return 'now()';
  return type.name === 'date' ? 'current_date' : undefined;
}
