import type { Catalog } from './catalog';
import type { RelationName } from './relation';

const newValuesKey = 'enum values added';

/** A value that the open transaction has added to an enum. */
export interface NewEnumValue {
  /** The enum. */
  readonly type: RelationName;
  readonly value: string;
}

/** The values that the open transaction has added to enums with ALTER TYPE. */
export function newEnumValues(catalog: Catalog): readonly NewEnumValue[] {
  const text = catalog.get(newValuesKey) as string | undefined;
  return text === undefined ? [] : (JSON.parse(text) as readonly NewEnumValue[]);
}

/** Notes one more; as text, so that the same values are the same entry. */
export function noteEnumValue(catalog: Catalog, { schema, name }: RelationName, value: string): void {
  const values = [...newEnumValues(catalog), { type: { schema, name }, value }];
  catalog.set(newValuesKey, JSON.stringify(values));
}

/** The transaction is over; what it added is there for everybody. */
export function settleEnumValues(catalog: Catalog): void {
  if (catalog.get(newValuesKey) !== undefined) catalog.set(newValuesKey, undefined);
}
