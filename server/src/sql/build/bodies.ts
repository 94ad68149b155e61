import type { CreateFunctionStmt, DefElem, DoStmt, Node } from '@pgsql/types';
import { builtinVolatility } from '../../postgres/functions';
import { plpgsqlTreeOf } from '../grammar';
import type { Assignment, CallBody, NestedStatement, Statement } from '../statement';
import { walk } from './reader';

/** What is found in a body. */
interface Body extends CallBody {
  readonly statements: readonly NestedStatement[];
}

/** Parses a piece of SQL that stands inside another statement; undefined when it is none. */
export type ParseNested = (text: string) => readonly { statement: Statement; start: number }[];

/** Nothing is known of a body that cannot be read. */
const opaque: Body = { statements: [], queries: [], executed: [], assignments: [], isOpaque: true };

export function languageOf(options: readonly Node[] | undefined): string {
  const language = definition(options, 'language')?.arg;
  return language !== undefined && 'String' in language
    ? (language.String.sval ?? '').toLowerCase()
    : 'plpgsql';
}

export function doBody(text: string, stmt: DoStmt, parse: ParseNested | undefined): Body {
  const as = definition(stmt.args, 'as')?.arg;
  // The parser aborts on a block that has no body.
  if (languageOf(stmt.args) !== 'plpgsql' || as === undefined || parse === undefined) return opaque;
  return plpgsqlBody(text, 'String' in as ? (as.String.sval ?? '') : '', parse);
}

export function functionBody(text: string, stmt: CreateFunctionStmt, parse: ParseNested | undefined): Body {
  const language = languageOf(stmt.options);
  const as = definition(stmt.options, 'as')?.arg;
  if (as === undefined || !('List' in as) || parse === undefined) return opaque;
  if (language !== 'plpgsql' && language !== 'sql') return opaque;
  const [source] = (as.List.items ?? []).flatMap((item) =>
    'String' in item ? [item.String.sval ?? ''] : [],
  );
  if (source === undefined) return opaque;
  if (language === 'plpgsql') return plpgsqlBody(text, source, parse);
  const start = text.indexOf(source);
  return {
    statements: parse(source).map((nested) => ({
      statement: nested.statement,
      start: start < 0 ? undefined : start + nested.start,
      conditional: false,
    })),
    queries: [],
    executed: [],
    assignments: [],
    isOpaque: false,
  };
}

function definition(options: readonly Node[] | undefined, name: string): DefElem | undefined {
  for (const option of options ?? []) {
    if ('DefElem' in option && option.DefElem.defname === name) return option.DefElem;
  }
  return undefined;
}

/** Blocks whose statements may run never, or more than once. */
const conditionalBlocks = new Set([
  'then_body',
  'else_body',
  'elsif_list',
  'case_when_list',
  'else_stmts',
  'exceptions',
  'PLpgSQL_stmt_loop',
  'PLpgSQL_stmt_while',
  'PLpgSQL_stmt_fori',
  'PLpgSQL_stmt_fors',
  'PLpgSQL_stmt_forc',
  'PLpgSQL_stmt_foreach_a',
  'PLpgSQL_stmt_dynfors',
]);

/**
 * The statements of a plpgsql body. The parser tells lines only, but keeps each statement's own text, which is looked
 * for from where the one before it stood.
 */
