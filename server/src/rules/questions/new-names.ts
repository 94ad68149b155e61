import type { AlterEnumStmt, Node } from '@pgsql/types';
import { type Catalog, unseen } from '../../catalog/catalog';
import { hasDoubts, isDoubtful } from '../../catalog/existence';
import {
  type Constraint,
  named,
  namedBy,
  type Named,
  type Origin,
  type Relation,
  type RelationName,
} from '../../catalog/relation';
import { Reader } from '../../sql/build/reader';
import { quoteLiteral } from '../../sql/print';
import type {
  AlterTable,
  ConstraintDefinition,
  CreateIndex,
  CreateTable,
  Other,
  Rename,
  Statement,
} from '../../sql/statement';
import type { Range } from '../../sql/text';
import { functionBefore, signatureOf } from './functions';
import { rangeOfWord } from './relations-used';
import { keywordsOf } from './words';

/** A name that a statement gives to something, and that something else has already. */
export interface TakenName {
  /** What has the name: `relation`, `column`, `constraint`, … */
  readonly kind: string;
  readonly name: string;
  /** For a column and the like, what has it. */
  readonly owner: string | undefined;
  /** undefined when no migration is known to have made it. */
  readonly origin: Origin | undefined;
  readonly range: () => Range;
  /** Where IF NOT EXISTS would make the statement do nothing instead. */
  readonly ifNotExistsAt: number | undefined;
}

/** The names that a statement gives although they are taken, as far as that is certain. */
export function namesTaken(statement: Statement, catalog: Catalog): readonly TakenName[] {
  switch (statement.kind) {
    case 'CreateTable':
      return createTable(statement, catalog);
    case 'CreateIndex':
      return createIndex(statement, catalog);
    case 'AlterTable':
      return alterTable(statement, catalog);
    case 'Rename':
      return rename(statement, catalog);
    case 'Other':
      return other(statement, catalog);
    default:
      return [];
  }
}

/** What a relation or index would collide with: tables, indexes, views, sequences and composite types share their names. */
function relationNamed(
  catalog: Catalog,
  full: RelationName,
  range: () => Range,
  ifNotExistsAt?: number,
): readonly TakenName[] {
  const relation = catalog.relation(full);
  const index = relation === undefined ? catalog.index(full) : undefined;
  const origin = relation?.origin ?? index?.index.origin;
  const owner = index?.relation ?? relation;
  // Of what was only mentioned it is not known whether the migrations may make it.
  if (origin === undefined || origin === unseen || owner === undefined) return [];
  if (isDoubtful(catalog, full) || isDoubtful(catalog, owner)) return [];
  const kind = index === undefined ? 'relation' : 'index';
  const isUsual = full.schema === catalog.searchPath[0];
  const name = isUsual ? full.name : `${full.schema}.${full.name}`;
  return [{ kind, name, owner: undefined, origin, range, ifNotExistsAt }];
}

function homeOf(catalog: Catalog, { schema, name }: Named): RelationName {
  return { schema: schema ?? catalog.searchPath[0] ?? 'public', name };
}

function createTable(statement: CreateTable, catalog: Catalog): readonly TakenName[] {
  const { relation, ifNotExists, persistence } = statement;
  // A temporary table may be gone with its transaction.
  if (ifNotExists || persistence === 'temporary') return [];
  const isInto = 'SelectStmt' in statement.node;
  const at = isInto ? undefined : relation.range.start;
  return relationNamed(catalog, homeOf(catalog, relation), () => relation.range, at);
}

function createIndex({ index, relation, ifNotExists }: CreateIndex, catalog: Catalog): readonly TakenName[] {
  const owner = catalog.relation(relation);
  if (index === undefined || ifNotExists || owner === undefined) return [];
  return relationNamed(catalog, { schema: owner.schema, name: index.text }, () => index.range);
}

