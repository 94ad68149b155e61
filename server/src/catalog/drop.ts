import type { Node } from '@pgsql/types';
import type { Drop, QualifiedName } from '../sql/statement';
import { dropFunctionsOfType, functionsDropped, functionsIn, replaceFunction } from './alter-function';
import type { Catalog } from './catalog';
import { setTypeOfTable } from './composite-types';
import {
  change,
  changeKnown,
  foreignKeysOn,
  nameOf,
  releaseConstraintName,
  removeConstraint,
  removeIndex,
  withoutName,
} from './edit';
import { noteGone } from './existence';
import { usesColumn } from './expressions';
import { changeExtension } from './extensions';
import { followLocks } from './held-locks';
import { changeCollation } from './objects';
import type { TypeEntry } from './entries';
import { changeDefaultsIn } from './privileges';
import { changePublication, followRelation, followSchema, forgetColumn } from './publications';
import { changeRule } from './rewrite-rules';
import { changeStatistics, dropStatisticsOf, followStatistics } from './statistics';
import { changeTrigger } from './triggers';
import { viewsUsing } from './query-columns';
import { isSame, type Named, type Relation, type RelationName } from './relation';
import { visitReached } from './reached';
import { noteDroppedIndex } from './remembered';
import {
  collations,
  extensions,
  formers,
  indexes,
  relations,
  schemas,
  statistics,
  types,
} from './store/tables';

/** The types that well-known extensions bring. */
const typesOfExtensions: Readonly<Record<string, readonly string[]>> = {
  citext: ['citext'],
  hstore: ['hstore'],
  ltree: ['ltree', 'lquery', 'ltxtquery'],
  vector: ['vector', 'halfvec', 'sparsevec'],
  postgis: ['geometry', 'geography', 'box2d', 'box3d', 'raster'],
  cube: ['cube'],
  isn: ['isbn', 'issn', 'ean13', 'upc', 'ismn', 'isbn13', 'issn13', 'ismn13'],
  seg: ['seg'],
};

export function drop(catalog: Catalog, statement: Drop): void {
  for (const name of statement.names) dropObject(catalog, statement, name);
}

function dropObject(catalog: Catalog, statement: Drop, name: QualifiedName): void {
  switch (statement.objectType) {
    case 'TABLE':
    case 'VIEW':
    case 'MATERIALIZED VIEW':
    case 'FOREIGN TABLE':
    case 'SEQUENCE':
      // One that no migration has made is gone, too.
      followLocks(catalog, catalog.resolve(name), undefined);
      if (catalog.relation(name) !== undefined) dropRelation(catalog, catalog.resolve(name));
      break;
    case 'INDEX': {
      const found = catalog.index(name);
      if (found !== undefined) removeIndex(catalog, found.relation, found.index.name);
      const schema = found?.relation.schema ?? name.schema ?? catalog.searchPath[0] ?? 'public';
      noteDroppedIndex(catalog, { schema, name: name.name });
      break;
    }
    case 'TYPE':
    case 'DOMAIN': {
      const type = catalog.type(name);
      if (type !== undefined) dropType(catalog, type, statement.cascade);
      break;
    }
    case 'SCHEMA':
      for (const relation of catalog.allRelations(name.name)) dropRelation(catalog, relation);
      for (const entry of functionsIn(catalog, name.name)) replaceFunction(catalog, entry, undefined);
      dropInSchema(catalog, name.name);
      catalog.set(schemas.at(name.name), undefined);
      break;
    case 'EXTENSION':
      changeExtension(catalog, name.name, () => undefined);
      if (!statement.cascade) break;
      for (const type of typesOfExtensions[name.name] ?? []) {
        dropColumnsOfType(catalog, { schema: undefined, name: type });
      }
      break;
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'ROUTINE':
    case 'AGGREGATE':
      dropFunction(catalog, statement, name);
      break;
    case 'TRIGGER':
    case 'POLICY':
    case 'RULE':
      if (statement.relation !== undefined) {
        dropFromRelation(catalog, statement.objectType, statement.relation, name.name);
      }
      break;
    case 'STATISTICS':
      changeStatistics(catalog, partsOf(name), () => undefined);
      break;
    case 'PUBLICATION':
      changePublication(catalog, name.name, () => undefined);
      break;
    case 'COLLATION':
      changeCollation(catalog, name, () => undefined);
      break;
    default:
      break;
  }
}

/** Takes a relation away, with its partitions, the views that read it, and the foreign keys that point at it. */
export function dropRelation(catalog: Catalog, name: RelationName): void {
  visitReached([name], (next) => takeRelationAway(catalog, next));
}

