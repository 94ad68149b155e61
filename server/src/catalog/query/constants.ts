import type { A_Const, SQLValueFunction, XmlExpr } from '@pgsql/types';
import { builtin, unknownLiteral, type Value } from './value';

const greatestBigint = 9_223_372_036_854_775_807n;

/** The type of a literal. */
export function constantValue({ ival, fval, boolval, bsval }: A_Const): Value {
  if (ival !== undefined) return builtin('int4');
  if (boolval !== undefined) return builtin('bool');
  if (bsval !== undefined) return builtin('bit');
  if (fval === undefined) return unknownLiteral;
  const digits = fval.fval ?? '';
  return builtin(/^\d+$/.test(digits) && BigInt(digits) <= greatestBigint ? 'int8' : 'numeric');
}

const valueFunctions: Readonly<Partial<Record<NonNullable<SQLValueFunction['op']>, string>>> = {
  SVFOP_CURRENT_DATE: 'date',
  SVFOP_CURRENT_TIME: 'timetz',
  SVFOP_CURRENT_TIME_N: 'timetz',
  SVFOP_CURRENT_TIMESTAMP: 'timestamptz',
  SVFOP_CURRENT_TIMESTAMP_N: 'timestamptz',
  SVFOP_LOCALTIME: 'time',
  SVFOP_LOCALTIME_N: 'time',
  SVFOP_LOCALTIMESTAMP: 'timestamp',
  SVFOP_LOCALTIMESTAMP_N: 'timestamp',
};

/** The type of CURRENT_TIMESTAMP, CURRENT_USER and the like. */
export function valueFunctionType({ op, typmod = -1 }: SQLValueFunction): Value {
  const type = op === undefined ? undefined : valueFunctions[op];
  return { ...builtin(type ?? 'name'), modifiers: type !== undefined && typmod >= 0 ? [typmod] : [] };
}

/** The type of XMLELEMENT and the like; IS DOCUMENT is true or false. */
export function xmlType({ op }: XmlExpr): Value {
  return builtin(op === 'IS_DOCUMENT' ? 'bool' : 'xml');
}
