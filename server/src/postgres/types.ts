import { binaryCasts, defaultOperatorClasses, typeNames } from './types.generated';

/** A type without a domain around it, as in pg_type, with its modifiers: `numeric` and `[10, 2]`. */
export interface PlainType {
  readonly name: string;
  readonly modifiers: readonly number[];
  readonly isArray: boolean;
}

const castsWithoutWork = new Set(binaryCasts.split(/\s/));

/** Whether the values of one type are stored just as those of another, as pg_cast says. */
export function isBinaryCast(source: string, target: string): boolean {
  return castsWithoutWork.has(`${source}=${target}`);
}

/** What time types keep when nothing is written. */
const greatestPrecision = 6;
/** The bits of an interval's first modifier, from the smallest field up: SECOND, MINUTE, HOUR, DAY, MONTH, YEAR. */
const intervalFields = [1 << 12, 1 << 11, 1 << 10, 1 << 3, 1 << 1, 1 << 2];
/** The first modifier of an interval that is not limited to some fields. */
const allFields = 0x7fff;

function smallestField(modifier: number): number {
  return intervalFields.findIndex((bit) => (modifier & bit) !== 0);
}

/**
 * For each type with modifiers: whether every value that fits `from` fits `to` as it is. The server's own "support
 * functions" know this and leave the check out.
 */
const widening: Readonly<Record<string, (from: readonly number[], to: readonly number[]) => boolean>> = {
  varchar: longer,
  varbit: longer,
  numeric: ([precision, scale = 0], [newPrecision = 0, newScale = 0]) =>
    precision !== undefined && newPrecision >= precision && newScale === scale,
  time: morePrecise,
  timetz: morePrecise,
  timestamp: morePrecise,
  timestamptz: morePrecise,
  interval: ([fields = allFields, precision], [newFields = allFields, newPrecision]) =>
    smallestField(newFields) <= smallestField(fields) &&
    morePrecise(precision === undefined ? [] : [precision], newPrecision === undefined ? [] : [newPrecision]),
};

function longer([length]: readonly number[], [newLength]: readonly number[]): boolean {
  return length !== undefined && newLength !== undefined && newLength >= length;
}

function morePrecise([digits]: readonly number[], [newDigits]: readonly number[]): boolean {
  if (newDigits === undefined || newDigits >= greatestPrecision) return true;
  return digits !== undefined && newDigits >= digits;
}

/** Whether values of `from` need no check and no change to be values of `to`; both are the same type but for modifiers. */
export function fitsModifiers(
  name: string,
  from: readonly number[] | undefined,
  to: readonly number[],
): boolean {
  if (to.length === 0) return true;
  if (from === undefined) return false;
  if (from.join() === to.join()) return true;
  return widening[name]?.(from, to) ?? false;
}

/** The operator class that an index on a column of this type has when the author names none. */
export function defaultOperatorClass(method: string, type: PlainType): string | undefined {
  const classes = classesOf(method);
  if (type.isArray) return polymorphic(classes.get('anyarray'), type);
  const own = classes.get(type.name);
  if (own !== undefined) return own;
  // The server prefers the preferred type of the category; for text types that is text.
  if (isBinaryCast(type.name, 'text')) return classes.get('text');
  const through = [...classes].find(([accepted]) => isBinaryCast(type.name, accepted));
  return through?.[1] ?? polymorphic(classes.get('anyenum'), type);
}

/** A class for any array or any enum: an index is kept only if the type stays the very same. */
function polymorphic(name: string | undefined, type: PlainType): string | undefined {
  return name === undefined ? undefined : `${name} for ${type.name}`;
}

const classesByMethod = new Map<string, ReadonlyMap<string, string>>();

function classesOf(method: string): ReadonlyMap<string, string> {
  let classes = classesByMethod.get(method);
  if (classes === undefined) {
    const pairs = (defaultOperatorClasses[method] ?? '').split(/\s/).map((pair): [string, string] => {
      const [type = '', name = ''] = pair.split('=');
      return [type, name];
    });
    classes = new Map(pairs);
    classesByMethod.set(method, classes);
  }
  return classes;
}

const ownTypes = new Set(typeNames.split(/\s/));

/** Whether PostgreSQL has a type of this name, as in pg_type. */
export function isBuiltinType(name: string): boolean {
  return ownTypes.has(name);
}

/** The names that the SQL standard gives to types of pg_type. */
const standardNames: Readonly<Record<string, string>> = {
  bit: 'bit',
  bool: 'boolean',
  bpchar: 'character',
  char: '"char"',
  float4: 'real',
  float8: 'double precision',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  varbit: 'bit varying',
  varchar: 'character varying',
};

/** Types whose modifier stands inside the name: `timestamp(3) with time zone`. */
const splitNames: Readonly<Record<string, readonly [string, string]>> = {
  time: ['time', ' without time zone'],
  timetz: ['time', ' with time zone'],
  timestamp: ['timestamp', ' without time zone'],
  timestamptz: ['timestamp', ' with time zone'],
};

/** A built-in type as format_type prints it: `character varying(10)`, `timestamp(3) with time zone`, `integer[]`. */
export function formatType({ name, modifiers, isArray }: PlainType): string {
  const [prefix, suffix] = splitNames[name] ?? [standardNames[name] ?? name, ''];
  const visible = name === 'interval' ? modifiers.slice(1) : modifiers;
  // numeric(10) is numeric(10,0)
  const written = name === 'numeric' && visible.length === 1 ? [...visible, 0] : visible;
  return `${prefix}${written.length === 0 ? '' : `(${written.join(',')})`}${suffix}${isArray ? '[]' : ''}`;
}
