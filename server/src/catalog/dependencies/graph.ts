import type { Major } from '../../postgres/versions';
import { dotted } from '../../sql/print';
import { type Catalog, temporarySchema } from '../catalog';
import type { FunctionEntry, PublicationEntry, TypeEntry, TypeReference } from '../entries';
import { allPublications } from '../publications';
import type {
  Column,
  Constraint,
  Index,
  Named,
  Relation,
  RelationName,
  Statistics,
  Trigger,
  Uses,
} from '../relation';
import { inputTypes, printTypes } from '../signatures';
import { collations, extensions } from '../store/tables';
import type { DbObject } from './objects';

/**
 * One thing needs another. `kind` is PostgreSQL's own: a normal one keeps the other from being dropped; with an automatic
 * one it goes along; an internal one is a part of the other; of those of a partition either keeps it.
 * https://www.postgresql.org/docs/current/catalog-pg-depend.html
 */
export interface Dependency {
  readonly object: DbObject;
  readonly on: DbObject;
  readonly kind: 'normal' | 'auto' | 'internal' | 'partition primary' | 'partition secondary';
}

type Dependencies = Generator<Dependency>;

/** All that depends on something: what pg_depend has of what migrations made, but for what is temporary. */
export function* allDependencies(catalog: Catalog, major: Major): Dependencies {
  for (const relation of catalog.allRelations()) {
    if (relation.schema !== temporarySchema) yield* dependenciesOfRelation(catalog, relation, major);
  }
  for (const type of catalog.allTypes()) {
    if (type.schema !== temporarySchema) yield* ofType(type);
  }
  for (const name of catalog.allFunctions()) {
    if (name.schema === temporarySchema) continue;
    for (const entry of catalog.functions(name)) yield* dependenciesOfFunction(entry);
  }
  for (const publication of allPublications(catalog)) yield* ofPublication(publication);
  for (const { value } of catalog.list(extensions.all())) {
    const object: DbObject = { kind: 'extension', name: value.name };
    yield { object, on: { kind: 'schema', name: value.schema }, kind: 'normal' };
  }
  for (const { value } of catalog.list(collations.in())) {
    const object: DbObject = { kind: 'collation', schema: value.schema, name: value.name };
    yield { object, on: { kind: 'schema', name: value.schema }, kind: 'normal' };
  }
}

/** What a relation depends on, with its parts. */
export function* dependenciesOfRelation(catalog: Catalog, relation: Relation, major: Major): Dependencies {
  const { kind } = relation;
  const object = itself(relation);
  if (kind === 'composite type') {
    yield { object, on: typeOf(relation), kind: 'internal' };
  } else {
    yield { object, on: { kind: 'schema', name: relation.schema }, kind: 'normal' };
    if (kind !== 'sequence') yield* ofRowType(relation);
  }
  for (const column of relation.columns) yield* ofColumn(catalog, relation, column, major);
  for (const parent of relation.parents) {
    const isPartition = catalog.relation(parent)?.kind === 'partitioned table';
    yield { object, on: itself(parent), kind: isPartition ? 'auto' : 'normal' };
  }
  for (const column of relation.partitionKey?.columns ?? []) {
    if (column !== undefined)
      yield { object: part('column', relation, column), on: object, kind: 'internal' };
  }
  if (relation.ofType !== undefined) yield { object, on: typeOf(relation.ofType), kind: 'normal' };
  if (relation.query !== undefined) yield* ofQuery(relation);
  for (const constraint of relation.constraints) yield* ofConstraint(catalog, relation, constraint);
  for (const index of relation.indexes) yield* ofIndex(catalog, relation, index);
  for (const trigger of relation.triggers) yield* ofTrigger(catalog, relation, trigger);
  for (const policy of relation.policies) {
    const one = part('policy', relation, policy.name);
    yield { object: one, on: object, kind: 'auto' };
    for (const expression of [policy.using, policy.check]) yield* ofUses(one, expression?.uses, relation);
  }
  for (const rule of relation.rules ?? []) {
    const one = part('rule', relation, rule.name);
    yield { object: one, on: object, kind: 'auto' };
    yield* ofUses(one, rule.uses, relation);
  }
  for (const statistics of relation.statistics ?? []) yield* ofStatistics(relation, statistics);
}