function alterTable(statement: AlterTable, catalog: Catalog): readonly TakenName[] {
  const relation = catalog.relation(statement.relation);
  if (relation === undefined || isDoubtful(catalog, relation)) return [];
  const dropped = new Set(
    statement.actions.flatMap((action) =>
      action.type === 'DropColumn'
        ? [action.column.text]
        : action.type === 'DropConstraint'
          ? [action.constraint.text]
          : [],
    ),
  );
  const secondKey = (constraint: ConstraintDefinition): readonly TakenName[] => {
    const first = primaryKeyBeside(constraint, relation, dropped);
    const range = (): Range => keywordsOf(statement.text, constraint);
    return first === undefined ? [] : part('primary key', relation, [first], first.name, range);
  };
  return statement.actions.flatMap((action): readonly TakenName[] => {
    if (action.type === 'AddColumn' && !action.ifNotExists) {
      const { name } = action.column;
      return [
        ...(dropped.has(name.text)
          ? []
          : part('column', relation, relation.columns, name.text, () => name.range, name.range.start)),
        ...action.column.constraints.flatMap(secondKey),
      ];
    }
    if (action.type !== 'AddConstraint') return [];
    const second = secondKey(action.constraint);
    if (second.length > 0 || action.constraint.name === undefined) return second;
    const { name, type, usingIndex } = action.constraint;
    if (dropped.has(name.text)) return [];
    const own = part('constraint', relation, relation.constraints, name.text, () => name.range);
    const isIndexed = type === 'UNIQUE' || type === 'PRIMARY KEY' || type === 'EXCLUDE';
    if (own.length > 0 || !isIndexed || usingIndex !== undefined) return own;
    return relationNamed(catalog, { schema: relation.schema, name: name.text }, () => name.range);
  });
}

/** The primary key that a table has besides the one that is added (42P16), and that the statement does not drop. */
function primaryKeyBeside(
  { type }: ConstraintDefinition,
  { constraints }: Relation,
  dropped: ReadonlySet<string>,
): Constraint | undefined {
  if (type !== 'PRIMARY KEY') return undefined;
  return constraints.find(
    (one) => one.type === 'PRIMARY KEY' && ![one.name, ...one.columns].some((name) => dropped.has(name)),
  );
}

function part(
  kind: string,
  relation: Relation,
  parts: readonly { readonly name: string; readonly origin: Origin }[],
  name: string,
  range: () => Range,
  ifNotExistsAt?: number,
): readonly TakenName[] {
  const found = parts.find((one) => one.name === name);
  return found === undefined
    ? []
    : [{ kind, name, owner: relation.name, origin: found.origin, range, ifNotExistsAt }];
}

function rename(statement: Rename, catalog: Catalog): readonly TakenName[] {
  const { objectType, relation: written, to, text } = statement;
  const range = (): Range => {
    const start = [...text.matchAll(/\bto\b/gi)].at(-1)?.index ?? -1;
    return rangeOfWord(text, to, { start, end: text.length });
  };
  if (objectType === 'SCHEMA') return schemaNamed(catalog, to, range);
  if (written === undefined) return [];
  const relation = catalog.relation(written);
  switch (objectType) {
    case 'TABLE':
    case 'VIEW':
    case 'MATERIALIZED VIEW':
    case 'FOREIGN TABLE':
    case 'SEQUENCE':
    case 'INDEX': {
      const schema = relation?.schema ?? catalog.index(written)?.relation.schema;
      return schema === undefined ? [] : relationNamed(catalog, { schema, name: to }, range);
    }
    case 'COLUMN':
      if (relation === undefined || isDoubtful(catalog, relation)) return [];
      return part('column', relation, relation.columns, to, range);
    case 'CONSTRAINT':
      if (relation === undefined || isDoubtful(catalog, relation)) return [];
      return part('constraint', relation, relation.constraints, to, range);
    case 'TYPE':
    case 'DOMAIN': {
      const type = catalog.type(written);
      return type === undefined ? [] : typeNamed(catalog, { schema: type.schema, name: to }, range);
    }
    default:
      return [];
  }
}

function schemaNamed(catalog: Catalog, name: string, range: () => Range, at?: number): readonly TakenName[] {
  if (!catalog.hasSchema(name) || hasDoubts(catalog)) return [];
  return [{ kind: 'schema', name, owner: undefined, origin: undefined, range, ifNotExistsAt: at }];
}

function typeNamed(catalog: Catalog, full: RelationName, range: () => Range): readonly TakenName[] {
  const type = catalog.type(full);
  if (type === undefined || hasDoubts(catalog)) return [];
  return [
    { kind: 'type', name: full.name, owner: undefined, origin: type.origin, range, ifNotExistsAt: undefined },
  ];
}

