import type { Node, ObjectWithArgs } from '@pgsql/types';
import { quoteIdentifier } from '../sql/print';
import type { Catalog } from './catalog';
import type { Argument, FunctionEntry, TypeReference } from './entries';
import { type Named, namedBy } from './relation';
import { maybeSameType, printType, typeReference, typeReferences } from './type-references';

/** The types that tell a function from others of its name: those of its input. */
export function inputTypes(entry: Pick<FunctionEntry, 'arguments'>): readonly TypeReference[] {
  return entry.arguments.filter(isInput).map(({ type }) => type);
}

/** Whether an argument is among those that a call gives. */
export function isInput({ mode }: Argument): boolean {
  return mode !== 'OUT' && mode !== 'TABLE';
}

function areSame(a: readonly TypeReference[], b: readonly TypeReference[]): boolean {
  return a.length === b.length && a.every((type, index) => maybeSameType(type, b[index] ?? type));
}

/** Whether the server takes two functions of one name for the same. */
export function sameSignature(
  a: Pick<FunctionEntry, 'arguments'>,
  b: Pick<FunctionEntry, 'arguments'>,
): boolean {
  return areSame(inputTypes(a), inputTypes(b));
}

/** Whether a call with so many arguments may mean the function. */
export function takes({ arguments: all }: Pick<FunctionEntry, 'arguments'>, count: number): boolean {
  const input = all.filter(isInput);
  const needed = input.filter(({ mode, default: fallback }) => mode !== 'VARIADIC' && fallback === undefined);
  return count >= needed.length && (count <= input.length || input.some(({ mode }) => mode === 'VARIADIC'));
}

/** `integer, text`: what stands in the parentheses when a function is named with its arguments. */
export function printTypes(types: readonly TypeReference[]): string {
  return types.map(printType).join(', ');
}

/** The arguments as pg_get_function_identity_arguments() prints them: `a integer, VARIADIC text[]`. */
export function printArguments(entry: FunctionEntry, withDefaults: boolean): string {
  const all = entry.arguments.filter(({ mode }) => mode !== 'TABLE');
  const written = all.map(({ mode, name, type, default: fallback }) =>
    [
      ...(mode === 'IN' && entry.kind !== 'PROCEDURE' ? [] : [mode]),
      ...(name === undefined ? [] : [quoteIdentifier(name)]),
      printType(type),
      ...(withDefaults && fallback !== undefined ? [`DEFAULT ${fallback}`] : []),
    ].join(' '),
  );
  const { directArguments } = entry;
  if (directArguments === undefined) return written.join(', ');
  const direct = written.slice(0, directArguments);
  const ordered = written.slice(directArguments);
  return `${direct.join(', ')}${direct.length === 0 ? '' : ' '}ORDER BY ${ordered.join(', ')}`;
}

/** Whether it has OUT or INOUT arguments. */
export function hasOutput({ arguments: all }: Pick<FunctionEntry, 'arguments'>): boolean {
  return all.some(({ mode }) => mode === 'OUT' || mode === 'INOUT');
}

/** The columns of a row that a function returns: its output arguments, or those of RETURNS TABLE. */
export function outputColumns({ arguments: all }: Pick<FunctionEntry, 'arguments'>): readonly Argument[] {
  return all.filter(({ mode }) => mode !== 'IN' && mode !== 'VARIADIC');
}

/** What a function returns, as pg_get_function_result() prints it: `SETOF integer`, `TABLE(a integer)`. */
export function printResult({ result, returnsSet, arguments: all }: FunctionEntry): string | undefined {
  const columns = all.filter(({ mode }) => mode === 'TABLE');
  if (columns.length > 0) {
    return `TABLE(${columns.map(({ name = '', type }) => `${quoteIdentifier(name)} ${printType(type)}`).join(', ')})`;
  }
  return result === undefined ? undefined : `${returnsSet ? 'SETOF ' : ''}${printType(result)}`;
}

/** What the grammar calls the things that a command may mean by a name and argument types. */
const kindsOf: Readonly<Record<string, readonly FunctionEntry['kind'][]>> = {
  FUNCTION: ['FUNCTION', 'WINDOW FUNCTION', 'AGGREGATE'],
  PROCEDURE: ['PROCEDURE'],
  ROUTINE: ['FUNCTION', 'WINDOW FUNCTION', 'AGGREGATE', 'PROCEDURE'],
  AGGREGATE: ['AGGREGATE'],
};

/** How a command names a function. */
interface FunctionMention extends Named {
  /** undefined: by its name alone. */
  readonly types: readonly TypeReference[] | undefined;
  /** The types with those of output arguments, with which a procedure may be named too. */
  readonly allTypes: readonly TypeReference[];
}

/** What a node of the tree says that names a function. */
export function functionMention(catalog: Catalog, stmt: ObjectWithArgs): FunctionMention {
  const all = (stmt.objfuncargs ?? []).map((node) =>
    typeReference(catalog, 'FunctionParameter' in node ? node.FunctionParameter.argType : undefined),
  );
  return {
    ...namedBy(stmt.objname),
    types: stmt.args_unspecified === true ? undefined : typeReferences(catalog, stmt.objargs),
    allTypes: all,
  };
}

/** The functions that a command means which names one; more than one when the server would call that ambiguous. */
export function functionsMeant(
  catalog: Catalog,
  mention: FunctionMention,
  objectType: string,
): readonly FunctionEntry[] {
  const kinds = kindsOf[objectType] ?? [];
  const candidates = catalog.functions(mention).filter(({ kind }) => kinds.includes(kind));
  const { types, allTypes } = mention;
  if (types === undefined) return candidates;
  const exact =
    candidates.find((entry) => areSame(inputTypes(entry), types)) ??
    candidates.find(
      (entry) =>
        entry.kind === 'PROCEDURE' &&
        areSame(
          entry.arguments.map(({ type }) => type),
          allTypes,
        ),
    );
  return exact === undefined ? [] : [exact];
}

/** The functions that a node means which names one. */
export function functionsNamed(
  catalog: Catalog,
  node: Node | undefined,
  objectType: string,
): readonly FunctionEntry[] {
  if (node === undefined || !('ObjectWithArgs' in node)) return [];
  return functionsMeant(catalog, functionMention(catalog, node.ObjectWithArgs), objectType);
}
