import type {
  CommonTableExpr,
  DeleteStmt,
  InsertStmt,
  Node,
  RangeVar,
  SelectStmt,
  UpdateStmt,
  WithClause,
} from '@pgsql/types';
import { strings, walk } from '../../sql/build/reader';
import type { Catalog } from '../catalog';
import { keyOfUse, type UsedObject } from '../dependencies/uses';
import { type ColumnsRead, nameKey, type RelationName } from '../relation';
import { expansion, valueOf, visit } from './expressions';
import { figureName } from './figure-name';
import { fromItems } from './from';
import { commonNoted, noteType } from './notes';
import {
  type Answer,
  emptyScope,
  type Reading,
  renamed,
  type Scope,
  scopeOver,
  type Source,
  together,
} from './scope';
import {
  arrayOf,
  builtin,
  type ColumnUse,
  isSameType,
  isUnknownLiteral,
  type OutputColumn,
  type Value,
} from './value';

/** What the definition of a view, or of a table that a query makes, tells. */
interface QueryReading extends Answer {
  /** The columns that it uses, by relation. */
  readonly uses: readonly ColumnsRead[];
  /** What it uses besides columns: functions, types, and relations as a whole. */
  readonly objects: readonly UsedObject[];
  /** Whether those are all. */
  readonly areUsesKnown: boolean;
}

/** Reads a query as the server does when it stores it: `*` stands for the columns that there are now. */
export function readQuery(query: Node, catalog: Catalog): QueryReading {
  const { reading, used } = beginReading(catalog);
  return { ...reading.answer(query, emptyScope), ...used() };
}

/** Reads an expression over the columns of these sources, for what it uses; `target` is what its value becomes. */
export function readExpression(
  node: Node,
  sources: readonly Source[],
  target: Value | undefined,
  catalog: Catalog,
): Omit<QueryReading, keyof Answer> {
  const { reading, used } = beginReading(catalog);
  const spaces = sources.map((source) => ({ ...source, sources: [source] }));
  const value = valueOf(node, scopeOver(together(spaces), emptyScope), reading);
  if (target !== undefined && (value === undefined || !isSameType(value, target))) noteType(target, reading);
  return used();
}

/** Reads statements and expressions over the rows of these sources, for what they use. */
export function readStatements(
  nodes: readonly Node[],
  sources: readonly Source[],
  catalog: Catalog,
): Omit<QueryReading, keyof Answer> {
  const { reading, used } = beginReading(catalog);
  // With one of them, its columns need no qualifier.
  const [only, second] = sources;
  const columns = second === undefined ? (only?.columns ?? []) : [];
  const scope = scopeOver({ columns, isComplete: only?.isComplete ?? true, sources }, emptyScope);
  for (const node of nodes) {
    if ('ReturnStmt' in node) valueOf(node.ReturnStmt.returnval, scope, reading);
    else if ('SelectStmt' in node) reading.answer(node, scope);
    else if ('InsertStmt' in node) changeOf(node.InsertStmt, node, scope, reading);
    else if ('UpdateStmt' in node) changeOf(node.UpdateStmt, node, scope, reading);
    else if ('DeleteStmt' in node) changeOf(node.DeleteStmt, node, scope, reading);
    else valueOf(node, scope, reading);
  }
  return used();
}

/** A change of data, with the columns that it writes to. */
function changeOf(
  change: InsertStmt & UpdateStmt & DeleteStmt,
  node: Node,
  outer: Scope,
  reading: Reading,
): void {
  statement(node, outer, reading);
  const { relation, withClause, fromClause, usingClause, cols, targetList, whereClause, selectStmt } = change;
  if (relation === undefined) return;
  const scope = withCommonTables(withClause, outer, reading);
  const target = fromItems([{ RangeVar: relation }], scope, reading);
  const others = fromItems(fromClause ?? usingClause ?? [], scope, reading);
  const inner = scopeOver(together([target, others]), scope);
  for (const item of cols ?? targetList ?? []) {
    if (!('ResTarget' in item)) continue;
    const { name: written, val } = item.ResTarget;
    reading.use(target.columns.find(({ name }) => name === written)?.uses ?? []);
    valueOf(val, inner, reading);
  }
  visit(whereClause, inner, reading);
  if (selectStmt === undefined) return;
  const { columns } = reading.answer(selectStmt, scope);
  // Without a list of columns they are written to in their order.
  if (cols === undefined)
    reading.use(target.columns.slice(0, columns.length).flatMap(({ uses }) => uses ?? []));
}

