import type { Relation } from '../relation';
import type { Answer, Reading } from './scope';
import { builtin, type OutputColumn, rowTypeOf, type Value, valueOfColumn } from './value';

/** The columns of a sequence that a query may read. */
const ofSequence: readonly OutputColumn[] = [
  { name: 'last_value', value: builtin('int8') },
  { name: 'log_cnt', value: builtin('int8') },
  { name: 'is_called', value: builtin('bool') },
];

/** The columns that a relation gives to a query. */
export function columnsOfRelation({ kind, columns }: Relation): readonly OutputColumn[] {
  if (kind === 'sequence') return ofSequence;
  return columns.map((column) => ({ name: column.name, value: valueOfColumn(column) }));
}

/** The columns of a row type; undefined for other types. */
export function fieldsOf(value: Value, { catalog }: Reading): Answer | undefined {
  if (value.fields !== undefined) return { columns: value.fields, isComplete: true };
  const found = value.isArray ? undefined : rowTypeOf(value, catalog);
  if (found === undefined) return undefined;
  const { schema, name, isComplete } = found;
  const columns = columnsOfRelation(found).map((column) => ({
    ...column,
    uses: [{ relation: { schema, name }, column: column.name }],
  }));
  return { columns, isComplete, row: value };
}
