import { unseen } from '../catalog/catalog';
import { nameOfNewIndex } from '../catalog/names';
import { isAlike } from '../catalog/partitions';
import { type Index, namedBy, type RelationName } from '../catalog/relation';
import { relationsRead } from '../catalog/views';
import type { CreateIndex, CreateTable } from '../sql/statement';
import { duplicates } from './add-constraint';
import type { EffectsBuilder } from './builder';
import { nameRelations, readRelations, readsAll } from './data';
import { lockReferencedBy, lockReferencing, makeRoom } from './partitioning';

export function createIndex(effects: EffectsBuilder, statement: CreateIndex): void {
  const mode = statement.concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE';
  const isPartitioned = effects.relation(statement.relation)?.kind === 'partitioned table';
  const reachesPartitions = isPartitioned && !statement.only;
  if (reachesPartitions) effects.lockFamily(statement.relation, mode, 'target');
  else effects.lock(statement.relation, mode, 'target');
  if (statement.concurrently) effects.waitsForTransactions();
  // The lock is taken before the server looks whether the index is there.
  if (statement.ifNotExists && isThere(effects, statement)) return;
  for (const member of reachesPartitions ? partsToIndex(effects, statement) : [statement.relation]) {
    effects.scan(member);
    effects.buildIndex(member);
  }
  if (statement.unique) effects.fails(statement.relation, duplicatesOf(statement), '23505');
}

function isThere(effects: EffectsBuilder, statement: CreateIndex): boolean {
  const { schema } = effects.catalog.resolve(statement.relation);
  return effects.catalog.index({ schema, name: nameOfNewIndex(statement, effects.catalog) }) !== undefined;
}

/** The partitions that need a new index; one that is like it becomes its part, with those below it. */
function partsToIndex(effects: EffectsBuilder, statement: CreateIndex): readonly RelationName[] {
  const whole = effects.catalog.resolve(statement.relation);
  const members = [whole];
  const twins = new Set<RelationName>();
  // The list grows while it is read.
  for (const name of members) {
    const relation = effects.relation(name);
    const twin = name === whole ? undefined : relation?.indexes.find((other) => isTwin(other, statement));
    if (twin === undefined) {
      members.push(...(relation?.children ?? []));
      continue;
    }
    effects.lockIndex(name.schema, twin.name, 'SHARE');
    twins.add(name);
  }
  return members.filter((name) => !twins.has(name));
}

function isTwin(index: Index, statement: CreateIndex): boolean {
  return index.parent === undefined && isAlike(index, statement);
}

function duplicatesOf({ columns }: CreateIndex): string {
  const names = columns.flatMap(({ column }) => (column === undefined ? [] : [column]));
  if (names.length === columns.length) return duplicates(names);
  return `two rows share the same (${columns.map(({ text }) => text).join(', ')})`;
}

export function createTable(effects: EffectsBuilder, statement: CreateTable): void {
  const existing = effects.relation(statement.relation);
  if (statement.ifNotExists && existing !== undefined && existing.origin !== unseen) return;
  const { node } = statement;
  const composite = 'CreateStmt' in node ? node.CreateStmt.ofTypename : undefined;
  if (composite !== undefined) effects.lock(namedBy(composite.names), 'ACCESS SHARE', 'type');
  for (const source of statement.like) effects.lock(source, 'ACCESS SHARE', 'source');
  for (const parent of statement.inherits) effects.lock(parent, 'SHARE UPDATE EXCLUSIVE', 'parent');
  if (statement.partitionOf !== undefined) {
    effects.lock(statement.partitionOf, 'ACCESS EXCLUSIVE', 'parent');
    makeRoom(effects, statement.partitionOf, boundOf(statement));
    lockReferencedBy(effects, statement.partitionOf);
    lockReferencing(effects, statement.partitionOf);
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
