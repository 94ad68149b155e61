import type { Column, Relation } from '../catalog/relation';
import { strings } from '../sql/build/reader';
import { quoteIdentifier } from '../sql/print';
import { primaryKeyOf, type UniqueKey } from './unique-key';

/** Which row of several with the same key stays. */
export interface Survivor {
  readonly keep: 'newest' | 'oldest';
  /** The column that tells the age; undefined when only the place in the table does (`ctid`). */
  readonly by: string | undefined;
  /** For ORDER BY: the row that stays comes first, and no two rows are equal. */
  readonly order: string;
}

/** Names that tell when a row was made, then names that tell when it changed; case and underscores do not matter. */
const createdNames = [
  'createdat',
  'created',
  'createdon',
  'createddate',
  'createtime',
  'creationdate',
  'datecreated',
  'insertedat',
  'addedat',
  'startedat',
  'occurredat',
  'receivedat',
  'sentat',
  'publishedat',
];
const updatedNames = [
  'updatedat',
  'updated',
  'updatedon',
  'modifiedat',
  'modifiedon',
  'lastmodified',
  'lastmodifiedat',
  'changedat',
];

const timeTypes = new Set(['timestamp', 'timestamptz', 'date']);
const countedTypes = new Set([
  'int2',
  'int4',
  'int8',
  'smallint',
  'integer',
  'int',
  'bigint',
  'serial',
  'serial2',
  'serial4',
  'serial8',
  'smallserial',
  'bigserial',
]);

/** The survivors that the catalog lets one name: newest and oldest by the column that tells most about age. */
export function survivors(key: UniqueKey, relation: Relation | undefined): readonly Survivor[] {
  const created = timeColumn(relation, key, createdNames);
  const updated = timeColumn(relation, key, updatedNames);
  const by = created ?? updated ?? countedKey(relation, key);
  const result: Survivor[] = [survivor('newest', by, relation), survivor('oldest', by, relation)];
  if (created !== undefined && updated !== undefined) result.push(survivor('newest', updated, relation));
  return result;
}

function survivor(keep: Survivor['keep'], by: Column | undefined, relation: Relation | undefined): Survivor {
  const direction = keep === 'newest' ? 'DESC' : 'ASC';
  const primaryKey = primaryKeyOf(relation);
  // A primary key makes the order complete; without one the place in the table does.
  const ties =
    primaryKey.length > 0 ? primaryKey.filter((column) => column !== by?.name) : [...placeColumns(relation)];
  const order = [
    // A row of unknown age goes before any other one.
    ...(by === undefined
      ? []
      : [`${quoteIdentifier(by.name)} ${direction}${by.notNull ? '' : ' NULLS LAST'}`]),
    ...(by === undefined ? placeColumns(relation) : ties.map(quoteIdentifier)).map(
      (column) => `${column} ${direction}`,
    ),
  ];
  return { keep, by: by?.name, order: order.join(', ') };
}

/** What tells one row from all others: `ctid` is unique in a table, not among the partitions of one. */
export function placeColumns(relation: Relation | undefined): readonly string[] {
  return relation?.kind === 'partitioned table' ? ['tableoid', 'ctid'] : ['ctid'];
}

function timeColumn(
  relation: Relation | undefined,
  key: UniqueKey,
  names: readonly string[],
): Column | undefined {
  const candidates = usable(relation, key).filter(({ type }) => timeTypes.has(type?.name ?? ''));
  for (const name of names) {
    const found = candidates.find((column) => column.name.toLowerCase().replaceAll('_', '') === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The primary key, when it is one column that is counted up: a number, or a UUID that begins with the time. */
function countedKey(relation: Relation | undefined, key: UniqueKey): Column | undefined {
  const primaryKey = primaryKeyOf(relation);
  if (primaryKey.length !== 1) return undefined;
  return usable(relation, key).find(
    (column) =>
      column.name === primaryKey[0] && (countedTypes.has(column.type?.name ?? '') || isVersion7(column)),
  );
}

function isVersion7({ default: value }: Column): boolean {
  if (value === undefined || !('FuncCall' in value.node)) return false;
  const name = strings(value.node.FuncCall.funcname).at(-1) ?? '';
  return /^(gen_random_)?(uuid_?(generate_?)?v7|gen_uuid_?v7)$/.test(name);
}

/** Columns of the key are the same in all duplicates. */
function usable(relation: Relation | undefined, key: UniqueKey): readonly Column[] {
  const inKey = new Set(key.elements.map(({ column }) => column));
  return (relation?.columns ?? []).filter(({ name, type }) => !inKey.has(name) && type?.isArray !== true);
}