/** Returns the relations that go along. */
function takeRelationAway(catalog: Catalog, name: RelationName): readonly RelationName[] {
  const relation = catalog.relation(nameOf(name));
  if (relation === undefined) return [];
  if (relation.ofType !== undefined) setTypeOfTable(catalog, relation, undefined);
  // First, so that what follows does not come back here.
  catalog.set(relations.of(relation), undefined);
  followLocks(catalog, relation, undefined);
  noteGone(catalog, formers.relation.at(relation.schema, relation.name));
  for (const index of relation.indexes) {
    catalog.set(indexes.at(relation.schema, index.name), undefined);
    noteGone(catalog, formers.index.at(relation.schema, index.name));
  }
  for (const { name: constraint } of relation.constraints)
    releaseConstraintName(catalog, relation, constraint);
  for (const { relation: other, constraint } of foreignKeysOn(catalog, relation)) {
    removeConstraint(catalog, other, constraint.name);
  }
  for (const { references } of relation.constraints) {
    if (references === undefined) continue;
    changeKnown(catalog, references.relation, (other) => ({
      ...other,
      referencedBy: withoutName(other.referencedBy, relation),
    }));
  }
  for (const parent of relation.parents) {
    changeKnown(catalog, parent, (other) => ({
      ...other,
      children: withoutName(other.children, relation),
      defaultPartition: other.defaultPartition?.name === relation.name ? undefined : other.defaultPartition,
    }));
  }
  for (const read of relation.reads) {
    changeKnown(catalog, read, (other) => ({ ...other, readBy: withoutName(other.readBy, relation) }));
  }
  const typed = catalog.typedTables(nameOf(relation));
  for (const { sequence } of relation.columns) {
    if (sequence !== undefined) catalog.set(relations.of(sequence), undefined);
  }
  followRelation(catalog, relation, undefined);
  followStatistics(catalog, relation, undefined);
  dropFunctionsOfType(catalog, relation);
  return [...typed, ...relation.children, ...relation.readBy];
}

/**
 * Takes a column away, with the indexes and constraints that use it. What others have that needs it goes with CASCADE
 * only; without it the server refuses, so that the views which name such a column have another one in mind.
 */
export function dropColumn(catalog: Catalog, owner: RelationName, name: string, cascade: boolean): void {
  const relation = catalog.relation(nameOf(owner));
  if (relation === undefined) return;
  // What the rows are divided by can only go with the table.
  if (cascade && relation.partitionKey?.columns.includes(name) === true) {
    dropRelation(catalog, relation);
    return;
  }
  if (cascade) for (const view of viewsOfColumn(catalog, relation, name)) dropRelation(catalog, view);
  for (const constraint of relation.constraints) {
    if (constraint.columns.includes(name)) removeConstraint(catalog, owner, constraint.name);
  }
  for (const index of indexesOfColumn(relation, name)) removeIndex(catalog, owner, index.name);
  const sequence = relation.columns.find((column) => column.name === name)?.sequence;
  if (sequence !== undefined) dropRelation(catalog, sequence);
  noteGone(catalog, formers.column.at(relation.schema, relation.name, name));
  dropStatisticsOf(catalog, relation, name);
  forgetColumn(catalog, relation, name);
  change(catalog, owner, (before) => ({
    ...before,
    columns: before.columns.filter((column) => column.name !== name),
    // With CASCADE only: without it the server refuses.
    triggers: before.triggers.filter(
      ({ columns, condition }) => !columns.includes(name) && !usesColumn(condition?.node, name),
    ),
    policies: before.policies.filter(
      ({ using, check }) => !usesColumn(using?.node, name) && !usesColumn(check?.node, name),
    ),
  }));
}

/** The indexes that use a column: as a key, included, in an expression or in their condition. */
export function indexesOfColumn(relation: Relation, column: string): Relation['indexes'] {
  return relation.indexes.filter(
    (index) =>
      index.include.includes(column) ||
      index.columns.some((key) => key.column === column || usesColumn(key.expression?.node, column)) ||
      usesColumn(index.predicate?.node, column),
  );
}

/** The views whose query uses a column of the relation. */
export function viewsOfColumn(catalog: Catalog, relation: Relation, column: string): readonly Relation[] {
  return viewsUsing(catalog, relation).flatMap((name) => {
    const view = catalog.relation(name);
    if (view === undefined) return [];
    if (view.areColumnsReadKnown) return surelyUsesColumn(view, relation, column) ? [view] : [];
    // A column of the same name elsewhere cannot be told apart.
    return view.query !== undefined && usesColumn(view.query, column) ? [view] : [];
  });
}

