import type { A_Expr, Node, SelectStmt } from '@pgsql/types';

/**
 * Makes long chains flat: of `a || b || c || …` and `select … union all select …` each part has all parts before it as
 * its left operand, so that the tree is as deep as the chain is long. Here the parts are put together in halves, which
 * means the same: these operators do not care which two of them come first. Seeds have chains of thousands.
 */
export function flattenChains(tree: Node): void {
  const pending: object[] = [tree];
  for (let holder = pending.pop(); holder !== undefined; holder = pending.pop()) {
    for (const [key, value] of Object.entries(holder) as [string, unknown][]) {
      if (typeof value !== 'object' || value === null) continue;
      if (key === 'A_Expr') flattenOperators(value);
      else if (key === 'SelectStmt' || queryKeys.has(key)) flattenSetOperations(value);
      pending.push(value);
    }
  }
}

/** Where a query stands without the name of its node. */
const queryKeys: ReadonlySet<string> = new Set(['larg', 'rarg']);

const associative: ReadonlySet<string> = new Set(['||', '+', '*']);

function operatorOf({ kind, name }: A_Expr): string | undefined {
  const [first, ...others] = name ?? [];
  if (kind !== 'AEXPR_OP' || first === undefined || others.length > 0 || !('String' in first))
    return undefined;
  return associative.has(first.String.sval ?? '') ? first.String.sval : undefined;
}

function flattenOperators(top: A_Expr): void {
  const operator = operatorOf(top);
  if (operator === undefined) return;
  const operands: Node[] = [];
  let left = top;
  for (;;) {
    if (left.rexpr === undefined || left.lexpr === undefined) return;
    operands.push(left.rexpr);
    if (!('A_Expr' in left.lexpr) || operatorOf(left.lexpr.A_Expr) !== operator) break;
    left = left.lexpr.A_Expr;
  }
  operands.push(left.lexpr);
  if (operands.length < shortestChain) return;
  operands.reverse();
  const model = { ...top };
  const [lexpr, rexpr] = halves(operands, (left, right): Node => ({
    A_Expr: { ...model, lexpr: left, rexpr: right },
  }));
  Object.assign(top, { lexpr, rexpr });
}

function flattenSetOperations(top: SelectStmt): void {
  const { op, all } = top;
  // Of EXCEPT, the order matters.
  if (op !== 'SETOP_UNION' && op !== 'SETOP_INTERSECT') return;
  const queries: SelectStmt[] = [];
  let left = top;
  for (;;) {
    if (left.rarg === undefined || left.larg === undefined) return;
    queries.push(left.rarg);
    if (left.larg.op !== op || left.larg.all !== all || hasOwnClauses(left.larg)) break;
    left = left.larg;
  }
  queries.push(left.larg);
  if (queries.length < shortestChain) return;
  queries.reverse();
  const model: SelectStmt = {
    limitOption: 'LIMIT_OPTION_DEFAULT',
    op,
    ...(all === undefined ? {} : { all }),
  };
  const [larg, rarg] = halves(queries, (left, right): SelectStmt => ({ ...model, larg: left, rarg: right }));
  Object.assign(top, { larg, rarg });
}

/** ORDER BY, LIMIT and the like, which are those of this part of the chain, in parentheses, only. */
function hasOwnClauses({
  sortClause,
  limitCount,
  limitOffset,
  lockingClause,
  withClause,
}: SelectStmt): boolean {
  return [sortClause, limitCount, limitOffset, lockingClause, withClause].some(
    (clause) => clause !== undefined,
  );
}

/** Shorter ones are left as they are. */
const shortestChain = 16;

/** The two halves of a list, in each of which two by two are put together, and so on. */
function halves<Part>(parts: readonly Part[], pair: (left: Part, right: Part) => Part): readonly Part[] {
  let level = parts;
  while (level.length > 2) {
    const above: Part[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left, right] = level.slice(index, index + 2);
      if (left !== undefined) above.push(right === undefined ? left : pair(left, right));
    }
    level = above;
  }
  return level;
}
