import { categoryOf } from '../../postgres/signatures';
import type { Catalog } from '../catalog';
import {
  baseOf,
  builtin,
  categoryOfValue,
  commonCollation,
  isImplicitlyCast,
  isSameType,
  isUnknownLiteral,
  plain,
  type Value,
  withCollation,
} from './value';

/**
 * The type that CASE, COALESCE, UNION and the like give to values of several, as the server's select_common_type finds
 * it; undefined when one of them is not known.
 */
export function commonType(values: readonly (Value | undefined)[], catalog: Catalog): Value | undefined {
  const known = values.flatMap((value) => value ?? []);
  const [first] = known;
  if (first === undefined || known.length < values.length) return undefined;
  // Only when all are the same is the type a domain.
  if (!isUnknownLiteral(first) && known.every((value) => isSameType(first, value))) {
    return plain(first);
  }
  let common: Value | undefined;
  for (const value of known) {
    if (isUnknownLiteral(value)) continue;
    const next = baseOf(value, catalog);
    if (next === undefined) return undefined;
    if (common === undefined) common = next;
    else if (!isSameType(common, next)) {
      const category = categoryOfValue(common, catalog);
      const other = categoryOfValue(next, catalog);
      if (category === undefined || category !== other) return undefined;
      const isPreferred = common.schema === undefined && categoryOf(common.name)?.isPreferred === true;
      if (
        !isPreferred &&
        isImplicitlyCast(common, next, catalog) &&
        !isImplicitlyCast(next, common, catalog)
      ) {
        common = next;
      }
    }
  }
  return common === undefined ? builtin('text') : plain(common);
}

/** The common type with the modifiers that all of the values share, and their collation. */
export function commonValue(values: readonly (Value | undefined)[], catalog: Catalog): Value | undefined {
  const common = commonType(values, catalog);
  if (common === undefined) return undefined;
  const [first, ...others] = values;
  const isShared =
    first !== undefined &&
    isSameType(common, first) &&
    others.every(
      (value) =>
        value !== undefined && isSameType(common, value) && value.modifiers.join() === first.modifiers.join(),
    );
  const typed = isShared ? { ...common, modifiers: first.modifiers } : common;
  return withCollation(typed, commonCollation(values), catalog);
}
