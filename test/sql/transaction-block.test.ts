import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { refusedInTransactionBlock } from '../../server/src/sql/transaction-block';

before(loadGrammar);

test('COMMIT and ROLLBACK are statements of a block, not words in it', () => {
  const bodies: readonly [body: string, isRefused: boolean][] = [
    ['BEGIN COMMIT; END', true],
    ['BEGIN PERFORM 1; -- done\n ROLLBACK AND NO CHAIN; END', true],
    ['BEGIN IF true THEN COMMIT /* now */ ; END IF; END', true],
    ["BEGIN PERFORM '; commit;'; END", false],
    ['BEGIN -- begin commit;\n PERFORM 1; END', false],
    ['DECLARE commit int; BEGIN commit := 1; END', false],
  ];
  for (const [body, isRefused] of bodies) {
    for (const text of [`DO $$ ${body} $$;`, `DO '${body.replaceAll("'", "''")}';`]) {
      const statement = parseFile(text).statements[0]?.parsed.statement;
      assert.ok(statement !== undefined, text);
      assert.equal(refusedInTransactionBlock(statement) !== undefined, isRefused, text);
    }
  }
});
