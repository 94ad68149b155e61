import type { CreateFunctionStmt, DefElem, DefineStmt, FunctionParameter, Node } from '@pgsql/types';
import { Reader, strings } from '../sql/build/reader';
import type { Other } from '../sql/statement';
import { type Catalog, temporarySchema } from './catalog';
import type { Argument, FunctionEntry, TypeReference } from './entries';
import { withName } from './edit';
import { alteredSettings } from './function-settings';
import { noteUser } from './dependencies/follow';
import { usesOfBody } from './dependencies/stored';
import { usedFunction, type UsedObject } from './dependencies/uses';
import { namedBy, noUses, type ObjectFacts, type Origin } from './relation';
import { homeOf, initialFacts } from './new-object';
import { inputTypes, sameSignature } from './signatures';
import { maybeSameType, typeReference } from './type-references';
import { functions, functionsOfType, temporaryFunctions } from './store/tables';

/** CREATE FUNCTION and CREATE PROCEDURE. */
export function createFunction(catalog: Catalog, statement: Other, origin: Origin): void {
  if ('CreateFunctionStmt' in statement.node) put(catalog, functionOf(catalog, statement, origin));
}

/** The function that CREATE FUNCTION would make. */
export function functionOf(catalog: Catalog, statement: Other, origin: Origin): FunctionEntry {
  const stmt = 'CreateFunctionStmt' in statement.node ? statement.node.CreateFunctionStmt : {};
  const { schema, name } = namedBy(stmt.funcname);
  const all = argumentsOf(catalog, stmt.parameters, statement.text);
  return {
    ...plain,
    schema: homeOf(catalog, schema),
    name,
    kind:
      stmt.is_procedure === true
        ? 'PROCEDURE'
        : option(stmt.options, 'window') === undefined
          ? 'FUNCTION'
          : 'WINDOW FUNCTION',
    arguments: all,
    result: resultOf(catalog, stmt, all),
    returnsSet: stmt.returnType?.setof === true || all.some(({ mode }) => mode === 'TABLE'),
    language: textOf(option(stmt.options, 'language')) ?? (stmt.sql_body === undefined ? 'plpgsql' : 'sql'),
    body: bodyOf(stmt),
    expression: inlinedExpression(stmt, statement),
    statements: [...statement.body.map((nested) => nested.statement), ...(statement.call?.queries ?? [])],
    executed: statement.call?.executed ?? [],
    assignments: statement.call?.assignments ?? [],
    isOpaque: statement.call?.isOpaque !== false,
    uses: usesOfBody(catalog, [...defaultsOf(stmt), ...statementsOf(stmt.sql_body)]),
    origin,
    ...attributesIn(catalog, stmt.options, []),
  };
}

/** What the server assumes of a function that says nothing of it. */
const plain = {
  directArguments: undefined,
  result: undefined,
  returnsSet: false,
  volatility: 'volatile',
  isStrict: false,
  isSecurityDefiner: false,
  isLeakproof: false,
  parallel: 'unsafe',
  cost: undefined,
  rows: undefined,
  settings: [],
  body: undefined,
  expression: undefined,
  statements: [],
  executed: [],
  assignments: [],
  isOpaque: false,
} as const;

/** CREATE AGGREGATE. What an aggregate calls only computes. */
export function createAggregate(catalog: Catalog, stmt: DefineStmt, text: string, origin: Origin): void {
  put(catalog, aggregateOf(catalog, stmt, text, origin));
}

/** The aggregate that CREATE AGGREGATE makes. */
export function aggregateOf(catalog: Catalog, stmt: DefineStmt, text: string, origin: Origin): FunctionEntry {
  const { schema, name } = namedBy(stmt.defnames);
  const [list, direct] = stmt.args ?? [];
  const parameters = list !== undefined && 'List' in list ? list.List.items : undefined;
  const count = direct !== undefined && 'Integer' in direct ? (direct.Integer.ival ?? 0) : -1;
  const parallel = textOf(option(stmt.definition, 'parallel'));
  return {
    ...plain,
    schema: homeOf(catalog, schema),
    name,
    kind: 'AGGREGATE',
    arguments:
      stmt.oldstyle === true
        ? baseType(catalog, option(stmt.definition, 'basetype'))
        : argumentsOf(catalog, parameters, text),
    directArguments: count < 0 ? undefined : count,
    volatility: 'immutable',
    parallel: parallel === 'safe' || parallel === 'restricted' ? parallel : 'unsafe',
    language: 'internal',
    uses: { ...noUses, objects: functionsOfAggregate(catalog, stmt) },
    origin,
  };
}

