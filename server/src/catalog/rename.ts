import type { Rename } from '../sql/statement';
import { changeFunction, followType, functionsIn, replaceFunction } from './alter-function';
import type { Catalog } from './catalog';
import { followTypedTables, typeWithTables } from './composite-types';
import { renameIndexOf } from './constraints';
import { columnsOfType } from './drop';
import {
  change,
  changeKnown,
  family,
  nameOf,
  put,
  putIndex,
  releaseConstraintName,
  takeConstraintName,
  withNameReplaced,
} from './edit';
import { followUse, followUsedColumn, followUser } from './dependencies/follow';
import { noteGone } from './existence';
import { renameColumnIn } from './expressions';
import { followLocks } from './held-locks';
import { changeCollation, changeType, nameIn } from './objects';
import { changeDefaultsIn } from './privileges';
import { changePublication, followColumn, followRelation, followSchema } from './publications';
import { changeRule } from './rewrite-rules';
import { renameSchema } from './schemas';
import { followSequence } from './sequences';
import { changeStatistics, followStatistics } from './statistics';
import { changeTrigger } from './triggers';
import { followRowUsers, viewsUsing } from './query-columns';
import {
  type Constraint,
  type Index,
  isSame,
  type Relation,
  type RelationName,
  type StoredExpression,
} from './relation';
import { visitReached } from './reached';
import { collations, extensions, formers, indexes, relations, types } from './store/tables';

export function rename(catalog: Catalog, statement: Rename): void {
  const { relation, from, to } = statement;
  switch (statement.objectType) {
    case 'COLUMN':
    case 'ATTRIBUTE': {
      const found = relation === undefined ? undefined : catalog.relation(relation);
      // The server refuses a name that is taken.
      if (found === undefined || found.columns.some(({ name }) => name === to)) break;
      const members =
        statement.objectType === 'COLUMN' ? family(catalog, found) : typeWithTables(catalog, found);
      for (const member of members) renameColumn(catalog, member, from, to);
      break;
    }
    case 'CONSTRAINT':
      if (relation !== undefined) renameConstraint(catalog, catalog.resolve(relation), from, to);
      break;
    case 'SCHEMA':
      moveSchema(catalog, from, to);
      break;
    case 'TYPE':
    case 'DOMAIN': {
      const type = relation === undefined ? undefined : catalog.type(relation);
      if (type !== undefined) moveType(catalog, type, { schema: type.schema, name: to });
      break;
    }
    case 'TRIGGER':
      if (relation === undefined) break;
      changeTrigger(catalog, catalog.resolve(relation), from, (trigger) => ({ ...trigger, name: to }));
      break;
    case 'RULE':
      if (relation === undefined) break;
      changeRule(catalog, catalog.resolve(relation), from, (rule) => ({ ...rule, name: to }));
      break;
    case 'POLICY':
      if (relation === undefined) break;
      changeKnown(catalog, catalog.resolve(relation), (before) => ({
        ...before,
        policies: before.policies.map((one) => (one.name === from ? { ...one, name: to } : one)),
      }));
      break;
    case 'STATISTICS':
    case 'PUBLICATION':
    case 'COLLATION':
    case 'DOMCONSTRAINT':
      renameObject(catalog, statement);
      break;
    case 'FUNCTION':
    case 'PROCEDURE':
    case 'ROUTINE':
    case 'AGGREGATE': {
      const object = 'RenameStmt' in statement.node ? statement.node.RenameStmt.object : undefined;
      changeFunction(catalog, object, statement.objectType, (entry) => ({ ...entry, name: to }));
      break;
    }
    // ALTER TABLE can rename any of them.
    case 'TABLE':
    case 'INDEX':
    case 'VIEW':
    case 'MATERIALIZED VIEW':
    case 'SEQUENCE':
    case 'FOREIGN TABLE': {
      if (relation === undefined) break;
      const index = catalog.index(relation);
      const found = catalog.relation(relation);
      if (found !== undefined) {
        const moved = { schema: found.schema, name: to };
        if (catalog.relation(moved) === undefined) moveRelation(catalog, found, moved);
      } else if (index !== undefined) renameIndex(catalog, index.relation, index.index, to);
      break;
    }
    default:
      break;
  }
}

/** ALTER SCHEMA … RENAME, with all that is in it. */
function moveSchema(catalog: Catalog, from: string, to: string): void {
  for (const member of catalog.allRelations(from)) {
    moveRelation(catalog, member, { schema: to, name: member.name });
  }
  renameSchema(catalog, from, to);
  for (const entry of functionsIn(catalog, from)) replaceFunction(catalog, entry, { ...entry, schema: to });
  for (const { value } of catalog.list(types.in(from))) {
    moveType(catalog, value, { schema: to, name: value.name });
  }
  for (const { value } of catalog.list(collations.in(from))) {
    changeCollation(catalog, value, (collation) => ({ ...collation, schema: to }));
  }
  for (const { key, value } of catalog.list(extensions.all())) {
    if (value.schema === from) catalog.set(key, { ...value, schema: to });
  }
  followSchema(catalog, from, to);
  changeDefaultsIn(catalog, from, to);
}