function* ofRowType(relation: RelationName): Dependencies {
  yield { object: typeOf(relation), on: itself(relation), kind: 'internal' };
  yield { object: typeOf(relation, true), on: typeOf(relation), kind: 'internal' };
}

function* ofColumn(catalog: Catalog, relation: Relation, column: Column, major: Major): Dependencies {
  const object = part('column', relation, column.name);
  yield* ofCollation(catalog, object, column.collation);
  const { type, sequence, identity } = column;
  if (type?.schema !== undefined && isMade(catalog, type)) {
    yield { object, on: typeOf({ schema: type.schema, name: type.name }, type.isArray), kind: 'normal' };
  }
  if (sequence !== undefined) {
    yield { object: itself(sequence), on: object, kind: identity === undefined ? 'auto' : 'internal' };
  }
  const expression = column.generation ?? column.default;
  if (expression === undefined) return;
  const value = part('default value', relation, column.name);
  if (column.generated !== undefined && major < 15) {
    // Measured on 14: a generated column goes with whatever it is computed from, without a word.
    yield { object: value, on: object, kind: 'auto' };
    yield* ofUses(object, expression.uses, relation, 'auto', 'auto');
    return;
  }
  yield { object: value, on: object, kind: column.generated === undefined ? 'auto' : 'internal' };
  yield* ofUses(value, expression.uses, relation);
}

/** The query of a view is kept as a rule, which is a part of the view. */
function* ofQuery(view: Relation): Dependencies {
  const rule = part('rule', view, '_RETURN');
  yield { object: rule, on: itself(view), kind: 'internal' };
  yield* ofUses(rule, {
    own: [],
    columns: view.columnsRead,
    objects: view.objectsRead,
    areKnown: view.areColumnsReadKnown,
  });
}

function* ofConstraint(catalog: Catalog, relation: Relation, constraint: Constraint): Dependencies {
  // Before PostgreSQL 18 the catalog has no constraint for NOT NULL.
  if (constraint.type === 'NOT NULL') return;
  const object = part('constraint', relation, constraint.name);
  const { uses } = constraint.expression ?? {};
  const included = relation.indexes.find((index) => index.constraint === constraint.name)?.include ?? [];
  const own = constraint.type === 'CHECK' ? (uses?.own ?? []) : [...constraint.columns, ...included];
  for (const column of own) yield { object, on: part('column', relation, column), kind: 'auto' };
  if (own.length === 0) yield { object, on: itself(relation), kind: 'auto' };
  yield* ofUses(object, uses, relation);
  if (constraint.references !== undefined) {
    const { relation: referenced, columns } = constraint.references;
    const target = catalog.relation(referenced);
    const key = keyFor(target, columns);
    const named = columns.length > 0 ? columns : (key?.columns.flatMap(({ column }) => column ?? []) ?? []);
    for (const column of named) yield { object, on: part('column', referenced, column), kind: 'normal' };
    if (key !== undefined && target !== undefined) {
      yield { object, on: indexNamed(target, key.name), kind: 'normal' };
    }
  }
  const above = parentOfConstraint(catalog, relation, constraint);
  if (above === undefined) return;
  yield { object, on: above, kind: 'partition primary' };
  yield { object, on: itself(relation), kind: 'partition secondary' };
}

/** The constraint of the partitioned table that this one is a part of. */
function parentOfConstraint(
  catalog: Catalog,
  relation: Relation,
  constraint: Constraint,
): DbObject | undefined {
  const { name, type } = constraint;
  if (type === 'CHECK') return undefined;
  const index = relation.indexes.find((one) => one.constraint === name);
  for (const parentName of relation.parents) {
    const parent = catalog.relation(parentName);
    if (parent?.kind !== 'partitioned table') continue;
    const above =
      index === undefined
        ? parent.constraints.find((one) => isTheSame(one, constraint))?.name
        : parent.indexes.find((one) => one.name === index.parent?.name)?.constraint;
    if (above !== undefined) return part('constraint', parent, above);
  }
  return undefined;
}

