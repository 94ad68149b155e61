import type { Catalog } from '../catalog';
import { isSame, type Named, type Relation, type RelationName, type Uses } from '../relation';
import { functions, publicationNames, publications, relations, usersOf } from '../store/tables';
import { allUses, withExpressions } from './expressions';
import { mapped } from './mapped';
import { keyOfUse, type UsedObject } from './uses';

/** What has expressions that use something: a relation, or all functions of one name. */
export interface User extends RelationName {
  readonly kind: 'relation' | 'function';
}

/** Notes who uses what, so that it can be told when that is called something else. */
export function noteUser(catalog: Catalog, user: User, uses: readonly (Uses | undefined)[]): void {
  const keys = new Set(
    uses.flatMap((one) => [
      ...(one?.columns ?? []).map(({ schema, name }) => keyOfUse({ kind: 'relation', schema, name })),
      ...(one?.objects ?? []).map(keyOfUse),
    ]),
  );
  for (const key of keys) {
    const users = catalog.get(usersOf.at(key)) ?? [];
    if (!users.some((other) => isSameUser(other, user))) catalog.set(usersOf.at(key), [...users, user]);
  }
}

/** Everything that uses a thing goes on using it under its new name. */
export function followUse(catalog: Catalog, from: UsedObject, to: RelationName): void {
  const isFrom = (use: Named): boolean => use.schema === from.schema && use.name === from.name;
  changeUses(catalog, from, (uses) => ({
    ...uses,
    columns:
      from.kind === 'relation'
        ? mapped(uses.columns, (read) =>
            isFrom(read) ? { ...read, schema: to.schema, name: to.name } : read,
          )
        : uses.columns,
    objects: mapped(uses.objects, (use) =>
      use.kind === from.kind && isFrom(use) && hasSameArguments(use, from)
        ? { ...use, schema: to.schema, name: to.name }
        : use,
    ),
  }));
  const users = catalog.get(usersOf.at(keyOfUse(from)));
  if (from.kind === 'function' && from.arguments === '') followCalled(catalog, from, to, users ?? []);
  if (users !== undefined) {
    catalog.set(usersOf.at(keyOfUse(from)), undefined);
    const key = usersOf.at(keyOfUse({ ...from, schema: to.schema, name: to.name }));
    const others = (catalog.get(key) ?? []).filter((one) => !users.some((user) => isSameUser(one, user)));
    catalog.set(key, [...others, ...users]);
  }
}

/** Triggers call a function without arguments, under the name that it has now. */
function followCalled(catalog: Catalog, from: RelationName, to: RelationName, users: readonly User[]): void {
  for (const { kind, schema, name } of users) {
    const relation = kind === 'relation' ? catalog.get(relations.at(schema, name)) : undefined;
    if (relation === undefined) continue;
    const triggers = mapped(relation.triggers, (trigger) =>
      trigger.function.schema === from.schema && trigger.function.name === from.name
        ? { ...trigger, function: { schema: to.schema, name: to.name } }
        : trigger,
    );
    if (triggers !== relation.triggers) catalog.set(relations.at(schema, name), { ...relation, triggers });
  }
}

/** Everything that uses a column of another relation goes on using it under its new name. */
export function followUsedColumn(catalog: Catalog, relation: RelationName, from: string, to: string): void {
  const { schema, name } = relation;
  changeUses(catalog, { kind: 'relation', schema, name }, (uses) => ({
    ...uses,
    columns: mapped(uses.columns, (read) =>
      isSame(read, relation) && read.columns.includes(from)
        ? { ...read, columns: read.columns.map((column) => (column === from ? to : column)) }
        : read,
    ),
  }));
}

/** A relation that uses other things goes on using them under its own new name. */
export function followUser(catalog: Catalog, relation: Relation, to: RelationName): void {
  const from: User = { kind: 'relation', schema: relation.schema, name: relation.name };
  const user: User = { kind: 'relation', schema: to.schema, name: to.name };
  const all = allUses(relation);
  for (const use of all.flatMap((uses) => [
    ...uses.columns.map(({ schema, name }): UsedObject => ({ kind: 'relation', schema, name })),
    ...uses.objects,
  ])) {
    const key = usersOf.at(keyOfUse(use));
    const users = catalog.get(key) ?? [];
    const after = mapped(users, (one) => (isSameUser(one, from) ? user : one));
    if (after !== users) catalog.set(key, after);
  }
}

/** Changes what is noted of the expressions that use a thing. */
function changeUses(catalog: Catalog, used: UsedObject, edit: (uses: Uses) => Uses): void {
  for (const { kind, schema, name } of catalog.get(usersOf.at(keyOfUse(used))) ?? []) {
    if (kind === 'function') {
      const entries = catalog.get(functions.at(schema, name)) ?? [];
      const after = mapped(entries, (entry) =>
        entry.uses === undefined ? entry : { ...entry, uses: edit(entry.uses) },
      );
      if (after !== entries) catalog.set(functions.at(schema, name), after);
      continue;
    }
    const relation = catalog.get(relations.at(schema, name));
    if (relation === undefined) continue;
    const changed = withExpressions(relation, (expression) =>
      expression.uses === undefined ? expression : { ...expression, uses: edit(expression.uses) },
    );
    const rules = relation.rules?.map((rule) => ({ ...rule, uses: edit(rule.uses) }));
    const { objects } = edit({ own: [], columns: [], objects: relation.objectsRead, areKnown: true });
    catalog.set(relations.at(schema, name), {
      ...changed,
      objectsRead: objects,
      ...(rules === undefined ? {} : { rules }),
    });
  }
  for (const name of catalog.get(publicationNames) ?? []) {
    const publication = catalog.get(publications.at(name));
    if (publication === undefined) continue;
    const tables = mapped(publication.tables, (table) => {
      const uses = edit(table.uses);
      return uses.columns === table.uses.columns && uses.objects === table.uses.objects
        ? table
        : { ...table, uses };
    });
    if (tables !== publication.tables) catalog.set(publications.at(name), { ...publication, tables });
  }
}

function hasSameArguments(a: UsedObject, b: UsedObject): boolean {
  return a.kind !== 'function' || b.kind !== 'function' || a.arguments === b.arguments;
}

function isSameUser(a: User, b: User): boolean {
  return a.kind === b.kind && isSame(a, b);
}
