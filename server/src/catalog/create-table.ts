import type { CreateStmt, CreateTableAsStmt, Node } from '@pgsql/types';
import { strings } from '../sql/build/reader';
import type { ConstraintDefinition, CreateTable, QualifiedName } from '../sql/statement';
import { type Catalog } from './catalog';
import { setTypeOfTable } from './composite-types';
import { addConstraint, columnFrom, withoutRepeatedKeys } from './constraints';
import { change, nameOf, put, putConstraint, putIndex, withName } from './edit';
import { isDoubtful } from './existence';
import { columnOf } from './expressions';
import { relationsRead } from './views';
import { noteRowsUsed, readColumns } from './query-columns';
import { columnNamesOfIndex, indexNameFor, relationNameFor } from './names';
import { nameOfNew, owned, rememberTemporary } from './new-object';
import { adopt } from './partitions';
import { copyStatistics } from './statistics';
import {
  type Column,
  emptyRelation,
  named,
  namedBy,
  type Origin,
  type PartitionKey,
  type Relation,
  type RelationName,
} from './relation';
import { schemasInUse } from './store/tables';

export function createTable(catalog: Catalog, statement: CreateTable, origin: Origin): void {
  const name = nameOfNew(catalog, statement.relation, statement.persistence === 'temporary');
  const existing = catalog.relation(name);
  // With IF NOT EXISTS it does nothing then, and without it the server refuses it.
  if (existing?.isComplete === true && (statement.ifNotExists || !isDoubtful(catalog, name))) return;
  if (statement.persistence === 'temporary') rememberTemporary(catalog, name);
  const stmt = createStatement(statement.node);
  const parents = [
    ...(statement.partitionOf === undefined ? [] : [statement.partitionOf]),
    ...statement.inherits,
  ];
  const typeName =
    stmt.ofTypename === undefined ? undefined : catalog.resolve(namedBy(stmt.ofTypename.names));
  const ofType = typeName === undefined ? undefined : catalog.relation(typeName);
  catalog.set(schemasInUse.at(name.schema), true);
  put(catalog, {
    ...owned(catalog, emptyRelation(name, kindOf(statement), origin)),
    persistence: statement.persistence,
    partitionKey: partitionKeyOf(stmt),
    isComplete:
      !statement.isFromQuery &&
      (stmt.ofTypename === undefined || ofType?.isComplete === true) &&
      [...parents, ...statement.like].every((n) => isComplete(catalog, n)),
    referencedBy: existing?.referencedBy ?? [],
    readBy: existing?.readBy ?? [],
  });
  if (statement.isFromQuery) {
    addQuery(catalog, name, statement.node, origin);
    return;
  }
  if (typeName !== undefined) setTypeOfTable(catalog, name, typeName);
  addColumns(catalog, name, statement, stmt, origin);
  for (const parent of parents) inheritChecks(catalog, catalog.resolve(parent), name);
  addConstraints(catalog, name, statement, stmt, origin);
  for (const clause of likeClauses(stmt)) copyLikeIndexes(catalog, clause, name, origin);
  for (const parent of parents) {
    adopt(catalog, catalog.resolve(parent), name, statement.isDefaultPartition, origin);
  }
}

function kindOf(statement: CreateTable): Relation['kind'] {
  if (statement.objectType === 'MATERIALIZED VIEW') return 'materialized view';
  if (statement.objectType === 'FOREIGN TABLE') return 'foreign table';
  return statement.partitioned ? 'partitioned table' : 'table';
}

function createStatement(node: Node): CreateStmt {
  if ('CreateStmt' in node) return node.CreateStmt;
  return 'CreateForeignTableStmt' in node ? (node.CreateForeignTableStmt.base ?? {}) : {};
}

const strategies: Readonly<Record<string, PartitionKey['strategy']>> = {
  PARTITION_STRATEGY_LIST: 'list',
  PARTITION_STRATEGY_RANGE: 'range',
  PARTITION_STRATEGY_HASH: 'hash',
};

function partitionKeyOf({ partspec }: CreateStmt): PartitionKey | undefined {
  if (partspec === undefined) return undefined;
  return {
    strategy: strategies[partspec.strategy ?? ''] ?? 'range',
    // A column in parentheses is a column.
    columns: (partspec.partParams ?? []).map((node) =>
      'PartitionElem' in node ? (node.PartitionElem.name ?? columnOf(node.PartitionElem.expr)) : undefined,
    ),
  };
}

function isComplete(catalog: Catalog, name: QualifiedName): boolean {
  return catalog.relation(name)?.isComplete === true;
}

