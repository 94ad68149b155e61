import { printName, quoteLiteral } from '../sql/print';
import type { Node } from '@pgsql/types';
import type { ColumnDefinition, ConstraintDefinition, Expression } from '../sql/statement';
import type { Catalog } from './catalog';
import { change, changeKnown, nameOf, put, putConstraint, putIndex, resolvedType } from './edit';
import { noteGone } from './existence';
import { columnsIn, isNullConstant } from './expressions';
import { constraintNameFor, indexColumnNames, indexNameFor, relationNameFor } from './names';
import { owned } from './new-object';
import { sequenceNameIn, type SequenceOptions, sequenceOptions, sequenceType } from './sequence-options';
import {
  type Column,
  type Constraint,
  emptyRelation,
  type Index,
  type Named,
  type Origin,
  type RelationName,
} from './relation';
import { formers, indexes } from './store/tables';

/** What the serial types stand for. */
const serialTypes: Readonly<Record<string, { readonly name: string; readonly text: string }>> = {
  serial: { name: 'int4', text: 'integer' },
  serial4: { name: 'int4', text: 'integer' },
  bigserial: { name: 'int8', text: 'bigint' },
  serial8: { name: 'int8', text: 'bigint' },
  smallserial: { name: 'int2', text: 'smallint' },
  serial2: { name: 'int2', text: 'smallint' },
};

/** Whether the type is short for an integer with a sequence as its default. */
export function isSerial(type: Named): boolean {
  return type.schema === undefined && Object.hasOwn(serialTypes, type.name);
}

/** The column that a definition makes, with its sequence. Constraints that have a name are `addConstraint`'s. */
export function columnFrom(
  catalog: Catalog,
  owner: RelationName,
  definition: ColumnDefinition,
  origin: Origin,
): Column {
  const has = (type: ConstraintDefinition['type']) => definition.constraints.find((one) => one.type === type);
  const identity = has('IDENTITY');
  const generated = has('GENERATED');
  const serial = isSerial(definition.type) ? serialTypes[definition.type.name] : undefined;
  const sequence =
    serial !== undefined || identity !== undefined
      ? ownedSequence(catalog, owner, definition.name.text, origin, {
          type: sequenceType(serial?.name ?? definition.type.name),
          nodes: identity?.sequenceOptions,
        })
      : undefined;
  return {
    name: definition.name.text,
    type: serial === undefined ? resolvedType(catalog, definition.type) : { ...definition.type, ...serial },
    notNull:
      serial !== undefined ||
      identity !== undefined ||
      has('PRIMARY KEY') !== undefined ||
      (has('NOT NULL') !== undefined && has('NOT NULL')?.notValid !== true),
    default:
      serial === undefined || sequence === undefined
        ? defaultOf(has('DEFAULT')?.expression)
        : nextValue(sequence),
    identity: identity === undefined ? undefined : identity.always ? 'always' : 'by default',
    generated: generated === undefined ? undefined : generated.stored ? 'stored' : 'virtual',
    ...(generated?.expression === undefined ? {} : { generation: generated.expression }),
    collation: definition.collation,
    sequence,
    origin,
  };
}

/** A default as the server keeps it: NULL is as good as none. */
export function defaultOf(expression: Expression | undefined): Expression | undefined {
  return expression !== undefined && isNullConstant(expression.node) ? undefined : expression;
}

/** Makes the sequence of a serial or identity column. */
export function ownedSequence(
  catalog: Catalog,
  owner: RelationName,
  column: string,
  origin: Origin,
  { type, nodes }: { readonly type: SequenceOptions['type']; readonly nodes: readonly Node[] | undefined },
): RelationName {
  const written = sequenceNameIn(nodes);
  const name = written?.name ?? relationNameFor(catalog, owner.schema, owner.name, column, 'seq');
  const sequence = { schema: written?.schema ?? owner.schema, name };
  const { persistence } = catalog.relation(owner) ?? {};
  const kept = persistence === 'unlogged' ? persistence : 'permanent';
  put(catalog, {
    ...owned(catalog, emptyRelation(sequence, 'sequence', origin)),
    sequence: sequenceOptions(nodes, type),
    persistence: kept,
  });
  return sequence;
}

function nextValue(sequence: RelationName): Column['default'] {
  const name = printName(sequence);
  const node: Node = {
    FuncCall: {
      funcname: [{ String: { sval: 'nextval' } }],
      args: [{ A_Const: { sval: { sval: name } } }],
    },
  };
  return {
    node,
    text: `nextval(${quoteLiteral(name)}::regclass)`,
    range: { start: 0, end: 0 },
  };
}