function beginReading(catalog: Catalog): {
  readonly reading: Reading;
  readonly used: () => Omit<QueryReading, keyof Answer>;
} {
  const objects = new Map<string, UsedObject>();
  const uses = new Map<string, { relation: RelationName; columns: Set<string> }>();
  let areUsesKnown = true;
  const answers = new Map<Node, Map<Scope, Answer>>();
  const reading: Reading = {
    catalog,
    use(all: readonly ColumnUse[]) {
      for (const { relation, column } of all) {
        const key = nameKey(relation);
        const known = uses.get(key);
        if (known === undefined) uses.set(key, { relation, columns: new Set([column]) });
        else known.columns.add(column);
      }
    },
    useObject(object) {
      objects.set(keyOfUse(object), object);
    },
    useUnknown() {
      areUsesKnown = false;
    },
    valueOf: (node, scope) => valueOf(node, scope, reading),
    visit: (part, scope) => {
      visit(part, scope, reading);
    },
    // A subquery is asked for its value and for its name: twice at each level would be a thousand times at the tenth.
    answer: (node, scope) => {
      const known = answers.get(node)?.get(scope);
      if (known !== undefined) return known;
      const answer = resolvedLiterals(statement(node, scope, reading));
      answers.set(node, (answers.get(node) ?? new Map<Scope, Answer>()).set(scope, answer));
      return answer;
    },
  };
  const used = (): Omit<QueryReading, keyof Answer> => ({
    uses: [...uses.values()].map(({ relation, columns }) => ({ ...relation, columns: [...columns] })),
    // Whoever uses a column of a relation uses the relation.
    objects: [...objects.values()].filter(
      (object) => object.kind !== 'relation' || !uses.has(nameKey(object)),
    ),
    areUsesKnown,
  });
  return { reading, used };
}

const nothingKnown: Answer = { columns: [], isComplete: false };

function statement(node: Node, scope: Scope, reading: Reading): Answer {
  if ('SelectStmt' in node) return select(node.SelectStmt, scope, reading);
  if ('InsertStmt' in node) {
    const { relation, returningClause, withClause } = node.InsertStmt;
    return returning(
      relation,
      [],
      returningClause?.exprs,
      withCommonTables(withClause, scope, reading),
      reading,
    );
  }
  if ('UpdateStmt' in node) {
    const { relation, fromClause, returningClause, withClause } = node.UpdateStmt;
    return returning(
      relation,
      fromClause,
      returningClause?.exprs,
      withCommonTables(withClause, scope, reading),
      reading,
    );
  }
  if ('DeleteStmt' in node) {
    const { relation, usingClause, returningClause, withClause } = node.DeleteStmt;
    return returning(
      relation,
      usingClause,
      returningClause?.exprs,
      withCommonTables(withClause, scope, reading),
      reading,
    );
  }
  return nothingKnown;
}

/** The columns that a change of data returns; `old` and `new` rows are those of the table. */
function returning(
  target: RangeVar | undefined,
  others: readonly Node[] | undefined,
  list: readonly Node[] | undefined,
  scope: Scope,
  reading: Reading,
): Answer {
  if (target === undefined || list === undefined) return { columns: [], isComplete: list === undefined };
  const own = fromItems([{ RangeVar: target }], scope, reading);
  const around = fromItems(others ?? [], scope, reading);
  const versions = own.sources.flatMap((source) => ['old', 'new'].map((name) => ({ ...source, name })));
  const space = together([own, around]);
  const inner = scopeOver({ ...space, sources: [...space.sources, ...versions] }, scope);
  return targets(list, inner, reading);
}

