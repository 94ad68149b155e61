import { type Catalog, unseen } from './catalog';
import { isAffected } from './certainty';
import type { Named, Relation, RelationName } from './relation';
import type { Key } from './store/keys';
import { formers, uncertainties } from './store/tables';

/** The kinds of things of which it is remembered where they went. */
export type FormerKind = 'relation' | 'column' | 'index' | 'type' | 'function';

/** What became of a thing that had this name. */
export interface Former {
  /** The migration that dropped or renamed it. */
  readonly file: string;
  /** What it is called since; undefined when it was dropped. */
  readonly to: RelationName | undefined;
}

/** Notes that a thing is no longer found under a name: `key` is its place in one of `formers`. */
export function noteGone(catalog: Catalog, key: Key<Former>, to?: RelationName): void {
  const name = to === undefined ? undefined : { schema: to.schema, name: to.name };
  catalog.set(key, { file: catalog.file, to: name });
}

/** What became of the thing that had a name; undefined when there never was one. Asks not whether there is a new one. */
export function formerOf(
  catalog: Catalog,
  kind: FormerKind,
  ...names: readonly string[]
): Former | undefined {
  return catalog.get(formers[kind].at(...names));
}

/** Whether code that cannot be read may have made, changed or dropped a relation of this name. */
export function isDoubtful(catalog: Catalog, name: RelationName): boolean {
  return isAffected(catalog.get(uncertainties) ?? [], name);
}

/** Whether code that cannot be read may have done something to any relation at all. */
export function hasDoubts(catalog: Catalog): boolean {
  return catalog.get(uncertainties) !== undefined;
}

/** The schemas in which a name is looked for, without that of temporary relations. */
export function schemasOf(catalog: Catalog, { schema }: Named): readonly string[] {
  return schema === undefined ? catalog.searchPath : [schema];
}

/** Why a relation, or an index, is not there. */
export interface Absence {
  /** Of one that was dropped or renamed, and not made again: the server is certain to refuse its name. */
  readonly former: Former | undefined;
  /** Relations that migrations before this one have made in the schema; where there are none, others may have. */
  readonly others: readonly Relation[];
}

/**
 * Why there is no relation or index of this name, as far as that is certain; undefined when there is one, or may be
 * one. What is missing because no migration ever made it may still have been made before the first one.
 */
export function absenceOf(catalog: Catalog, name: Named, kind: 'relation' | 'index'): Absence | undefined {
  // ALTER TABLE and others name an index as they name a table.
  if (catalog.relation(name) !== undefined || catalog.index(name) !== undefined) return undefined;
  const schemas = schemasOf(catalog, name);
  if (schemas.some((schema) => isDoubtful(catalog, { schema, name: name.name }))) return undefined;
  for (const schema of schemas) {
    const former = formerOf(catalog, kind, schema, name.name);
    if (former !== undefined) return { former, others: relationsOf(catalog, schemas) };
  }
  if (!catalog.isCertain(name)) return undefined;
  // Of an index, all that is known is that of relations which are known.
  if (kind === 'index' && hasDoubts(catalog)) return undefined;
  // The role or the database may have a search_path of its own.
  const isElsewhere = (relation: Relation): boolean =>
    relation.name === name.name || relation.indexes.some((index) => index.name === name.name);
  if (name.schema === undefined && catalog.allRelations().some(isElsewhere)) return undefined;
  return { former: undefined, others: relationsOf(catalog, schemas) };
}

function relationsOf(catalog: Catalog, schemas: readonly string[]): readonly Relation[] {
  return schemas.flatMap((schema) => catalog.allRelations(schema)).filter(({ origin }) => origin !== unseen);
}

/** Why a relation that is there has no column of this name, as far as that is certain; undefined when it may have one. */
export function columnAbsenceOf(
  catalog: Catalog,
  relation: Relation,
  column: string,
): { readonly former: Former | undefined } | undefined {
  if (!hasKnownColumns(catalog, relation)) return undefined;
  if (systemColumns.has(column) || relation.columns.some(({ name }) => name === column)) return undefined;
  return { former: formerOf(catalog, 'column', relation.schema, relation.name, column) };
}

/** Whether all columns of a relation are known. */
export function hasKnownColumns(catalog: Catalog, relation: Relation): boolean {
  return withColumns.has(relation.kind) && relation.isComplete && !isDoubtful(catalog, relation);
}

const withColumns: ReadonlySet<Relation['kind']> = new Set([
  'table',
  'partitioned table',
  'foreign table',
  'view',
  'materialized view',
  'composite type',
]);

/** The columns that every table has. */
const systemColumns: ReadonlySet<string> = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);
