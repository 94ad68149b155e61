import type { TypeName } from '../sql/statement';
import { type Catalog, unseen } from './catalog';
import { noteUnseen } from './certainty';
import { stored, storedIndex } from './dependencies/stored';
import { noteGone } from './existence';
import {
  type Constraint,
  emptyRelation,
  type Index,
  isSame,
  type Relation,
  type RelationName,
} from './relation';
import { visitReached } from './reached';
import { noteDroppedKey } from './remembered';
import { constraintOwners, constraintsAdded, formers, indexes, relations } from './store/tables';

/** The names of one relation, without the rest of it. */
export function nameOf({ schema, name }: RelationName): RelationName {
  return { schema, name };
}

/** Makes or replaces a relation. */
export function put(catalog: Catalog, relation: Relation): void {
  catalog.set(relations.of(relation), stored(catalog, relation));
}

/**
 * Changes a relation. One that was never seen is remembered with what is learned of it, so that later statements
 * know that much.
 */
export function change(catalog: Catalog, name: RelationName, edit: (relation: Relation) => Relation): void {
  const known = catalog.relation(nameOf(name));
  if (known === undefined) noteUnseen(catalog, name);
  const relation = known ?? emptyRelation(name, 'table', unseen, false);
  const changed = edit(relation);
  if (changed !== relation) put(catalog, changed);
}

/** Changes a relation that is known; does nothing to one that is not. */
export function changeKnown(
  catalog: Catalog,
  name: RelationName,
  edit: (relation: Relation) => Relation,
): void {
  if (catalog.relation(nameOf(name)) !== undefined) change(catalog, name, edit);
}

/** `list` with `item` at its end, unless it is there already. */
export function withName(list: readonly RelationName[], item: RelationName): readonly RelationName[] {
  return list.some((other) => isSame(other, item)) ? list : [...list, nameOf(item)];
}

export function withoutName(list: readonly RelationName[], item: RelationName): readonly RelationName[] {
  return list.some((other) => isSame(other, item)) ? list.filter((other) => !isSame(other, item)) : list;
}

export function withNameReplaced(
  list: readonly RelationName[],
  from: RelationName,
  to: RelationName,
): readonly RelationName[] {
  return list.some((other) => isSame(other, from))
    ? list.map((other) => (isSame(other, from) ? nameOf(to) : other))
    : list;
}

/** Adds an index, or replaces the one of its name. */
export function putIndex(catalog: Catalog, owner: RelationName, added: Index): void {
  let index = added;
  change(catalog, owner, (relation) => {
    index = storedIndex(catalog, relation, added);
    return {
      ...relation,
      indexes: relation.indexes.some(({ name }) => name === index.name)
        ? relation.indexes.map((other) => (other.name === index.name ? index : other))
        : [...relation.indexes, index],
    };
  });
  catalog.set(indexes.at(owner.schema, index.name), { relation: nameOf(owner), index });
}

/** An index or a constraint of a relation. */
interface Part {
  readonly kind: 'index' | 'constraint';
  readonly owner: RelationName;
  readonly name: string;
}

/** Removes an index with its parts on the partitions. */
export function removeIndex(catalog: Catalog, owner: RelationName, name: string): void {
  removeParts(catalog, { kind: 'index', owner, name });
}

/** Removes a constraint with its index, and the foreign keys that need that index. */
export function removeConstraint(catalog: Catalog, owner: RelationName, name: string): void {
  removeParts(catalog, { kind: 'constraint', owner, name });
}

function removeParts(catalog: Catalog, first: Part): void {
  visitReached([first], (part) =>
    part.kind === 'index' ? takeIndexAway(catalog, part) : takeConstraintAway(catalog, part),
  );
}

/** Returns what goes along. */
function takeIndexAway(catalog: Catalog, { owner, name }: Part): readonly Part[] {
  const relation = catalog.relation(nameOf(owner));
  if (relation?.indexes.some((index) => index.name === name) !== true) return [];
  change(catalog, owner, (old) => ({ ...old, indexes: old.indexes.filter((index) => index.name !== name) }));
  catalog.set(indexes.at(owner.schema, name), undefined);
  noteGone(catalog, formers.index.at(owner.schema, name));
  const index = relation.indexes.find((other) => other.name === name);
  if (index?.unique === true) noteDroppedKey(catalog, owner, index);
  return partsOfIndex(catalog, relation, name).map((part): Part => {
    const { name: index, constraint } = part.index;
    return constraint === undefined
      ? { kind: 'index', owner: part.relation, name: index }
      : { kind: 'constraint', owner: part.relation, name: constraint };
  });
}

