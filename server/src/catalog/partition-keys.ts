import type { Catalog } from './catalog';
import type { Major } from '../postgres/versions';
import { nameOf } from './edit';
import { isSame, type Index, type Relation, type RelationName } from './relation';

/** A key on a partitioned table that cannot see duplicates in other partitions, so that the server refuses it (0A000). */
export interface UnsoundKey {
  /** The partitioned table; the one that is meant, or one of its partitions that is divided further. */
  readonly relation: Relation;
  readonly index: Index;
  readonly type: 'PRIMARY KEY' | 'UNIQUE' | 'EXCLUDE';
  /** The columns of the partition key that are not in it; none when the partition key has an expression. */
  readonly missing: readonly string[];
}

/**
 * The keys of `name` and its partitions that a statement has brought and that lack the partition key. `before` and
 * `after` are the schemas around the statement.
 */
export function unsoundKeys(
  before: Catalog,
  after: Catalog,
  name: RelationName,
  major: Major,
): readonly UnsoundKey[] {
  const relation = after.relation(nameOf(name));
  if (relation?.kind !== 'partitioned table') return [];
  const known = before.relation(nameOf(name))?.indexes ?? [];
  const own = relation.indexes.flatMap((index) => {
    const was = known.find((other) => other.name === index.name);
    const isOld = was !== undefined && was.parent?.name === index.parent?.name;
    return isOld ? [] : (unsound(relation, index, major) ?? []);
  });
  const below = relation.children.flatMap((child) => unsoundKeys(before, after, child, major));
  // Where the key of the table is refused, nobody comes to that of a partition.
  return [...own, ...below.filter(({ index }) => !own.some((key) => isPartOf(index, key)))];
}

function isPartOf({ parent }: Index, { relation, index }: UnsoundKey): boolean {
  return parent !== undefined && isSame(parent, { schema: relation.schema, name: index.name });
}

function unsound(relation: Relation, index: Index, major: Major): UnsoundKey | undefined {
  const constraint = relation.constraints.find(({ name }) => name === index.constraint);
  const isExclusion = constraint?.type === 'EXCLUDE';
  const { partitionKey, columns, isComplete } = relation;
  if (partitionKey === undefined || (!index.unique && !isExclusion)) return undefined;
  // 0A000 up to 16: exclusion constraints are not supported on partitioned tables.
  if (isExclusion && major < 17) return { relation, index, type: 'EXCLUDE', missing: [] };
  // What is not there at all is another refusal.
  const isUnknown = (column: string | undefined): boolean =>
    column !== undefined && !columns.some(({ name }) => name === column);
  if (!isComplete || index.columns.some(({ column }) => isUnknown(column))) return undefined;
  const missing = partitionKey.columns.filter(
    (wanted) => wanted !== undefined && !index.columns.some(({ column }) => column === wanted),
  );
  const [first] = partitionKey.columns.filter((wanted) => wanted === undefined || missing.includes(wanted));
  if (first === undefined && !partitionKey.columns.includes(undefined)) return undefined;
  return {
    relation,
    index,
    type: constraint?.type === 'PRIMARY KEY' || constraint?.type === 'EXCLUDE' ? constraint.type : 'UNIQUE',
    // The server looks at the columns of the partition key one after the other.
    missing: first === undefined ? [] : missing.filter((column) => column !== undefined),
  };
}
