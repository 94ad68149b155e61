import { type Catalog, temporarySchema } from '../../server/src/catalog/catalog';
import type { FunctionEntry } from '../../server/src/catalog/entries';
import { printArguments, printResult } from '../../server/src/catalog/signatures';
import { ofNoExtension, ofUsers } from './truth-queries';

/** Objects that are no relations, as a replayed catalog has them, a line each. */
export function objectLines(catalog: Catalog): readonly string[] {
  return catalog
    .allFunctions()
    .filter(({ schema }) => schema !== temporarySchema)
    .flatMap((name) => catalog.functions(name))
    .map(functionLine);
}

/** Names without the quotes that only some of them need. */
function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

function functionLine(entry: FunctionEntry): string {
  const { schema, name, kind, volatility, isStrict, parallel, settings, language, body } = entry;
  const flags = [
    ...(kind === 'AGGREGATE' ? [] : [volatility, `returns ${printResult(entry) ?? 'nothing'}`]),
    ...(isStrict ? ['strict'] : []),
    ...(entry.isSecurityDefiner ? ['security definer'] : []),
    ...(entry.isLeakproof ? ['leakproof'] : []),
    `parallel ${parallel}`,
    ...(entry.cost === undefined ? [] : [`cost ${entry.cost}`]),
    ...(entry.rows === undefined ? [] : [`rows ${entry.rows}`]),
    ...settings.map((setting) => `set ${setting}`),
    language,
    `${entry.arguments.filter((one) => one.default !== undefined).length} defaults`,
  ];
  return unquoted(
    `function ${schema}.${name} (${printArguments(entry, false)}) ${kind} ${flags.join(', ')} ${body ?? ''}`,
  );
}

/** The same lines, as the server's catalog has them. */
export const objectQueries: readonly string[] = [
  `SELECT replace('function ' || n.nspname || '.' || proname || ' (' || pg_get_function_identity_arguments(p.oid) || ') '
     || CASE prokind WHEN 'a' THEN 'AGGREGATE ' WHEN 'w' THEN 'WINDOW FUNCTION ' WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END
     || CASE prokind WHEN 'a' THEN '' ELSE
          CASE provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END
          || ', returns ' || coalesce(pg_get_function_result(p.oid), CASE prorettype WHEN 'record'::regtype THEN 'record' ELSE 'nothing' END) || ', ' END
     || CASE WHEN proisstrict THEN 'strict, ' ELSE '' END
     || CASE WHEN prosecdef THEN 'security definer, ' ELSE '' END
     || CASE WHEN proleakproof THEN 'leakproof, ' ELSE '' END
     || CASE proparallel WHEN 's' THEN 'parallel safe, ' WHEN 'r' THEN 'parallel restricted, ' ELSE 'parallel unsafe, ' END
     || CASE WHEN procost = CASE WHEN lanname IN ('internal', 'c') THEN 1 ELSE 100 END THEN '' ELSE 'cost ' || procost || ', ' END
     || CASE WHEN prorows = CASE WHEN proretset THEN 1000 ELSE 0 END THEN '' ELSE 'rows ' || prorows || ', ' END
     || coalesce((SELECT string_agg('set ' || setting || ', ', '' ORDER BY place) FROM unnest(proconfig) WITH ORDINALITY AS s (setting, place)), '')
     || lanname || ', ' || pronargdefaults || ' defaults '
     || CASE prokind WHEN 'a' THEN '' ELSE coalesce(prosrc, '') END, '"', '') AS line
   FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace JOIN pg_language l ON l.oid = prolang
   WHERE ${ofUsers} AND ${ofNoExtension('pg_proc', 'p.oid')}`,
];
