import type { Node, VariableSetStmt } from '@pgsql/types';
import { quoteIdentifier } from '../sql/print';
import type { Catalog } from './catalog';

/** Settings whose value is a list of identifiers (GUC_LIST_QUOTE). */
const identifierLists: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
]);

/** Settings that the server writes with capitals, however they are written. */
const withCapitals: Readonly<Record<string, string | undefined>> = {
  datestyle: 'DateStyle',
  intervalstyle: 'IntervalStyle',
  timezone: 'TimeZone',
};

/** A function's settings, as in pg_proc, after one SET or RESET of CREATE or ALTER FUNCTION. */
export function alteredSettings(
  catalog: Catalog,
  settings: readonly string[],
  { kind, name = '', args }: VariableSetStmt,
): readonly string[] {
  if (kind === 'VAR_RESET_ALL') return [];
  const others = settings.filter((one) => !one.toLowerCase().startsWith(`${name.toLowerCase()}=`));
  const value = kind === 'VAR_SET_CURRENT' ? currentValue(catalog, name) : valueOf(name, args);
  return value === undefined ? others : [...others, `${withCapitals[name.toLowerCase()] ?? name}=${value}`];
}

/** SET … FROM CURRENT takes over what the session has. */
function currentValue(catalog: Catalog, name: string): string | undefined {
  if (name === 'search_path') return catalog.searchPath.map(quoteIdentifier).join(', ');
  return catalog.setting(name);
}

function valueOf(name: string, args: readonly Node[] | undefined): string | undefined {
  const values = (args ?? []).map(constant);
  if (values.length === 0) return undefined;
  return values.map((value) => (identifierLists.has(name) ? quoteIdentifier(value) : value)).join(', ');
}

function constant(node: Node): string {
  if (!('A_Const' in node)) return '';
  const { sval, ival, fval, boolval } = node.A_Const;
  if (sval !== undefined) return sval.sval ?? '';
  if (fval !== undefined) return fval.fval ?? '';
  return ival === undefined ? String(boolval?.boolval === true) : String(ival.ival ?? 0);
}
