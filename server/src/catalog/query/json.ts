import type { JsonOutput, Node } from '@pgsql/types';
import type { Catalog } from '../catalog';
import { builtin, type Value, valueOfNode } from './value';

/** The type of a constructor or a query function of SQL/JSON; undefined for what is none. */
export function jsonValue(node: Node, catalog: Catalog): Value | undefined {
  const returned = (output: JsonOutput | undefined, otherwise: string) =>
    output?.typeName === undefined ? builtin(otherwise) : valueOfNode(output.typeName, catalog);
  if ('JsonObjectConstructor' in node) return returned(node.JsonObjectConstructor.output, 'json');
  if ('JsonArrayConstructor' in node) return returned(node.JsonArrayConstructor.output, 'json');
  if ('JsonArrayQueryConstructor' in node) return returned(node.JsonArrayQueryConstructor.output, 'json');
  if ('JsonObjectAgg' in node) return returned(node.JsonObjectAgg.constructor?.output, 'json');
  if ('JsonArrayAgg' in node) return returned(node.JsonArrayAgg.constructor?.output, 'json');
  if ('JsonParseExpr' in node) return returned(node.JsonParseExpr.output, 'json');
  if ('JsonScalarExpr' in node) return returned(node.JsonScalarExpr.output, 'json');
  if ('JsonSerializeExpr' in node) return returned(node.JsonSerializeExpr.output, 'text');
  if (!('JsonFuncExpr' in node)) return undefined;
  const { op, output } = node.JsonFuncExpr;
  return returned(output, op === 'JSON_EXISTS_OP' ? 'bool' : op === 'JSON_QUERY_OP' ? 'jsonb' : 'text');
}
