/**
 * For each type of a referencing column, the other types of referenced columns that the server takes: those for which an
 * operator of the referenced column's unique index compares the two, or an implicit cast leads to one. Measured with
 * every pair; `test/rules/foreign-key-types.test.ts` measures again.
 */
const accepted: Readonly<Record<string, string>> = {
  int2: 'int4 int8 numeric float4 float8 oid',
  int4: 'int2 int8 numeric float4 float8 oid',
  int8: 'int2 int4 numeric float4 float8 oid',
  numeric: 'float4 float8',
  float4: 'float8',
  float8: 'float4',
  money: '',
  oid: '',
  bool: '',
  text: 'varchar bpchar name',
  varchar: 'text bpchar name',
  bpchar: 'text varchar name',
  name: 'text varchar',
  char: '',
  citext: 'text varchar',
  uuid: '',
  bytea: '',
  date: 'timestamp timestamptz',
  timestamp: 'date timestamptz',
  timestamptz: 'date timestamp',
  time: 'timetz interval',
  timetz: '',
  interval: '',
  inet: 'cidr',
  cidr: 'inet',
  macaddr: 'macaddr8',
  macaddr8: 'macaddr',
  jsonb: '',
  bit: 'varbit',
  varbit: 'bit',
  xid8: '',
  pg_lsn: '',
};

/** The types of which `canReference` knows everything. */
export const knownForeignKeyTypes: readonly string[] = Object.keys(accepted);

/** Whether a column of type `from` can reference one of type `to`; undefined when that is not known. */
export function canReference(from: string, to: string): boolean | undefined {
  if (from === to) return true;
  if (accepted[to] === undefined) return undefined;
  return accepted[from]?.split(' ').includes(to);
}

/** The integer types, with the greatest value of each. */
export const integerLimits: Readonly<Record<string, string>> = {
  int2: '32767',
  int4: '2147483647',
  int8: '9223372036854775807',
};