/** ALTER TYPE … ADD VALUE, and RENAME VALUE. */
function labelAdded(
  { typeName, oldVal, newVal, skipIfNewValExists }: AlterEnumStmt,
  text: string,
  catalog: Catalog,
): readonly TakenName[] {
  const type = catalog.type(namedBy(typeName));
  if (type?.kind !== 'enum' || newVal === undefined || skipIfNewValExists === true) return [];
  if (!type.labels.includes(newVal) || hasDoubts(catalog)) return [];
  const written = new Reader(text).tokens.filter((token) => token.kind === 'string');
  const token = written.find((one) => one.text === quoteLiteral(newVal)) ?? { start: 0, end: text.length };
  const range = (): Range => ({ start: token.start, end: token.end });
  const ifNotExistsAt = oldVal === undefined ? token.start : undefined;
  return [{ kind: 'value', name: newVal, owner: type.name, origin: undefined, range, ifNotExistsAt }];
}

/** The names in the trees of CREATE TYPE and CREATE DOMAIN. */
export function typeMadeBy(node: Node): Named | undefined {
  if ('CreateEnumStmt' in node) return namedBy(node.CreateEnumStmt.typeName);
  if ('CreateRangeStmt' in node) return namedBy(node.CreateRangeStmt.typeName);
  if ('CreateDomainStmt' in node) return namedBy(node.CreateDomainStmt.domainname);
  return 'CompositeTypeStmt' in node ? named(node.CompositeTypeStmt.typevar) : undefined;
}

function other(statement: Other, catalog: Catalog): readonly TakenName[] {
  const { node, text } = statement;
  const rangeOf =
    (name: string): (() => Range) =>
    () =>
      rangeOfWord(text, name);
  if ('ViewStmt' in node) {
    const { view, replace } = node.ViewStmt;
    if (replace === true || view?.relpersistence === 't') return [];
    const name = homeOf(catalog, named(view));
    return relationNamed(catalog, name, rangeOf(name.name));
  }
  if ('CreateSeqStmt' in node) {
    const { sequence, if_not_exists: ifNotExists } = node.CreateSeqStmt;
    if (ifNotExists === true || sequence?.relpersistence === 't') return [];
    const name = homeOf(catalog, named(sequence));
    return relationNamed(catalog, name, rangeOf(name.name));
  }
  if ('CreateSchemaStmt' in node) {
    const { schemaname, if_not_exists: ifNotExists } = node.CreateSchemaStmt;
    if (schemaname === undefined || ifNotExists === true) return [];
    return schemaNamed(catalog, schemaname, rangeOf(schemaname), rangeOfWord(text, schemaname).start);
  }
  if ('CreateTrigStmt' in node) {
    const { trigname = '', relation, replace } = node.CreateTrigStmt;
    if (replace === true) return [];
    return ofRelation(catalog, named(relation), (found) =>
      part('trigger', found, found.triggers, trigname, rangeOf(trigname)),
    );
  }
  if ('CreatePolicyStmt' in node) {
    const { policy_name: name = '', table } = node.CreatePolicyStmt;
    return ofRelation(catalog, named(table), (found) =>
      part('policy', found, found.policies, name, rangeOf(name)),
    );
  }
  if ('CreateFunctionStmt' in node) return functionNamed(statement, catalog);
  if ('AlterEnumStmt' in node) return labelAdded(node.AlterEnumStmt, text, catalog);
  const type = typeMadeBy(node);
  return type === undefined ? [] : typeNamed(catalog, homeOf(catalog, type), rangeOf(type.name));
}

/** CREATE FUNCTION without OR REPLACE, of one with the same arguments. */
function functionNamed(statement: Other, catalog: Catalog): readonly TakenName[] {
  if ('CreateFunctionStmt' in statement.node && statement.node.CreateFunctionStmt.replace === true) return [];
  const old = functionBefore(statement, catalog)?.old;
  if (old === undefined) return [];
  const { name, origin } = old;
  const range = (): Range => rangeOfWord(statement.text, name);
  return [
    {
      kind: old.kind.toLowerCase(),
      name: signatureOf(old),
      owner: undefined,
      origin,
      range,
      ifNotExistsAt: undefined,
    },
  ];
}

function ofRelation(
  catalog: Catalog,
  name: Named,
  ask: (relation: Relation) => readonly TakenName[],
): readonly TakenName[] {
  const relation = catalog.relation(name);
  return relation === undefined || isDoubtful(catalog, relation) ? [] : ask(relation);
}
