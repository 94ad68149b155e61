import type { Node } from '@pgsql/types';
import { type Catalog, unseen } from '../../catalog/catalog';
import type { FunctionEntry, TypeReference } from '../../catalog/entries';
import { type Former, formerOf, hasDoubts, schemasOf } from '../../catalog/existence';
import { functionOf } from '../../catalog/functions';
import {
  functionMention,
  functionsMeant,
  hasOutput,
  inputTypes,
  isInput,
  outputColumns,
  printTypes,
  sameSignature,
} from '../../catalog/signatures';
import { builtinVolatility } from '../../postgres/functions';
import type { Other, Statement } from '../../sql/statement';
import type { Range } from '../../sql/text';
import { rangeOfWord } from './relations-used';

/** `f(integer)`, for messages. */
export function signatureOf(entry: Pick<FunctionEntry, 'name' | 'arguments'>): string {
  return `${entry.name}(${printTypes(inputTypes(entry))})`;
}

function areKnown(types: readonly TypeReference[]): boolean {
  return types.every(({ isKnown }) => isKnown);
}

/** The function that CREATE FUNCTION finds with the same arguments, when that is certain. */
export function functionBefore(
  statement: Other,
  catalog: Catalog,
): { readonly old: FunctionEntry; readonly made: FunctionEntry } | undefined {
  if (!('CreateFunctionStmt' in statement.node) || hasDoubts(catalog)) return undefined;
  const made = functionOf(catalog, statement, unseen);
  const old = catalog.functions(made).find((one) => sameSignature(one, made));
  if (old === undefined || !areKnown(inputTypes(made)) || !areKnown(inputTypes(old))) return undefined;
  return { old, made };
}

/** Why the server will not put one function in the place of another, in the order in which it looks; undefined: it will. */
export function replacementRefusal(old: FunctionEntry, made: FunctionEntry): string | undefined {
  const isRoutine = (entry: FunctionEntry) => entry.kind === 'PROCEDURE';
  const signature = `"${signatureOf(old)}"`;
  if (old.kind !== made.kind) {
    return `cannot change routine kind of ${signature}: it is a ${old.kind.toLowerCase()}`;
  }
  if (isRoutine(old) && hasOutput(old) !== hasOutput(made)) {
    return `cannot change whether a procedure has output parameters: ${signature} exists`;
  }
  if (returnsOther(old, made)) return `cannot change return type of existing function ${signature}`;
  const names = made.arguments.filter(isInput).map(({ name }) => name);
  const renamed = old.arguments
    .filter(isInput)
    .find(({ name }, index) => name !== undefined && name !== names[index]);
  if (renamed?.name !== undefined)
    return `cannot change name of input parameter "${renamed.name}" of ${signature}`;
  const defaults = (entry: FunctionEntry) =>
    entry.arguments.filter((one) => one.default !== undefined).length;
  return defaults(made) < defaults(old)
    ? `cannot remove parameter defaults from existing function ${signature}`
    : undefined;
}

function differs(a: TypeReference | undefined, b: TypeReference | undefined): boolean {
  if (a === undefined || b === undefined) return a !== b;
  if (!a.isKnown || !b.isKnown) return false;
  return a.name !== b.name || a.schema !== b.schema || a.isArray !== b.isArray;
}

function returnsOther(old: FunctionEntry, made: FunctionEntry): boolean {
  if (old.returnsSet !== made.returnsSet || differs(old.result, made.result)) return true;
  if (old.result?.name !== 'record' || made.result?.name !== 'record') return false;
  const before = outputColumns(old);
  const after = outputColumns(made);
  return (
    before.length !== after.length ||
    before.some(({ name, type }, index) => name !== after[index]?.name || differs(type, after[index]?.type))
  );
}

/** Where a statement names a function that is there already, or that it makes or drops. */
interface FunctionPlace {
  readonly node: Node;
  readonly objectType: string;
  readonly range: () => Range;
}

