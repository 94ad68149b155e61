import type { Node } from '@pgsql/types';
import type { Catalog } from '../catalog/catalog';
import type { Named } from '../catalog/relation';
import { builtinVolatility } from '../postgres/functions';
import { strings, walk } from '../sql/build/reader';

/** How deep SQL functions are looked into that call one another. */
const deepestInlining = 8;

/**
 * Whether an expression may give another value for each row: whether it calls a volatile function once the planner
 * has put simple SQL functions in line. A function that nobody knows counts as volatile, as it is by default.
 */
export function isVolatile(expression: unknown, catalog: Catalog, depth = 0): boolean {
  let volatile = false;
  walk({ expression }, (key, value) => {
    if (volatile || key !== 'FuncCall') return;
    const { funcname, args } = value as { funcname?: readonly Node[]; args?: readonly Node[] };
    const parts = strings(funcname);
    if (parts.at(-1) === 'timezone' && !isTimeOfDay(args)) return;
    const name = { schema: parts.length > 1 ? parts.at(-2) : undefined, name: parts.at(-1) ?? '' };
    volatile = isVolatileFunction(name, catalog, depth);
  });
  return volatile;
}

/** AT TIME ZONE was volatile for a `time with time zone` alone, before 18; for timestamps it never was. */
function isTimeOfDay(args: readonly Node[] | undefined): boolean {
  let isTime = false;
  walk(args, (key, value) => {
    if (key === 'SQLValueFunction') {
      isTime ||= /^SVFOP_CURRENT_TIME(?:_N)?$/.test((value as { op?: string }).op ?? '');
    } else if (key === 'typeName') {
      isTime ||= strings((value as { names?: readonly Node[] }).names).at(-1) === 'timetz';
    }
  });
  return isTime;
}

function isVolatileFunction(name: Named, catalog: Catalog, depth: number): boolean {
  const builtin = builtinVolatility(name.name);
  const isOfServer = name.schema === undefined || name.schema === 'pg_catalog';
  const entry = isOfServer && builtin !== undefined ? undefined : catalog.function(name);
  if (entry === undefined) return (builtin ?? 'volatile') === 'volatile';
  if (entry.volatility !== 'volatile') return false;
  if (entry.expression === undefined || depth >= deepestInlining) return true;
  return isVolatile(entry.expression, catalog, depth + 1);
}

/** The sequences that an expression calls nextval() on, when they are named by a constant. */
export function sequencesIn(expression: unknown): readonly Named[] {
  const sequences: Named[] = [];
  walk({ expression }, (key, value) => {
    if (key !== 'FuncCall') return;
    const { funcname, args } = value as { funcname?: readonly Node[]; args?: readonly Node[] };
    if (strings(funcname).at(-1) !== 'nextval') return;
    walk(args, (inner, constant) => {
      if (inner !== 'A_Const') return;
      const written = (constant as { sval?: { sval?: string } }).sval?.sval;
      if (written === undefined) return;
      const parts = written.split('.').map((part) => part.replace(/^"(.*)"$/, '$1'));
      sequences.push({ schema: parts.at(-2), name: parts.at(-1) ?? '' });
    });
  });
  return sequences;
}
