import type { Named, Relation } from '../catalog/relation';
import { isSystemRelation } from '../catalog/views';
import { walk } from '../sql/build/reader';
import type { DataChange, Select, Truncate } from '../sql/statement';
import type { EffectsBuilder } from './builder';
import { checkReferenced, checkReferencing } from './foreign-keys';

/** The relations that a query reads, with what is below views, and with partitions. */
export function readRelations(
  effects: EffectsBuilder,
  names: readonly Named[],
  mode: 'ACCESS SHARE' | 'ROW SHARE' = 'ACCESS SHARE',
): readonly Named[] {
  const read: Named[] = [];
  const visit = (name: Named, depth: number): void => {
    if (isSystemRelation(name)) return;
    for (const member of effects.lockFamily(name, mode, 'source')) read.push(member);
    const relation = effects.relation(name);
    if (mode === 'ROW SHARE') {
      for (const member of effects.familyOf(name)) effects.lockIndexes(effects.relation(member), mode);
    }
    // Views over views are not deep; a number ends a circle that replay may have made of broken input.
    if (relation?.kind !== 'view' || depth > 16) return;
    for (const below of relation.reads) visit(below, depth + 1);
  };
  for (const name of names) visit(name, 0);
  return read;
}

export function select(effects: EffectsBuilder, statement: Select): void {
  const read = readRelations(effects, statement.reads, statement.locksRows ? 'ROW SHARE' : 'ACCESS SHARE');
  if (readsAll(statement.node)) for (const relation of read) effects.scan(relation);
}

/** Whether a query reads its relations to the end: nothing in it says WHERE or LIMIT. */
export function readsAll(query: unknown): boolean {
  let isLimited = false;
  walk(query, (key) => {
    if (key === 'whereClause' || key === 'limitCount') isLimited = true;
  });
  return !isLimited;
}

/** INSERT, UPDATE, DELETE, MERGE and COPY. */
export function dataChange(effects: EffectsBuilder, statement: DataChange): void {
  const { operation, relation: target, columns, reads, hasWhere } = statement;
  effects.changesRows();
  const read = readRelations(effects, reads);
  const isInsert = operation === 'INSERT' || operation === 'COPY';
  if ((isInsert || operation === 'MERGE') && readsAll(statement.node)) {
    for (const relation of read) effects.scan(relation);
  }
  if (target === undefined) return;
  const members = effects.lockFamily(target, 'ROW EXCLUSIVE', 'target');
  const isChanged = (key: readonly string[]) =>
    columns.length === 0 || key.some((column) => columns.includes(column));
  const keepsIndexes = !isInsert || hasConflictClause(statement);
  for (const name of members) {
    const relation = effects.relation(name);
    if (keepsIndexes) effects.lockIndexes(relation, 'ROW EXCLUSIVE');
    if (!isInsert && (!hasWhere || operation === 'MERGE')) effects.scan(name);
    if (relation !== undefined) checkKeys(effects, relation, statement, isChanged);
  }
}

function hasConflictClause({ node }: DataChange): boolean {
  return 'InsertStmt' in node && node.InsertStmt.onConflictClause !== undefined;
}

function checkKeys(
  effects: EffectsBuilder,
  relation: Relation,
  { operation }: DataChange,
  isChanged: (columns: readonly string[]) => boolean,
): void {
  if (operation !== 'DELETE') checkReferenced(effects, relation, isChanged);
  if (operation === 'DELETE') checkReferencing(effects, relation, 'onDelete', () => true);
  if (operation === 'UPDATE') checkReferencing(effects, relation, 'onUpdate', isChanged);
}

export function truncate(effects: EffectsBuilder, statement: Truncate): void {
  const { node } = statement;
  const restarts = 'TruncateStmt' in node && node.TruncateStmt.restart_seqs === true;
  const seen = new Set<Relation>();
  const visit = (name: Named, role: 'target' | 'referencing table'): void => {
    effects.lock(name, 'ACCESS EXCLUSIVE', role);
    for (const member of effects.lockFamily(name, 'ACCESS EXCLUSIVE', role)) {
      const relation = effects.relation(member);
      if (relation === undefined || seen.has(relation)) continue;
      seen.add(relation);
      effects.lockIndexes(relation, 'ACCESS EXCLUSIVE');
      for (const { sequence } of relation.columns) {
        if (restarts && sequence !== undefined) effects.lock(sequence, 'ACCESS EXCLUSIVE', 'sequence');
      }
      if (statement.cascade) for (const other of relation.referencedBy) visit(other, 'referencing table');
    }
  };
  for (const name of statement.relations) visit(name, 'target');
}
