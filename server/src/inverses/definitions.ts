import type { DefElem, Node } from '@pgsql/types';
import type { Column, Constraint, Index, Relation, RelationName } from '../catalog/relation';
import { printDotted, printNames, quoteIdentifier, quoteLiteral } from '../sql/print';
import { tokenize } from '../sql/scanner';
import type { ColumnDefinition, ConstraintDefinition, Statement, TypeName } from '../sql/statement';
import type { InverseContext } from './inverse';
import { printFull } from './inverse';

/** A definition printed from the catalog, and what it leaves out. */
interface Printed {
  readonly sql: string;
  readonly notes: readonly string[];
}

/** CREATE INDEX for an index of the catalog. */
export function printIndex(
  index: Index,
  relation: RelationName,
  context: InverseContext,
  concurrently: boolean,
): Printed {
  const made = context.statementAt?.(index.origin);
  const statement = made?.kind === 'CreateIndex' ? made : undefined;
  const node =
    statement !== undefined && 'IndexStmt' in statement.node ? statement.node.IndexStmt : undefined;
  const parameters = storageParameters(node?.options);
  const keys = index.columns.map((key) =>
    [
      key.column === undefined ? (key.expression?.text ?? '') : quoteIdentifier(key.column),
      ...(key.collation === undefined ? [] : [`COLLATE ${printDotted(key.collation)}`]),
      ...(key.operatorClass === undefined ? [] : [printDotted(key.operatorClass)]),
      ...(key.descending ? ['DESC'] : []),
      ...(key.nulls === undefined ? [] : [`NULLS ${key.nulls.toUpperCase()}`]),
    ].join(' '),
  );
  const sql = [
    `CREATE${index.unique ? ' UNIQUE' : ''} INDEX${concurrently ? ' CONCURRENTLY' : ''}`,
    `${quoteIdentifier(index.name)} ON ${printFull(relation, context.before)}`,
    ...(index.method === 'btree' ? [] : [`USING ${quoteIdentifier(index.method)}`]),
    `(${keys.join(', ')})`,
    ...(index.include.length > 0 ? [`INCLUDE (${printNames(index.include)})`] : []),
    ...(index.nullsNotDistinct ? ['NULLS NOT DISTINCT'] : []),
    ...(parameters === '' ? [] : [`WITH (${parameters})`]),
    ...(node?.tableSpace === undefined ? [] : [`TABLESPACE ${quoteIdentifier(node.tableSpace)}`]),
    ...(index.predicate === undefined ? [] : [`WHERE ${index.predicate.text}`]),
  ].join(' ');
  const notes =
    made === undefined
      ? [
          `Lockstep has not seen the CREATE INDEX of "${index.name}"; check its storage parameters and tablespace.`,
        ]
      : [];
  return { sql: `${sql};`, notes };
}

/** `CONSTRAINT name CHECK (…)` for a constraint of the catalog; undefined when the catalog does not have all of it. */
export function printConstraint(
  constraint: Constraint,
  relation: Relation,
  context: InverseContext,
): Printed | undefined {
  const definition = definitionOf(constraint, context);
  const body = constraintBody(constraint, relation, definition, context);
  if (body === undefined) return undefined;
  const deferred = definition?.constraint.initiallyDeferred === true ? ' INITIALLY DEFERRED' : '';
  const sql =
    `CONSTRAINT ${quoteIdentifier(constraint.name)} ${body}` +
    (constraint.deferrable ? ` DEFERRABLE${deferred}` : '') +
    (constraint.enforced ? '' : ' NOT ENFORCED');
  const notes =
    constraint.deferrable && definition === undefined
      ? [`Lockstep has not seen whether "${constraint.name}" was INITIALLY DEFERRED.`]
      : [];
  return { sql, notes };
}

function constraintBody(
  constraint: Constraint,
  relation: Relation,
  definition: FoundConstraint | undefined,
  { before }: InverseContext,
): string | undefined {
  const columns = printNames(constraint.columns);
  switch (constraint.type) {
    case 'CHECK':
      return constraint.expression === undefined
        ? undefined
        : `CHECK (${constraint.expression.text})${constraint.noInherit ? ' NO INHERIT' : ''}`;
    case 'NOT NULL':
      return `NOT NULL ${columns}${constraint.noInherit ? ' NO INHERIT' : ''}`;
    case 'FOREIGN KEY': {
      const { references } = constraint;
      if (references === undefined) return undefined;
      const target = references.columns.length > 0 ? ` (${printNames(references.columns)})` : '';
      return (
        `FOREIGN KEY (${columns}) REFERENCES ${printFull(references.relation, before)}${target}` +
        (references.onUpdate === 'NO ACTION' ? '' : ` ON UPDATE ${references.onUpdate}`) +
        (references.onDelete === 'NO ACTION' ? '' : ` ON DELETE ${references.onDelete}`)
      );
    }
    case 'UNIQUE':
    case 'PRIMARY KEY': {
      const index = relation.indexes.find((other) => other.constraint === constraint.name);
      const include = index?.include ?? [];
      const parameters = storageParameters(definition?.node?.options);
      return (
        `${constraint.type}${index?.nullsNotDistinct === true ? ' NULLS NOT DISTINCT' : ''} (${columns})` +
        (include.length > 0 ? ` INCLUDE (${printNames(include)})` : '') +
        (parameters === '' ? '' : ` WITH (${parameters})`)
      );
    }
    case 'EXCLUDE': {
      if (definition === undefined) return undefined;
      const { constraint: written, text } = definition;
      const words = text.slice(written.name?.range.end ?? written.range.start, written.range.end);
      return withoutAttributes(words).trim();
    }
  }
}

