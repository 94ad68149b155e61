import { nameOfNewIndex } from '../catalog/names';
import { relationsRead } from '../catalog/views';
import type { CreateIndex, CreateTable } from '../sql/statement';
import { duplicates } from './add-constraint';
import type { EffectsBuilder } from './builder';
import { nameRelations, readRelations, readsAll } from './data';
import { lockReferencedBy, makeRoom } from './partitioning';

export function createIndex(effects: EffectsBuilder, statement: CreateIndex): void {
  const mode = statement.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  const isPartitioned = effects.relation(statement.relation)?.kind === 'partitioned table';
  const reachesPartitions = isPartitioned && !statement.only;
  if (reachesPartitions) effects.lockFamily(statement.relation, mode, 'target');
  else effects.lock(statement.relation, mode, 'target');
  if (statement.concurrently) effects.waitsForTransactions();
  // The lock is taken before the server looks whether the index is there.
  if (statement.ifNotExists && isThere(effects, statement)) return;
  for (const member of reachesPartitions ? effects.familyOf(statement.relation) : [statement.relation]) {
    effects.scan(member);
    effects.buildIndex(member);
  }
  if (statement.unique) effects.fails(statement.relation, duplicatesOf(statement), '23505');
}

function isThere(effects: EffectsBuilder, statement: CreateIndex): boolean {
  const { schema } = effects.catalog.resolve(statement.relation);
  return effects.catalog.index({ schema, name: nameOfNewIndex(statement, effects.catalog) }) !== undefined;
}

function duplicatesOf({ columns }: CreateIndex): string {
  const names = columns.flatMap(({ column }) => (column === undefined ? [] : [column]));
  if (names.length === columns.length) return duplicates(names);
  return `two rows share the same (${columns.map(({ text }) => text).join(', ')})`;
}

export function createTable(effects: EffectsBuilder, statement: CreateTable): void {
  const existing = effects.relation(statement.relation);
  if (statement.ifNotExists && existing?.isComplete === true) return;
  for (const source of statement.like) effects.lock(source, 'ACCESS SHARE', 'source');
  for (const parent of statement.inherits) effects.lock(parent, 'SHARE UPDATE EXCLUSIVE', 'parent');
  if (statement.partitionOf !== undefined) {
    effects.lock(statement.partitionOf, 'ACCESS EXCLUSIVE', 'parent');
    makeRoom(effects, statement.partitionOf, boundOf(statement));
    lockReferencedBy(effects, statement.partitionOf);
    // The new partition gets its part of each index.
    effects.lockIndexes(effects.relation(statement.partitionOf), 'SHARE UPDATE EXCLUSIVE');
  }
  const columnConstraints = statement.columns.flatMap(({ constraints }) => constraints);
  for (const { references } of [...columnConstraints, ...statement.constraints]) {
    const isItself =
      references?.relation.name === statement.relation.name &&
      (references.relation.schema ?? statement.relation.schema) === statement.relation.schema;
    if (references === undefined || isItself) continue;
    effects.lockFamily(references.relation, 'SHARE ROW EXCLUSIVE', 'referenced table');
  }
  if (statement.isFromQuery) readQuery(effects, statement);
}

function boundOf({ node }: CreateTable) {
  if ('CreateStmt' in node) return node.CreateStmt.partbound;
  return 'CreateForeignTableStmt' in node ? node.CreateForeignTableStmt.base?.partbound : undefined;
}

function readQuery(effects: EffectsBuilder, { node }: CreateTable): void {
  const { query, into } =
    'CreateTableAsStmt' in node ? node.CreateTableAsStmt : { query: node, into: undefined };
  const named = relationsRead(effects.catalog, query);
  if (into?.skipData === true) {
    nameRelations(effects, named);
    return;
  }
  const read = readRelations(effects, named);
  if (readsAll(query)) for (const relation of read) effects.scan(relation);
}