/** The indexes on the partitions that belong to an index of a partitioned table. */
export function partsOfIndex(
  catalog: Catalog,
  relation: Relation,
  name: string,
): readonly { readonly relation: Relation; readonly index: Index }[] {
  return relation.children.flatMap((childName) => {
    const child = catalog.relation(childName);
    const index = child?.indexes.find(
      ({ parent }) => parent?.schema === relation.schema && parent.name === name,
    );
    return child === undefined || index === undefined ? [] : [{ relation: child, index }];
  });
}

/** Adds a constraint, or replaces the one of its name, and tells the relation that it references. */
export function putConstraint(catalog: Catalog, owner: RelationName, constraint: Constraint): void {
  change(catalog, owner, (relation) => ({
    ...relation,
    constraints: relation.constraints.some(({ name }) => name === constraint.name)
      ? relation.constraints.map((other) => (other.name === constraint.name ? constraint : other))
      : [...relation.constraints, constraint],
  }));
  takeConstraintName(catalog, owner, constraint.name);
  if (!constraint.isValid && constraint.enforced) {
    const added = catalog.get(constraintsAdded) ?? [];
    catalog.set(constraintsAdded, [...added, { relation: nameOf(owner), name: constraint.name }]);
  }
  const { references } = constraint;
  if (references === undefined) return;
  change(catalog, references.relation, (relation) => {
    const referencedBy = withName(relation.referencedBy, owner);
    return referencedBy === relation.referencedBy ? relation : { ...relation, referencedBy };
  });
}

/** Returns what goes along. */
function takeConstraintAway(catalog: Catalog, { owner, name }: Part): readonly Part[] {
  const before = catalog.relation(nameOf(owner));
  const constraint = before?.constraints.find((other) => other.name === name);
  if (before === undefined || constraint === undefined) return [];
  change(catalog, owner, (relation) => ({
    ...relation,
    constraints: relation.constraints.filter((other) => other.name !== name),
  }));
  releaseConstraintName(catalog, owner, name);
  const indexes = before.indexes
    .filter((index) => index.constraint === name)
    .map((index): Part => ({ kind: 'index', owner, name: index.name }));
  if (constraint.references !== undefined) forgetReference(catalog, owner, constraint.references.relation);
  if (constraint.type !== 'PRIMARY KEY' && constraint.type !== 'UNIQUE') return indexes;
  const keys = foreignKeysOn(catalog, before, constraint.columns).map((key): Part => ({
    kind: 'constraint',
    owner: key.relation,
    name: key.constraint.name,
  }));
  return [...indexes, ...keys];
}

/** Takes `owner` off the list of a relation that it no longer references. */
function forgetReference(catalog: Catalog, owner: RelationName, referenced: RelationName): void {
  const still = catalog
    .relation(nameOf(owner))
    ?.constraints.some(
      ({ references }) => references !== undefined && isSame(references.relation, referenced),
    );
  if (still === true) return;
  changeKnown(catalog, referenced, (relation) => ({
    ...relation,
    referencedBy: withoutName(relation.referencedBy, owner),
  }));
}

/** The foreign keys of other relations that point at `relation`; with `columns`, only those that point at these. */
export function foreignKeysOn(
  catalog: Catalog,
  relation: Relation,
  columns?: readonly string[],
): readonly { readonly relation: Relation; readonly constraint: Constraint }[] {
  return relation.referencedBy.flatMap((name) => {
    const other = catalog.relation(name);
    return (other?.constraints ?? []).flatMap((constraint) => {
      const { references } = constraint;
      if (other === undefined || references === undefined || !isSame(references.relation, relation))
        return [];
      const isMeant =
        columns === undefined ||
        references.columns.length === 0 ||
        (references.columns.length === columns.length &&
          references.columns.every((column) => columns.includes(column)));
      return isMeant ? [{ relation: other, constraint }] : [];
    });
  });
}

export function takeConstraintName(
  catalog: Catalog,
  { schema, name }: RelationName,
  constraint: string,
): void {
  const key = constraintOwners.at(schema, constraint);
  const owners = catalog.get(key) ?? [];
  if (!owners.includes(name)) catalog.set(key, [...owners, name]);
}

export function releaseConstraintName(
  catalog: Catalog,
  { schema, name }: RelationName,
  constraint: string,
): void {
  const key = constraintOwners.at(schema, constraint);
  const owners = (catalog.get(key) ?? []).filter((owner) => owner !== name);
  catalog.set(key, owners.length === 0 ? undefined : owners);
}

/** A relation with its partitions, or its children by inheritance, and theirs. */
export function family(catalog: Catalog, relation: Relation): readonly Relation[] {
  const found = [relation];
  for (const member of found) {
    for (const name of member.children) {
      const child = catalog.relation(name);
      if (child !== undefined && !found.includes(child)) found.push(child);
    }
  }
  return found;
}

/** The type with the schema in which it was found. */
export function resolvedType(catalog: Catalog, type: TypeName): TypeName {
  const entry = type.schema === undefined ? catalog.type(type) : undefined;
  return entry === undefined ? type : { ...type, schema: entry.schema };
}
