import type { Alias, FuncCall, JoinExpr, Node, RangeFunction, RangeVar } from '@pgsql/types';
import { strings } from '../../sql/build/reader';
import { systemRelation } from '../../postgres/system-relations';
import { categoryOf } from '../../postgres/signatures';
import { callOf } from './calls';
import { valueOf, visit } from './expressions';
import { commonValue } from './common-type';
import { figureName } from './figure-name';
import {
  type Answer,
  emptyScope,
  type Namespace,
  type Reading,
  renamed,
  type Scope,
  scopeOver,
  type Source,
  together,
} from './scope';
import { columnsOfRelation, fieldsOf } from './fields';
import { builtin, type OutputColumn, valueOfNode } from './value';

/** What a FROM list brings into view. What may look at its neighbours sees those before it. */
export function fromItems(items: readonly Node[], outer: Scope, reading: Reading): Namespace {
  const spaces: Namespace[] = [];
  for (const item of items) {
    // A table looks at none of them, however many there are.
    const before = 'RangeVar' in item ? emptyScope : together(spaces);
    spaces.push(fromItem(item, before, outer, reading));
  }
  return together(spaces);
}

/** `before` is what stands to its left. */
function fromItem(item: Node, before: Namespace, outer: Scope, reading: Reading): Namespace {
  if ('RangeVar' in item) return relation(item.RangeVar, outer, reading);
  if ('JoinExpr' in item) return join(item.JoinExpr, before, outer, reading);
  const beside = scopeOver(before, outer);
  if ('RangeSubselect' in item) {
    const { lateral, subquery, alias } = item.RangeSubselect;
    if (subquery === undefined) return unknown(alias);
    return ofAnswer(reading.answer(subquery, lateral === true ? beside : outer), alias, '');
  }
  if ('RangeFunction' in item) return functions(item.RangeFunction, beside, reading);
  if ('RangeTableSample' in item) {
    const { relation: sampled, args, repeatable } = item.RangeTableSample;
    visit([args, repeatable], beside, reading);
    return sampled === undefined ? unknown(undefined) : fromItem(sampled, before, outer, reading);
  }
  if ('RangeTableFunc' in item) {
    const { alias, columns, docexpr, rowexpr } = item.RangeTableFunc;
    visit([docexpr, rowexpr, columns], beside, reading);
    return ofAnswer(
      { columns: (columns ?? []).flatMap((one) => ofXmlTable(one, reading)), isComplete: true },
      alias,
      'xmltable',
    );
  }
  if ('JsonTable' in item) {
    const { alias, columns, context_item: document, passing } = item.JsonTable;
    visit([document, passing], beside, reading);
    return ofAnswer({ columns: ofJsonTable(columns ?? [], reading), isComplete: true }, alias, 'json_table');
  }
  return unknown(undefined);
}

/** Something of which no column is known. */
function unknown(alias: Alias | undefined): Namespace {
  return ofAnswer({ columns: [], isComplete: false }, alias, '');
}

/** The columns of a query or a function under an alias. */
function ofAnswer({ columns, isComplete }: Answer, alias: Alias | undefined, name: string): Namespace {
  const known = renamed(columns, strings(alias?.colnames));
  const source: Source = {
    name: alias?.aliasname ?? name,
    schema: undefined,
    columns: known,
    isComplete,
    relation: undefined,
    row: isComplete ? { ...builtin('record'), fields: known } : undefined,
  };
  return { columns: known, isComplete, sources: [source] };
}

function relation(node: RangeVar, scope: Scope, reading: Reading): Namespace {
  const { catalog } = reading;
  const { schemaname, relname = '', alias } = node;
  const common = schemaname === undefined ? scope.commonTables.get(relname) : undefined;
  if (common !== undefined) return ofAnswer(common, alias, relname);
  const system = ofSystem(schemaname, relname);
  if (system !== undefined) return ofAnswer(system, alias, relname);
  const found = catalog.relation({ schema: schemaname, name: relname });
  const name = found ?? catalog.resolve({ schema: schemaname, name: relname });
  const use = { schema: name.schema, name: name.name };
  reading.useObject({ kind: 'relation', ...use });
  const all = found === undefined ? [] : columnsOfRelation(found);
  const aliases = strings(alias?.colnames);
  const columns = all.map(({ name: column, value }, index): OutputColumn => ({
    name: aliases[index] ?? column,
    value,
    uses: [{ relation: use, column }],
  }));
  const isComplete = found?.isComplete === true;
  const row = { ...builtin(use.name), schema: use.schema };
  const source: Source = {
    name: alias?.aliasname ?? relname,
    schema: alias === undefined ? name.schema : undefined,
    columns,
    isComplete,
    relation: use,
    row,
  };
  return { columns, isComplete, sources: [source] };
}

