import type { Major } from '../../postgres/versions';
import type { Catalog } from '../catalog';
import { functions, functionsOfType, relations, usersOf } from '../store/tables';
import type { User } from './follow';
import { dependenciesOfFunction, dependenciesOfRelation, type Dependency } from './graph';
import type { DbObject } from './objects';
import { keyOfUse, type UsedObject } from './uses';

/**
 * What keeps a thing from being dropped without CASCADE: all that depends on it and does not go with it. Of a relation
 * also what depends on one of its columns. What depends on it by its own structure is left out, such as the columns of a
 * type: the objects themselves tell that.
 */
export function dependentsOn(catalog: Catalog, target: DbObject, major: Major): readonly DbObject[] {
  const found = new Map<string, { readonly object: DbObject; refuses: boolean }>();
  for (const { object, on, kind } of candidates(catalog, target, major)) {
    if (!isMeant(on, target) || isMeant(object, target)) continue;
    const key = JSON.stringify(object);
    const before = found.get(key) ?? { object, refuses: true };
    // With an automatic dependency on the same thing it goes along.
    before.refuses &&= kind === 'normal';
    found.set(key, before);
  }
  return [...found.values()].flatMap(({ object, refuses }) => (refuses ? [object] : []));
}

/** Dependencies of whatever may use the target. */
function* candidates(catalog: Catalog, target: DbObject, major: Major): Generator<Dependency> {
  const use = useOf(target);
  const users = use === undefined ? [] : (catalog.get(usersOf.at(keyOfUse(use))) ?? []);
  const own: readonly User[] =
    target.kind === 'column' ? [{ kind: 'relation', schema: target.schema, name: target.name }] : [];
  for (const { kind, schema, name } of [...users, ...own]) {
    if (kind === 'function') {
      for (const entry of catalog.get(functions.at(schema, name)) ?? []) yield* dependenciesOfFunction(entry);
      continue;
    }
    const relation = catalog.get(relations.at(schema, name));
    if (relation !== undefined) yield* dependenciesOfRelation(catalog, relation, major);
  }
  if (target.kind !== 'type') return;
  for (const name of catalog.get(functionsOfType.of(target)) ?? []) {
    for (const entry of catalog.get(functions.of(name)) ?? []) yield* dependenciesOfFunction(entry);
  }
}

function useOf(target: DbObject): UsedObject | undefined {
  switch (target.kind) {
    case 'relation':
    case 'type':
    case 'function':
      return target;
    case 'column':
      return { kind: 'relation', schema: target.schema, name: target.name };
    default:
      return undefined;
  }
}

/** Whether `on` is the target, or a part that goes with it: a column of a relation. */
function isMeant(on: DbObject, target: DbObject): boolean {
  if (target.kind === 'relation') {
    return 'schema' in on && 'name' in on && (on.kind === 'relation' || 'part' in on)
      ? on.schema === target.schema && on.name === target.name
      : false;
  }
  return JSON.stringify(on) === JSON.stringify(target);
}
