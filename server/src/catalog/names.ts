import type { CreateIndex, Expression } from '../sql/statement';
import type { Catalog } from './catalog';
import { figureName } from './query/figure-name';
import type { Index, RelationName } from './relation';

/** A name has at most 63 bytes (NAMEDATALEN - 1). */
export const longestName = 63;

const encoder = new TextEncoder();

/** How many bytes the server counts. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The longest beginning of `text` that has at most `bytes` bytes and ends with a whole character. */
export function clip(text: string, bytes: number): string {
  let length = 0;
  let result = '';
  for (const character of text) {
    length += byteLength(character);
    if (length > bytes) break;
    result += character;
  }
  return result;
}

/**
 * `table_column_label` cut to 63 bytes: of the first two parts the longer one loses its end, byte by byte, as in the
 * server's makeObjectName.
 */
export function objectName(first: string, second: string | undefined, label: string | undefined): string {
  let firstLength = byteLength(first);
  let secondLength = second === undefined ? 0 : byteLength(second);
  const joints = (second === undefined ? 0 : 1) + (label === undefined ? 0 : 1 + byteLength(label));
  while (firstLength + secondLength > longestName - joints) {
    if (firstLength > secondLength) firstLength--;
    else secondLength--;
  }
  return [
    clip(first, firstLength),
    ...(second === undefined ? [] : [clip(second, secondLength)]),
    ...(label === undefined ? [] : [label]),
  ].join('_');
}

/** The first of `name`, `name1`, `name2`, … that is free. The number stands behind the label. */
function freeName(
  first: string,
  second: string | undefined,
  label: string,
  isTaken: (name: string) => boolean,
): string {
  for (let pass = 0; ; pass++) {
    const name = objectName(first, second, pass === 0 ? label : `${label}${pass}`);
    if (!isTaken(name)) return name;
  }
}

function relationIsTaken(catalog: Catalog, schema: string, name: string): boolean {
  const full = { schema, name };
  return catalog.relation(full) !== undefined || catalog.index(full) !== undefined;
}

/** The name of a relation that the server makes by itself, such as the sequence of a serial column. */
export function relationNameFor(
  catalog: Catalog,
  schema: string,
  table: string,
  column: string | undefined,
  label: string,
): string {
  return freeName(table, column, label, (name) => relationIsTaken(catalog, schema, name));
}

/** Several columns in one name, cut so that the rest of the work is small. */
function joined(columns: readonly string[]): string {
  let result = '';
  for (const column of columns) {
    if (result !== '') result += '_';
    result += clip(column, longestName);
    if (byteLength(result) > longestName) break;
  }
  return result;
}

/** The name of a CHECK, FOREIGN KEY or NOT NULL constraint without one. Such names are unique in their schema. */
export function constraintNameFor(
  catalog: Catalog,
  table: RelationName,
  columns: readonly string[],
  label: 'check' | 'fkey' | 'not_null',
  isTaken?: (name: string) => boolean,
): string {
  const addition = columns.length === 0 ? undefined : joined(columns);
  return freeName(
    table.name,
    addition,
    label,
    (name) => catalog.constraintIsTaken({ schema: table.schema, name }) || isTaken?.(name) === true,
  );
}

/** The name of an index without one: `t_pkey`, `t_a_b_key`, `t_a_idx`, `t_a_excl`. */
export function indexNameFor(
  catalog: Catalog,
  table: RelationName,
  columns: readonly string[],
  label: 'pkey' | 'key' | 'idx' | 'excl',
): string {
  const addition = label === 'pkey' ? undefined : joined(columns);
  return freeName(table.name, addition, label, (name) => {
    if (relationIsTaken(catalog, table.schema, name)) return true;
    return label !== 'idx' && catalog.constraintIsTaken({ schema: table.schema, name });
  });
}

/** The name that the server gives the index of this statement, or that the author gave it. */
export function nameOfNewIndex(statement: CreateIndex, catalog: Catalog): string {
  if (statement.index !== undefined) return statement.index.text;
  const relation = catalog.resolve(statement.relation);
  return indexNameFor(catalog, relation, indexColumnNames(statement.columns, statement.include), 'idx');
}

/** The names of an index's own columns: those of the table, and for an expression what names it best. */
export function indexColumnNames(
  columns: readonly { readonly column: string | undefined; readonly expression: Expression | undefined }[],
  include: readonly string[],
): readonly string[] {
  const names: string[] = [];
  const wanted = columns.map(({ column, expression }) => column ?? figureName(expression?.node) ?? 'expr');
  for (const name of [...wanted, ...include]) {
    let unique = name;
    for (let number = 1; names.includes(unique); number++) {
      unique = `${clip(name, longestName - String(number).length)}${number}`;
    }
    names.push(unique);
  }
  return names;
}

/** The names of the columns of an index that exists. */
export function columnNamesOfIndex(index: Index): readonly string[] {
  return indexColumnNames(index.columns, index.include);
}