/** Whether the query of a view is known to use a column of the relation. */
export function surelyUsesColumn(view: Relation, relation: RelationName, column: string): boolean {
  return view.columnsRead.some((read) => isSame(read, relation) && read.columns.includes(column));
}

/** The columns of a type, wherever they are. */
export function columnsOfType(
  catalog: Catalog,
  type: Named,
): readonly { readonly relation: Relation; readonly column: string }[] {
  const found: { relation: Relation; column: string }[] = [];
  // All columns of all relations are looked at; most are of another type.
  for (const relation of catalog.allRelations()) {
    for (const { name, type: own } of relation.columns) {
      if (own?.name !== type.name) continue;
      const isOther = type.schema !== undefined && own.schema !== undefined && type.schema !== own.schema;
      if (!isOther) found.push({ relation, column: name });
    }
  }
  return found;
}

/** The columns that go with an extension. */
export function columnsOfExtension(
  catalog: Catalog,
  extension: string,
): readonly { readonly relation: Relation; readonly column: string }[] {
  return (typesOfExtensions[extension] ?? []).flatMap((name) =>
    columnsOfType(catalog, { schema: undefined, name }),
  );
}

function dropColumnsOfType(catalog: Catalog, type: Named): void {
  for (const { relation, column } of columnsOfType(catalog, type))
    dropColumn(catalog, relation, column, true);
}

/** The relations with a trigger that calls the function. */
export function relationsTriggering(catalog: Catalog, name: Named): readonly Relation[] {
  return catalog
    .allRelations()
    .filter((relation) => relation.triggers.some((trigger) => callsFunction(trigger.function, name)));
}

function callsFunction(called: Named, name: Named): boolean {
  if (called.name !== name.name) return false;
  return called.schema === undefined || name.schema === undefined || called.schema === name.schema;
}

function dropFunction(catalog: Catalog, statement: Drop, name: QualifiedName): void {
  const [entry, ...others] = functionsDropped(catalog, statement, name);
  // The server refuses a name that may mean several.
  if (others.length > 0) return;
  if (entry !== undefined) replaceFunction(catalog, entry, undefined);
  if (!statement.cascade) return;
  for (const relation of relationsTriggering(catalog, name)) {
    change(catalog, relation, (before) => ({
      ...before,
      triggers: before.triggers.filter((trigger) => !callsFunction(trigger.function, name)),
    }));
  }
}

function dropFromRelation(catalog: Catalog, objectType: string, written: QualifiedName, name: string): void {
  const owner = catalog.resolve(written);
  if (objectType === 'TRIGGER') changeTrigger(catalog, owner, name, () => undefined);
  else if (objectType === 'RULE') changeRule(catalog, owner, name, () => undefined);
  else {
    changeKnown(catalog, owner, (relation) => ({
      ...relation,
      policies: relation.policies.filter((policy) => policy.name !== name),
    }));
  }
}

/** A name as the parts that the grammar has for it. */
function partsOf({ schema, name }: Named): readonly Node[] {
  return [...(schema === undefined ? [] : [schema]), name].map((sval) => ({ String: { sval } }));
}

function dropType(catalog: Catalog, type: TypeEntry, cascade: boolean): void {
  if (cascade) dropColumnsOfType(catalog, type);
  catalog.set(types.of(type), undefined);
  dropFunctionsOfType(catalog, type);
  if (catalog.relation(nameOf(type))?.kind === 'composite type') dropRelation(catalog, type);
  noteGone(catalog, formers.type.at(type.schema, type.name));
}

/** What goes with a schema besides its relations and functions. */
function dropInSchema(catalog: Catalog, schema: string): void {
  for (const { value } of catalog.list(types.in(schema))) dropType(catalog, value, true);
  for (const { value: owner } of catalog.list(statistics.in(schema))) {
    const made = catalog.relation(owner)?.statistics ?? [];
    for (const one of made.filter((other) => other.schema === schema)) {
      changeStatistics(catalog, partsOf(one), () => undefined);
    }
  }
  for (const { key } of catalog.list(collations.in(schema))) catalog.set(key, undefined);
  for (const { key, value } of catalog.list(extensions.all())) {
    if (value.schema === schema) catalog.set(key, undefined);
  }
  followSchema(catalog, schema, undefined);
  changeDefaultsIn(catalog, schema, undefined);
}
