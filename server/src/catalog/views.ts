import type { Node, ViewStmt } from '@pgsql/types';
import { relationsBelow, strings } from '../sql/build/reader';
import { type Catalog, temporarySchema } from './catalog';
import { change, changeKnown, nameOf, put, withName, withoutName } from './edit';
import { initialFacts, nameOfNew, rememberTemporary } from './new-object';
import { noteRowsUsed, readColumns } from './query-columns';
import {
  type Column,
  emptyRelation,
  isSystemRelation,
  named,
  type Origin,
  type Relation,
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

/** CREATE VIEW, and CREATE OR REPLACE VIEW. */
export function createView(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('ViewStmt' in node)) return;
  const { view, query, aliases } = node.ViewStmt;
  const reads = relationsRead(catalog, query);
  const isTemporary = isTemporaryView(catalog, node.ViewStmt);
  const name = nameOfNew(catalog, named(view), isTemporary);
  if (isTemporary) rememberTemporary(catalog, name);
  const existing = catalog.relation(name);
  for (const old of existing?.reads ?? []) {
    changeKnown(catalog, old, (relation) => ({ ...relation, readBy: withoutName(relation.readBy, name) }));
  }
  if (query === undefined) return;
  const made = readColumns(catalog, query, strings(aliases), origin);
  noteRowsUsed(catalog, name, { reads, columnsRead: made.columnsRead, objectsRead: made.objectsRead });
  put(catalog, {
    ...emptyRelation(name, 'view', existing?.origin ?? origin, false),
    ...made,
    persistence: isTemporary ? 'temporary' : 'permanent',
    columns: made.columns.map((column) => ({ ...column, ...factsOfColumn(existing, column.name) })),
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
export function isTemporaryView(catalog: Catalog, { view, query }: ViewStmt): boolean {
  return (
    view?.relpersistence === 't' ||
    relationsRead(catalog, query).some(({ schema }) => schema === temporarySchema)
  );
}
