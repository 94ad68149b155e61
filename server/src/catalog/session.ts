import type { Node } from '@pgsql/types';
import { strings, walk } from '../sql/build/reader';
import type { SetVariable } from '../sql/statement';
import { type Catalog, temporarySchema } from './catalog';
import { releaseLocks } from './held-locks';
import { settleEnumValues } from './new-enum-values';
import type { Key } from './store/keys';
import {
  changedSettings,
  constraintsAdded,
  currentFile,
  functions,
  joinedFiles,
  localSettings,
  relations,
  searchPath,
  settings,
  temporaryFunctions,
  temporaryRelations,
} from './store/tables';

/**
 * A new file is a new session: nothing of the last one is set, and its temporary relations are gone. Files that run
 * `together` are one session, and one transaction.
 */
export function startFile(catalog: Catalog, path: string, together?: ReadonlySet<string>): void {
  const last = catalog.file;
  if (together?.has(path) === true && together.has(last)) {
    catalog.set(joinedFiles, [...(catalog.get(joinedFiles) ?? []), last]);
    catalog.set(currentFile, path);
    return;
  }
  catalog.clear(joinedFiles);
  resetSettings(catalog);
  catalog.clear(changedSettings);
  catalog.clear(localSettings);
  for (const name of catalog.get(temporaryFunctions) ?? []) {
    catalog.set(functions.at(temporarySchema, name), undefined);
  }
  catalog.clear(temporaryFunctions);
  for (const name of catalog.get(temporaryRelations) ?? []) {
    catalog.set(relations.at(temporarySchema, name), undefined);
  }
  catalog.clear(temporaryRelations);
  catalog.clear(constraintsAdded);
  releaseLocks(catalog);
  settleEnumValues(catalog);
  catalog.set(currentFile, path);
}

/** The end of a transaction: its locks are released, and SET LOCAL ends with it. */
export function endTransaction(catalog: Catalog): void {
  catalog.clear(constraintsAdded);
  releaseLocks(catalog);
  settleEnumValues(catalog);
  const locals = catalog.get(localSettings);
  if (locals === undefined) return;
  for (const { key, value } of locals) catalog.set(key, value);
  catalog.set(localSettings, undefined);
}

function resetSettings(catalog: Catalog): void {
  for (const key of catalog.get(changedSettings) ?? []) catalog.set(key, undefined);
}

/** SET and RESET. */
export function setVariable(catalog: Catalog, statement: SetVariable): void {
  const { variable, values, isLocal } = statement;
  if (variable === undefined) {
    if (!/^\s*reset\b/i.test(statement.text)) return;
    resetSettings(catalog);
    return;
  }
  assign(catalog, variable, values, isLocal);
}

function assign(catalog: Catalog, variable: string, values: readonly string[], isLocal: boolean): void {
  const isReset = values.length === 0;
  if (variable === 'search_path') {
    assignTo(catalog, searchPath, isReset ? undefined : schemasOf(values), isLocal);
  } else assignTo(catalog, settings.at(variable), isReset ? undefined : values.join(', '), isLocal);
}

function assignTo<Value>(
  catalog: Catalog,
  key: Key<Value>,
  value: Value | undefined,
  isLocal: boolean,
): void {
  const locals = catalog.get(localSettings) ?? [];
  const isMeant = (one: { readonly text: string }): boolean => one.text === key.text;
  if (isLocal) {
    if (!locals.some((local) => isMeant(local.key))) {
      catalog.set(localSettings, [...locals, { key, value: catalog.get(key) }]);
    }
  } else if (locals.some((local) => isMeant(local.key))) {
    catalog.set(
      localSettings,
      locals.filter((local) => !isMeant(local.key)),
    );
  }
  const changed = catalog.get(changedSettings) ?? [];
  if (!changed.some(isMeant)) catalog.set(changedSettings, [...changed, key]);
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