/** RENAME of what the tree names otherwise than by a relation. */
function renameObject(catalog: Catalog, { objectType, node, from, to }: Rename): void {
  const object = 'RenameStmt' in node ? node.RenameStmt.object : undefined;
  if (objectType === 'STATISTICS' && object !== undefined && 'List' in object) {
    changeStatistics(catalog, object.List.items, (statistics) => ({ ...statistics, name: to }));
  } else if (objectType === 'PUBLICATION') {
    changePublication(catalog, nameIn(object).name, (publication) => ({ ...publication, name: to }));
  } else if (objectType === 'COLLATION') {
    changeCollation(catalog, nameIn(object), (collation) => ({ ...collation, name: to }));
  } else if (objectType === 'DOMCONSTRAINT') {
    changeType(catalog, nameIn(object), (domain) => ({
      ...domain,
      constraints: (domain.constraints ?? []).map((one) => (one.name === from ? { ...one, name: to } : one)),
    }));
  }
}

function renameIndex(catalog: Catalog, owner: RelationName, index: Index, to: string): void {
  renameIndexOf(catalog, owner, index.name, {
    ...index,
    name: to,
    constraint: index.constraint === undefined ? undefined : to,
  });
  const { constraint } = index;
  // A constraint and its index always have the same name.
  if (constraint === undefined) return;
  changeKnown(catalog, owner, (relation) => ({
    ...relation,
    constraints: relation.constraints.map((one) => (one.name === constraint ? { ...one, name: to } : one)),
  }));
  releaseConstraintName(catalog, owner, constraint);
  takeConstraintName(catalog, owner, to);
}

function renameConstraint(catalog: Catalog, owner: RelationName, from: string, to: string): void {
  visitReached([owner], (next) => renameConstraintOf(catalog, next, from, to));
}

/** Returns the relations that have inherited it. */
function renameConstraintOf(
  catalog: Catalog,
  owner: RelationName,
  from: string,
  to: string,
): readonly RelationName[] {
  const relation = catalog.relation(nameOf(owner));
  const index = relation?.indexes.find(({ constraint }) => constraint === from);
  if (relation === undefined) return [];
  if (index !== undefined) {
    renameIndex(catalog, relation, index, to);
    return [];
  }
  if (!relation.constraints.some(({ name }) => name === from)) return [];
  put(catalog, {
    ...relation,
    constraints: relation.constraints.map((one) => (one.name === from ? { ...one, name: to } : one)),
  });
  releaseConstraintName(catalog, owner, from);
  takeConstraintName(catalog, owner, to);
  return relation.children;
}

function renameColumn(catalog: Catalog, relation: Relation, from: string, to: string): void {
  const renamed = (name: string) => (name === from ? to : name);
  const renamedIn = (expression: StoredExpression | undefined) =>
    expression === undefined ? undefined : renameColumnIn(expression, from, to);
  noteGone(catalog, formers.column.at(relation.schema, relation.name, from), {
    schema: relation.schema,
    name: to,
  });
  change(catalog, relation, (before) => ({
    ...before,
    columns: before.columns.map((column) => {
      const named = column.name === from ? { ...column, name: to } : column;
      return named.generation === undefined ? named : { ...named, generation: renamedIn(named.generation) };
    }),
    constraints: before.constraints.map((constraint) => ({
      ...constraint,
      columns: constraint.columns.map(renamed),
      expression: renamedIn(constraint.expression),
    })),
    partitionKey:
      before.partitionKey === undefined
        ? undefined
        : {
            ...before.partitionKey,
            columns: before.partitionKey.columns.map((column) => (column === from ? to : column)),
          },
    triggers: before.triggers.map((trigger) => ({
      ...trigger,
      columns: trigger.columns.map(renamed),
      condition: renamedIn(trigger.condition),
    })),
    policies: before.policies.map((policy) => ({
      ...policy,
      using: renamedIn(policy.using),
      check: renamedIn(policy.check),
    })),
    ...(before.rules === undefined
      ? {}
      : {
          rules: before.rules.map((rule) => ({
            ...rule,
            uses: { ...rule.uses, own: rule.uses.own.map(renamed) },
          })),
        }),
    ...(before.statistics === undefined
      ? {}
      : {
          statistics: before.statistics.map((one) => ({
            ...one,
            columns: one.columns.map(renamed),
            uses: { ...one.uses, own: one.uses.own.map(renamed) },
          })),
        }),
  }));
  followColumn(catalog, relation, from, to);
  followUsedColumn(catalog, relation, from, to);
  for (const index of relation.indexes) putIndex(catalog, relation, indexWithColumn(index, from, to));
  for (const name of viewsUsing(catalog, relation)) {
    changeKnown(catalog, name, (view) => ({
      ...view,
      columnsRead: view.columnsRead.map((read) =>
        isSame(read, relation) ? { ...read, columns: read.columns.map(renamed) } : read,
      ),
    }));
  }
  for (const name of relation.referencedBy) {
    changeKnown(catalog, name, (other) => ({
      ...other,
      constraints: other.constraints.map((constraint) =>
        referencesOf(constraint, relation, (columns) => columns.map(renamed)),
      ),
    }));
  }
}

