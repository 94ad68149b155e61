import type { Catalog } from './catalog';
import type { RelationName } from './relation';
import { enumValuesAdded } from './store/tables';

/** A value that the open transaction has added to an enum. */
export interface NewEnumValue {
  /** The enum. */
  readonly type: RelationName;
  readonly value: string;
}

/** The values that the open transaction has added to enums with ALTER TYPE. */
export function newEnumValues(catalog: Catalog): readonly NewEnumValue[] {
  return catalog.get(enumValuesAdded) ?? [];
}

/** Notes one more. */
export function noteEnumValue(catalog: Catalog, { schema, name }: RelationName, value: string): void {
  catalog.set(enumValuesAdded, [...newEnumValues(catalog), { type: { schema, name }, value }]);
}

/** The transaction is over; what it added is there for everybody. */
export function settleEnumValues(catalog: Catalog): void {
  catalog.clear(enumValuesAdded);
}