function select(query: SelectStmt, outer: Scope, reading: Reading): Answer {
  const scope = withCommonTables(query.withClause, outer, reading);
  if (query.op !== undefined && query.op !== 'SETOP_NONE') return setOperation(query, scope, reading);
  if (query.valuesLists !== undefined) return values(query.valuesLists, scope, reading);
  const inner = scopeOver(fromItems(query.fromClause ?? [], scope, reading), scope);
  const answer = targets(query.targetList ?? [], inner, reading);
  const { whereClause, havingClause, windowClause, distinctClause, groupClause, limitCount, limitOffset } =
    query;
  visit([whereClause, havingClause, windowClause, limitCount, limitOffset], inner, reading);
  const names = new Set(answer.columns.map(({ name }) => name));
  // These may name a column of the answer, of which everything is noted already.
  const isOutput = (node: Node): boolean => {
    const name = plainName(node);
    return name !== undefined && names.has(name);
  };
  visitUnless(isOutput, [...(distinctClause ?? []), ...sortKeys(query)], inner, reading);
  const isInput = (node: Node): boolean => {
    const name = plainName(node);
    return name === undefined || !names.has(name) || inner.columns.some((column) => column.name === name);
  };
  visitUnless((node) => !isInput(node), groupClause ?? [], inner, reading);
  return answer;
}

function visitUnless(
  isSkipped: (node: Node) => boolean,
  nodes: readonly Node[],
  scope: Scope,
  reading: Reading,
): void {
  for (const node of nodes) if (!isSkipped(node)) visit(node, scope, reading);
}

function sortKeys({ sortClause }: SelectStmt): readonly Node[] {
  return (sortClause ?? []).flatMap((sort) => ('SortBy' in sort ? (sort.SortBy.node ?? []) : []));
}

/** A name that stands alone: `total`. */
function plainName(node: Node): string | undefined {
  const names = 'ColumnRef' in node ? strings(node.ColumnRef.fields) : [];
  return names.length === 1 ? names[0] : undefined;
}

function targets(list: readonly Node[], scope: Scope, reading: Reading): Answer {
  const columns: OutputColumn[] = [];
  let isComplete = true;
  for (const item of list) {
    if (!('ResTarget' in item)) continue;
    const { name, val } = item.ResTarget;
    const expanded = name === undefined ? expansion(val, scope, reading) : undefined;
    if (expanded !== undefined) {
      columns.push(...expanded.columns.map(({ name: own, value }) => ({ name: own, value })));
      isComplete &&= expanded.isComplete;
      continue;
    }
    const value = valueOf(val, scope, reading);
    const own = name ?? figureName(val, (query) => reading.answer(query, scope).columns[0]?.name);
    columns.push({ name: own ?? '?column?', value });
  }
  return { columns, isComplete };
}

/** UNION and the like: the names of the first, the types of both. */
function setOperation({ larg, rarg }: SelectStmt, scope: Scope, reading: Reading): Answer {
  if (larg === undefined || rarg === undefined) return nothingKnown;
  const left = select(larg, scope, reading);
  const right = select(rarg, scope, reading);
  // One side may tell how many there are when the other does not.
  if (!left.isComplete) return left;
  const columns = left.columns.map(({ name, value }, index) => ({
    name,
    value: right.isComplete ? commonNoted([value, right.columns[index]?.value], reading) : undefined,
  }));
  return { columns, isComplete: true };
}

function values(lists: readonly Node[], scope: Scope, reading: Reading): Answer {
  const rows = lists.map((row) =>
    ('List' in row ? (row.List.items ?? []) : []).flatMap(
      (item) =>
        expansion(item, scope, reading)?.columns.map(({ value }) => value) ?? [valueOf(item, scope, reading)],
    ),
  );
  const [first = []] = rows;
  const columns = first.map((value, index) => ({
    name: `column${index + 1}`,
    value:
      rows.length === 1
        ? value
        : commonNoted(
            rows.map((row) => row[index]),
            reading,
          ),
  }));
  return { columns, isComplete: true };
}

