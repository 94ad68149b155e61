import type { Node } from '@pgsql/types';
import type { Drop, QualifiedName } from '../sql/statement';
import type { Catalog } from './catalog';
import type { FunctionEntry, TypeReference } from './entries';
import { noteGone } from './existence';
import { attributesIn } from './functions';
import type { RelationName } from './relation';
import { functionsNamed, inputTypes, printTypes } from './signatures';

/** What `existence.ts` remembers a function by. */
export function signatureKey(entry: FunctionEntry): string {
  return `${entry.schema}.${entry.name}(${printTypes(inputTypes(entry))})`;
}

function overloads(catalog: Catalog, { schema, name }: RelationName): readonly FunctionEntry[] {
  return (catalog.get(`function ${schema}.${name}`) as readonly FunctionEntry[] | undefined) ?? [];
}

/** Puts another function in the place of one; undefined takes it away. */
export function replaceFunction(catalog: Catalog, entry: FunctionEntry, by: FunctionEntry | undefined): void {
  const key = `function ${entry.schema}.${entry.name}`;
  const isMoved = by !== undefined && (by.schema !== entry.schema || by.name !== entry.name);
  if (by === undefined || isMoved) {
    const others = overloads(catalog, entry).filter((one) => one !== entry);
    catalog.set(key, others.length === 0 ? undefined : others);
    noteGone(catalog, 'function', signatureKey(entry), by);
    if (by !== undefined) {
      const moved = { ...by, isAltered: true };
      catalog.set(`function ${by.schema}.${by.name}`, [...overloads(catalog, by), moved]);
    }
    return;
  }
  catalog.set(
    key,
    overloads(catalog, entry).map((one) => (one === entry ? by : one)),
  );
}

/** Changes the function that a node names; nothing happens when the server would not know which one is meant. */
export function changeFunction(
  catalog: Catalog,
  node: Node | undefined,
  objectType: string,
  edit: (entry: FunctionEntry) => FunctionEntry | undefined,
): void {
  const [entry, ...others] = functionsNamed(catalog, node, objectType);
  if (entry !== undefined && others.length === 0) replaceFunction(catalog, entry, edit(entry));
}

/** ALTER FUNCTION, PROCEDURE and ROUTINE with attributes. */
export function alterFunction(catalog: Catalog, node: Node): void {
  if (!('AlterFunctionStmt' in node)) return;
  const { objtype, func, actions } = node.AlterFunctionStmt;
  if (func === undefined) return;
  const objectType = (objtype ?? '').replace(/^OBJECT_/, '');
  changeFunction(catalog, { ObjectWithArgs: func }, objectType, (entry) => ({
    ...entry,
    ...attributesIn(catalog, actions, entry.settings),
    isAltered: true,
  }));
}

/** DROP FUNCTION, PROCEDURE, ROUTINE and AGGREGATE: the functions that one name of the statement means. */
export function functionsDropped(
  catalog: Catalog,
  statement: Drop,
  name: QualifiedName,
): readonly FunctionEntry[] {
  const objects = 'DropStmt' in statement.node ? statement.node.DropStmt.objects : undefined;
  return functionsNamed(catalog, objects?.[statement.names.indexOf(name)], statement.objectType);
}

/** The functions of a schema. */
export function functionsIn(catalog: Catalog, schema: string): readonly FunctionEntry[] {
  return catalog
    .keys(`function ${schema}.`)
    .flatMap((key) => (catalog.get(key) as readonly FunctionEntry[] | undefined) ?? []);
}

/** Functions name a type, or a relation for its rows, by what it is called now. */
export function followType(catalog: Catalog, from: RelationName, to: RelationName): void {
  const users = catalog.get(`functions of type ${from.schema}.${from.name}`);
  if (users === undefined) return;
  const isFrom = (type: TypeReference | undefined) => type?.name === from.name && type.schema === from.schema;
  const follow = (type: TypeReference): TypeReference =>
    isFrom(type) ? { ...type, schema: to.schema, name: to.name } : type;
  for (const name of users as readonly RelationName[]) {
    for (const entry of overloads(catalog, name)) {
      if (!isFrom(entry.result) && !entry.arguments.some(({ type }) => isFrom(type))) continue;
      replaceFunction(catalog, entry, {
        ...entry,
        arguments: entry.arguments.map((one) => ({ ...one, type: follow(one.type) })),
        result: entry.result === undefined ? undefined : follow(entry.result),
      });
    }
  }
  catalog.set(`functions of type ${to.schema}.${to.name}`, users);
}

/** The functions that take or return a type go with it. */
export function dropFunctionsOfType(catalog: Catalog, type: RelationName): void {
  const users = catalog.get(`functions of type ${type.schema}.${type.name}`);
  if (users === undefined) return;
  const isType = (one: TypeReference | undefined) => one?.name === type.name && one.schema === type.schema;
  for (const name of users as readonly RelationName[]) {
    for (const entry of overloads(catalog, name)) {
      if (isType(entry.result) || entry.arguments.some((one) => isType(one.type))) {
        replaceFunction(catalog, entry, undefined);
      }
    }
  }
}