/** The functions that an aggregate calls, as far as their names tell which ones are meant. */
function functionsOfAggregate(catalog: Catalog, stmt: DefineStmt): readonly UsedObject[] {
  const state = typeIn(option(stmt.definition, 'stype')?.arg, catalog);
  return ['sfunc', 'finalfunc', 'combinefunc', 'serialfunc', 'deserialfunc'].flatMap((part) => {
    const arg = option(stmt.definition, part)?.arg;
    const written = arg !== undefined && 'TypeName' in arg ? namedBy(arg.TypeName.names) : undefined;
    const named = written === undefined ? [] : catalog.functions(written);
    const fitting = named.filter((entry) => {
      const [first] = inputTypes(entry);
      return state !== undefined && first !== undefined && maybeSameType(first, state);
    });
    const [only, second] = fitting.length > 0 ? fitting : named;
    return only === undefined || second !== undefined ? [] : [usedFunction(only)];
  });
}

function typeIn(node: Node | undefined, catalog: Catalog): TypeReference | undefined {
  return node !== undefined && 'TypeName' in node ? typeReference(catalog, node.TypeName) : undefined;
}

/** The argument of an aggregate in the syntax before PostgreSQL 8.2; `ANY` stands for none. */
function baseType(catalog: Catalog, element: DefElem | undefined): readonly Argument[] {
  const arg = element?.arg;
  if (arg === undefined || !('TypeName' in arg)) return [];
  const type = typeReference(catalog, arg.TypeName);
  return type.name.toLowerCase() === 'any' ? [] : [{ mode: 'IN', name: undefined, type, default: undefined }];
}

/** Adds a function to those of its name, or replaces the one with its arguments, which keeps owner and privileges. */
function put(catalog: Catalog, entry: FunctionEntry): void {
  const key = functions.of(entry);
  const others = catalog.get(key) ?? [];
  const old = others.find((other) => sameSignature(other, entry));
  const { comment, owner, privileges }: ObjectFacts = old ?? initialFacts(catalog, 'FUNCTION', entry.schema);
  catalog.set(key, [...others.filter((other) => other !== old), { ...entry, comment, owner, privileges }]);
  if (entry.schema === temporarySchema) {
    const names = catalog.get(temporaryFunctions) ?? [];
    catalog.set(temporaryFunctions, [...names, entry.name]);
  }
  noteUser(catalog, { kind: 'function', schema: entry.schema, name: entry.name }, [entry.uses]);
  const types = [...entry.arguments.map(({ type }) => type), ...(entry.result ? [entry.result] : [])];
  for (const { schema, name } of types) {
    if (schema === undefined) continue;
    const users = functionsOfType.at(schema, name);
    const before = catalog.get(users) ?? [];
    const after = withName(before, entry);
    if (after !== before) catalog.set(users, after);
  }
}

const modes: Readonly<Record<string, Argument['mode']>> = {
  FUNC_PARAM_OUT: 'OUT',
  FUNC_PARAM_INOUT: 'INOUT',
  FUNC_PARAM_VARIADIC: 'VARIADIC',
  FUNC_PARAM_TABLE: 'TABLE',
};

function argumentsOf(
  catalog: Catalog,
  nodes: readonly Node[] | undefined,
  text: string,
): readonly Argument[] {
  const parameters = (nodes ?? []).flatMap((node) =>
    'FunctionParameter' in node ? [node.FunctionParameter] : [],
  );
  const defaults = defaultTexts(parameters, text);
  return parameters.map(({ mode, name, argType }, index) => ({
    mode: modes[mode ?? ''] ?? 'IN',
    name,
    type: typeReference(catalog, argType),
    default: defaults[index],
  }));
}

/** What stands behind DEFAULT, or `=`, in the list of arguments. */
function defaultTexts(
  parameters: readonly FunctionParameter[],
  text: string,
): readonly (string | undefined)[] {
  if (parameters.every(({ defexpr }) => defexpr === undefined)) return [];
  const reader = new Reader(text);
  return parameters.map(({ defexpr, location }) => {
    if (defexpr === undefined) return undefined;
    const first = reader.indexAt(reader.offset(location));
    const from = reader.find(['default', '=', ':='], first);
    if (from === undefined) return undefined;
    const [element] = reader.elements(from + 1, reader.closing(openingBefore(reader, first)));
    return element === undefined ? undefined : reader.slice(reader.range(element.first, element.last));
  });
}

/** The parenthesis that opens the list of arguments: the first one of the statement. */
function openingBefore(reader: Reader, index: number): number {
  return reader.find(['('], 0, index) ?? 0;
}

