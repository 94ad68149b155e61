import { createRequire } from 'node:module';
import { register } from 'tsx/cjs/api';
import { migration } from './migration.mjs';

const statements = 6000;
const rounds = 5;

/**
 * How long the effects of 6,000 statements take, each after the replay of those before it, and how long reading them
 * takes: the shortest of some rounds. In milliseconds.
 */
export async function timeEffects() {
  // The server's parts are TypeScript, and no bundle offers them one by one.
  const unregister = register();
  const require = createRequire(import.meta.url);
  const { Catalog } = require('../../server/src/catalog/catalog.ts');
  const { replay, startFile } = require('../../server/src/catalog/replay.ts');
  const { effectsOf } = require('../../server/src/effects/effects-of.ts');
  const { loadGrammar, parseFile } = require('../../server/src/sql/parse.ts');
  unregister();
  await loadGrammar();
  const text = migration(statements * 3);
  let parsing = Infinity;
  let effects = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const file = parseFile(text);
    const read = performance.now();
    const catalog = new Catalog();
    startFile(catalog, 'migration.sql');
    for (const [index, { parsed }] of file.statements.slice(0, statements).entries()) {
      const { statement } = parsed;
      if (statement === undefined) throw new Error('PostgreSQL refuses a statement of the benchmark.');
      effectsOf(statement, catalog, 18);
      replay(statement, catalog, { file: 'migration.sql', statement: index });
    }
    effects = Math.min(effects, performance.now() - read);
    parsing = Math.min(parsing, ((read - start) * statements) / file.statements.length);
  }
  return { statements, parsing, effects };
}