/** The functions that a statement names to drop or alter them, or to say something of them. */
export function functionsNamedBy(statement: Statement): readonly FunctionPlace[] {
  const { node, text } = statement;
  if (statement.kind === 'Drop') {
    const objects = 'DropStmt' in node ? (node.DropStmt.objects ?? []) : [];
    return objects.flatMap((object, index) => {
      const range = statement.names[index]?.range;
      if (!('ObjectWithArgs' in object) || range === undefined) return [];
      return [{ node: object, objectType: statement.objectType, range: () => range }];
    });
  }
  const named = otherFunction(node);
  if (named === undefined || !('ObjectWithArgs' in named.object)) return [];
  const last = named.object.ObjectWithArgs.objname?.at(-1);
  const name = last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
  const objectType = (named.type ?? '').replace(/^OBJECT_/, '');
  return [{ node: named.object, objectType, range: () => rangeOfWord(text, name) }];
}

function otherFunction(node: Node): { readonly object: Node; readonly type: string | undefined } | undefined {
  if ('RenameStmt' in node) {
    const { object, renameType } = node.RenameStmt;
    return object === undefined ? undefined : { object, type: renameType };
  }
  if ('AlterFunctionStmt' in node) {
    const { func, objtype } = node.AlterFunctionStmt;
    return func === undefined ? undefined : { object: { ObjectWithArgs: func }, type: objtype };
  }
  if ('CommentStmt' in node) {
    const { object, objtype } = node.CommentStmt;
    return object === undefined ? undefined : { object, type: objtype };
  }
  if ('AlterOwnerStmt' in node) {
    const { object, objectType } = node.AlterOwnerStmt;
    return object === undefined ? undefined : { object, type: objectType };
  }
  return undefined;
}

/** The functions that a name without arguments may mean, when it may mean more than one. */
export function functionsMeantBy(
  { node, objectType }: FunctionPlace,
  catalog: Catalog,
): readonly FunctionEntry[] {
  if (!('ObjectWithArgs' in node) || hasDoubts(catalog)) return [];
  const mention = functionMention(catalog, node.ObjectWithArgs);
  return mention.types === undefined ? functionsMeant(catalog, mention, objectType) : [];
}

/** A function that a statement names and that is not there. */
interface MissingFunction {
  readonly name: string;
  readonly former: Former | undefined;
  readonly isSure: boolean;
  /** The functions of that name that there are. */
  readonly others: readonly string[];
}

/** Whether there is no function that a name with arguments means, as far as that is certain. */
export function functionMissing(
  { node, objectType }: FunctionPlace,
  catalog: Catalog,
): MissingFunction | undefined {
  if (!('ObjectWithArgs' in node) || hasDoubts(catalog)) return undefined;
  const mention = functionMention(catalog, node.ObjectWithArgs);
  const { types, schema, name } = mention;
  if (types === undefined || !areKnown(types) || functionsMeant(catalog, mention, objectType).length > 0) {
    return undefined;
  }
  // One of another kind is refused in other words.
  if (functionsMeant(catalog, mention, 'ROUTINE').length > 0) return undefined;
  const isOfServer = schema === undefined || schema === 'pg_catalog';
  if (isOfServer && builtinVolatility(name) !== undefined) return undefined;
  const schemas = schemasOf(catalog, mention);
  const printed = printTypes(types);
  const signature = `${name}(${printed})`;
  const overloads = catalog.functions(mention);
  const others = overloads.map(signatureOf);
  for (const one of schemas) {
    const former = formerOf(catalog, 'function', one, name, printed);
    if (former !== undefined) return { name: signature, former, isSure: true, others };
  }
  if (overloads.length === 0 || !overloads.every((one) => areKnown(inputTypes(one)))) return undefined;
  const isSure = schemas.every((one) => catalog.hasSchema(one) || catalog.isCertain({ schema: one, name }));
  return { name: signature, former: undefined, isSure, others };
}
