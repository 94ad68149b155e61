import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { diagnose } from '../../server/src/features/diagnose';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from '../features/analysed';
import { testedMajors, useServer, withDatabase } from './servers';

before(loadGrammar);

const schema = `
  CREATE TYPE mood AS ENUM ('fine', 'sad');
  CREATE TABLE people (id int, mood mood, note text);
  CREATE VIEW cheerful AS SELECT id, mood FROM people;
  INSERT INTO people VALUES (1, 'fine', 'busy')`;

/** Statements behind ADD VALUE 'busy' in one transaction, and whether the server refuses them. */
const uses: readonly (readonly [sql: string, isRefused: boolean])[] = [
  [`UPDATE people SET mood = 'busy'`, true],
  [`UPDATE people SET note = 'busy'`, false],
  [`UPDATE people SET note = '' WHERE mood = 'busy'`, true],
  [`DELETE FROM people WHERE mood IN ('sad', 'busy')`, true],
  [`SELECT 1 FROM people WHERE mood = ANY (ARRAY['busy']::mood[])`, true],
  [`SELECT 'busy'::mood`, true],
  [`SELECT 'busy'::text`, false],
  [`INSERT INTO people VALUES (2, 'busy', '')`, true],
  [`INSERT INTO people (note, mood) VALUES ('busy', 'sad')`, false],
  [`INSERT INTO people (note, mood) SELECT '', 'busy'`, true],
  [`ALTER TABLE people ALTER mood SET DEFAULT 'busy'`, true],
  [`ALTER TABLE people ADD COLUMN other mood DEFAULT 'busy'`, true],
  [`ALTER TABLE people ADD CHECK (mood <> 'busy')`, true],
  [`CREATE TABLE friends (mood mood DEFAULT 'busy')`, true],
  [`CREATE TABLE friends (mood mood, CHECK (mood <> 'busy'))`, true],
  [`CREATE INDEX ON people (id) WHERE mood = 'busy'`, true],
  [`CREATE POLICY p ON people USING (mood <> 'busy')`, true],
  [`CREATE VIEW busy AS SELECT * FROM people WHERE mood = 'busy'`, true],
  [`ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'`, false],
  [`COMMENT ON TYPE mood IS 'busy'`, false],
];

for (const major of testedMajors) {
  describe(`a new value of an enum on PostgreSQL ${major}`, () => {
    const server = useServer(major);

    for (const [sql, isRefused] of uses) {
      it(`${isRefused ? 'cannot be used before the commit' : 'is not used'}: ${sql}`, () =>
        withDatabase(server(), schema, async (database) => {
          const client = await server().connect(database);
          await client.query('BEGIN');
          await client.query(`ALTER TYPE mood ADD VALUE 'busy'`);
          const outcome = await client.query(sql).then(() => 'done', codeOf);
          assert.equal(outcome, isRefused ? '55P04' : 'done');
          const text = `BEGIN; ALTER TYPE mood ADD VALUE 'busy'; ${sql}; COMMIT;`;
          const found = diagnose(analysed(text, { past: schema }));
          const isFound = found.some(({ rule }) => rule === 'enum-value-used-in-same-transaction');
          assert.equal(isFound, isRefused);
        }));
    }
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
