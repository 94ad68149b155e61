import type { Node } from '@pgsql/types';
import { strings, walk } from '../sql/build/reader';
import type { SetVariable } from '../sql/statement';
import {
  addedConstraintsKey,
  type Catalog,
  joinedFilesKey,
  temporaryFunctionsKey,
  temporarySchema,
} from './catalog';
import type { LocalSetting } from './entries';
import { releaseLocks } from './held-locks';
import { settleEnumValues } from './new-enum-values';

type Value = string | readonly string[] | undefined;

/** The settings that were changed since the session began; a new session forgets them. */
const changedKey = 'changed settings';
const localKey = 'local settings';

/**
 * A new file is a new session: nothing of the last one is set, and its temporary relations are gone. Files that run
 * `together` are one session, and one transaction.
 */
export function startFile(catalog: Catalog, path: string, together?: ReadonlySet<string>): void {
  const last = catalog.file;
  if (together?.has(path) === true && together.has(last)) {
    catalog.set(joinedFilesKey, [...list(catalog, joinedFilesKey), last]);
    catalog.set('file', path);
    return;
  }
  if (catalog.get(joinedFilesKey) !== undefined) catalog.set(joinedFilesKey, undefined);
  for (const key of list(catalog, changedKey)) catalog.set(key, undefined);
  if (catalog.get(changedKey) !== undefined) catalog.set(changedKey, undefined);
  if (catalog.get(localKey) !== undefined) catalog.set(localKey, undefined);
  for (const name of list(catalog, temporaryFunctionsKey)) {
    catalog.set(`function ${temporarySchema}.${name}`, undefined);
  }
  if (catalog.get(temporaryFunctionsKey) !== undefined) catalog.set(temporaryFunctionsKey, undefined);
  for (const name of list(catalog, 'temporary relations')) {
    catalog.set(`relation ${temporarySchema}.${name}`, undefined);
  }
  if (catalog.get('temporary relations') !== undefined) catalog.set('temporary relations', undefined);
  if (catalog.get(addedConstraintsKey) !== undefined) catalog.set(addedConstraintsKey, undefined);
  releaseLocks(catalog);
  settleEnumValues(catalog);
  catalog.set('file', path);
}

/** The end of a transaction: its locks are released, and SET LOCAL ends with it. */
export function endTransaction(catalog: Catalog): void {
  if (catalog.get(addedConstraintsKey) !== undefined) catalog.set(addedConstraintsKey, undefined);
  releaseLocks(catalog);
  settleEnumValues(catalog);
  const settings = catalog.get(localKey) as readonly LocalSetting[] | undefined;
  if (settings === undefined) return;
  for (const { key, value } of settings) catalog.set(key, value);
  catalog.set(localKey, undefined);
}

function list(catalog: Catalog, key: string): readonly string[] {
  return (catalog.get(key) as readonly string[] | undefined) ?? [];
}

/** SET and RESET. */
export function setVariable(catalog: Catalog, statement: SetVariable): void {
  const { variable, values, isLocal } = statement;
  if (variable === undefined) {
    if (!/^\s*reset\b/i.test(statement.text)) return;
    for (const key of list(catalog, changedKey)) catalog.set(key, undefined);
    return;
  }
  assign(catalog, variable, values, isLocal);
}

function assign(catalog: Catalog, variable: string, values: readonly string[], isLocal: boolean): void {
  const isSearchPath = variable === 'search_path';
  const key = isSearchPath ? 'search path' : `setting ${variable}`;
  const value: Value = values.length === 0 ? undefined : isSearchPath ? schemasOf(values) : values.join(', ');
  const locals = (catalog.get(localKey) as readonly LocalSetting[] | undefined) ?? [];
  if (isLocal) {
    if (!locals.some((local) => local.key === key)) {
      catalog.set(localKey, [...locals, { key, value: catalog.get(key) as Value }]);
    }
  } else if (locals.some((local) => local.key === key)) {
    catalog.set(
      localKey,
      locals.filter((local) => local.key !== key),
    );
  }
  const changed = list(catalog, changedKey);
  if (!changed.includes(key)) catalog.set(changedKey, [...changed, key]);
  catalog.set(key, value);
}

/** The schemas in which something can be found or made: not those of the server, nor `$user`. */
function schemasOf(values: readonly string[]): readonly string[] {
  return values
    .flatMap((value) => value.split(','))
    .map((schema) => schema.trim().replace(/^"(.*)"$/, '$1'))
    .filter(
      (schema) => schema !== '' && schema !== '$user' && schema !== 'pg_catalog' && schema !== 'pg_temp',
    );
}

/** `SELECT set_config('search_path', '', false)`, with which the scripts of pg_dump begin. */
export function setConfig(catalog: Catalog, node: Node): void {
  if (!('SelectStmt' in node) || node.SelectStmt.fromClause !== undefined) return;
  walk(node.SelectStmt.targetList, (key, value) => {
    if (key !== 'FuncCall') return;
    const { funcname, args } = value as { funcname?: Node[]; args?: Node[] };
    if (strings(funcname).at(-1) !== 'set_config') return;
    const [name, setting, isLocal] = (args ?? []).map(constant);
    if (name === undefined || setting === undefined) return;
    const values = name === 'search_path' ? [setting] : setting === '' ? [] : [setting];
    assign(catalog, name.toLowerCase(), values, isLocal === 'true');
  });
}

function constant(node: Node): string | undefined {
  if ('TypeCast' in node && node.TypeCast.arg !== undefined) return constant(node.TypeCast.arg);
  if (!('A_Const' in node)) return undefined;
  const { sval, boolval, ival } = node.A_Const;
  if (sval !== undefined) return sval.sval ?? '';
  if (ival !== undefined) return String(ival.ival ?? 0);
  return boolval === undefined ? undefined : String(boolval.boolval === true);
}
