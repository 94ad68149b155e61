import { categoryOf, builtinFunctions, builtinOperators, type Signature } from '../../postgres/signatures';
import type { Catalog } from '../catalog';
import { resultOf, stand } from './polymorphic';
import {
  baseOf,
  builtin,
  categoryOfValue,
  isImplicitlyCast,
  isSameType,
  isUnknownLiteral,
  plain,
  type Value,
} from './value';

/** A function or an operator that a call means. */
interface Resolved {
  readonly signature: Signature;
  /** undefined where it depends on what is not known. */
  readonly result: Value | undefined;
}

/** What a call gives, as far as all that it could mean agree; one argument of unknown type is an undefined one. */
export function resolveFunction(
  name: string,
  args: readonly (Value | undefined)[],
  catalog: Catalog,
  signatures: readonly Signature[] = builtinFunctions(name),
): Resolved | undefined {
  // `date('2026-01-01')` is a cast.
  const [only] = args;
  if (args.length === 1 && only !== undefined && isUnknownLiteral(only) && categoryOf(name) !== undefined) {
    const signature = { arguments: ['unknown'], optional: 0, isVariadic: false, result: name, columns: [] };
    return { signature, result: builtin(name) };
  }
  return resolve(signatures, args, catalog);
}

/** What an operator gives; `args` are one or two. */
export function resolveOperator(
  name: string,
  args: readonly (Value | undefined)[],
  catalog: Catalog,
): Resolved | undefined {
  const [left, right] = args;
  const isHalfKnown =
    left !== undefined && right !== undefined && isUnknownLiteral(left) !== isUnknownLiteral(right);
  if (isHalfKnown) {
    // A literal beside a value is first taken for one of its type, or of the type below its domain.
    const known = isUnknownLiteral(left) ? right : left;
    for (const guess of [known, baseOf(known, catalog)]) {
      if (guess === undefined) return undefined;
      const exact = candidatesFor(builtinOperators(name), 2).find((one) =>
        one.types.every((type) => isSameType(builtin(type), guess)),
      );
      if (exact !== undefined) return resolved([exact], [guess, guess], catalog);
    }
  }
  return resolve(builtinOperators(name), args, catalog);
}

/** A signature with its arguments spread for a number of them. */
interface Candidate {
  readonly signature: Signature;
  readonly types: readonly string[];
}

function candidatesFor(signatures: readonly Signature[], count: number): readonly Candidate[] {
  return signatures.flatMap((signature) => {
    const { arguments: types, optional, isVariadic } = signature;
    if (isVariadic && count >= types.length) {
      const last = types.at(-1) ?? '';
      const element = variadicElements[last] ?? (last.startsWith('_') ? last.slice(1) : last);
      const spread = [...types.slice(0, -1), ...Array<string>(count - types.length + 1).fill(element)];
      return [{ signature, types: spread }];
    }
    const fits = count <= types.length && count >= types.length - optional;
    return fits ? [{ signature, types: types.slice(0, count) }] : [];
  });
}

const variadicElements: Readonly<Record<string, string | undefined>> = {
  anyarray: 'anyelement',
  anycompatiblearray: 'anycompatible',
};

function resolve(
  signatures: readonly Signature[],
  args: readonly (Value | undefined)[],
  catalog: Catalog,
): Resolved | undefined {
  const candidates = candidatesFor(signatures, args.length);
  const known = args.flatMap((arg) => arg ?? []);
  if (known.length < args.length) {
    const possible = candidates.filter(({ types }) =>
      types.every((type, index) => {
        const arg = args[index];
        return arg === undefined || isCoercible(arg, type, catalog);
      }),
    );
    return resolved(possible, args, catalog);
  }
  const exact = candidates.filter(({ types }) =>
    types.every((type, index) => {
      const arg = known[index];
      return arg !== undefined && isSameType(builtin(type), arg);
    }),
  );
  if (exact.length > 0) return resolved(exact.slice(0, 1), args, catalog);
  const possible = candidates.filter(
    ({ types }) =>
      types.every((type, index) => {
        const arg = known[index];
        return arg !== undefined && isCoercible(arg, type, catalog);
      }) && stand(types, known, catalog) !== undefined,
  );
  return resolved(possible.length > 1 ? select(possible, known, catalog) : possible, args, catalog);
}

/** The one that is left, or several of one result. */
function resolved(
  candidates: readonly Candidate[],
  args: readonly (Value | undefined)[],
  catalog: Catalog,
): Resolved | undefined {
  const [first] = candidates;
  if (first === undefined) return undefined;
  const results = candidates.map(({ signature, types }) => resultOf(signature.result, types, args, catalog));
  const [result] = results;
  const isAgreed =
    result !== undefined && results.every((other) => other !== undefined && isSameType(result, other));
  return { signature: first.signature, result: isAgreed ? plain(result) : undefined };
}

