import type { Node } from '@pgsql/types';
import type { Catalog } from '../../catalog/catalog';
import { hasKnownColumns } from '../../catalog/existence';
import { emptyRelation, type Named, named, type Relation } from '../../catalog/relation';
import { readerOf, strings } from '../../sql/build/reader';
import type {
  AlterTable,
  ConstraintDefinition,
  CreateIndex,
  CreateTable,
  DataChange,
  Expression,
  Other,
  Statement,
} from '../../sql/statement';
import type { Range } from '../../sql/text';
import type { RuleContext } from '../rule';
import { unknownColumnsOf, unknownColumnsOfQuery, type UnknownColumn } from './columns-in-queries';
import { rangeOfWord } from './relations-used';

/** A column that a statement names and that its relation, which is there, has not. */
interface MissingColumn {
  readonly relation: Relation;
  readonly column: string;
  /** Where the statement names it, with what qualifies it; to be called for a finding only. */
  readonly range: () => Range;
}

type Asked = Pick<RuleContext, 'catalog' | 'inBody'>;

/** The columns that a statement names and that are not there, of relations of which all columns are known. */
export function columnsMissing(statement: Statement, context: Asked): readonly MissingColumn[] {
  const { catalog } = context;
  switch (statement.kind) {
    case 'CreateIndex':
      return ofRelation(statement.relation, catalog, (relation) => createIndex(statement, relation, catalog));
    case 'AlterTable':
      return ofRelation(statement.relation, catalog, (relation) => alterTable(statement, relation, catalog));
    case 'CreateTable':
      return createTable(statement, catalog);
    case 'Rename': {
      const { objectType, relation, from, text } = statement;
      if (objectType !== 'COLUMN' || relation === undefined) return [];
      return ofRelation(relation, catalog, (found) =>
        lacking(found, [from], () => rangeBehind(text, relation.range, from)),
      );
    }
    case 'DataChange':
      return dataChange(statement, context);
    case 'Select':
      // In a body a name may be that of a variable.
      return context.inBody === undefined
        ? inQuery(statement, unknownColumnsOfQuery(statement.node, catalog))
        : [];
    case 'Other':
      return other(statement, context);
    default:
      return [];
  }
}

/** What is asked about a relation when all its columns are known. */
function ofRelation(
  name: Named,
  catalog: Catalog,
  ask: (relation: Relation) => readonly MissingColumn[],
): readonly MissingColumn[] {
  const relation = catalog.relation(name);
  return relation !== undefined && hasKnownColumns(catalog, relation) ? ask(relation) : [];
}

