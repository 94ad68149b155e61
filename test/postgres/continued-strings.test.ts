import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { testedMajors, useServer } from './servers';

/** A SELECT of one string, and whether the server takes it. */
const texts = [
  "SELECT 'a'\n'b'",
  "SELECT 'a' -- why\n'b'",
  "SELECT 'a' -- why\n\n-- and\n  'b' -- é ''\n'c'",
  "SELECT E'a\\'' -- why\n'\\tb'",
  "SELECT 'a' --\r'b'",
  "SELECT U&'a' -- why\n'b'",
  "SELECT N'a' -- why\n'b'",
  "SELECT 'a' -- /* why\n'b'",
  "SELECT 'a', 'b' -- c'\n|| 'd' -- e\n'f'",
  "SELECT 'a' 'b'",
  "SELECT 'a' /* why */\n'b'",
  "SELECT 'a' /* why */ -- why\n'b'",
  "SELECT 'a' -- why\nE'b'",
  "SELECT $$a$$ -- why\n'b'",
];

before(loadGrammar);

for (const major of testedMajors) {
  describe(`a string with comments between its parts, on PostgreSQL ${major}`, () => {
    const server = useServer(major);

    for (const text of texts) {
      test(`is read as the server reads it: ${JSON.stringify(text)}`, async () => {
        const client = await server().connect('postgres');
        const refusal = await client.query(text).then(
          () => undefined,
          (error: unknown) => String(error),
        );
        const found = parseFile(`${text};`).statements.map(({ parsed }) => parsed.error?.message);
        assert.equal(found.length, 1);
        assert.equal(found[0] === undefined, refusal === undefined, `${refusal}; ${found[0]}`);
      });
    }
  });
}