/** Whether a value may be given where a type is wanted, without a cast being written. */
function isCoercible(value: Value, type: string, catalog: Catalog): boolean {
  const target = builtin(type);
  if (isUnknownLiteral(value) || isSameType(value, target) || type === 'any') return true;
  const category = categoryOfValue(value, catalog);
  switch (type) {
    case 'anyelement':
    case 'anycompatible':
      return true;
    case 'anynonarray':
    case 'anycompatiblenonarray':
      return !value.isArray;
    case 'anyarray':
    case 'anycompatiblearray':
      return value.isArray;
    case 'anyenum':
      return category === 'E' || category === undefined;
    case 'anyrange':
    case 'anycompatiblerange':
      return category === 'R' && !value.name.endsWith('multirange');
    case 'anymultirange':
    case 'anycompatiblemultirange':
      return category === 'R' && value.name.endsWith('multirange');
    case 'record':
      return category === 'C' || value.name === 'record';
    default:
      return isImplicitlyCast(value, target, catalog);
  }
}

/** The server's own choice among several that would do (func_select_candidate). */
function select(
  candidates: readonly Candidate[],
  args: readonly Value[],
  catalog: Catalog,
): readonly Candidate[] {
  const bases = args.map((arg) => (isUnknownLiteral(arg) ? arg : (baseOf(arg, catalog) ?? arg)));
  const known = bases.map((base) => !isUnknownLiteral(base));
  const isExact = (type: string, index: number): boolean => {
    const base = bases[index];
    return base !== undefined && known[index] === true && isSameType(builtin(type), base);
  };
  const isLiked = (type: string, index: number): boolean => {
    const base = bases[index];
    if (base === undefined || known[index] !== true) return false;
    return isExact(type, index) || isPreferred(type, categoryOfValue(base, catalog));
  };
  let left = best(candidates, isExact);
  if (left.length > 1) left = best(left, isLiked);
  if (left.length > 1 && known.includes(false)) left = byLiterals(left, known);
  if (left.length > 1 && known.includes(false)) left = byTypeOfOthers(left, bases, known, catalog);
  return left;
}

function isPreferred(type: string, category: string | undefined): boolean {
  const own = categoryOf(type);
  return own?.isPreferred === true && own.category === category;
}

/** Those that most of the arguments speak for. */
function best(
  candidates: readonly Candidate[],
  speaks: (type: string, index: number) => boolean,
): readonly Candidate[] {
  const counts = candidates.map(({ types }) => types.filter(speaks).length);
  const most = Math.max(...counts);
  return candidates.filter((_, index) => counts[index] === most);
}

/** Literals are taken for strings where they can be, else for the category that all candidates agree on. */
function byLiterals(candidates: readonly Candidate[], known: readonly boolean[]): readonly Candidate[] {
  let left = candidates;
  const wanted = known.map((isKnown, index): string | undefined => {
    if (isKnown) return undefined;
    const categories = new Set(candidates.map(({ types }) => categoryOfName(types[index] ?? '')));
    if (categories.has('S')) return 'S';
    return categories.size === 1 ? [...categories][0] : 'none';
  });
  if (wanted.includes('none')) return candidates;
  const fitting = left.filter(({ types }) =>
    types.every((type, index) => wanted[index] === undefined || categoryOfName(type) === wanted[index]),
  );
  if (fitting.length > 0) left = fitting;
  // A preferred type wins where one of them has it.
  for (const [index, category] of wanted.entries()) {
    if (category === undefined) continue;
    const preferred = left.filter(({ types }) => isPreferred(types[index] ?? '', category));
    if (preferred.length > 0) left = preferred;
  }
  return left;
}

function categoryOfName(type: string): string {
  if (type.startsWith('_')) return 'A';
  return categoryOf(type)?.category ?? 'P';
}

/** When all other arguments are of one type, the literals are taken for that one. */
function byTypeOfOthers(
  candidates: readonly Candidate[],
  bases: readonly Value[],
  known: readonly boolean[],
  catalog: Catalog,
): readonly Candidate[] {
  const [first, ...others] = bases.filter((_, index) => known[index]);
  if (first === undefined || !others.every((other) => isSameType(first, other))) return candidates;
  const fitting = candidates.filter(({ types }) => types.every((type) => isCoercible(first, type, catalog)));
  return fitting.length === 1 ? fitting : candidates;
}
