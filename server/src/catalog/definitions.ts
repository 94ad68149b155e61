import type { CreateFunctionStmt, DefElem, Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { Other } from '../sql/statement';
import type { Catalog } from './catalog';
import type { FunctionEntry, TypeEntry } from './entries';
import { noteEnumValue } from './new-enum-values';
import { ownedBy } from './sequences';
import { put } from './edit';
import { emptyRelation, type Origin } from './relation';

/** The schema and the name of an object that the tree names by a list of strings. */
export function namedBy(names: readonly Node[] | undefined): {
  readonly schema: string | undefined;
  readonly name: string;
} {
  const parts = strings(names);
  return { schema: parts.length > 1 ? parts.at(-2) : undefined, name: parts.at(-1) ?? '' };
}

function homeOf(catalog: Catalog, schema: string | undefined): string {
  return schema ?? catalog.searchPath[0] ?? 'public';
}

/** CREATE TYPE and CREATE DOMAIN. */
export function createType(catalog: Catalog, node: Node, origin: Origin): void {
  const add = (
    names: readonly Node[] | undefined,
    entry: Partial<TypeEntry> & Pick<TypeEntry, 'kind'>,
  ): void => {
    const { schema, name } = namedBy(names);
    const home = homeOf(catalog, schema);
    catalog.set(`type ${home}.${name}`, {
      isConstrained: false,
      base: undefined,
      labels: [],
      ...entry,
      schema: home,
      name,
      origin,
    });
  };
  if ('CreateEnumStmt' in node) {
    add(node.CreateEnumStmt.typeName, { kind: 'enum', labels: strings(node.CreateEnumStmt.vals) });
  } else if ('CreateRangeStmt' in node) add(node.CreateRangeStmt.typeName, { kind: 'range' });
  else if ('CreateDomainStmt' in node) {
    const { domainname, typeName, constraints } = node.CreateDomainStmt;
    const baseName = namedBy(typeName?.names);
    // A domain over a domain is as constrained as the one below.
    const below = catalog.type({
      ...baseName,
      schema: baseName.schema === 'pg_catalog' ? undefined : baseName.schema,
    });
    add(domainname, {
      kind: 'domain',
      isConstrained: (below?.isConstrained ?? false) || (constraints ?? []).some(isRestriction),
      base: below?.base ?? baseName.name,
    });
  } else if ('CompositeTypeStmt' in node) {
    const { typevar } = node.CompositeTypeStmt;
    const schema = homeOf(catalog, typevar?.schemaname);
    const name = typevar?.relname ?? '';
    put(catalog, emptyRelation({ schema, name }, 'composite type', origin));
    add([{ String: { sval: schema } }, { String: { sval: name } }], { kind: 'composite' });
  } else if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_TYPE') {
    add(node.DefineStmt.defnames, { kind: 'other' });
  } else if ('DefineStmt' in node && node.DefineStmt.kind === 'OBJECT_AGGREGATE') {
    const { schema, name } = namedBy(node.DefineStmt.defnames);
    catalog.set(`function ${homeOf(catalog, schema)}.${name}`, aggregate);
  }
}

/** What an aggregate calls only computes. */
const aggregate: FunctionEntry = {
  volatility: 'immutable',
  language: 'internal',
  body: undefined,
  expression: undefined,
  parameters: [],
  statements: [],
  executed: [],
  assignments: [],
  isOpaque: false,
};

