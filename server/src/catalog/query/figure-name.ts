import type { Node, XmlExpr } from '@pgsql/types';
import { strings } from '../../sql/build/reader';

/** A name that an expression suggests for its column; a weak one gives way to one that stands further inside. */
interface Figure {
  readonly name: string;
  readonly isStrong: boolean;
}

/** The name of the only column of a subquery, which is not found in the text when it is a `*`. */
type NameOfSubquery = (query: Node) => string | undefined;

/** What the server calls a column with this expression (its FigureColname); undefined when it has no idea. */
export function figureName(node: Node | undefined, nameOfSubquery?: NameOfSubquery): string | undefined {
  return figure(node, nameOfSubquery)?.name;
}

/** Nodes that always give their column the same name. */
const strongNames: Readonly<Record<string, string | undefined>> = {
  A_ArrayExpr: 'array',
  CoalesceExpr: 'coalesce',
  GroupingFunc: 'grouping',
  JsonArrayAgg: 'json_arrayagg',
  JsonArrayConstructor: 'json_array',
  JsonArrayQueryConstructor: 'json_array',
  JsonObjectAgg: 'json_objectagg',
  JsonObjectConstructor: 'json_object',
  JsonParseExpr: 'json',
  JsonScalarExpr: 'json_scalar',
  JsonSerializeExpr: 'json_serialize',
  MergeSupportFunc: 'merge_action',
  RowExpr: 'row',
  XmlSerialize: 'xmlserialize',
};

const xmlNames: Readonly<Partial<Record<NonNullable<XmlExpr['op']>, string>>> = {
  IS_XMLCONCAT: 'xmlconcat',
  IS_XMLELEMENT: 'xmlelement',
  IS_XMLFOREST: 'xmlforest',
  IS_XMLPARSE: 'xmlparse',
  IS_XMLPI: 'xmlpi',
  IS_XMLROOT: 'xmlroot',
  IS_XMLSERIALIZE: 'xmlserialize',
};

const jsonNames: Readonly<Record<string, string | undefined>> = {
  JSON_EXISTS_OP: 'json_exists',
  JSON_QUERY_OP: 'json_query',
  JSON_VALUE_OP: 'json_value',
};

function figure(node: Node | undefined, nameOfSubquery: NameOfSubquery | undefined): Figure | undefined {
  if (node === undefined) return undefined;
  const inner = (part: Node | undefined) => figure(part, nameOfSubquery);
  if ('ColumnRef' in node) return strong(lastName(node.ColumnRef.fields));
  if ('A_Indirection' in node) {
    return strong(lastName(node.A_Indirection.indirection)) ?? inner(node.A_Indirection.arg);
  }
  if ('FuncCall' in node) return strong(strings(node.FuncCall.funcname).at(-1));
  if ('A_Expr' in node) return node.A_Expr.kind === 'AEXPR_NULLIF' ? strong('nullif') : undefined;
  if ('TypeCast' in node) {
    return insideOr(inner(node.TypeCast.arg), strings(node.TypeCast.typeName?.names).at(-1));
  }
  if ('CollateClause' in node) return inner(node.CollateClause.arg);
  if ('MinMaxExpr' in node) return strong(node.MinMaxExpr.op === 'IS_LEAST' ? 'least' : 'greatest');
  if ('SQLValueFunction' in node) return strong(valueFunctionName(node.SQLValueFunction.op));
  if ('CaseExpr' in node) return insideOr(inner(node.CaseExpr.defresult), 'case');
  if ('XmlExpr' in node) return strong(xmlNames[node.XmlExpr.op ?? 'IS_DOCUMENT']);
  if ('JsonFuncExpr' in node) return strong(jsonNames[node.JsonFuncExpr.op ?? '']);
  if ('SubLink' in node) {
    const { subLinkType, subselect } = node.SubLink;
    if (subLinkType === 'EXISTS_SUBLINK') return strong('exists');
    if (subLinkType === 'ARRAY_SUBLINK') return strong('array');
    if (subLinkType !== 'EXPR_SUBLINK' || subselect === undefined) return undefined;
    return strong(nameOfSubquery?.(subselect));
  }
  return strong(strongNames[Object.keys(node)[0] ?? '']);
}

function strong(name: string | undefined): Figure | undefined {
  return name === undefined ? undefined : { name, isStrong: true };
}

/** A name from inside, unless it is weak itself. */
function insideOr(inside: Figure | undefined, name: string | undefined): Figure | undefined {
  if (inside?.isStrong === true || name === undefined) return inside;
  return { name, isStrong: false };
}

/** The last of several fields; none when it is `*` or a subscript that has no name. */
function lastName(fields: readonly Node[] | undefined): string | undefined {
  return strings(fields).at(-1);
}

/** `SVFOP_CURRENT_TIMESTAMP_N` is `current_timestamp`. */
function valueFunctionName(operation: string | undefined): string | undefined {
  return operation
    ?.replace(/^SVFOP_/, '')
    .replace(/_N$/, '')
    .toLowerCase();
}
