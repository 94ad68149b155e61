// What undoes a migration runs on every server version, and leaves nothing behind.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { checkExact, exactly, isSupported } from '../inverses/exact';
import type { Database } from '../rewrites/bench';
import { testedMajors, useServer } from './servers';

before(loadGrammar);

for (const major of testedMajors) {
  describe(`rollbacks on PostgreSQL ${major}`, () => {
    const server = useServer(major);
    let database: Database | undefined;
    before(async () => {
      await server().createDatabase('inverses');
      const client = await server().connect('inverses');
      database = { exec: (sql) => client.query(sql), query: (sql) => client.query(sql) };
    });

    for (const sql of exactly.filter((one) => isSupported(one, major))) {
      test(`exact: ${sql}`, () => checkExact(database ?? assert.fail(), sql, major));
    }
  });
}