/** What the server has itself, which nobody drops: search_path finds it first. */
function ofSystem(schema: string | undefined, name: string): Answer | undefined {
  const isCatalog = schema === undefined || schema === 'pg_catalog';
  if (!isCatalog && schema !== 'information_schema') return undefined;
  const found = systemRelation(isCatalog ? name : `${schema}.${name}`);
  if (found === undefined)
    return isCatalog && schema === undefined ? undefined : { columns: [], isComplete: false };
  const columns = found.columns.map(({ name: column, type, collation }) => ({
    name: column,
    value:
      type === undefined
        ? undefined
        : { ...builtin(type), schema: isCatalog ? undefined : schemaOfType(type), collation },
  }));
  return { columns, isComplete: found.isSameInAll };
}

/** Columns of information_schema are of its own domains, but for some. */
function schemaOfType(type: string): string | undefined {
  return categoryOf(type.replace(/^_/, '')) === undefined ? 'information_schema' : undefined;
}

function join(node: JoinExpr, before: Namespace, outer: Scope, reading: Reading): Namespace {
  const { larg, rarg, isNatural, usingClause, quals, alias, join_using_alias: usingAlias } = node;
  if (larg === undefined || rarg === undefined) return unknown(alias);
  const left = fromItem(larg, before, outer, reading);
  const right = fromItem(rarg, together([before, left]), outer, reading);
  const isUnsure = isNatural === true && !(left.isComplete && right.isComplete);
  const names = isNatural === true ? commonNames(left, right) : strings(usingClause);
  const merged = names.map((name) => mergedColumn(name, left, right, reading));
  const isOwn = ({ name }: OutputColumn) => !names.includes(name);
  const columns = [...merged, ...left.columns.filter(isOwn), ...right.columns.filter(isOwn)];
  const isComplete = left.isComplete && right.isComplete && !isUnsure;
  const joined = { columns, isComplete, sources: [...left.sources, ...right.sources] };
  if (quals !== undefined) visit(quals, scopeOver(together([before, joined]), outer), reading);
  const more = usingAlias === undefined ? [] : [joinSource(usingAlias, merged, true)];
  if (alias === undefined) return { ...joined, sources: [...joined.sources, ...more] };
  // Whatever is joined is hidden behind the alias of the join.
  const whole = joinSource(alias, columns, isComplete);
  return { columns: whole.columns, isComplete, sources: [whole, ...more] };
}

function joinSource(alias: Alias, columns: readonly OutputColumn[], isComplete: boolean): Source {
  return {
    name: alias.aliasname ?? '',
    schema: undefined,
    columns: renamed(columns, strings(alias.colnames)),
    isComplete,
    relation: undefined,
    row: builtin('record'),
  };
}

function commonNames(left: Namespace, right: Namespace): readonly string[] {
  const others = new Set(right.columns.map(({ name }) => name));
  return left.columns.flatMap(({ name }) => (others.has(name) ? [name] : []));
}

/** The column that USING makes of two; the condition of the join uses both. */
function mergedColumn(name: string, left: Namespace, right: Namespace, reading: Reading): OutputColumn {
  const parts = [left, right].map((side) => {
    const found = side.columns.find((column) => column.name === name);
    if (found !== undefined) reading.use(found.uses ?? []);
    else reading.useUnknown();
    return found;
  });
  return {
    name,
    value: commonValue(
      parts.map((part) => part?.value),
      reading.catalog,
    ),
    uses: [],
  };
}