/** The constraint of a definition, with its name, its index and its mark on the columns. */
export function addConstraint(
  catalog: Catalog,
  owner: RelationName,
  definition: ConstraintDefinition,
  origin: Origin,
  options: {
    /** The grammar's node of an EXCLUDE constraint. */
    readonly node?: Node | undefined;
    /** True in CREATE TABLE, where there are no rows: NOT VALID says nothing there. */
    readonly isNewTable: boolean;
  },
): void {
  // A constraint of this name that is there already stays; scripts catch the error and go on.
  if (catalog.relation(owner)?.constraints.some(({ name }) => name === definition.name?.text) === true)
    return;
  switch (definition.type) {
    case 'CHECK':
      addCheck(catalog, owner, definition, origin, options.isNewTable);
      break;
    case 'FOREIGN KEY':
      addForeignKey(catalog, owner, definition, origin, options.isNewTable);
      break;
    case 'PRIMARY KEY':
    case 'UNIQUE':
      if (definition.usingIndex !== undefined) useIndex(catalog, owner, definition, origin);
      else addKey(catalog, owner, definition, { keys: definition.columns.map(plainColumn) }, origin);
      break;
    case 'EXCLUDE':
      addKey(catalog, owner, definition, exclusion(options.node), origin);
      break;
    case 'NOT NULL':
      addNotNull(catalog, owner, definition, origin);
      break;
    case 'NULL':
    case 'DEFAULT':
    case 'IDENTITY':
    case 'GENERATED':
      break;
  }
}

function constraintFrom(
  definition: ConstraintDefinition,
  type: Constraint['type'],
  name: string,
  origin: Origin,
): Constraint {
  return {
    type,
    name,
    columns: definition.columns,
    expression: definition.expression,
    references: undefined,
    isValid: !definition.notValid && definition.enforced,
    enforced: definition.enforced,
    noInherit: definition.noInherit,
    deferrable: definition.deferrable,
    origin,
  };
}

function addCheck(
  catalog: Catalog,
  owner: RelationName,
  definition: ConstraintDefinition,
  origin: Origin,
  isNewTable: boolean,
): void {
  const columns = columnsIn(definition.expression?.node);
  const name =
    definition.name?.text ?? constraintNameFor(catalog, owner, columns.length === 1 ? columns : [], 'check');
  const constraint = constraintFrom(definition, 'CHECK', name, origin);
  const isValid = constraint.isValid || (isNewTable && constraint.enforced);
  putConstraint(catalog, owner, { ...constraint, columns, isValid });
}

function addForeignKey(
  catalog: Catalog,
  owner: RelationName,
  definition: ConstraintDefinition,
  origin: Origin,
  isNewTable: boolean,
): void {
  const { references } = definition;
  if (references === undefined) return;
  const name = definition.name?.text ?? constraintNameFor(catalog, owner, definition.columns, 'fkey');
  const referenced = catalog.relation(references.relation);
  const primaryKey = referenced?.constraints.find(({ type }) => type === 'PRIMARY KEY')?.columns ?? [];
  const constraint = constraintFrom(definition, 'FOREIGN KEY', name, origin);
  putConstraint(catalog, owner, {
    ...constraint,
    isValid: constraint.isValid || (isNewTable && constraint.enforced),
    references: {
      relation: catalog.resolve(references.relation),
      columns: references.columns.length > 0 ? references.columns : primaryKey,
      onDelete: references.onDelete,
      onUpdate: references.onUpdate,
    },
  });
}

/** The index of a key. */
interface KeyIndex {
  readonly keys: Index['columns'];
  /** `btree` when it is left out. */
  readonly method?: string;
  readonly predicate?: Expression | undefined;
}

/** PRIMARY KEY, UNIQUE and EXCLUDE: a constraint and an index of the same name. */
function addKey(
  catalog: Catalog,
  owner: RelationName,
  definition: ConstraintDefinition,
  { keys, method = 'btree', predicate }: KeyIndex,
  origin: Origin,
): void {
  const type =
    definition.type === 'PRIMARY KEY' || definition.type === 'EXCLUDE' ? definition.type : 'UNIQUE';
  const label = type === 'PRIMARY KEY' ? 'pkey' : type === 'EXCLUDE' ? 'excl' : 'key';
  const name =
    definition.name?.text ?? indexNameFor(catalog, owner, indexColumnNames(keys, definition.include), label);
  const names = keys.flatMap(({ column }) => (column === undefined ? [] : [column]));
  if (type === 'PRIMARY KEY') setNotNull(catalog, owner, names, origin);
  putConstraint(catalog, owner, { ...constraintFrom(definition, type, name, origin), columns: names });
  putIndex(catalog, owner, {
    name,
    unique: type !== 'EXCLUDE',
    method,
    columns: keys,
    include: definition.include,
    predicate,
    nullsNotDistinct: definition.nullsNotDistinct,
    constraint: name,
    parent: undefined,
    origin,
  });
}

function plainColumn(column: string): Index['columns'][number] {
  return {
    column,
    expression: undefined,
    operatorClass: undefined,
    collation: undefined,
    descending: false,
    nulls: undefined,
  };
}