function indexWithColumn(index: Index, from: string, to: string): Index {
  return {
    ...index,
    columns: index.columns.map((key) => ({
      ...key,
      column: key.column === from ? to : key.column,
      expression: key.expression === undefined ? undefined : renameColumnIn(key.expression, from, to),
    })),
    include: index.include.map((column) => (column === from ? to : column)),
    predicate: index.predicate === undefined ? undefined : renameColumnIn(index.predicate, from, to),
  };
}

function referencesOf(
  constraint: Constraint,
  referenced: RelationName,
  edit: (columns: readonly string[]) => readonly string[],
): Constraint {
  const { references } = constraint;
  if (references === undefined || !isSame(references.relation, referenced)) return constraint;
  return { ...constraint, references: { ...references, columns: edit(references.columns) } };
}

/** Gives a relation another name or schema; everything that points at it follows. */
export function moveRelation(catalog: Catalog, relation: Relation, to: RelationName): void {
  catalog.set(relations.of(relation), undefined);
  followLocks(catalog, relation, to);
  followUser(catalog, relation, to);
  noteGone(catalog, formers.relation.at(relation.schema, relation.name), to);
  followType(catalog, relation, to);
  followRelation(catalog, relation, to);
  followStatistics(catalog, relation, to);
  for (const index of relation.indexes) catalog.set(indexes.at(relation.schema, index.name), undefined);
  for (const { name } of relation.constraints) releaseConstraintName(catalog, relation, name);
  const follow = (name: RelationName): RelationName => (isSame(name, relation) ? nameOf(to) : name);
  const moved: Relation = {
    ...relation,
    ...nameOf(to),
    constraints: relation.constraints.map((constraint) => withReference(constraint, follow)),
    referencedBy: relation.referencedBy.map(follow),
  };
  put(catalog, moved);
  followTypedTables(catalog, relation, to);
  followUse(catalog, { kind: 'relation', schema: relation.schema, name: relation.name }, to);
  for (const name of viewsUsing(catalog, relation)) {
    changeKnown(catalog, name, (view) => ({
      ...view,
      columnsRead: view.columnsRead.map((read) => ({ ...read, ...follow(read) })),
    }));
  }
  followRowUsers(catalog, relation, to);
  if (relation.kind === 'sequence' && relation.isFree !== true) followSequence(catalog, relation, to);
  for (const index of moved.indexes) {
    catalog.set(indexes.at(to.schema, index.name), { relation: nameOf(to), index });
  }
  for (const { name } of moved.constraints) takeConstraintName(catalog, to, name);
  for (const { references } of moved.constraints) {
    if (references === undefined) continue;
    changeKnown(catalog, references.relation, (other) => ({
      ...other,
      referencedBy: withNameReplaced(other.referencedBy, relation, to),
    }));
  }
  for (const name of relation.referencedBy) {
    changeKnown(catalog, name, (other) => ({
      ...other,
      constraints: other.constraints.map((constraint) => withReference(constraint, follow)),
    }));
  }
  for (const name of [...relation.parents, ...relation.children, ...relation.reads, ...relation.readBy]) {
    changeKnown(catalog, name, (other) => ({
      ...other,
      parents: withNameReplaced(other.parents, relation, to),
      children: withNameReplaced(other.children, relation, to),
      reads: withNameReplaced(other.reads, relation, to),
      readBy: withNameReplaced(other.readBy, relation, to),
      defaultPartition: other.defaultPartition === undefined ? undefined : follow(other.defaultPartition),
    }));
  }
  // The sequences of a table go with it into another schema.
  if (to.schema === relation.schema) return;
  for (const { sequence } of relation.columns) {
    const found = sequence === undefined ? undefined : catalog.relation(sequence);
    if (found !== undefined) moveRelation(catalog, found, { schema: to.schema, name: found.name });
  }
}

function withReference(constraint: Constraint, follow: (name: RelationName) => RelationName): Constraint {
  const { references } = constraint;
  if (references === undefined) return constraint;
  return { ...constraint, references: { ...references, relation: follow(references.relation) } };
}

/** Gives a type another name or schema. */
export function moveType(catalog: Catalog, from: RelationName, to: RelationName): void {
  const entry = catalog.type(nameOf(from));
  if (entry === undefined) return;
  for (const isArray of [false, true]) {
    followUse(catalog, { kind: 'type', schema: from.schema, name: from.name, isArray }, to);
  }
  for (const { relation, column } of columnsOfType(catalog, from)) {
    change(catalog, relation, (before) => ({
      ...before,
      columns: before.columns.map((one) =>
        one.name === column && one.type !== undefined
          ? { ...one, type: { ...one.type, ...nameOf(to), text: `${to.schema}.${to.name}` } }
          : one,
      ),
    }));
  }
  const row = catalog.relation(nameOf(from));
  if (row?.kind === 'composite type') moveRelation(catalog, row, to);
  catalog.set(types.of(from), undefined);
  noteGone(catalog, formers.type.at(from.schema, from.name), to);
  followType(catalog, from, to);
  catalog.set(types.of(to), { ...entry, ...nameOf(to) });
}