const systemColumns: ReadonlySet<string> = new Set(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid']);

function lacking(
  relation: Relation,
  columns: readonly string[],
  rangeOf: (column: string) => Range,
): readonly MissingColumn[] {
  return columns.flatMap((column) => {
    const isThere = systemColumns.has(column) || relation.columns.some(({ name }) => name === column);
    return isThere ? [] : [{ relation, column, range: () => rangeOf(column) }];
  });
}

function inQuery(statement: Statement, columns: readonly UnknownColumn[]): readonly MissingColumn[] {
  return columns.map(({ relation, column, location }) => ({
    relation,
    column,
    range: () => {
      const reader = readerOf(statement.text);
      return reader.nameRange(reader.indexAt(reader.offset(location)));
    },
  }));
}

/** The first time that a word stands behind a place. */
function rangeBehind(text: string, { end }: Range, word: string): Range {
  return rangeOfWord(text, word, { start: end, end: text.length });
}

function inExpression(
  expression: Expression | undefined,
  relation: Relation,
  statement: Statement,
  catalog: Catalog,
): readonly MissingColumn[] {
  if (expression === undefined) return [];
  return inQuery(statement, unknownColumnsOf(expression.node, relation, catalog));
}

function createIndex(statement: CreateIndex, relation: Relation, catalog: Catalog): readonly MissingColumn[] {
  return [
    ...statement.columns.flatMap(({ column, expression, range }) =>
      column === undefined
        ? inExpression(expression, relation, statement, catalog)
        : lacking(relation, [column], () => rangeOfWord(statement.text, column, range)),
    ),
    ...lacking(relation, statement.include, (column) =>
      rangeBehind(statement.text, statement.columnList, column),
    ),
    ...inExpression(statement.predicate, relation, statement, catalog),
  ];
}

/** Subtypes of ALTER TABLE that name a column. */
const ofColumn: ReadonlySet<string> = new Set([
  'AT_AddIdentity',
  'AT_SetIdentity',
  'AT_DropIdentity',
  'AT_SetStorage',
  'AT_SetCompression',
  'AT_SetExpression',
  'AT_DropExpression',
]);

function alterTable(statement: AlterTable, before: Relation, catalog: Catalog): readonly MissingColumn[] {
  const added = statement.actions.flatMap((action) => (action.type === 'AddColumn' ? [action.column] : []));
  const relation = withColumns(
    before,
    added.map(({ name }) => name.text),
  );
  return statement.actions.flatMap((action): readonly MissingColumn[] => {
    switch (action.type) {
      case 'DropColumn':
        return action.ifExists ? [] : lacking(relation, [action.column.text], () => action.column.range);
      case 'SetNotNull':
      case 'DropNotNull':
      case 'SetDefault':
      case 'DropDefault':
      case 'AlterColumnType':
        return lacking(relation, [action.column.text], () => action.column.range);
      case 'AddColumn':
        return action.column.constraints.flatMap((one) => constraint(statement, one, relation, catalog));
      case 'AddConstraint':
        return constraint(statement, action.constraint, relation, catalog);
      case 'Other': {
        const { subtype, name, range } = action;
        if (name === undefined || !ofColumn.has(subtype)) return [];
        return lacking(relation, [name], () => rangeOfWord(statement.text, name, range));
      }
      default:
        return [];
    }
  });
}

/** A relation as it is when these columns are there too. */
function withColumns(relation: Relation, names: readonly string[]): Relation {
  if (names.length === 0) return relation;
  const columns = names.map((name) => ({
    name,
    type: undefined,
    notNull: false,
    default: undefined,
    identity: undefined,
    generated: undefined,
    collation: undefined,
    sequence: undefined,
    origin: relation.origin,
  }));
  return { ...relation, columns: [...relation.columns, ...columns] };
}

function constraint(
  statement: Statement,
  definition: ConstraintDefinition,
  relation: Relation,
  catalog: Catalog,
): readonly MissingColumn[] {
  const { columns, include, expression, references, range, type } = definition;
  const rangeOf = (column: string): Range => rangeOfWord(statement.text, column, range);
  const own = [
    ...lacking(relation, [...columns, ...include], rangeOf),
    ...(type === 'DEFAULT' ? [] : inExpression(expression, relation, statement, catalog)),
  ];
  if (references === undefined) return own;
  const isItself =
    references.relation.name === relation.name && catalog.relation(references.relation) === undefined;
  const other = isItself ? relation : catalog.relation(references.relation);
  if (other === undefined || !(isItself || hasKnownColumns(catalog, other))) return own;
  const target = other.name === relation.name && other.schema === relation.schema ? relation : other;
  return [
    ...own,
    ...lacking(target, references.columns, (column) =>
      rangeOfWord(statement.text, column, { start: references.relation.range.end, end: range.end }),
    ),
  ];
}

/** What a new table is said to have, it has; what it takes from others is known only when they are. */
function createTable(statement: CreateTable, catalog: Catalog): readonly MissingColumn[] {
  const { relation, columns, constraints, isFromQuery, partitionOf, inherits, like, ifNotExists } = statement;
  if (ifNotExists) return [];
  if (isFromQuery) return inQuery(statement, unknownColumnsOfQuery(statement.node, catalog));
  const isTyped = 'CreateStmt' in statement.node && statement.node.CreateStmt.ofTypename !== undefined;
  const isOwn = partitionOf === undefined && inherits.length === 0 && like.length === 0 && !isTyped;
  if (!isOwn) return [];
  const name = { schema: relation.schema ?? catalog.searchPath[0] ?? 'public', name: relation.name };
  const empty = emptyRelation(name, 'table', { file: catalog.file, statement: -1 });
  const made = withColumns(
    empty,
    columns.map((column) => column.name.text),
  );
  return [...columns.flatMap((column) => column.constraints), ...constraints].flatMap((one) =>
    constraint(statement, one, made, catalog),
  );
}

function dataChange(statement: DataChange, { catalog, inBody }: Asked): readonly MissingColumn[] {
  const { relation, columns, text, operation } = statement;
  const written =
    relation === undefined || operation === 'MERGE' || operation === 'COPY'
      ? []
      : ofRelation(relation, catalog, (found) =>
          lacking(found, columns, (column) => rangeBehind(text, relation.range, column)),
        );
  if (inBody !== undefined || operation === 'COPY') return written;
  return [...written, ...inQuery(statement, unknownColumnsOfQuery(statement.node, catalog))];
}

function other(statement: Other, { catalog, inBody }: Asked): readonly MissingColumn[] {
  const { node, text } = statement;
  if (inBody !== undefined) return [];
  if ('ViewStmt' in node && node.ViewStmt.query !== undefined) {
    return inQuery(statement, unknownColumnsOfQuery(node.ViewStmt.query, catalog));
  }
  if ('CreatePolicyStmt' in node) {
    const { table, qual, with_check: check } = node.CreatePolicyStmt;
    return ofRelation(named(table), catalog, (relation) =>
      [qual, check].flatMap((expression) =>
        expression === undefined ? [] : inQuery(statement, unknownColumnsOf(expression, relation, catalog)),
      ),
    );
  }
  if ('CreateTrigStmt' in node) {
    const { relation, columns } = node.CreateTrigStmt;
    return ofRelation(named(relation), catalog, (found) =>
      lacking(found, strings(columns), (column) => rangeOfWord(text, column)),
    );
  }
  if ('CommentStmt' in node && node.CommentStmt.objtype === 'OBJECT_COLUMN') {
    return commented(node.CommentStmt.object, statement, catalog);
  }
  return [];
}

function commented(object: Node | undefined, { text }: Other, catalog: Catalog): readonly MissingColumn[] {
  const parts = object !== undefined && 'List' in object ? strings(object.List.items) : [];
  const [column, name, schema] = [...parts].reverse();
  if (column === undefined || name === undefined || parts.length > 3) return [];
  return ofRelation({ schema, name }, catalog, (relation) =>
    lacking(relation, [column], () => lastOfName(text, name, column)),
  );
}

/** The word behind a dot and another word. */
function lastOfName(text: string, before: string, word: string): Range {
  const { tokens } = readerOf(text);
  const at = tokens.findIndex(
    (token, index) =>
      token.text === word && tokens[index - 1]?.text === '.' && tokens[index - 2]?.text === before,
  );
  return tokens[at] ?? { start: 0, end: text.length };
}
