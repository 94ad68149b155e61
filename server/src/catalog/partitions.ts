import type { Catalog } from './catalog';
import {
  change,
  changeKnown,
  family,
  nameOf,
  put,
  putConstraint,
  putIndex,
  withName,
  withoutName,
} from './edit';
import { columnNamesOfIndex, constraintNameFor, indexNameFor } from './names';
import {
  type Constraint,
  type Index,
  isSame,
  type Origin,
  type Relation,
  type RelationName,
} from './relation';
import { giveTriggers, withoutInheritedTriggers } from './triggers';
import { visitReached } from './reached';

/** Makes `child` a partition of `parent`, or a child by inheritance, and gives it what comes with that. */
export function adopt(
  catalog: Catalog,
  parent: RelationName,
  child: RelationName,
  isDefault: boolean,
  origin: Origin,
): void {
  // The server refuses a circle, and what is refused may be in a file all the same.
  const below = catalog.relation(nameOf(child));
  if (below !== undefined && family(catalog, below).some((member) => isSame(member, parent))) return;
  change(catalog, parent, (relation) => ({
    ...relation,
    children: withName(relation.children, child),
    defaultPartition: isDefault ? nameOf(child) : relation.defaultPartition,
  }));
  change(catalog, child, (relation) => ({ ...relation, parents: withName(relation.parents, parent) }));
  const from = catalog.relation(nameOf(parent));
  if (from?.kind !== 'partitioned table') return;
  for (const index of from.indexes) givePartIndex(catalog, from, index, child, origin);
  giveTriggers(catalog, from, child);
  for (const constraint of from.constraints) {
    if (constraint.type === 'FOREIGN KEY' || constraint.type === 'CHECK') {
      giveConstraint(catalog, from, constraint, child);
    }
  }
}

/** Takes `child` out of `parent`; its indexes and constraints stay as its own. */
export function orphan(catalog: Catalog, parent: RelationName, child: RelationName): void {
  changeKnown(catalog, parent, (relation) => ({
    ...relation,
    children: withoutName(relation.children, child),
    defaultPartition:
      relation.defaultPartition?.name === child.name && relation.defaultPartition.schema === child.schema
        ? undefined
        : relation.defaultPartition,
  }));
  const partition = catalog.relation(nameOf(child));
  if (partition === undefined) return;
  put(catalog, { ...withoutInheritedTriggers(partition), parents: withoutName(partition.parents, parent) });
  for (const index of partition.indexes) {
    if (index.parent !== undefined) putIndex(catalog, partition, { ...index, parent: undefined });
  }
}

/** An index of a partitioned table on one of its partitions: one that is there already, or a new one. */
export function givePartIndex(
  catalog: Catalog,
  parent: Relation,
  index: Index,
  child: RelationName,
  origin: Origin,
): void {
  visitReached([{ parent, index, child }], (part) => givePart(catalog, part, origin));
}

interface IndexPart {
  readonly parent: Relation;
  readonly index: Index;
  readonly child: RelationName;
}

/** Returns the parts on the partitions below. */
function givePart(
  catalog: Catalog,
  { parent, index, child }: IndexPart,
  origin: Origin,
): readonly IndexPart[] {
  const partition = catalog.relation(nameOf(child));
  if (partition === undefined) return [];
  const parentIndex = { schema: parent.schema, name: index.name };
  const twin = partition.indexes.find((other) => other.parent === undefined && isAlike(other, index));
  if (twin !== undefined) {
    putIndex(catalog, partition, { ...twin, parent: parentIndex });
    return [];
  }
  const label = index.constraint === undefined ? 'idx' : isPrimaryKey(parent, index) ? 'pkey' : 'key';
  const name = indexNameFor(catalog, partition, columnNamesOfIndex(index), label);
  const constraint = parent.constraints.find((other) => other.name === index.constraint);
  if (constraint !== undefined) putConstraint(catalog, partition, { ...constraint, name, origin });
  putIndex(catalog, partition, {
    ...index,
    name,
    constraint: constraint === undefined ? undefined : name,
    parent: parentIndex,
    origin,
  });
  const part = catalog.relation(nameOf(child));
  const made = part?.indexes.find((other) => other.name === name);
  if (part === undefined || made === undefined) return [];
  return part.children.map((grandchild) => ({ parent: part, index: made, child: grandchild }));
}

function isPrimaryKey(relation: Relation, index: Index): boolean {
  return relation.constraints.some(({ name, type }) => name === index.constraint && type === 'PRIMARY KEY');
}

/** Whether one index can stand for the other. */
export function isAlike(a: Index, b: Pick<Index, 'unique' | 'method' | 'columns' | 'predicate'>): boolean {
  return (
    a.unique === b.unique &&
    a.method === b.method &&
    a.columns.length === b.columns.length &&
    a.columns.every((column, index) => {
      const other = b.columns[index];
      return (
        column.column === other?.column &&
        column.expression?.text === other?.expression?.text &&
        column.collation === other?.collation &&
        column.operatorClass === other?.operatorClass
      );
    }) &&
    a.predicate?.text === b.predicate?.text
  );
}

/**
 * A CHECK or FOREIGN KEY of a parent, which its children have under the same name if it is free, and so do the partitions
 * of a partition. A foreign key that a partition has already is taken for its own.
 */
export function giveConstraint(
  catalog: Catalog,
  parent: Relation,
  constraint: Constraint,
  child: RelationName,
): void {
  const alike = parent.constraints.filter((other) => isSameForeignKey(other, constraint));
  const place = alike.findIndex(({ name }) => name === constraint.name);
  visitReached([child], (next) => giveConstraintTo(catalog, constraint, place, next));
}

/** Returns the partitions below. `place` is that of a foreign key among those of the parent that are like it. */
function giveConstraintTo(
  catalog: Catalog,
  constraint: Constraint,
  place: number,
  child: RelationName,
): readonly RelationName[] {
  const relation = catalog.relation(nameOf(child));
  if (relation === undefined) return [];
  const below = relation.kind === 'partitioned table' ? relation.children : [];
  if (
    relation.constraints.filter((other) => isSameForeignKey(other, constraint)).length > place &&
    place >= 0
  ) {
    return below;
  }
  const twin = relation.constraints.find(({ name }) => name === constraint.name);
  if (twin !== undefined && twin.type === constraint.type) return below;
  const name =
    twin === undefined
      ? constraint.name
      : constraintNameFor(
          catalog,
          relation,
          constraint.columns,
          constraint.type === 'CHECK' ? 'check' : 'fkey',
        );
  putConstraint(catalog, relation, { ...constraint, name });
  return below;
}

/** Whether two foreign keys are the same but for their names. */
export function isSameForeignKey(a: Constraint, b: Constraint): boolean {
  if (a.references === undefined || b.references === undefined) return false;
  const facts = ({ columns, references, deferrable }: Constraint): string =>
    JSON.stringify([columns, references, deferrable]);
  return facts(a) === facts(b);
}
