import type { A_Expr, A_Indirection, ColumnRef, Node, SubLink } from '@pgsql/types';
import { collationName, strings } from '../../sql/build/reader';
import { callOf } from './calls';
import { fieldsOf } from './fields';
import { constantValue, valueFunctionType, xmlType } from './constants';
import { jsonValue } from './json';
import { resultOf } from './polymorphic';
import { resolveOperator } from './resolution';
import { commonNoted, noteLiterals, noteRelationNamed, noteType } from './notes';
import { lookUp, lookUpIn, type Reading, type Scope, sourceNamed } from './scope';
import {
  arrayOf,
  baseOf,
  builtin,
  commonCollation,
  elementOf,
  isSameType,
  isUnknownLiteral,
  type OutputColumn,
  type Value,
  valueOfNode,
  withCollation,
} from './value';

/** Reads whatever stands in a part of a query, for the columns that it uses. */
export function visit(part: unknown, scope: Scope, reading: Reading): void {
  if (Array.isArray(part)) {
    for (const item of part) visit(item, scope, reading);
    return;
  }
  if (typeof part !== 'object' || part === null) return;
  const [key = '', second] = Object.keys(part);
  if (second === undefined && /^[A-Z]/.test(key)) valueOf(part as Node, scope, reading);
  else for (const value of Object.values(part)) visit(value, scope, reading);
}

/** The type of an expression, as far as it can be known. Whatever columns it uses are noted. */
export function valueOf(node: Node | undefined, scope: Scope, reading: Reading): Value | undefined {
  if (node === undefined) return undefined;
  const { catalog } = reading;
  const inner = (part: Node | undefined) => valueOf(part, scope, reading);
  const all = (parts: readonly Node[] | undefined) => (parts ?? []).map(inner);
  if ('ColumnRef' in node) return columnRef(node.ColumnRef, scope, reading);
  if ('A_Const' in node) return constantValue(node.A_Const);
  if ('FuncCall' in node) return callOf(node.FuncCall, scope, reading).value;
  if ('A_Expr' in node) return operation(node.A_Expr, scope, reading);
  if ('TypeCast' in node) {
    const { arg, typeName } = node.TypeCast;
    const from = inner(arg);
    const to = valueOfNode(typeName, catalog);
    if (to?.name === 'regclass' && from !== undefined && isUnknownLiteral(from))
      noteRelationNamed(arg, reading);
    // A value that is of the type already is taken as it is.
    if (to !== undefined && (from === undefined || !isSameType(from, to))) noteType(to, reading);
    return to === undefined ? undefined : withCollation(to, commonCollation([from]), catalog);
  }
  if ('CollateClause' in node) {
    const value = inner(node.CollateClause.arg);
    const name = collationName(node.CollateClause.collname);
    const text = value !== undefined && isUnknownLiteral(value) ? builtin('text') : value;
    return text === undefined ? undefined : { ...text, collation: name === 'default' ? undefined : name };
  }
  if ('CaseExpr' in node) {
    const { arg, args, defresult } = node.CaseExpr;
    const compared = inner(arg);
    // The server begins with ELSE, which is NULL when it is not there.
    const results = (args ?? []).map((when) => {
      if (!('CaseWhen' in when)) return undefined;
      const condition = inner(when.CaseWhen.expr);
      if (arg !== undefined) noteLiterals([compared, condition], compared, reading);
      return inner(when.CaseWhen.result);
    });
    const otherwise = defresult === undefined ? builtin('unknown') : inner(defresult);
    return commonNoted([otherwise, ...results], reading);
  }
  if ('CoalesceExpr' in node) return commonNoted(all(node.CoalesceExpr.args), reading);
  if ('MinMaxExpr' in node) return commonNoted(all(node.MinMaxExpr.args), reading);
  if ('A_ArrayExpr' in node) {
    const element = commonNoted(all(node.A_ArrayExpr.elements), reading);
    return element === undefined || node.A_ArrayExpr.elements === undefined ? undefined : arrayOf(element);
  }
  if ('SubLink' in node) return subquery(node.SubLink, scope, reading);
  if ('A_Indirection' in node) return indirection(node.A_Indirection, scope, reading);
  if ('RowExpr' in node) {
    for (const arg of node.RowExpr.args ?? []) expandedOrOwn(arg, scope, reading);
    return builtin('record');
  }
  if ('NamedArgExpr' in node) return inner(node.NamedArgExpr.arg);
  if ('SQLValueFunction' in node) return valueFunctionType(node.SQLValueFunction);
  visit(Object.values(node), scope, reading);
  const fixed = fixedTypes[Object.keys(node)[0] ?? ''];
  if (fixed !== undefined) return builtin(fixed);
  if ('XmlExpr' in node) return xmlType(node.XmlExpr);
  if ('XmlSerialize' in node) return valueOfNode(node.XmlSerialize.typeName, catalog);
  return jsonValue(node, catalog);
}

/** Nodes that are always of one type. */
const fixedTypes: Readonly<Record<string, string | undefined>> = {
  BoolExpr: 'bool',
  BooleanTest: 'bool',
  GroupingFunc: 'int4',
  JsonIsPredicate: 'bool',
  MergeSupportFunc: 'text',
  NullTest: 'bool',
};

function columnRef({ fields = [] }: ColumnRef, scope: Scope, reading: Reading): Value | undefined {
  const names = strings(fields);
  const [name, qualifier, schema] = [...names].reverse();
  if (name === undefined) return undefined;
  // `t.*` as an argument is a whole row.
  if (names.length < fields.length) return sourceNamed({ schema: qualifier, name }, scope)?.row;
  if (qualifier === undefined) return lookUp(name, scope, reading);
  return lookUpIn({ schema, name: qualifier }, name, scope, reading);
}

