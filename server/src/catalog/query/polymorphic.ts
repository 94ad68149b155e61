import { categoryOf, rangeOf } from '../../postgres/signatures';
import type { Catalog } from '../catalog';
import { commonType } from './common-type';
import {
  arrayOf,
  baseOf,
  builtin,
  elementOf,
  isSameType,
  isUnknownLiteral,
  plain,
  type Value,
} from './value';

/** What the polymorphic types of a call stand for. */
interface Stand {
  /** For anyelement and its kin, which must agree. */
  readonly element: Value | undefined;
  /** For anycompatible and its kin, which need only a common type. */
  readonly compatible: Value | undefined;
}

/** What the polymorphic types stand for with these arguments; undefined when they do not agree. */
export function stand(
  types: readonly string[],
  args: readonly (Value | undefined)[],
  catalog: Catalog,
): Stand | undefined {
  const alike: Value[] = [];
  const compatible: Value[] = [];
  for (const [index, type] of types.entries()) {
    const arg = args[index];
    if (arg === undefined || isUnknownLiteral(arg)) continue;
    const element = elementIn(type, arg, catalog);
    if (element === undefined) continue;
    (type.startsWith('anycompatible') ? compatible : alike).push(plain(element));
  }
  const [first] = alike;
  if (first !== undefined && !alike.every((other) => isSameType(first, other))) return undefined;
  const common = compatible.length === 0 ? undefined : commonType(compatible, catalog);
  if (compatible.length > 0 && common === undefined) return undefined;
  return { element: first, compatible: common };
}

/** What `anyelement` is when a polymorphic argument is given as `arg`. */
function elementIn(type: string, arg: Value, catalog: Catalog): Value | undefined {
  switch (type.replace(/^anycompatible$/, 'anyelement').replace(/^anycompatible/, 'any')) {
    case 'anyelement':
    case 'anynonarray':
    case 'anyenum':
      return arg;
    case 'anyarray':
      return arg.isArray ? elementOf(arg) : undefined;
    case 'anyrange':
    case 'anymultirange': {
      const range = rangeOf(baseOf(arg, catalog)?.name ?? '');
      return range === undefined ? undefined : builtin(range.subtype);
    }
    default:
      return undefined;
  }
}

/** The result of a function with what its polymorphic types stand for. */
export function resultOf(
  result: string,
  types: readonly string[],
  args: readonly (Value | undefined)[],
  catalog: Catalog,
): Value | undefined {
  if (!/^any/.test(result)) return result === 'record' ? undefined : builtin(result);
  const standing = stand(types, args, catalog);
  const isCompatible = result.startsWith('anycompatible');
  // A literal for anyelement is text when nothing says otherwise.
  const isOpen = args.some((arg, index) => arg === undefined && /^any/.test(types[index] ?? ''));
  const found = isCompatible ? standing?.compatible : standing?.element;
  const element = found ?? (isOpen || standing === undefined ? undefined : builtin('text'));
  if (element === undefined) return undefined;
  switch (result.replace(/^anycompatible$/, 'anyelement').replace(/^anycompatible/, 'any')) {
    case 'anyarray':
      return element.isArray ? element : arrayOf(element);
    case 'anyrange':
      return rangeFor(element, types, args, 'range', catalog);
    case 'anymultirange':
      return rangeFor(element, types, args, 'multirange', catalog);
    default:
      return element;
  }
}

/** The range type among the arguments, or the one that the server has for its multirange. */
function rangeFor(
  element: Value,
  types: readonly string[],
  args: readonly (Value | undefined)[],
  kind: 'range' | 'multirange',
  catalog: Catalog,
): Value | undefined {
  const given = args.find((_, index) => /range$/.test(types[index] ?? ''));
  const base = given === undefined ? undefined : baseOf(given, catalog);
  const range = rangeOf(base !== undefined && categoryOf(base.name) !== undefined ? base.name : element.name);
  return range === undefined ? undefined : builtin(range[kind]);
}
