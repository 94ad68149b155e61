import type { Node } from '@pgsql/types';
import { strings, walk } from '../sql/build/reader';
import { quoteIdentifier } from '../sql/print';
import { tokenize } from '../sql/scanner';
import { applyEdits, type Edit } from '../sql/text';
import type { StoredExpression } from './relation';

/** The columns that an expression names, each once, in the order of the text. `*` stands for a whole row. */
export function columnsIn(node: unknown): readonly string[] {
  const columns = new Set<string>();
  walk({ node }, (key, value) => {
    if (key !== 'ColumnRef') return;
    const fields = (value as { fields?: readonly Node[] }).fields ?? [];
    const last = fields.at(-1);
    if (last !== undefined) columns.add('A_Star' in last ? '*' : (strings([last])[0] ?? ''));
  });
  return [...columns];
}

/** Whether an expression or a query uses the column. */
export function usesColumn(node: unknown, column: string): boolean {
  const columns = columnsIn(node);
  return columns.includes(column) || columns.includes('*');
}

/** The same expression with another name for one of its columns. */
export function renameColumnIn(expression: StoredExpression, from: string, to: string): StoredExpression {
  if (!columnsIn(expression.node).includes(from)) return expression;
  const { uses } = expression;
  const own = uses?.own.map((column) => (column === from ? to : column));
  return {
    ...(uses === undefined || own === undefined ? {} : { uses: { ...uses, own } }),
    node: renamedColumn(expression.node, from, to) as Node,
    text: applyEdits(expression.text, placesOf(expression.text, from, quoteIdentifier(to))),
    range: expression.range,
  };
}

/** Where a text names the column: not as a function, nor as what stands before a dot. */
function placesOf(text: string, column: string, replacement: string): readonly Edit[] {
  const tokens = tokenize(text);
  return tokens.flatMap(({ kind, text: name, start, end }, index) => {
    const isName = (kind === 'word' || kind === 'quoted identifier') && name === column;
    const next = tokens[index + 1]?.text;
    return isName && next !== '(' && next !== '.' ? [{ range: { start, end }, text: replacement }] : [];
  });
}

function renamedColumn(node: unknown, from: string, to: string): unknown {
  if (Array.isArray(node)) return node.map((item) => renamedColumn(item, from, to));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (key !== 'ColumnRef') return [key, renamedColumn(value, from, to)];
      const reference = value as { fields?: readonly Node[] };
      const fields = (reference.fields ?? []).map((field, index, all) =>
        index === all.length - 1 && 'String' in field && field.String.sval === from
          ? { String: { sval: to } }
          : field,
      );
      return [key, { ...reference, fields }];
    }),
  );
}

/** The parts of an expression that must all hold: `a AND (b AND c)` is a, b and c. */
export function conjuncts(node: Node): readonly Node[] {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'AND_EXPR') {
    return (node.BoolExpr.args ?? []).flatMap(conjuncts);
  }
  return [node];
}

/** The parts of an expression of which one must hold. */
export function disjuncts(node: Node): readonly Node[] {
  if ('BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR') {
    return (node.BoolExpr.args ?? []).flatMap(disjuncts);
  }
  return [node];
}

/** The column, when the expression is nothing but that column. */
export function columnOf(node: Node | undefined): string | undefined {
  if (node === undefined || !('ColumnRef' in node)) return undefined;
  return strings(node.ColumnRef.fields).at(-1);
}

/** Whether `node` holds only for rows in which `column` is not null, as the server's own prover sees it. */
export function impliesNotNull(node: Node, column: string): boolean {
  return conjuncts(node).some((part) => {
    if ('NullTest' in part) {
      return part.NullTest.nulltesttype === 'IS_NOT_NULL' && columnOf(part.NullTest.arg) === column;
    }
    if (!('BoolExpr' in part) || part.BoolExpr.boolop !== 'NOT_EXPR') return false;
    const [denied] = part.BoolExpr.args ?? [];
    if (denied === undefined || !('NullTest' in denied)) return false;
    return denied.NullTest.nulltesttype === 'IS_NULL' && columnOf(denied.NullTest.arg) === column;
  });
}

/** Whether an expression is NULL, with a cast or without. */
export function isNullConstant(node: Node): boolean {
  if ('TypeCast' in node) return node.TypeCast.arg !== undefined && isNullConstant(node.TypeCast.arg);
  return 'A_Const' in node && node.A_Const.isnull === true;
}