/** A constraint without DEFERRABLE and the like, which are printed from the catalog. */
function withoutAttributes(constraint: string): string {
  const tokens = tokenize(constraint).filter(({ kind }) => kind !== 'quoted identifier');
  const at = tokens.findIndex(({ text }) => text === 'deferrable' || text === 'initially');
  const first = tokens[at - 1]?.text === 'not' ? at - 1 : at;
  return at < 0 ? constraint : constraint.slice(0, tokens[first]?.start);
}

/** `name type DEFAULT … NOT NULL` for a column of the catalog; undefined when the catalog does not have all of it. */
export function printColumn(
  column: Column,
  context: InverseContext,
  withNotNull: boolean,
): Printed | undefined {
  if (column.type === undefined) return undefined;
  const parts = [quoteIdentifier(column.name)];
  const notes: string[] = [];
  const isSerial =
    column.sequence !== undefined && column.identity === undefined && column.default !== undefined;
  parts.push(isSerial ? (serialNames[column.type.name] ?? printType(column.type)) : printType(column.type));
  if (column.collation !== undefined) parts.push(`COLLATE ${printDotted(column.collation)}`);
  if (column.identity !== undefined) {
    parts.push(`GENERATED ${column.identity === 'always' ? 'ALWAYS' : 'BY DEFAULT'} AS IDENTITY`);
  } else if (column.generated !== undefined) {
    const definition = columnDefinitionOf(column, context)?.constraints.find(
      ({ type }) => type === 'GENERATED',
    );
    if (definition?.expression === undefined) return undefined;
    parts.push(
      `GENERATED ALWAYS AS (${definition.expression.text})${column.generated === 'stored' ? ' STORED' : ' VIRTUAL'}`,
    );
  } else if (column.default !== undefined && !isSerial) {
    parts.push(`DEFAULT ${column.default.text}`);
  }
  if (isSerial || column.identity !== undefined) {
    notes.push(`The sequence of "${column.name}" starts again at 1.`);
  } else if (column.notNull && withNotNull) {
    parts.push('NOT NULL');
  }
  return { sql: parts.join(' '), notes };
}

/** A type as the author wrote it, with its schema where search_path would have to find it. */
export function printType(type: TypeName): string {
  const { schema, text } = type;
  if (schema === undefined || schema === 'public' || schema === 'pg_catalog' || text.includes('.'))
    return text;
  return `${quoteIdentifier(schema)}.${text}`;
}

const serialNames: Readonly<Record<string, string>> = {
  int2: 'smallserial',
  int4: 'serial',
  int8: 'bigserial',
};

interface FoundConstraint {
  readonly constraint: ConstraintDefinition;
  /** The text of its statement. */
  readonly text: string;
  readonly node: { readonly options?: Node[] } | undefined;
}

/** What the author wrote, in the statement that made the constraint. */
function definitionOf(constraint: Constraint, { statementAt }: InverseContext): FoundConstraint | undefined {
  const statement = statementAt?.(constraint.origin);
  if (statement === undefined) return undefined;
  return definitionsIn(statement).find(
    ({ constraint: written }) =>
      written.type === constraint.type &&
      (written.name === undefined
        ? written.columns.join() === constraint.columns.join() || written.type === 'CHECK'
        : written.name.text === constraint.name),
  );
}

function definitionsIn(statement: Statement): readonly FoundConstraint[] {
  const { text } = statement;
  if (statement.kind === 'CreateTable') {
    return [...statement.constraints, ...statement.columns.flatMap(({ constraints }) => constraints)].map(
      (constraint) => ({ constraint, text, node: undefined }),
    );
  }
  if (statement.kind !== 'AlterTable') return [];
  return statement.actions.flatMap((action) => {
    if (action.type === 'AddColumn') {
      return action.column.constraints.map((constraint) => ({ constraint, text, node: undefined }));
    }
    if (action.type !== 'AddConstraint') return [];
    const def = 'AlterTableCmd' in action.node ? action.node.AlterTableCmd.def : undefined;
    const node = def !== undefined && 'Constraint' in def ? def.Constraint : undefined;
    return [{ constraint: action.constraint, text, node }];
  });
}

function columnDefinitionOf(column: Column, { statementAt }: InverseContext): ColumnDefinition | undefined {
  const statement = statementAt?.(column.origin);
  const columns =
    statement?.kind === 'CreateTable'
      ? statement.columns
      : statement?.kind === 'AlterTable'
        ? statement.actions.flatMap((action) => (action.type === 'AddColumn' ? [action.column] : []))
        : [];
  return columns.find(({ name }) => name.text === column.name);
}

/** `fillfactor = 70` from the options of the tree. */
function storageParameters(options: readonly Node[] | undefined): string {
  return (options ?? [])
    .flatMap((option) => ('DefElem' in option ? [parameter(option.DefElem)] : []))
    .join(', ');
}

function parameter({ defname = '', arg }: DefElem): string {
  if (arg === undefined) return quoteIdentifier(defname);
  if ('Integer' in arg) return `${quoteIdentifier(defname)} = ${arg.Integer.ival ?? 0}`;
  if ('Float' in arg) return `${quoteIdentifier(defname)} = ${arg.Float.fval ?? '0'}`;
  if ('String' in arg) return `${quoteIdentifier(defname)} = ${quoteLiteral(arg.String.sval ?? '')}`;
  if ('TypeName' in arg) {
    // A bare word such as `off` is a type's name to the grammar.
    const [word] = arg.TypeName.names ?? [];
    return `${quoteIdentifier(defname)} = ${word !== undefined && 'String' in word ? (word.String.sval ?? '') : ''}`;
  }
  return quoteIdentifier(defname);
}
