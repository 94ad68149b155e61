// Group: pglite
// What DROP without CASCADE is refused for: the rule says so exactly where PostgreSQL does.
import { after, before, describe, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { loadGrammar } from '../../server/src/sql/parse';
import { startPglite } from '../pglite';
import { assertSaid, drops, refusalOf, setup } from './dependents';

describe('a DROP that others forbid', () => {
  let database: PGlite;
  before(async () => {
    await loadGrammar();
    database = await startPglite();
    await database.exec(setup);
  });
  after(() => database.close());

  for (const sql of drops) {
    test(sql, async () => {
      assertSaid(sql, 18, await refusalOf((text) => database.exec(text), sql));
    });
  }
});