/** Functions in FROM, side by side in ROWS FROM. */
function functions(node: RangeFunction, scope: Scope, reading: Reading): Namespace {
  const { alias, ordinality, coldeflist, is_rowsfrom: isRowsFrom } = node;
  const calls = (node.functions ?? []).flatMap((item) => ('List' in item ? [item.List.items ?? []] : []));
  const answers = calls.flatMap(([call, definitions]): readonly Answer[] => {
    if (call === undefined) return [];
    const own = definitions !== undefined && 'List' in definitions ? definitions.List.items : undefined;
    const declared = own ?? (calls.length === 1 ? coldeflist : undefined);
    if (declared !== undefined && declared.length > 0) {
      visit(call, scope, reading);
      return [{ columns: definedColumns(declared, reading), isComplete: true }];
    }
    // unnest(a, b) is short for ROWS FROM (unnest(a), unnest(b)).
    const several = 'FuncCall' in call && isRowsFrom !== true ? manyArrays(call.FuncCall) : [];
    if (several.length > 1) return several.map((one) => ofCall(one, undefined, scope, reading));
    return [ofCall(call, calls.length === 1 ? alias : undefined, scope, reading)];
  });
  const columns = [
    ...answers.flatMap((answer) => answer.columns),
    ...(ordinality === true ? [{ name: 'ordinality', value: builtin('int8') }] : []),
  ];
  const [first] = calls[0] ?? [];
  const space = ofAnswer(
    { columns, isComplete: answers.every(({ isComplete }) => isComplete) },
    alias,
    figureName(first) ?? '',
  );
  const [only] = answers;
  const isScalar = answers.length === 1 && only?.row !== undefined && ordinality !== true;
  return isScalar
    ? { ...space, sources: space.sources.map((source) => ({ ...source, row: only.row })) }
    : space;
}

function manyArrays(call: FuncCall): readonly Node[] {
  if (strings(call.funcname).at(-1) !== 'unnest' || (call.args ?? []).length < 2) return [];
  return (call.args ?? []).map((arg) => ({ FuncCall: { ...call, args: [arg] } }));
}

function definedColumns(definitions: readonly Node[], { catalog }: Reading): readonly OutputColumn[] {
  return definitions.flatMap((node) => {
    if (!('ColumnDef' in node)) return [];
    const { colname = '', typeName } = node.ColumnDef;
    return [{ name: colname, value: valueOfNode(typeName, catalog) }];
  });
}

/** The columns of one call: those that the function names, those of its row type, or one of its own name. */
function ofCall(call: Node, alias: Alias | undefined, scope: Scope, reading: Reading): Answer {
  const own = alias?.aliasname ?? figureName(call) ?? '';
  if (!('FuncCall' in call)) {
    return { columns: [{ name: own, value: valueOf(call, scope, reading) }], isComplete: true };
  }
  const { value, columns } = callOf(call.FuncCall, scope, reading);
  if (columns.length > 1) return { columns, isComplete: true };
  if (value?.fields !== undefined) return { columns: value.fields, isComplete: true };
  const row = value === undefined ? undefined : fieldsOf(value, reading);
  if (row !== undefined) return row;
  if (value === undefined && columns.length === 0) return { columns: [], isComplete: false };
  return { columns: [{ name: columns[0]?.name ?? own, value }], isComplete: true, row: value };
}

function ofXmlTable(node: Node, { catalog }: Reading): readonly OutputColumn[] {
  if (!('RangeTableFuncCol' in node)) return [];
  const { colname = '', typeName, for_ordinality: isNumber } = node.RangeTableFuncCol;
  return [{ name: colname, value: isNumber === true ? builtin('int4') : valueOfNode(typeName, catalog) }];
}

/** The columns of a level, then those of the levels inside. */
function ofJsonTable(columns: readonly Node[], reading: Reading): readonly OutputColumn[] {
  const own = columns.flatMap((node): readonly OutputColumn[] => {
    if (!('JsonTableColumn' in node) || node.JsonTableColumn.coltype === 'JTC_NESTED') return [];
    const { name = '', coltype, typeName } = node.JsonTableColumn;
    const implied = coltype === 'JTC_FOR_ORDINALITY' ? 'int4' : coltype === 'JTC_EXISTS' ? 'bool' : undefined;
    const value =
      typeName === undefined && implied !== undefined
        ? builtin(implied)
        : valueOfNode(typeName, reading.catalog);
    return [{ name, value }];
  });
  const nested = columns.flatMap((node) =>
    'JsonTableColumn' in node ? ofJsonTable(node.JsonTableColumn.columns ?? [], reading) : [],
  );
  return [...own, ...nested];
}
