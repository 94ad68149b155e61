import type { DefElem, Node } from '@pgsql/types';
import { named, type Named, type Relation } from '../../catalog/relation';
import type { EffectsBuilder } from '../builder';
import { readRelations, readsAll } from '../data';

/** Whether an option such as `(FULL, ANALYZE false)` is on. */
function isOn(options: readonly Node[] | undefined, name: string): boolean {
  const option = (options ?? []).flatMap((node): DefElem[] =>
    'DefElem' in node && node.DefElem.defname === name ? [node.DefElem] : [],
  )[0];
  if (option === undefined) return false;
  const { arg } = option;
  if (arg === undefined) return true;
  if ('String' in arg) return !['false', 'off', '0'].includes(arg.String.sval?.toLowerCase() ?? '');
  return !('Integer' in arg) || arg.Integer.ival !== 0;
}

/** REINDEX of an index, a table, or all tables of a schema. */
export function reindex(effects: EffectsBuilder, node: Node): void {
  if (!('ReindexStmt' in node)) return;
  const { kind, relation, name, params } = node.ReindexStmt;
  const concurrently = isOn(params, 'concurrently');
  if (concurrently) effects.waitsForTransactions();
  if (kind === 'REINDEX_OBJECT_INDEX') {
    const found = effects.catalog.index(named(relation));
    if (found === undefined) {
      effects.lock(named(relation), 'ACCESS EXCLUSIVE', 'index');
      return;
    }
    reindexRelation(effects, found.relation, concurrently, found.index.name);
  } else if (kind === 'REINDEX_OBJECT_TABLE') {
    const members = effects.familyOf(named(relation));
    const isPartitioned = effects.relation(named(relation))?.kind === 'partitioned table';
    if (isPartitioned) effects.ownTransaction();
    for (const member of isPartitioned ? members : members.slice(0, 1)) {
      reindexRelation(effects, member, concurrently);
      // It looks for the partitions under a lock that stops writes, even with CONCURRENTLY.
      if (isPartitioned) effects.lock(member, 'SHARE', 'target');
    }
  } else {
    const relations = effects.catalog.allRelations(kind === 'REINDEX_OBJECT_SCHEMA' ? name : undefined);
    for (const member of relations) if (hasRows(member)) reindexRelation(effects, member, concurrently);
  }
}

function hasRows({ kind }: Relation): boolean {
  return kind === 'table' || kind === 'materialized view';
}

function reindexRelation(effects: EffectsBuilder, name: Named, concurrently: boolean, index?: string): void {
  const relation = effects.relation(name);
  effects.lock(name, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'target');
  if (relation?.kind === 'partitioned table') return;
  effects.lockIndexes(relation, 'ACCESS EXCLUSIVE', (one) => index === undefined || one.name === index);
  if (relation?.isComplete === true && relation.indexes.length === 0) return;
  effects.buildIndex(name);
  effects.scan(name);
}

/** CLUSTER copies the table in the order of an index. */
export function cluster(effects: EffectsBuilder, node: Node): void {
  if (!('ClusterStmt' in node)) return;
  const { relation } = node.ClusterStmt;
  if (relation === undefined) {
    for (const one of effects.catalog.allRelations()) {
      if (effects.catalog.isClustered(one)) copyInOrder(effects, one);
    }
    // There may be tables that nobody here knows.
    effects.unknown();
    return;
  }
  copyInOrder(effects, named(relation));
}

function copyInOrder(effects: EffectsBuilder, relation: Named): void {
  effects.lock(relation, 'ACCESS EXCLUSIVE', 'target');
  effects.rewrite(relation);
}

/** VACUUM and ANALYZE. */
export function vacuum(effects: EffectsBuilder, node: Node): void {
  if (!('VacuumStmt' in node)) return;
  const { options, rels, is_vacuumcmd: isVacuum } = node.VacuumStmt;
  const isFull = isVacuum === true && isOn(options, 'full');
  for (const item of rels ?? []) {
    if (!('VacuumRelation' in item)) continue;
    const target = named(item.VacuumRelation.relation);
    if (isFull) {
      effects.lockFamily(target, 'ACCESS EXCLUSIVE', 'target');
      for (const member of effects.familyOf(target)) effects.rewrite(member);
      continue;
    }
    for (const member of effects.lockFamily(target, 'SHARE UPDATE EXCLUSIVE', 'target')) {
      if (isVacuum === true) effects.lockIndexes(effects.relation(member), 'ROW EXCLUSIVE');
    }
  }
  effects.changesRows();
  // Without a list it is every table of the database, also those that nobody here knows.
  if (rels === undefined) effects.unknown();
}

/** REFRESH MATERIALIZED VIEW. */
export function refresh(effects: EffectsBuilder, node: Node): void {
  if (!('RefreshMatViewStmt' in node)) return;
  const { relation, concurrent, skipData } = node.RefreshMatViewStmt;
  const view = effects.relation(named(relation));
  effects.lock(named(relation), concurrent === true ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'target');
  if (skipData !== true) {
    const sources = readRelations(effects, view?.reads ?? []);
    if (view?.query !== undefined && readsAll(view.query)) for (const source of sources) effects.scan(source);
  }
  if (concurrent === true) {
    effects.lockIndexes(view, 'ROW EXCLUSIVE');
    effects.scan(named(relation));
  } else if (skipData === true) {
    effects.lockIndexes(view, 'ACCESS EXCLUSIVE');
    effects.copyFile(named(relation));
    if ((view?.indexes.length ?? 1) > 0) effects.buildIndex(named(relation));
  } else {
    effects.rewrite(named(relation));
  }
}
