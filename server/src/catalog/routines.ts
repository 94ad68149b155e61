import type { FuncCall, Node } from '@pgsql/types';
import { builtinVolatility } from '../postgres/functions';
import { walk } from '../sql/build/reader';
import type { Statement } from '../sql/statement';
import type { Catalog } from './catalog';
import { namedBy } from './definitions';
import { type Bindings, executedStatements, valueOf } from './dynamic-sql';
import type { Named } from './relation';

/** What one call of a routine runs. */
export interface Call {
  /** The routine, for telling a recursion. */
  readonly name: string;
  readonly statements: readonly Statement[];
  /** Whether it does, or may do, more than that. */
  readonly isOpaque: boolean;
}

/** The calls in a query or a CALL, in the order of the text. The server's own functions touch no table of users. */
export function callsIn(catalog: Catalog, node: unknown): readonly Call[] {
  const calls: Call[] = [];
  walk(node, (key, value) => {
    if (key !== 'FuncCall' && key !== 'funccall') return;
    const { funcname, args } = value as FuncCall;
    const call = callOf(catalog, namedBy(funcname), args ?? []);
    if (call !== undefined) calls.push(call);
  });
  return calls;
}

/** What a call of the function does; undefined when it is one of the server's. */
export function callOf(catalog: Catalog, name: Named, args: readonly Node[]): Call | undefined {
  const entry = catalog.function(name);
  const title = `${name.schema ?? ''}.${name.name}`;
  if (entry === undefined) {
    const isOfServer = name.schema === 'pg_catalog' || builtinVolatility(name.name) !== undefined;
    return isOfServer ? undefined : { name: title, statements: [], isOpaque: true };
  }
  const bindings = bindingsOf(entry.parameters, args);
  const executed = entry.executed.map((expression) => executedStatements(expression, bindings));
  return {
    name: title,
    statements: [...entry.statements, ...executed.flatMap((statements) => statements ?? [])],
    isOpaque: entry.isOpaque || executed.includes(undefined),
  };
}

function bindingsOf(parameters: readonly (string | undefined)[], args: readonly Node[]): Bindings {
  const bindings = new Map<string, string>();
  for (const [index, arg] of args.entries()) {
    const value = valueOf(arg, new Map());
    if (value === undefined) continue;
    bindings.set(`$${index + 1}`, value);
    const parameter = parameters[index];
    if (parameter !== undefined) bindings.set(parameter, value);
  }
  return bindings;
}