/** RETURNS, or what output arguments amount to. */
function resultOf(
  catalog: Catalog,
  { returnType, is_procedure: isProcedure }: CreateFunctionStmt,
  all: readonly Argument[],
): TypeReference | undefined {
  if (returnType !== undefined && !all.some(({ mode }) => mode === 'TABLE')) {
    return typeReference(catalog, returnType);
  }
  const output = all.filter(({ mode }) => mode !== 'IN' && mode !== 'VARIADIC');
  const [only] = output;
  if (only === undefined) return undefined;
  return output.length === 1 && isProcedure !== true ? only.type : record;
}

const record: TypeReference = { schema: undefined, name: 'record', isArray: false, isKnown: true };

function option(nodes: readonly Node[] | undefined, name: string): DefElem | undefined {
  for (const node of nodes ?? []) {
    if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem;
  }
  return undefined;
}

function textOf(element: DefElem | undefined): string | undefined {
  const arg = element?.arg;
  if (arg !== undefined && 'TypeName' in arg) return strings(arg.TypeName.names).at(-1);
  return arg !== undefined && 'String' in arg ? arg.String.sval?.toLowerCase() : undefined;
}

type Attributes = Pick<
  FunctionEntry,
  'volatility' | 'isStrict' | 'isSecurityDefiner' | 'isLeakproof' | 'parallel' | 'cost' | 'rows' | 'settings'
>;

/** The attributes that the options of CREATE and ALTER FUNCTION set. */
export function attributesIn(
  catalog: Catalog,
  options: readonly Node[] | undefined,
  settings: readonly string[],
): Partial<Attributes> {
  let changed: { -readonly [Key in keyof Attributes]?: Attributes[Key] } = { settings };
  for (const node of options ?? []) {
    if (!('DefElem' in node)) continue;
    const { defname, arg } = node.DefElem;
    const text = textOf(node.DefElem);
    const isTrue = arg !== undefined && 'Boolean' in arg && arg.Boolean.boolval === true;
    if (defname === 'volatility') {
      changed.volatility = text === 'immutable' || text === 'stable' ? text : 'volatile';
    } else if (defname === 'strict') changed.isStrict = isTrue;
    else if (defname === 'security') changed.isSecurityDefiner = isTrue;
    else if (defname === 'leakproof') changed.isLeakproof = isTrue;
    else if (defname === 'parallel') {
      changed.parallel = text === 'safe' || text === 'restricted' ? text : 'unsafe';
    } else if (defname === 'cost') changed.cost = numberIn(arg);
    else if (defname === 'rows') changed.rows = numberIn(arg);
    else if (defname === 'set' && arg !== undefined && 'VariableSetStmt' in arg) {
      changed = {
        ...changed,
        settings: alteredSettings(catalog, changed.settings ?? [], arg.VariableSetStmt),
      };
    }
  }
  return changed;
}

function numberIn(arg: Node | undefined): number | undefined {
  if (arg === undefined) return undefined;
  if ('Integer' in arg) return arg.Integer.ival ?? 0;
  return 'Float' in arg ? Number(arg.Float.fval) : undefined;
}

function defaultsOf({ parameters }: CreateFunctionStmt): readonly Node[] {
  return (parameters ?? []).flatMap((node) =>
    'FunctionParameter' in node ? (node.FunctionParameter.defexpr ?? []) : [],
  );
}

/** The statements of a body that is no string; those of BEGIN ATOMIC are a list in a list. */
function statementsOf(body: Node | undefined): readonly Node[] {
  if (body === undefined) return [];
  return 'List' in body ? (body.List.items ?? []).flatMap(statementsOf) : [body];
}

function bodyOf({ options }: CreateFunctionStmt): string | undefined {
  const as = option(options, 'as')?.arg;
  return as !== undefined && 'List' in as ? strings(as.List.items)[0] : undefined;
}

/** The expression of a function that the planner can inline: SQL, one SELECT of one expression, nothing special. */
function inlinedExpression(stmt: CreateFunctionStmt, statement: Other): Node | undefined {
  if (option(stmt.options, 'security') !== undefined || option(stmt.options, 'set') !== undefined)
    return undefined;
  if (stmt.sql_body !== undefined && 'ReturnStmt' in stmt.sql_body) return stmt.sql_body.ReturnStmt.returnval;
  if (textOf(option(stmt.options, 'language')) !== 'sql' || statement.body.length !== 1) return undefined;
  const select = statement.body[0]?.statement.node;
  if (select === undefined || !('SelectStmt' in select)) return undefined;
  const { targetList, fromClause, whereClause, withClause, limitCount, op } = select.SelectStmt;
  const isPlain =
    fromClause === undefined &&
    whereClause === undefined &&
    withClause === undefined &&
    limitCount === undefined &&
    (op === undefined || op === 'SETOP_NONE');
  const [target] = targetList ?? [];
  if (!isPlain || targetList?.length !== 1 || target === undefined) return undefined;
  return 'ResTarget' in target ? target.ResTarget.val : undefined;
}