/** Whether a foreign key of a partition is the one that its table has, too. */
function isTheSame(a: Constraint, b: Constraint): boolean {
  const [one, other] = [a, b].map(({ type, columns, references, deferrable, isValid }) =>
    JSON.stringify([type, columns, references, deferrable, isValid]),
  );
  return one === other;
}

/** The unique index that a foreign key rests on: that of the primary key when it names no columns. */
function keyFor(target: Relation | undefined, columns: readonly string[]): Index | undefined {
  const primary = target?.constraints.find(({ type }) => type === 'PRIMARY KEY')?.name;
  const wanted = [...columns].sort().join('\0');
  const fitting = (target?.indexes ?? []).filter(({ unique, predicate, columns: keys, constraint }) => {
    if (!unique || predicate !== undefined) return false;
    if (columns.length === 0) return constraint === primary && primary !== undefined;
    return (
      keys
        .map(({ column }) => column ?? '')
        .sort()
        .join('\0') === wanted
    );
  });
  return fitting[0];
}

function* ofIndex(catalog: Catalog, relation: Relation, index: Index): Dependencies {
  const object = indexNamed(relation, index.name);
  if (index.constraint === undefined) {
    const columns = [...index.columns.flatMap(({ column }) => column ?? []), ...index.include];
    for (const column of new Set(columns))
      yield { object, on: part('column', relation, column), kind: 'auto' };
    if (columns.length === 0) yield { object, on: itself(relation), kind: 'auto' };
  } else {
    yield { object, on: part('constraint', relation, index.constraint), kind: 'internal' };
  }
  for (const { column, collation } of index.columns) {
    const own = relation.columns.find(({ name }) => name === column)?.collation;
    yield* ofCollation(catalog, object, collation ?? own);
  }
  for (const expression of [...index.columns.map((key) => key.expression), index.predicate]) {
    yield* ofUses(object, expression?.uses, relation, 'auto');
  }
  if (index.parent === undefined) return;
  yield { object, on: { kind: 'index', ...index.parent }, kind: 'partition primary' };
  yield { object, on: itself(relation), kind: 'partition secondary' };
}

function* ofTrigger(catalog: Catalog, relation: Relation, trigger: Trigger): Dependencies {
  const object = part('trigger', relation, trigger.name);
  const called = catalog.function(trigger.function, 0);
  if (called !== undefined) yield { object, on: functionOf(called), kind: 'normal' };
  for (const parent of trigger.isInherited ? relation.parents : []) {
    yield { object, on: part('trigger', parent, trigger.name), kind: 'partition primary' };
    yield { object, on: itself(relation), kind: 'partition secondary' };
  }
  if (trigger.isConstraint) {
    const constraint = part('constraint', relation, trigger.name);
    yield { object: constraint, on: itself(relation), kind: 'auto' };
    yield { object: constraint, on: object, kind: 'internal' };
  }
  yield { object, on: itself(relation), kind: 'auto' };
  for (const column of trigger.columns)
    yield { object, on: part('column', relation, column), kind: 'normal' };
  if (trigger.references !== undefined) yield { object, on: itself(trigger.references), kind: 'auto' };
  yield* ofUses(object, trigger.condition?.uses, relation);
}

function* ofStatistics(relation: Relation, { schema, name, columns, uses }: Statistics): Dependencies {
  const object: DbObject = { kind: 'statistics object', schema, name };
  yield { object, on: { kind: 'schema', name: schema }, kind: 'normal' };
  for (const column of columns) yield { object, on: part('column', relation, column), kind: 'auto' };
  yield* ofUses(object, uses, relation, 'auto');
}

