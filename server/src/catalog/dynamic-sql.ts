import type { Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import { parseFile } from '../sql/parse';
import type { Statement } from '../sql/statement';

/** The values of a routine's parameters, as text, by name and by `$1`. */
export type Bindings = ReadonlyMap<string, string>;

/**
 * The statements of EXECUTE with this expression, when its text follows from constants and the values of parameters;
 * undefined when it does not.
 */
export function executedStatements(expression: string, bindings: Bindings): readonly Statement[] | undefined {
  const text = valueOf(expressionNode(expression), bindings);
  if (text === undefined) return undefined;
  const statements: Statement[] = [];
  for (const { parsed } of parseFile(text).statements) {
    if (parsed.statement === undefined) return undefined;
    statements.push(parsed.statement);
  }
  return statements;
}

function expressionNode(expression: string): Node | undefined {
  const select = parseFile(`SELECT ${expression}`).statements[0]?.parsed.statement?.node;
  const [target] = select !== undefined && 'SelectStmt' in select ? (select.SelectStmt.targetList ?? []) : [];
  return target !== undefined && 'ResTarget' in target ? target.ResTarget.val : undefined;
}

/** The text that an expression gives; undefined when it depends on more than constants. */
export function valueOf(node: Node | undefined, bindings: Bindings): string | undefined {
  if (node === undefined) return undefined;
  if ('TypeCast' in node) return valueOf(node.TypeCast.arg, bindings);
  if ('ColumnRef' in node) return bindings.get(strings(node.ColumnRef.fields).at(-1) ?? '');
  if ('ParamRef' in node) return bindings.get(`$${node.ParamRef.number ?? 0}`);
  if ('A_Const' in node) {
    const { sval, ival } = node.A_Const;
    if (sval !== undefined) return sval.sval ?? '';
    return ival === undefined ? undefined : String(ival.ival ?? 0);
  }
  if ('A_Expr' in node) {
    const [left, right] = [valueOf(node.A_Expr.lexpr, bindings), valueOf(node.A_Expr.rexpr, bindings)];
    const isJoin = strings(node.A_Expr.name).join() === '||';
    return isJoin && left !== undefined && right !== undefined ? left + right : undefined;
  }
  if (!('FuncCall' in node)) return undefined;
  const [first, ...others] = (node.FuncCall.args ?? []).map((arg) => valueOf(arg, bindings));
  const name = strings(node.FuncCall.funcname).at(-1);
  if (first === undefined) return undefined;
  if (name === 'quote_ident') return quotedIdentifier(first);
  if (name === 'quote_literal') return quotedLiteral(first);
  return name === 'format' ? formatted(first, others) : undefined;
}

/** format(): `%s`, `%I`, `%L`, and with a position `%1$I`. */
function formatted(pattern: string, values: readonly (string | undefined)[]): string | undefined {
  let next = 0;
  const unknown: number[] = [];
  const text = pattern.replace(
    /%(?:(\d+)\$)?([sIL%])/g,
    (_whole, position: string | undefined, kind: string) => {
      if (kind === '%') return '%';
      const index = position === undefined ? next : Number(position) - 1;
      next = index + 1;
      const value = values[index];
      if (value === undefined) unknown.push(index);
      if (kind === 'I') return quotedIdentifier(value ?? '');
      return kind === 'L' ? quotedLiteral(value ?? '') : (value ?? '');
    },
  );
  return unknown.length === 0 ? text : undefined;
}

/** Quotes that are not needed do no harm. */
function quotedIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function quotedLiteral(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