/** CREATE TABLE … AS, SELECT INTO and CREATE MATERIALIZED VIEW. */
function addQuery(catalog: Catalog, name: RelationName, node: Node, origin: Origin): void {
  const {
    query = node,
    into,
    objtype,
  } = 'CreateTableAsStmt' in node ? node.CreateTableAsStmt : ({} satisfies CreateTableAsStmt);
  const { columnsRead, objectsRead, areColumnsReadKnown, ...made } = readColumns(
    catalog,
    query,
    strings(into?.colNames),
    origin,
  );
  change(catalog, name, (relation) => ({ ...relation, ...made }));
  if (objtype !== 'OBJECT_MATVIEW') return;
  const reads = relationsRead(catalog, query);
  const isPopulated = into?.skipData !== true;
  change(catalog, name, (relation) => ({
    ...relation,
    query,
    isPopulated,
    reads,
    columnsRead,
    objectsRead,
    areColumnsReadKnown,
  }));
  noteRowsUsed(catalog, name, { reads, columnsRead, objectsRead });
  for (const read of reads) {
    change(catalog, read, (relation) => ({ ...relation, readBy: withName(relation.readBy, name) }));
  }
}

function addColumns(
  catalog: Catalog,
  name: RelationName,
  statement: CreateTable,
  stmt: CreateStmt,
  origin: Origin,
): void {
  const columns: Column[] = [];
  const add = (column: Column): void => {
    const index = columns.findIndex((other) => other.name === column.name);
    const before = columns[index];
    if (before === undefined) columns.push(column);
    else columns[index] = merged(before, column);
  };
  for (const parent of [
    ...(statement.partitionOf === undefined ? [] : [statement.partitionOf]),
    ...statement.inherits,
  ]) {
    for (const column of catalog.relation(parent)?.columns ?? []) add({ ...column, sequence: undefined });
  }
  const { ofType } = catalog.relation(nameOf(name)) ?? {};
  for (const column of ofType === undefined ? [] : (catalog.relation(ofType)?.columns ?? [])) {
    add({ ...column, origin });
  }
  const definitions = statement.columns[Symbol.iterator]();
  for (const element of stmt.tableElts ?? []) {
    if ('ColumnDef' in element) {
      const definition = definitions.next().value;
      if (definition !== undefined) add(columnFrom(catalog, name, definition, origin));
    } else if ('TableLikeClause' in element) {
      for (const column of likeColumns(catalog, element.TableLikeClause, name, origin)) add(column);
    }
  }
  change(catalog, name, (relation) => ({ ...relation, columns }));
}

/** A column that comes from a parent and is declared again. */
function merged(inherited: Column, own: Column): Column {
  return {
    ...inherited,
    notNull: inherited.notNull || own.notNull,
    default: own.default ?? inherited.default,
    generated: own.generated ?? inherited.generated,
    generation: own.generation ?? inherited.generation,
    identity: own.identity ?? inherited.identity,
    sequence: own.sequence,
  };
}

interface Like {
  readonly relation?: { readonly schemaname?: string; readonly relname?: string };
  readonly options?: number;
}

/** The bits of TableLikeClause.options, as in the server's parsenodes.h. */
const including = {
  comments: 1 << 0,
  constraints: 1 << 2,
  defaults: 1 << 3,
  generated: 1 << 4,
  identity: 1 << 5,
  indexes: 1 << 6,
  statistics: 1 << 7,
};

function likeClauses(stmt: CreateStmt): readonly Like[] {
  return (stmt.tableElts ?? []).flatMap((node) => ('TableLikeClause' in node ? [node.TableLikeClause] : []));
}

function likeSource(catalog: Catalog, { relation }: Like): Relation | undefined {
  return catalog.relation(named(relation));
}

function likeColumns(catalog: Catalog, like: Like, owner: RelationName, origin: Origin): readonly Column[] {
  const options = like.options ?? 0;
  return (likeSource(catalog, like)?.columns ?? []).map((column) => {
    const identity = (options & including.identity) === 0 ? undefined : column.identity;
    let sequence: RelationName | undefined;
    if (identity !== undefined) {
      sequence = {
        schema: owner.schema,
        name: relationNameFor(catalog, owner.schema, owner.name, column.name, 'seq'),
      };
      const copied = column.sequence === undefined ? undefined : catalog.relation(column.sequence)?.sequence;
      put(catalog, {
        ...owned(catalog, emptyRelation(sequence, 'sequence', origin)),
        // Measured on 18: whatever the column is of, the new sequence is bigint, within the old limits.
        ...(copied === undefined ? {} : { sequence: { ...copied, type: 'int8' } }),
      });
    }
    return {
      ...column,
      default: (options & including.defaults) === 0 ? undefined : column.default,
      generated: (options & including.generated) === 0 ? undefined : column.generated,
      generation: (options & including.generated) === 0 ? undefined : column.generation,
      identity,
      sequence,
      comment: (options & including.comments) === 0 ? undefined : column.comment,
      privileges: undefined,
      origin,
    };
  });
}

