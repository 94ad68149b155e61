import type { Node } from '@pgsql/types';
import {
  isSystemRelation,
  named,
  type Named,
  nameKey,
  type Relation,
  type RelationName,
} from '../catalog/relation';
import { walk } from '../sql/build/reader';
import type { DataChange, Select, Truncate } from '../sql/statement';
import type { EffectsBuilder } from './builder';
import { lockAncestors } from './partitioning';
import { checkReferenced, checkReferencing } from './foreign-keys';
import { sequencesIn } from './volatility';
import { visitReached } from '../catalog/reached';

/** The relations that a query names are looked at; it does not run. */
export function nameRelations(effects: EffectsBuilder, names: readonly Named[]): void {
  for (const name of names) if (!isSystemRelation(name)) effects.lock(name, 'ACCESS SHARE', 'source');
}

/** A query runs: the relations that it reads, with what is below views, and with partitions. */
export function readRelations(
  effects: EffectsBuilder,
  names: readonly Named[],
  mode: 'ACCESS SHARE' | 'ROW SHARE' = 'ACCESS SHARE',
): readonly Named[] {
  const read: Named[] = [];
  for (const source of names) {
    if (isSystemRelation(source)) continue;
    for (const name of effects.withSources(source)) {
      for (const member of effects.lockFamily(name, mode, 'source')) {
        read.push(member);
        if (mode === 'ROW SHARE') lockIndexesInUse(effects, effects.relation(member), mode);
      }
    }
  }
  return read;
}

export function select(effects: EffectsBuilder, statement: Select): void {
  const read = readRelations(effects, statement.reads, statement.locksRows ? 'ROW SHARE' : 'ACCESS SHARE');
  if (readsAll(statement.node)) for (const relation of read) effects.scan(relation);
  for (const change of statement.changesInWith) dataChange(effects, change);
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
  for (const change of statement.changesInWith) dataChange(effects, change);
  if (target === undefined) return;
  const members = [...lockTarget(effects, target, isInsert), ...belowView(effects, target)];
  if (operation !== 'DELETE') lockAncestors(effects, effects.relation(target));
  const isChanged = (key: readonly string[]) =>
    columns.length === 0 || key.some((column) => columns.includes(column));
  const keepsIndexes = !isInsert || hasConflictClause(statement);
  for (const name of members) {
    const relation = effects.relation(name);
    if (keepsIndexes) lockIndexesInUse(effects, relation, 'ROW EXCLUSIVE');
    if (isInsert) lockSequences(effects, relation, columns);
    if (!isInsert && (!hasWhere || operation === 'MERGE')) effects.scan(name);
    if (!hasWhere && (operation === 'UPDATE' || operation === 'DELETE')) effects.lockRows(name, 'all');
    if (relation !== undefined) checkKeys(effects, relation, statement, isChanged);
  }
}

/** A row that is inserted goes to no child by inheritance, unless it is put there. */
function lockTarget(effects: EffectsBuilder, target: Named, isInsert: boolean): readonly RelationName[] {
  if (!isInsert || effects.relation(target)?.kind === 'partitioned table') {
    return effects.lockFamily(target, 'ROW EXCLUSIVE', 'target');
  }
  effects.lock(target, 'ROW EXCLUSIVE', 'target');
  return [effects.catalog.resolve(target)];
}

/** The table that a simple view stands for; a change of the view is a change of that table. */
function belowView(effects: EffectsBuilder, target: Named): readonly RelationName[] {
  const view = effects.relation(target);
  const [below, ...others] = view?.reads ?? [];
  if (view?.kind !== 'view' || below === undefined || others.length > 0) return [];
  return effects.lockFamily(below, 'ROW EXCLUSIVE', 'source');
}

function hasConflictClause({ node }: DataChange): boolean {
  // Without columns or a constraint no index has to be chosen.
  return 'InsertStmt' in node && node.InsertStmt.onConflictClause?.infer !== undefined;
}

/** Before 16 the indexes of a partitioned table itself are no concern of a query. */
function lockIndexesInUse(
  effects: EffectsBuilder,
  relation: Relation | undefined,
  mode: 'ROW SHARE' | 'ROW EXCLUSIVE',
): void {
  if (relation?.kind !== 'partitioned table' || effects.major >= 16) effects.lockIndexes(relation, mode);
}

/** Columns that are not written take the next value of their sequence. */
function lockSequences(
  effects: EffectsBuilder,
  relation: Relation | undefined,
  columns: readonly string[],
): void {
  if (columns.length === 0) return;
  for (const column of relation?.columns ?? []) {
    if (columns.includes(column.name)) continue;
    if (column.identity !== undefined && column.sequence !== undefined) {
      effects.lock(column.sequence, 'ROW EXCLUSIVE', 'sequence');
    }
    const sequences = sequencesIn(column.default?.node);
    // The sequence that belongs to the column may have another name by now.
    for (const sequence of sequences.length === 1 && column.sequence !== undefined
      ? [column.sequence]
      : sequences) {
      effects.lock(sequence, 'ROW EXCLUSIVE', 'sequence');
    }
  }
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
  const only = relationsAlone(node);
  const seen = new Set<Relation>();
  type Emptied = { readonly name: Named; readonly role: 'target' | 'referencing table' };
  const visit = ({ name, role }: Emptied): readonly Emptied[] => {
    const emptied: Emptied[] = [];
    effects.lock(name, 'ACCESS EXCLUSIVE', role);
    const members = only.has(nameKey(name)) ? [name] : effects.lockFamily(name, 'ACCESS EXCLUSIVE', role);
    for (const member of members) {
      const relation = effects.relation(member);
      if (relation === undefined || seen.has(relation)) continue;
      seen.add(relation);
      if (relation.kind !== 'partitioned table') effects.lockIndexes(relation, 'ACCESS EXCLUSIVE');
      for (const { sequence } of relation.columns) {
        if (restarts && sequence !== undefined) effects.lock(sequence, 'ACCESS EXCLUSIVE', 'sequence');
      }
      if (!statement.cascade) continue;
      // A key that points at a partitioned table points at each partition.
      for (const whole of [relation, ...ancestors(effects, relation)]) {
        for (const other of whole.referencedBy) emptied.push({ name: other, role: 'referencing table' });
      }
    }
    return emptied;
  };
  visitReached(
    statement.relations.map((name): Emptied => ({ name, role: 'target' })),
    visit,
  );
}

function ancestors(effects: EffectsBuilder, relation: Relation): readonly Relation[] {
  const found: Relation[] = [];
  visitReached(relation.parents, (name) => {
    const parent = effects.relation(name);
    if (parent?.kind !== 'partitioned table') return [];
    found.push(parent);
    return parent.parents;
  });
  return found;
}

/** The relations that a statement names with ONLY: TRUNCATE ONLY t, LOCK ONLY t. */
export function relationsAlone(node: Node): ReadonlySet<string> {
  const nodes =
    'TruncateStmt' in node ? node.TruncateStmt.relations : 'LockStmt' in node ? node.LockStmt.relations : [];
  const alone = (nodes ?? []).flatMap((one) =>
    'RangeVar' in one && one.RangeVar.inh !== true ? [nameKey(named(one.RangeVar))] : [],
  );
  return new Set(alone);
}
