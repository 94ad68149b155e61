import { Catalog } from '../../server/src/catalog/catalog';
import { replay, startFile } from '../../server/src/catalog/replay';
import type { Relation } from '../../server/src/catalog/relation';
import type { Major } from '../../server/src/postgres/versions';
import type { Effects } from '../../server/src/effects/effects';
import { effectsOf } from '../../server/src/effects/effects-of';
import { parseFile } from '../../server/src/sql/parse';
import type { Statement } from '../../server/src/sql/statement';

/** The statements of a text; each must be valid. */
export function statementsOf(sql: string): readonly Statement[] {
  return parseFile(sql).statements.map(({ parsed }) => {
    if (parsed.statement === undefined) throw new Error(parsed.error.message);
    return parsed.statement;
  });
}

/** Replays a file into a catalog. */
export function replayFile(catalog: Catalog, sql: string, file: string): void {
  startFile(catalog, file);
  statementsOf(sql).forEach((statement, index) => {
    replay(statement, catalog, { file, statement: index });
  });
}

/** The catalog after an earlier migration, with a new file begun. */
export function catalogAfter(sql: string): Catalog {
  const catalog = new Catalog();
  replayFile(catalog, sql, 'earlier.sql');
  startFile(catalog, 'migration.sql');
  return catalog;
}

/** A relation that must be there. */
export function relationIn(catalog: Catalog, name: string, schema?: string): Relation {
  const relation = catalog.relation({ schema, name });
  if (relation === undefined) throw new Error(`There is no relation ${name}.`);
  return relation;
}

/** What one statement does after `setup`. */
export function effectsAfter(setup: string, sql: string, major: Major = 18): Effects {
  const [statement] = statementsOf(sql);
  if (statement === undefined) throw new Error('There is no statement.');
  return effectsOf(statement, catalogAfter(setup), major);
}