/** The scope in which the queries of WITH have names. */
function withCommonTables(clause: WithClause | undefined, scope: Scope, reading: Reading): Scope {
  const tables = (clause?.ctes ?? []).flatMap((node) =>
    'CommonTableExpr' in node ? [node.CommonTableExpr] : [],
  );
  if (tables.length === 0) return scope;
  const known = new Map(scope.commonTables);
  const inner: Scope = {
    ...emptyScope,
    parent: scope === emptyScope ? undefined : scope,
    commonTables: known,
  };
  for (const table of tables) {
    const answer = commonTable(table, inner, known, clause?.recursive === true, reading);
    known.set(table.ctename ?? '', answer);
  }
  return inner;
}

function commonTable(
  table: CommonTableExpr,
  scope: Scope,
  known: Map<string, Answer>,
  isRecursive: boolean,
  reading: Reading,
): Answer {
  const { ctename = '', aliascolnames, ctequery } = table;
  if (ctequery === undefined) return nothingKnown;
  const aliases = strings(aliascolnames);
  const named = (answer: Answer): Answer => ({ ...answer, columns: renamed(answer.columns, aliases) });
  const query = 'SelectStmt' in ctequery ? ctequery.SelectStmt : undefined;
  const isUnion = query?.op === 'SETOP_UNION' && query.larg !== undefined && query.rarg !== undefined;
  if (!isRecursive || !isUnion || !names(query.rarg, ctename))
    return withSearch(table, named(reading.answer(ctequery, scope)));
  // The part that does not name the table decides on its columns.
  const inner = withCommonTables(query.withClause, scope, reading);
  const start = query.larg === undefined ? nothingKnown : select(query.larg, inner, reading);
  const answer = withSearch(table, named(resolvedLiterals(start)));
  known.set(ctename, answer);
  if (query.rarg !== undefined) {
    const tables = new Map(inner.commonTables);
    tables.set(ctename, answer);
    select(query.rarg, { ...inner, commonTables: tables }, reading);
  }
  return answer;
}

/** Whether a query reads a table of this name. */
function names(query: unknown, table: string): boolean {
  let isNamed = false;
  walk(query, (key, value) => {
    if (key === 'RangeVar') isNamed ||= (value as RangeVar).relname === table;
  });
  return isNamed;
}

/** Literals without a type are text once they are columns of something. */
function resolvedLiterals(answer: Answer): Answer {
  const columns = answer.columns.map(({ name, value }) => ({
    name,
    value: value !== undefined && isUnknownLiteral(value) ? builtin('text') : value,
  }));
  return { ...answer, columns };
}

/** The columns that SEARCH and CYCLE add. */
function withSearch({ search_clause: search, cycle_clause: cycle }: CommonTableExpr, answer: Answer): Answer {
  const more: OutputColumn[] = [];
  if (search?.search_seq_column !== undefined) {
    const row = builtin('record');
    more.push({
      name: search.search_seq_column,
      value: search.search_breadth_first === true ? row : arrayOf(row),
    });
  }
  if (cycle?.cycle_mark_column !== undefined) {
    more.push({ name: cycle.cycle_mark_column, value: markType(cycle.cycle_mark_value) });
    more.push({ name: cycle.cycle_path_column ?? '', value: arrayOf(builtin('record')) });
  }
  return more.length === 0 ? answer : { ...answer, columns: [...answer.columns, ...more] };
}

function markType(node: Node | undefined): OutputColumn['value'] {
  if (node === undefined || ('A_Const' in node && node.A_Const.boolval !== undefined)) return builtin('bool');
  return 'A_Const' in node ? builtin('text') : undefined;
}