function plpgsqlBody(text: string, source: string, parse: ParseNested): Body {
  let tree: unknown;
  try {
    tree = plpgsqlTreeOf(text, source);
  } catch {
    // Half-typed, too deep, or what this parser cannot read: nothing is known of it.
    return opaque;
  }
  const statements: NestedStatement[] = [];
  const queries: Statement[] = [];
  const executed: string[] = [];
  const assignments: Assignment[] = [];
  let from = 0;

  const add = (query: string, at: string, conditional: boolean): void => {
    const start = text.indexOf(at, from);
    if (start >= 0) from = start + at.length;
    for (const nested of parse(query)) {
      const offset = at === query ? nested.start : at.indexOf(query) + nested.start;
      statements.push({
        statement: nested.statement,
        start: start < 0 ? undefined : start + offset,
        conditional,
      });
    }
  };

  const visit = (node: unknown, conditional: boolean): void => {
    if (Array.isArray(node)) {
      for (const item of node) visit(item, conditional);
      return;
    }
    if (typeof node !== 'object' || node === null) return;
    for (const [key, value] of Object.entries(node)) {
      if (key === 'PLpgSQL_stmt_execsql')
        add(queryOf(value, 'sqlstmt'), queryOf(value, 'sqlstmt'), conditional);
      else if (key === 'PLpgSQL_stmt_perform') {
        const query = queryOf(value, 'expr');
        add(query, query.replace(/^\s*SELECT\s/i, ''), conditional);
      } else if (key === 'PLpgSQL_stmt_dynexecute') {
        const literal = queryOf(value, 'query');
        const constant = constantString(literal);
        if (constant === undefined) executed.push(literal);
        else add(constant, literal, conditional);
      } else if (key === 'dynquery') {
        executed.push(queryOf(node, 'dynquery'));
      } else if (key === 'PLpgSQL_stmt_dynfors') {
        executed.push(queryOf(value, 'query'));
        visit((value as { body?: unknown }).body, true);
      } else if (key === 'PLpgSQL_expr') {
        queries.push(...queriesIn((value as { query?: string }).query ?? '', parse));
      } else {
        visit(value, conditional || conditionalBlocks.has(key));
      }
    }
  };
  visit(tree, false);
  // Nobody asks for the variables unless something is executed.
  if (executed.length > 0) assignments.push(...assignmentsIn(tree));
  return { statements, queries, executed, assignments, isOpaque: false };
}

/** What the variables of a body hold, in any order. */
function assignmentsIn(tree: unknown): readonly Assignment[] {
  const assignments: Assignment[] = [];
  const names: (string | undefined)[] = [];
  const assign = (variable: string | undefined, expression: string | undefined, isElement = false): void => {
    if (variable !== undefined) assignments.push({ variable, expression, isElement });
  };
  walk(tree, (key, value) => {
    if (key === 'datums') {
      for (const datum of value as Record<string, { refname?: string } | undefined>[]) {
        names.push(Object.values(datum)[0]?.refname);
      }
    } else if (key === 'PLpgSQL_var') {
      const fallback = queryOf(value, 'default_val');
      if (fallback !== '') assign((value as { refname?: string }).refname, fallback);
    } else if (key === 'PLpgSQL_stmt_assign') {
      const { varno = 0 } = value as { varno?: number };
      assign(names[varno], queryOf(value, 'expr').replace(assigned, ''));
    } else if (key === 'PLpgSQL_stmt_foreach_a') {
      const { varno = 0 } = value as { varno?: number };
      assign(names[varno], queryOf(value, 'expr'), true);
    } else if (key === 'target' || key === 'var') {
      // INTO, and the variable of a loop over numbers or rows.
      walk(value, (inner, field) => {
        if (inner === 'refname') assign(field as string, undefined);
        else if (inner === 'fields') {
          for (const { name } of field as { name?: string }[]) assign(name, undefined);
        }
      });
    }
  });
  return assignments;
}

/** `name :=` before the value. */
const assigned = /^\s*[\w.$"[\]]+\s*:?=(?!=)/;

/** The name of each function that is called, and some keywords. */
const called = /(?:(?<![\w$])([\w$]+)|")\s*\(/g;

/** Whether a function is called that may be one of the migrations. */
function callsRoutine(expression: string): boolean {
  return [...expression.matchAll(called)].some(
    ([, name = '']) => builtinVolatility(name.toLowerCase()) === undefined,
  );
}

/** The query of a loop, or the one in which an expression has its queries and calls. */
function queriesIn(expression: string, parse: ParseNested): readonly Statement[] {
  if (!/\bselect\b/i.test(expression) && !callsRoutine(expression)) return [];
  const whole = parse(expression);
  return (whole.length > 0 ? whole : parse(`SELECT ${expression.replace(assigned, '')}`)).map(
    ({ statement }) => statement,
  );
}

function queryOf(node: unknown, field: string): string {
  let query = '';
  walk((node as Record<string, unknown>)[field], (key, value) => {
    if (key === 'query' && typeof value === 'string') query = value;
  });
  return query;
}

/** The value of `'…'` or `$$…$$` when `expression` is nothing else. */
function constantString(expression: string): string | undefined {
  const text = expression.trim();
  const quoted = /^'((?:[^']|'')*)'$/.exec(text);
  if (quoted !== null) return (quoted[1] ?? '').replaceAll("''", "'");
  const dollar = /^(\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$)(.*)\1$/su.exec(text);
  return dollar?.[2];
}