function isRestriction(node: Node): boolean {
  if (!('Constraint' in node)) return false;
  return node.Constraint.contype === 'CONSTR_CHECK' || node.Constraint.contype === 'CONSTR_NOTNULL';
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(catalog: Catalog, node: Node): void {
  if (!('AlterEnumStmt' in node)) return;
  const { typeName, oldVal, newVal, newValNeighbor, newValIsAfter } = node.AlterEnumStmt;
  const entry = catalog.type(namedBy(typeName));
  if (entry === undefined || newVal === undefined || entry.labels.includes(newVal)) return;
  const labels =
    oldVal === undefined ? [...entry.labels] : entry.labels.map((one) => (one === oldVal ? newVal : one));
  if (oldVal === undefined) {
    const neighbour = newValNeighbor === undefined ? -1 : labels.indexOf(newValNeighbor);
    labels.splice(neighbour < 0 ? labels.length : neighbour + (newValIsAfter === true ? 1 : 0), 0, newVal);
  }
  catalog.set(`type ${entry.schema}.${entry.name}`, { ...entry, labels });
  if (oldVal === undefined) noteEnumValue(catalog, entry, newVal);
}

/** ALTER DOMAIN. Which of several constraints is dropped is not followed: the domain then stays constrained. */
export function alterDomain(catalog: Catalog, node: Node): void {
  if (!('AlterDomainStmt' in node)) return;
  const { typeName, subtype } = node.AlterDomainStmt;
  const entry = catalog.type(namedBy(typeName));
  // The letters are those of the grammar: C adds a constraint, O sets NOT NULL.
  if (entry === undefined || (subtype !== 'C' && subtype !== 'O')) return;
  catalog.set(`type ${entry.schema}.${entry.name}`, { ...entry, isConstrained: true });
}

/** CREATE FUNCTION and CREATE PROCEDURE. */
export function createFunction(catalog: Catalog, statement: Other): void {
  const { node } = statement;
  if (!('CreateFunctionStmt' in node)) return;
  const stmt = node.CreateFunctionStmt;
  const { schema, name } = namedBy(stmt.funcname);
  const entry: FunctionEntry = {
    volatility: volatilityOf(stmt),
    language: textOf(option(stmt, 'language')) ?? (stmt.sql_body === undefined ? 'plpgsql' : 'sql'),
    body: bodyOf(stmt),
    expression: inlinedExpression(stmt, statement),
    parameters: (stmt.parameters ?? []).flatMap((node) =>
      'FunctionParameter' in node && node.FunctionParameter.mode !== 'FUNC_PARAM_TABLE'
        ? [node.FunctionParameter.name]
        : [],
    ),
    statements: [...statement.body.map((nested) => nested.statement), ...(statement.call?.queries ?? [])],
    executed: statement.call?.executed ?? [],
    assignments: statement.call?.assignments ?? [],
    isOpaque: statement.call?.isOpaque !== false,
  };
  catalog.set(`function ${homeOf(catalog, schema)}.${name}`, entry);
}

function option(stmt: CreateFunctionStmt, name: string): DefElem | undefined {
  for (const node of stmt.options ?? []) {
    if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem;
  }
  return undefined;
}

function textOf(element: DefElem | undefined): string | undefined {
  const arg = element?.arg;
  return arg !== undefined && 'String' in arg ? arg.String.sval?.toLowerCase() : undefined;
}

function volatilityOf(stmt: CreateFunctionStmt): FunctionEntry['volatility'] {
  const written = textOf(option(stmt, 'volatility'));
  return written === 'immutable' || written === 'stable' ? written : 'volatile';
}

function bodyOf(stmt: CreateFunctionStmt): string | undefined {
  const as = option(stmt, 'as')?.arg;
  return as !== undefined && 'List' in as ? strings(as.List.items)[0] : undefined;
}

/** The expression of a function that the planner can inline: SQL, one SELECT of one expression, nothing special. */
function inlinedExpression(stmt: CreateFunctionStmt, statement: Other): Node | undefined {
  if (option(stmt, 'security') !== undefined || option(stmt, 'set') !== undefined) return undefined;
  if (stmt.sql_body !== undefined && 'ReturnStmt' in stmt.sql_body) return stmt.sql_body.ReturnStmt.returnval;
  if (textOf(option(stmt, 'language')) !== 'sql' || statement.body.length !== 1) return undefined;
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

/** CREATE SEQUENCE. */
export function createSequence(catalog: Catalog, node: Node, origin: Origin): void {
  if (!('CreateSeqStmt' in node)) return;
  const { sequence, options, if_not_exists: ifNotExists } = node.CreateSeqStmt;
  const schema = homeOf(catalog, sequence?.schemaname);
  const name = { schema, name: sequence?.relname ?? '' };
  if (ifNotExists === true && catalog.relation(name) !== undefined) return;
  put(catalog, emptyRelation(name, 'sequence', origin));
  ownedBy(catalog, name, options);
}
