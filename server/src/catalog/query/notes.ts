import type { Node } from '@pgsql/types';
import { commonValue } from './common-type';
import type { Reading } from './scope';
import { isUnknownLiteral, type Value } from './value';

/** Notes that an expression uses a type that a migration has made; the server's own cannot be dropped. */
export function noteType(value: Value | undefined, reading: Reading): void {
  if (value?.schema === undefined) return;
  const { schema, name, isArray } = value;
  reading.useObject({ kind: 'type', schema, name, isArray });
}

/** Notes the type that the literals among some values become. */
export function noteLiterals(
  values: readonly (Value | undefined)[],
  type: Value | undefined,
  reading: Reading,
): void {
  if (values.some((value) => value !== undefined && isUnknownLiteral(value))) noteType(type, reading);
}

/** The type that several values have in common, which the literals among them become. */
export function commonNoted(values: readonly (Value | undefined)[], reading: Reading): Value | undefined {
  const value = commonValue(values, reading.catalog);
  noteLiterals(values, value, reading);
  return value;
}

/** Notes the relation that a literal names, as `nextval('orders_id_seq')` does. */
export function noteRelationNamed(node: Node | undefined, reading: Reading): void {
  const text = node !== undefined && 'A_Const' in node ? node.A_Const.sval?.sval : undefined;
  const names = text === undefined ? [] : namesIn(text);
  const [name, schema] = [...names].reverse();
  if (name === undefined) return;
  const found = reading.catalog.relation({ schema, name });
  if (found !== undefined) reading.useObject({ kind: 'relation', schema: found.schema, name: found.name });
}

/** The parts of a name as regclass reads it: without quotes in lower case. */
function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^".\s]+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain.toLowerCase() : quoted.replaceAll('""', '"'),
  );
}
