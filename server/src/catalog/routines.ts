import type { FuncCall, Node } from '@pgsql/types';
import { builtinVolatility } from '../postgres/functions';
import { walk } from '../sql/build/reader';
import type { CallBody, Statement } from '../sql/statement';
import type { Catalog } from './catalog';
import { constantText, executedStatements, hasUnknownPart, Variables } from './dynamic-sql';
import { displayName, type Named, namedBy } from './relation';

/** Calls that one statement leads to, each of which may be made by the one before it; after more nothing is certain. */
export const mostCalls = 200;

/** What one call of a routine runs. */
export interface Call {
  readonly routine: Named;
  /** Equal for calls that do the same. */
  readonly key: string;
  readonly statements: readonly Statement[];
  /** The statements of EXECUTE of which only the server knows some parts. */
  readonly templates: readonly Statement[];
  /** Whether it does, or may do, more than that. */
  readonly isOpaque: boolean;
  /** Whether a migration has made the routine. */
  readonly isSeen: boolean;
  /** The arguments that are constants. */
  readonly constants: readonly string[];
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
export function callOf(catalog: Catalog, routine: Named, args: readonly Node[]): Call | undefined {
  const entry = catalog.function(routine, args.length);
  const constants = args.flatMap((arg) => constantText(valueOf(arg)) ?? []);
  const key = [displayName(routine), ...constants].join('\n');
  if (entry === undefined) {
    const isOfServer = routine.schema === 'pg_catalog' || builtinVolatility(routine.name) !== undefined;
    if (isOfServer) return undefined;
    return { routine, key, statements: [], templates: [], isOpaque: true, isSeen: false, constants };
  }
  const body = executedBy(
    entry.statements,
    entry,
    parametersOf(
      entry.arguments.filter(({ mode }) => mode !== 'TABLE').map((one) => one.name),
      args,
    ),
  );
  return { routine, key, ...body, isSeen: true, constants };
}

/** What running a body does, its EXECUTE included. */
export function executedBy(
  statements: readonly Statement[],
  { executed, assignments, isOpaque }: Pick<CallBody, 'executed' | 'assignments' | 'isOpaque'>,
  parameters?: ReadonlyMap<string, readonly string[]>,
): Pick<Call, 'statements' | 'templates' | 'isOpaque'> {
  if (executed.length === 0) return { statements, templates: [], isOpaque };
  const variables = new Variables(assignments, parameters);
  const results = executed.map((expression) => executedStatements(expression, variables));
  const all = results.flatMap((result) => result.statements);
  return {
    statements: [...statements, ...all.filter(({ text }) => !hasUnknownPart(text))],
    templates: all.filter(({ text }) => hasUnknownPart(text)),
    isOpaque: isOpaque || results.some(({ isReadable }) => !isReadable),
  };
}

/** The values of parameters by name, and by `$1`. */
function parametersOf(
  parameters: readonly (string | undefined)[],
  args: readonly Node[],
): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, readonly string[]>();
  for (const [index, arg] of args.entries()) {
    const isNamed = 'NamedArgExpr' in arg;
    const value = constantText(valueOf(arg));
    if (value === undefined) continue;
    if (!isNamed) values.set(`$${index + 1}`, [value]);
    const name = isNamed ? arg.NamedArgExpr.name : parameters[index];
    if (name !== undefined) values.set(name, [value]);
  }
  return values;
}

/** `name => value` and `value`. */
function valueOf(arg: Node): Node {
  return 'NamedArgExpr' in arg && arg.NamedArgExpr.arg !== undefined ? arg.NamedArgExpr.arg : arg;
}
