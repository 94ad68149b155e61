import type { Node, ViewStmt } from '@pgsql/types';
import { relationsBelow, strings } from '../sql/build/reader';
import { type Catalog, temporarySchema } from './catalog';
import { nameOfNew, rememberTemporary } from './create-table';
import { change, changeKnown, nameOf, put, withName, withoutName } from './edit';
import { unknownColumn } from './constraints';
import { initialFacts } from './owners';
import {
  type Column,
  emptyRelation,
  named,
  type Relation,
  type Named,
  type Origin,
  type RelationName,
} from './relation';

/** The relations that a query reads. */
export function relationsRead(catalog: Catalog, query: unknown): readonly RelationName[] {
  let names: readonly RelationName[] = [];
  relationsBelow({ query }, ({ schemaname, relname }) => {
    const name = { schema: schemaname, name: relname ?? '' };
    if (!isSystemRelation(name)) names = withName(names, catalog.resolve(name));
  });
  return names;
}

/** The server's own catalogs, which every query may read. */
export function isSystemRelation({ schema, name }: Named): boolean {
  if (schema === undefined) return name.startsWith('pg_');
  return schema === 'pg_catalog' || schema === 'information_schema';
}

/** CREATE VIEW, and CREATE OR REPLACE VIEW. */
export function createView(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('ViewStmt' in node)) return;
  const { view, query, aliases } = node.ViewStmt;
  const reads = relationsRead(catalog, query);
  const isTemporary = isTemporaryView(node.ViewStmt, reads);
  const name = nameOfNew(catalog, named(view), isTemporary);
  if (isTemporary) rememberTemporary(catalog, name);
  const existing = catalog.relation(name);
  for (const old of existing?.reads ?? []) {
    changeKnown(catalog, old, (relation) => ({ ...relation, readBy: withoutName(relation.readBy, name) }));
  }
  const columns = strings(aliases);
  put(catalog, {
    ...emptyRelation(name, 'view', existing?.origin ?? origin, false),
    persistence: isTemporary ? 'temporary' : 'permanent',
    columns: (columns.length > 0 ? columns : selectedColumns(query)).map((column) => ({
      ...unknownColumn(column, origin),
      ...factsOfColumn(existing, column),
    })),
    query,
    reads,
    readBy: existing?.readBy ?? [],
    triggers: existing?.triggers ?? [],
    ...(existing === undefined
      ? initialFacts(catalog, 'TABLE', name.schema)
      : {
          comment: existing.comment,
          owner: existing.owner,
          privileges: existing.privileges,
          rules: existing.rules ?? [],
        }),
  });
  for (const read of reads) {
    change(catalog, read, (relation) => ({ ...relation, readBy: withName(relation.readBy, nameOf(name)) }));
  }
}

/** A view that is replaced keeps what was said of its columns. */
function factsOfColumn(existing: Relation | undefined, name: string): Pick<Column, 'comment' | 'privileges'> {
  const { comment, privileges } = existing?.columns.find((one) => one.name === name) ?? {};
  return { comment, privileges };
}

/** A view that reads a temporary relation is temporary itself, without a word. */
function isTemporaryView({ view }: ViewStmt, reads: readonly RelationName[]): boolean {
  return view?.relpersistence === 't' || reads.some(({ schema }) => schema === temporarySchema);
}

/** The output columns of a plain SELECT that have a name of their own. */
function selectedColumns(query: Node | undefined): readonly string[] {
  if (query === undefined || !('SelectStmt' in query)) return [];
  return (query.SelectStmt.targetList ?? []).flatMap((target) => {
    if (!('ResTarget' in target)) return [];
    const { name, val } = target.ResTarget;
    if (name !== undefined) return [name];
    const last = val !== undefined && 'ColumnRef' in val ? strings(val.ColumnRef.fields).at(-1) : undefined;
    return last === undefined ? [] : [last];
  });
}
