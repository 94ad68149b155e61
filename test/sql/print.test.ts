// Group: pglite
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { kwlist } from '@pgsql/quotes';
import {
  dollarQuote,
  dotted,
  printDotted,
  printName,
  quoteIdentifier,
  quoteLiteral,
} from '../../server/src/sql/print';
import { startPglite } from '../pglite';

let database: PGlite;
before(async () => {
  database = await startPglite();
});
after(() => database.close());

test('identifiers and literals are quoted as the server quotes them', async () => {
  const words = [
    ...Object.values(kwlist).flat(),
    ...['a', 'A', 'a1', '1a', '_x', 'a b', 'a"b', 'é', 'a$b', "it's", 'back\\slash', 'über', 'naïve', 'x-y'],
  ];
  for (const word of words) {
    const { rows } = await database.query<{ identifier: string; literal: string }>(
      'SELECT quote_ident($1) AS identifier, quote_literal($1) AS literal',
      [word],
    );
    assert.deepEqual(
      [quoteIdentifier(word), ` ${quoteLiteral(word)}`.trim()],
      [rows[0]?.identifier, rows[0]?.literal.trim()],
    );
  }
});

test('names and dollar quotes', () => {
  assert.equal(printName({ schema: 'Shop', name: 'order' }), '"Shop"."order"');
  assert.equal(dollarQuote('a'), '$$a$$');
  assert.equal(dollarQuote('$$a$$'), '$body1$$$a$$$body1$');
  // The dollar before the end would close it.
  assert.equal(dollarQuote('costs a$'), '$body1$costs a$$body1$');
  assert.equal(dollarQuote('$$ $body1$body2$ $body3'), '$body4$$$ $body1$body2$ $body3$body4$');
  const collation = dotted(['Shop', 'en_US.utf8']);
  assert.equal(printDotted(collation), '"Shop"."en_US.utf8"');
});
