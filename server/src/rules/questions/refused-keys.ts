import { schemaAfter } from '../../catalog/after';
import type { Catalog } from '../../catalog/catalog';
import { type UnsoundKey, unsoundKeys } from '../../catalog/partition-keys';
import { isSame, type RelationName } from '../../catalog/relation';
import type { UniqueKey } from '../../rewrites/unique-key';
import type { AlterTable, ConstraintDefinition, CreateIndex, CreateTable } from '../../sql/statement';
import type { RuleContext } from '../rule';

/** The keys that the statement gives a partitioned table, and that lack the partition key. */
export function keysWithoutPartitionKey(
  statement: CreateIndex | AlterTable | CreateTable,
  { catalog, postgresVersion }: Pick<RuleContext, 'catalog' | 'postgresVersion'>,
): readonly UnsoundKey[] {
  const names = partitionedBy(statement, catalog);
  if (names.length === 0) return [];
  const after = schemaAfter(statement, catalog);
  return names.flatMap((name) => unsoundKeys(catalog, after, name, postgresVersion));
}

/** Where the statement may bring such a key: most bring none, and cost nothing. */
function partitionedBy(
  statement: CreateIndex | AlterTable | CreateTable,
  catalog: Catalog,
): readonly RelationName[] {
  const name = catalog.resolve(statement.relation);
  if (statement.kind === 'CreateTable') {
    const isThere = catalog.relation(statement.relation) !== undefined;
    return statement.partitioned && !isThere ? [{ ...name, schema: schemaOfNew(statement, catalog) }] : [];
  }
  const isPartitioned = catalog.relation(statement.relation)?.kind === 'partitioned table';
  if (statement.kind === 'CreateIndex') return isPartitioned && isUniqueTree(statement) ? [name] : [];
  return statement.actions
    .flatMap((action) => {
      if (action.type === 'AttachPartition') return [catalog.resolve(action.partition)];
      const added =
        action.type === 'AddConstraint'
          ? [action.constraint]
          : action.type === 'AddColumn'
            ? action.column.constraints
            : [];
      return isPartitioned && added.some(isKey) ? [name] : [];
    })
    .filter((one, index, all) => all.findIndex((other) => isSame(other, one)) === index);
}

function schemaOfNew({ relation }: CreateTable, catalog: Catalog): string {
  return relation.schema ?? catalog.searchPath[0] ?? 'public';
}

/** Only a B-tree is unique; of other methods the server says that first. */
function isUniqueTree({ unique, method }: CreateIndex): boolean {
  return unique && method === 'btree';
}

function isKey({ type, usingIndex }: ConstraintDefinition): boolean {
  return (type === 'UNIQUE' || type === 'PRIMARY KEY' || type === 'EXCLUDE') && usingIndex === undefined;
}

/** Access methods of the server that know no unique index (0A000). */
const neverUnique: ReadonlySet<string> = new Set(['hash', 'gist', 'gin', 'spgist', 'brin']);

/**
 * Whether the server refuses the key whatever the rows are. Rows are neither looked at nor removed for what cannot be
 * made.
 */
export function isRefusedKey(
  statement: CreateIndex | AlterTable,
  key: UniqueKey,
  { catalog, postgresVersion }: Pick<RuleContext, 'catalog' | 'postgresVersion'>,
): boolean {
  const relation = catalog.relation(key.relation);
  if (statement.kind === 'CreateIndex' && neverUnique.has(statement.method)) return true;
  // 42601: the words came with PostgreSQL 15.
  if (key.nullsNotDistinct && postgresVersion < 15) return true;
  // 42809, and 0A000 for what is computed when it is read.
  if (relation?.kind === 'view' || relation?.kind === 'foreign table') return true;
  const isVirtual = (name: string | undefined): boolean =>
    relation?.columns.some((column) => column.name === name && column.generated === 'virtual') === true;
  if (key.elements.some(({ column }) => isVirtual(column))) return true;
  return keysWithoutPartitionKey(statement, { catalog, postgresVersion }).length > 0;
}