/** The columns of `*`, `t.*` or `(row).*`; undefined for what is no such thing. */
export function expansion(
  node: Node | undefined,
  scope: Scope,
  reading: Reading,
): { readonly columns: readonly OutputColumn[]; readonly isComplete: boolean } | undefined {
  if (node === undefined) return undefined;
  if ('ColumnRef' in node) {
    const { fields = [] } = node.ColumnRef;
    const names = strings(fields);
    if (names.length === fields.length) return undefined;
    const [name, schema] = [...names].reverse();
    const source = name === undefined ? scope : sourceNamed({ schema, name }, scope);
    if (source === undefined) return { columns: [], isComplete: false };
    for (const { uses } of source.columns) reading.use(uses ?? []);
    return source;
  }
  if (!('A_Indirection' in node)) return undefined;
  const { arg, indirection: steps = [] } = node.A_Indirection;
  const last = steps.at(-1);
  if (last === undefined || !('A_Star' in last)) return undefined;
  const before = steps.slice(0, -1);
  const row =
    before.length === 0
      ? valueOf(arg, scope, reading)
      : indirection({ ...node.A_Indirection, indirection: before }, scope, reading);
  const answer = row === undefined ? undefined : fieldsOf(row, reading);
  for (const { uses } of answer?.columns ?? []) reading.use(uses ?? []);
  return answer ?? { columns: [], isComplete: false };
}

function expandedOrOwn(node: Node, scope: Scope, reading: Reading): void {
  if (expansion(node, scope, reading) === undefined) valueOf(node, scope, reading);
}

/** `value[1]`, `value[1:2]`, `(value).field`. */
function indirection(
  { arg, indirection: steps = [] }: A_Indirection,
  scope: Scope,
  reading: Reading,
): Value | undefined {
  let value = valueOf(arg, scope, reading);
  // All subscripts in a row are one: of an array with two dimensions `a[1][2]` is an element.
  let isSubscripted = false;
  for (const step of steps) {
    if ('A_Indices' in step) {
      visit([step.A_Indices.lidx, step.A_Indices.uidx], scope, reading);
      if (value === undefined) continue;
      const base = baseOf(value, reading.catalog);
      if (base?.isArray === true) value = step.A_Indices.is_slice === true ? base : elementOf(base);
      else if (base?.name !== 'jsonb' && !isSubscripted) value = undefined;
      isSubscripted = true;
    } else if ('String' in step && value !== undefined) {
      const fields = fieldsOf(value, reading);
      const field = fields?.columns.find(({ name }) => name === step.String.sval);
      reading.use(field?.uses ?? []);
      value = field?.value;
    } else value = undefined;
  }
  return value;
}

function subquery(
  { subLinkType, testexpr, subselect }: SubLink,
  scope: Scope,
  reading: Reading,
): Value | undefined {
  visit(testexpr, scope, reading);
  if (subselect === undefined) return undefined;
  const [first] = reading.answer(subselect, scope).columns;
  const value = first?.value;
  switch (subLinkType) {
    case 'EXPR_SUBLINK':
      return value;
    case 'ARRAY_SUBLINK':
      return value === undefined ? undefined : arrayOf(value);
    default:
      return builtin('bool');
  }
}

/** A literal beside a value is taken for one of its type; beside a domain, for one of the type below. */
function noteComparison(
  kind: A_Expr['kind'],
  left: Value | undefined,
  right: Value | undefined,
  reading: Reading,
): void {
  const beside = typeBeside(left, [right], reading.catalog);
  if (beside === undefined) return;
  const isOfArray = kind === 'AEXPR_OP_ANY' || kind === 'AEXPR_OP_ALL';
  noteLiterals([left, right], isOfArray ? arrayOf(beside) : beside, reading);
}

function typeBeside(
  left: Value | undefined,
  others: readonly (Value | undefined)[],
  catalog: Reading['catalog'],
): Value | undefined {
  const known = [left, ...others].find((value) => value !== undefined && !isUnknownLiteral(value));
  return known === undefined ? undefined : baseOf(known, catalog);
}

/** Operators that the grammar has its own forms for; all of them are true or false. */
function operation({ kind, name, lexpr, rexpr }: A_Expr, scope: Scope, reading: Reading): Value | undefined {
  const left = valueOf(lexpr, scope, reading);
  const right = rexpr !== undefined && 'List' in rexpr ? undefined : valueOf(rexpr, scope, reading);
  const { catalog } = reading;
  if (rexpr !== undefined && 'List' in rexpr) {
    const items = (rexpr.List.items ?? []).map((item) => valueOf(item, scope, reading));
    noteLiterals([left, ...items], typeBeside(left, items, catalog), reading);
  } else noteComparison(kind, left, right, reading);
  const names = strings(name);
  if (kind === 'AEXPR_NULLIF') {
    if (left === undefined) return undefined;
    const resolved = resolveOperator('=', [left, right], catalog);
    const declared = resolved?.signature.arguments[0];
    if (declared === undefined) return undefined;
    // The value itself, as the operator takes it.
    const taken = resultOf(declared, [declared], [left], catalog) ?? left;
    const isItself = taken.name === left.name && taken.isArray === left.isArray;
    return withCollation(isItself ? left : taken, commonCollation([left]), catalog);
  }
  if (kind !== 'AEXPR_OP') return builtin('bool');
  const operator = names.at(-1) ?? '';
  const args = lexpr === undefined ? [right] : [left, right];
  const result = resolveOperator(operator, args, catalog)?.result;
  return result === undefined ? undefined : withCollation(result, commonCollation(args), catalog);
}