/** USING INDEX: the index takes the constraint's name. */
function useIndex(
  catalog: Catalog,
  owner: RelationName,
  definition: ConstraintDefinition,
  origin: Origin,
): void {
  const indexName = definition.usingIndex ?? '';
  const index = catalog.relation(owner)?.indexes.find((other) => other.name === indexName);
  const name = definition.name?.text ?? indexName;
  const type = definition.type === 'PRIMARY KEY' ? 'PRIMARY KEY' : 'UNIQUE';
  const columns = (index?.columns ?? []).flatMap(({ column }) => (column === undefined ? [] : [column]));
  if (type === 'PRIMARY KEY') setNotNull(catalog, owner, columns, origin);
  putConstraint(catalog, owner, { ...constraintFrom(definition, type, name, origin), columns });
  if (index === undefined) return;
  renameIndexOf(catalog, owner, index.name, { ...index, name, constraint: name });
}

/** Puts `index` where the index `from` of the relation was. */
export function renameIndexOf(catalog: Catalog, owner: RelationName, from: string, index: Index): void {
  catalog.set(indexes.at(owner.schema, from), undefined);
  if (index.name !== from) {
    noteGone(catalog, formers.index.at(owner.schema, from), { schema: owner.schema, name: index.name });
  }
  changeKnown(catalog, owner, (relation) => ({
    ...relation,
    indexes: relation.indexes.map((other) => (other.name === from ? index : other)),
  }));
  catalog.set(indexes.at(owner.schema, index.name), { relation: nameOf(owner), index });
}

function addNotNull(
  catalog: Catalog,
  owner: RelationName,
  definition: ConstraintDefinition,
  origin: Origin,
): void {
  if (!definition.notValid) setNotNull(catalog, owner, definition.columns, origin);
  const name = definition.name?.text ?? constraintNameFor(catalog, owner, definition.columns, 'not_null');
  putConstraint(catalog, owner, constraintFrom(definition, 'NOT NULL', name, origin));
}

/** Marks columns as NOT NULL. */
export function setNotNull(
  catalog: Catalog,
  owner: RelationName,
  columns: readonly string[],
  origin: Origin,
): void {
  change(catalog, owner, (relation) => {
    const learned = columns.filter((name) => !relation.columns.some((column) => column.name === name));
    if (learned.length === 0 && relation.columns.every((c) => c.notNull || !columns.includes(c.name))) {
      return relation;
    }
    return {
      ...relation,
      columns: [
        ...relation.columns.map((column) =>
          columns.includes(column.name) ? { ...column, notNull: true } : column,
        ),
        // Of an unknown relation at least this is known now.
        ...(relation.isComplete
          ? []
          : learned.map((name) => ({ ...unknownColumn(name, origin), notNull: true }))),
      ],
    };
  });
}

/** A column of which nothing but its name is known. */
export function unknownColumn(name: string, origin: Origin): Column {
  return {
    name,
    type: undefined,
    notNull: false,
    default: undefined,
    identity: undefined,
    generated: undefined,
    collation: undefined,
    sequence: undefined,
    origin,
  };
}

/** Changes a column of several relations; one that is unknown is remembered where columns may be missing. */
export function editColumn(
  catalog: Catalog,
  relations: readonly RelationName[],
  name: string,
  edit: (column: Column) => Column,
): void {
  for (const relation of relations) {
    changeKnown(catalog, relation, (before) => {
      if (before.columns.some((column) => column.name === name)) {
        return {
          ...before,
          columns: before.columns.map((column) => (column.name === name ? edit(column) : column)),
        };
      }
      if (before.isComplete) return before;
      return { ...before, columns: [...before.columns, edit(unknownColumn(name, before.origin))] };
    });
  }
}

/** The elements of an EXCLUDE constraint, which are only in the grammar's tree. */
function exclusion(node: Node | undefined): KeyIndex {
  const constraint = node !== undefined && 'Constraint' in node ? node.Constraint : {};
  const keys = (constraint.exclusions ?? []).flatMap((pair) => {
    const [element] = 'List' in pair ? (pair.List.items ?? []) : [];
    if (element === undefined || !('IndexElem' in element)) return [];
    const { name, expr } = element.IndexElem;
    return [{ ...plainColumn(''), column: name, expression: withoutText(expr) }];
  });
  return {
    keys,
    method: constraint.access_method ?? 'btree',
    predicate: withoutText(constraint.where_clause),
  };
}

/** An expression of which only the tree is known. */
function withoutText(node: Node | undefined): Expression | undefined {
  return node === undefined ? undefined : { node, text: '', range: { start: 0, end: 0 } };
}

/** Two keys on the same columns in one CREATE TABLE become one; the primary key stays. */
export function withoutRepeatedKeys(
  definitions: readonly ConstraintDefinition[],
): readonly ConstraintDefinition[] {
  const kept: ConstraintDefinition[] = [];
  for (const definition of definitions) {
    const twin = kept.findIndex(
      (other) =>
        other.columns.join('\n') === definition.columns.join('\n') &&
        other.include.join('\n') === definition.include.join('\n') &&
        other.nullsNotDistinct === definition.nullsNotDistinct &&
        other.deferrable === definition.deferrable &&
        other.initiallyDeferred === definition.initiallyDeferred,
    );
    const other = kept[twin];
    if (other === undefined) kept.push(definition);
    else kept[twin] = { ...other, name: other.name ?? definition.name };
  }
  return kept;
}