function* ofType(type: TypeEntry): Dependencies {
  const object = typeOf(type);
  yield { object, on: { kind: 'schema', name: type.schema }, kind: 'normal' };
  yield { object: typeOf(type, true), on: object, kind: 'internal' };
  for (const { name } of type.constraints ?? []) {
    const constraint: DbObject = {
      kind: 'domain constraint',
      schema: type.schema,
      name: type.name,
      part: name,
    };
    yield { object: constraint, on: object, kind: 'auto' };
  }
  if (type.subtype !== undefined) yield* ofReference(object, type.subtype);
}

/** What a function depends on. */
export function* dependenciesOfFunction(entry: FunctionEntry): Dependencies {
  const object = functionOf(entry);
  yield { object, on: { kind: 'schema', name: entry.schema }, kind: 'normal' };
  for (const { type } of entry.arguments) yield* ofReference(object, type);
  if (entry.result !== undefined) yield* ofReference(object, entry.result);
  yield* ofUses(object, entry.uses);
}

function* ofReference(object: DbObject, { schema, name, isArray, isKnown }: TypeReference): Dependencies {
  if (schema !== undefined && isKnown)
    yield { object, on: typeOf({ schema, name }, isArray), kind: 'normal' };
}

function* ofPublication({ name: publication, tables, schemas }: PublicationEntry): Dependencies {
  for (const name of schemas) {
    const object: DbObject = { kind: 'published schema', publication, name };
    yield { object, on: { kind: 'publication', name: publication }, kind: 'auto' };
    yield { object, on: { kind: 'schema', name }, kind: 'auto' };
  }
  for (const { relation, columns, uses } of tables) {
    const object: DbObject = { kind: 'published table', publication, ...nameOf(relation) };
    yield { object, on: { kind: 'publication', name: publication }, kind: 'auto' };
    yield { object, on: itself(relation), kind: 'auto' };
    for (const column of columns ?? [])
      yield { object, on: part('column', relation, column), kind: 'normal' };
    yield* ofUses(object, uses, relation);
  }
}

/** What an expression uses. On the columns of its own relation it depends in a way of its own. */
function* ofUses(
  object: DbObject,
  uses: Uses | undefined,
  relation?: RelationName,
  own: Dependency['kind'] = 'normal',
  others: Dependency['kind'] = 'normal',
): Dependencies {
  if (uses === undefined) return;
  if (relation !== undefined) {
    for (const column of uses.own) yield { object, on: part('column', relation, column), kind: own };
  }
  for (const { schema, name, columns } of uses.columns) {
    for (const column of columns) {
      yield { object, on: part('column', { schema, name }, column), kind: others };
    }
  }
  for (const on of uses.objects) yield { object, on, kind: others };
}

/** `name` is as `collationName` reads it. The server's own cannot be dropped. */
function* ofCollation(catalog: Catalog, object: DbObject, name: string | undefined): Dependencies {
  if (name === undefined) return;
  const made = catalog.list(collations.in()).find(({ value }) => {
    return dotted([value.name]) === name || dotted([value.schema, value.name]) === name;
  })?.value;
  if (made === undefined) return;
  const { schema, name: own } = made;
  yield { object, on: { kind: 'collation', schema, name: own }, kind: 'normal' };
}

/** Whether migrations have made the type: the server's own, and those of extensions, have no entry. */
function isMade(catalog: Catalog, { schema, name }: Named): boolean {
  return (catalog.type({ schema, name }) ?? catalog.relation({ schema, name })) !== undefined;
}

function part(
  kind: Extract<DbObject, { readonly part: string }>['kind'],
  relation: RelationName,
  name: string,
): DbObject {
  return { kind, ...nameOf(relation), part: name };
}

function itself(relation: RelationName): DbObject {
  return { kind: 'relation', ...nameOf(relation) };
}

function indexNamed({ schema }: RelationName, name: string): DbObject {
  return { kind: 'index', schema, name };
}

function typeOf(type: RelationName, isArray = false): DbObject {
  return { kind: 'type', ...nameOf(type), isArray };
}

function functionOf(entry: FunctionEntry): DbObject {
  return { kind: 'function', ...nameOf(entry), arguments: printTypes(inputTypes(entry)) };
}

function nameOf({ schema, name }: RelationName): RelationName {
  return { schema, name };
}