/** INCLUDING CONSTRAINTS and INCLUDING INDEXES: checks keep their names, indexes get new ones. */
function copyLikeIndexes(catalog: Catalog, like: Like, owner: RelationName, origin: Origin): void {
  const source = likeSource(catalog, like);
  const options = like.options ?? 0;
  if (source === undefined) return;
  if ((options & including.constraints) !== 0) {
    for (const constraint of source.constraints) {
      if (constraint.type === 'CHECK')
        putConstraint(catalog, owner, { ...withoutComment(constraint, options), isValid: true, origin });
    }
  }
  if ((options & including.statistics) !== 0) {
    copyStatistics(catalog, source, owner, (options & including.comments) !== 0, origin);
  }
  if ((options & including.indexes) === 0) return;
  // The server makes the primary key first.
  const indexes = [...source.indexes].sort((a, b) => rank(source, a.constraint) - rank(source, b.constraint));
  for (const index of indexes) {
    const constraint = source.constraints.find(({ name }) => name === index.constraint);
    const label =
      constraint === undefined
        ? 'idx'
        : constraint.type === 'PRIMARY KEY'
          ? 'pkey'
          : constraint.type === 'EXCLUDE'
            ? 'excl'
            : 'key';
    const name = indexNameFor(catalog, owner, columnNamesOfIndex(index), label);
    // The comment on a key stays with its own constraint; that on the index is copied.
    if (constraint !== undefined) {
      putConstraint(catalog, owner, { ...constraint, name, comment: undefined, origin });
    }
    putIndex(catalog, owner, {
      ...withoutComment(index, options),
      name,
      constraint: constraint === undefined ? undefined : name,
      parent: undefined,
      origin,
    });
  }
}

/** A part without its comment, unless LIKE copies that too. */
function withoutComment<Part extends { readonly comment?: string | undefined }>(
  part: Part,
  options: number,
): Part {
  return (options & including.comments) === 0 ? { ...part, comment: undefined } : part;
}

function rank(relation: Relation, constraint: string | undefined): number {
  return relation.constraints.find(({ name }) => name === constraint)?.type === 'PRIMARY KEY' ? 0 : 1;
}

function inheritChecks(catalog: Catalog, parent: RelationName, child: RelationName): void {
  for (const constraint of catalog.relation(nameOf(parent))?.constraints ?? []) {
    if (constraint.type === 'CHECK' && !constraint.noInherit) putConstraint(catalog, child, constraint);
  }
}

/** The constraints in the order in which the server names them: checks, the primary key, other keys, foreign keys. */
function addConstraints(
  catalog: Catalog,
  name: RelationName,
  statement: CreateTable,
  stmt: CreateStmt,
  origin: Origin,
): void {
  const all = inOrderOfText(statement, stmt);
  const ofType = (...types: ConstraintDefinition['type'][]) =>
    all.filter(({ definition }) => types.includes(definition.type));
  const add = ({ definition, node }: Written): void => {
    addConstraint(catalog, name, definition, origin, { node, isNewTable: true });
  };
  ofType('CHECK').forEach(add);
  ofType('NOT NULL')
    .filter(({ definition }) => definition.name !== undefined)
    .forEach(add);
  const keys = [...ofType('PRIMARY KEY'), ...ofType('UNIQUE')].map(({ definition }) => definition);
  for (const definition of withoutRepeatedKeys(keys)) add({ definition, node: undefined });
  ofType('EXCLUDE').forEach(add);
  ofType('FOREIGN KEY').forEach(add);
}

interface Written {
  readonly definition: ConstraintDefinition;
  readonly node: Node | undefined;
}

/** The constraints of the columns and those of the table as they come. */
function inOrderOfText(statement: CreateTable, stmt: CreateStmt): readonly Written[] {
  const columns = statement.columns[Symbol.iterator]();
  const constraints = statement.constraints[Symbol.iterator]();
  return (stmt.tableElts ?? []).flatMap((node): readonly Written[] => {
    if ('ColumnDef' in node) {
      return (columns.next().value?.constraints ?? []).map((definition) => ({ definition, node: undefined }));
    }
    const definition = 'Constraint' in node ? constraints.next().value : undefined;
    return definition === undefined ? [] : [{ definition, node }];
  });
}
