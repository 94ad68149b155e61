import type { Node } from '@pgsql/types';
import type { Drop, QualifiedName } from '../sql/statement';
import type { Catalog } from './catalog';
import { followUse } from './dependencies/follow';
import { usedFunction } from './dependencies/uses';
import type { FunctionEntry, TypeReference } from './entries';
import { type Former, noteGone } from './existence';
import { attributesIn } from './functions';
import type { RelationName } from './relation';
import { functionsNamed, inputTypes, printTypes } from './signatures';
import type { Key } from './store/keys';
import { formers, functions, functionsOfType } from './store/tables';

/** Where it is remembered what became of a function. */
function formerFunction(entry: FunctionEntry): Key<Former> {
  return formers.function.at(entry.schema, entry.name, printTypes(inputTypes(entry)));
}

function overloads(catalog: Catalog, name: RelationName): readonly FunctionEntry[] {
  return catalog.get(functions.of(name)) ?? [];
}

/** Puts another function in the place of one; undefined takes it away. */
export function replaceFunction(catalog: Catalog, entry: FunctionEntry, by: FunctionEntry | undefined): void {
  const key = functions.of(entry);
  const isMoved = by !== undefined && (by.schema !== entry.schema || by.name !== entry.name);
  if (by === undefined || isMoved) {
    const others = overloads(catalog, entry).filter((one) => one !== entry);
    catalog.set(key, others.length === 0 ? undefined : others);
    noteGone(catalog, formerFunction(entry), by);
    if (by !== undefined) {
      const moved = { ...by, isAltered: true };
      followUse(catalog, usedFunction(entry), by);
      catalog.set(functions.of(by), [...overloads(catalog, by), moved]);
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
  return catalog.list(functions.in(schema)).flatMap(({ value }) => value);
}

/** Functions name a type, or a relation for its rows, by what it is called now. */
export function followType(catalog: Catalog, from: RelationName, to: RelationName): void {
  const users = catalog.get(functionsOfType.of(from));
  if (users === undefined) return;
  const isFrom = (type: TypeReference | undefined) => type?.name === from.name && type.schema === from.schema;
  const follow = (type: TypeReference): TypeReference =>
    isFrom(type) ? { ...type, schema: to.schema, name: to.name } : type;
  for (const name of users) {
    for (const entry of overloads(catalog, name)) {
      if (!isFrom(entry.result) && !entry.arguments.some(({ type }) => isFrom(type))) continue;
      replaceFunction(catalog, entry, {
        ...entry,
        arguments: entry.arguments.map((one) => ({ ...one, type: follow(one.type) })),
        result: entry.result === undefined ? undefined : follow(entry.result),
      });
    }
  }
  catalog.set(functionsOfType.of(to), users);
}

/** The functions that take or return a type go with it. */
export function dropFunctionsOfType(catalog: Catalog, type: RelationName): void {
  const users = catalog.get(functionsOfType.of(type));
  if (users === undefined) return;
  const isType = (one: TypeReference | undefined) => one?.name === type.name && one.schema === type.schema;
  for (const name of users) {
    for (const entry of overloads(catalog, name)) {
      if (isType(entry.result) || entry.arguments.some((one) => isType(one.type))) {
        replaceFunction(catalog, entry, undefined);
      }
    }
  }
}
