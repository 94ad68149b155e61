import type { FuncCall, Node } from '@pgsql/types';
import { builtinFunctions, type Signature } from '../../postgres/signatures';
import { strings } from '../../sql/build/reader';
import { usedFunction } from '../dependencies/uses';
import type { Argument, FunctionEntry, TypeReference } from '../entries';
import { isInput } from '../signatures';
import { resultOf } from './polymorphic';
import { resolveFunction } from './resolution';
import { noteRelationNamed, noteType } from './notes';
import type { Reading, Scope } from './scope';
import {
  builtin,
  commonCollation,
  isUnknownLiteral,
  type OutputColumn,
  type Value,
  withCollation,
} from './value';

/** What a call gives, and the columns that it has in FROM, when the function names them. */
interface CallResult {
  readonly value: Value | undefined;
  readonly columns: readonly OutputColumn[];
}

const unknownResult: CallResult = { value: undefined, columns: [] };

/** What a call gives, of a function of the server or of one that a migration has made. */
export function callOf(call: FuncCall, scope: Scope, reading: Reading): CallResult {
  const { catalog } = reading;
  const given = argumentValues(call, scope, reading);
  const [name, schema] = [...strings(call.funcname)].reverse();
  if (name === undefined) return unknownResult;
  const made = schema === 'pg_catalog' ? [] : catalog.functions({ schema, name });
  const callable = made
    .filter(({ kind }) => kind !== 'PROCEDURE')
    .map((entry) => ({ entry, signature: signatureOf(entry) }));
  const own = callable.map(({ signature }) => signature);
  // Nobody knows what a schema has that no migration has filled.
  const all = schema === undefined || schema === 'pg_catalog' ? [...own, ...builtinFunctions(name)] : own;
  const known = (call.args ?? []).some((arg) => 'NamedArgExpr' in arg)
    ? // In any order: all functions of the name must agree.
      given.map(() => undefined)
    : given;
  const resolved = resolveFunction(name, known, catalog, all);
  if (resolved === undefined) return unknownResult;
  const { signature, result } = resolved;
  const entry = callable.find((one) => one.signature === signature)?.entry;
  if (entry !== undefined) reading.useObject(usedFunction(entry));
  for (const [index, type] of signature.arguments.entries()) {
    noteArgument((call.args ?? [])[index], given[index], builtin(type), entry, index, reading);
  }
  const value =
    entry === undefined || result === undefined || isPolymorphic(signature.result)
      ? result
      : valueOfReference(entry.result);
  const columns = signature.columns.map((column, index): OutputColumn => {
    const declared = entry === undefined ? undefined : outputs(entry)[index]?.type;
    const isOwn = declared !== undefined && !isPolymorphic(column.type);
    return {
      name: column.name,
      value: isOwn ? valueOfReference(declared) : resultOf(column.type, signature.arguments, given, catalog),
    };
  });
  if (value === undefined) {
    // A row of several columns has their names.
    return { value: columns.length > 1 ? { ...builtin('record'), fields: columns } : undefined, columns };
  }
  return { value: withCollation(value, commonCollation(given), catalog), columns };
}

/** A literal becomes a value of the type that the function wants: of a type that a migration has made, or a relation. */
function noteArgument(
  node: Node | undefined,
  value: Value | undefined,
  wanted: Value,
  entry: FunctionEntry | undefined,
  index: number,
  reading: Reading,
): void {
  if (value === undefined || !isUnknownLiteral(value)) return;
  if (wanted.name === 'regclass') noteRelationNamed(node, reading);
  const declared = entry?.arguments.filter(isInput)[index]?.type;
  if (declared !== undefined) noteType(valueOfReference(declared), reading);
}

/** The values of the arguments, with those of an ordered-set aggregate's ORDER BY. */
function argumentValues(call: FuncCall, scope: Scope, reading: Reading): readonly (Value | undefined)[] {
  const { args = [], agg_order: order, agg_within_group: isWithinGroup, agg_filter: filter, over } = call;
  const values = args.map((arg) => reading.valueOf(arg, scope));
  const sorted = (order ?? []).map((sort) =>
    'SortBy' in sort ? reading.valueOf(sort.SortBy.node, scope) : undefined,
  );
  reading.visit([filter, over], scope);
  if (isWithinGroup === true) return [...values, ...sorted];
  // `VARIADIC array` stands for all the arguments that are left.
  return call.func_variadic === true
    ? values.map((value, index) => (index === values.length - 1 ? undefined : value))
    : values;
}

/** A function that a migration has made, as those of the server are known. */
function signatureOf(entry: FunctionEntry): Signature {
  const input = entry.arguments.filter(({ mode }) => mode !== 'OUT' && mode !== 'TABLE');
  return {
    arguments: input.map(({ type }) => nameOfReference(type)),
    optional: input.filter(({ default: fallback }) => fallback !== undefined).length,
    isVariadic: input.at(-1)?.mode === 'VARIADIC',
    result: entry.result === undefined ? 'record' : nameOfReference(entry.result),
    columns: outputs(entry).map(({ name, type }, index) => ({
      name: name ?? `column${index + 1}`,
      type: nameOfReference(type),
    })),
  };
}

function outputs(entry: FunctionEntry): readonly Argument[] {
  return entry.arguments.filter(({ mode }) => mode === 'OUT' || mode === 'INOUT' || mode === 'TABLE');
}

/** The name in pg_type; what is not known may be anything. */
function nameOfReference({ name, isArray }: TypeReference): string {
  return name === '' ? 'any' : `${isArray ? '_' : ''}${name}`;
}

function isPolymorphic(type: string): boolean {
  return /^any/.test(type);
}

function valueOfReference(type: TypeReference | undefined): Value | undefined {
  if (type === undefined || type.name === '') return undefined;
  const { schema, name, isArray } = type;
  return { schema, name, modifiers: [], isArray, collation: undefined };
}
