import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { explanationPage } from '../../server/src/features/explain-markdown';
import { explanationText } from '../../server/src/features/explain-text';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from './analysed';

const past = `CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE orders (id int, note varchar(10));`;

const text = `BEGIN;
ALTER TABLE orders ADD COLUMN paid boolean;
UPDATE orders SET paid = false;
CREATE TABLE invoices (id int);
CREATE INDEX ON invoices (id);
COMMIT;
DO $$ BEGIN EXECUTE 'x' || 'y'; END $$;
CREATE TABL`;

describe('what a file is explained as', () => {
  before(loadGrammar);

  it('is text that fits a terminal, without Markdown', () => {
    const shown = explanationText(analysed(text, { past }), 'x.sql');
    assert.match(shown, /^x\.sql · psql · PostgreSQL 15\n\n1 {2}BEGIN\n/);
    assert.match(shown, /\n2 {2}ALTER TABLE orders\n {3}ACCESS EXCLUSIVE {2}orders {2}blocks SELECT,/);
    assert.match(
      shown,
      /\n3 {2}UPDATE on orders\n {3}ROW EXCLUSIVE {2}orders {2}blocks other DDL; SELECT goes on\n/,
    );
    assert.match(shown, /\n {3}SHARE {2}invoices {2}blocks nothing: this migration creates it\n/);
    assert.match(shown, /\n7 {2}DO\n {3}Lockstep does not know what this statement locks\./);
    assert.match(shown, /\n8 {2}not analysed\n {3}syntax error at or near "TABL"/);
    assert.match(
      shown,
      /\nTransaction, line 1 to 6\n {2}orders {4}ACCESS EXCLUSIVE {2}line 2 to 6 {2}blocks reads and writes\n/,
    );
    assert.match(shown, /Line 3, UPDATE on orders: its time grows with the rows, and reads and writes wait/);
    assert.doesNotMatch(shown, /[`*]/);
    assert.ok(shown.split('\n').every(({ length }) => length <= 110));
  });

  it('is a page with a diagram', () => {
    const page = explanationPage(analysed(text, { past }), 'x.sql', () => undefined);
    assert.match(page, /```mermaid\ngantt\n/);
    assert.match(page, /\n {2}section orders\n {2}ACCESS EXCLUSIVE :crit, 1, 6\n/);
    assert.match(page, /\n {2}section invoices\n {2}SHARE :done, 4, 6\n/);
    assert.match(page, /\| orders \| `ACCESS EXCLUSIVE` \| line 2 to 6 \| blocks reads and writes \|/);
    assert.match(page, /\n## Line 3\n\n\*\*UPDATE\*\* on `orders`\n/);
  });

  it('has a word on what locks nothing', () => {
    assert.equal(explanationText(analysed(''), 'x.sql'), 'x.sql · psql · PostgreSQL 15\n');
    assert.match(
      explanationPage(analysed('SELECT 1'), 'x.sql', () => undefined),
      /No relation is locked\./,
    );
  });
});
