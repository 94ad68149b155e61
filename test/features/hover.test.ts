import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { hover } from '../../server/src/features/hover';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from './analysed';

const past = `
  CREATE EXTENSION citext;
  CREATE TABLE orders (id int PRIMARY KEY, note varchar(10), email text, code varchar(5), CHECK (note <> ''));
  CREATE INDEX ON orders (email);`;

/** What is said at `$0`. */
function at(marked: string, before = past): string {
  const offset = marked.indexOf('$0');
  const site = { lineOf: () => 1, documentationOf: () => undefined };
  return hover(analysed(marked.replace('$0', ''), { past: before }), offset, site)?.markdown ?? '';
}

describe('a hover on the type of ALTER COLUMN TYPE', () => {
  before(loadGrammar);

  it('tells a rewrite', () => {
    assert.equal(
      at('ALTER TABLE orders ALTER id TYPE big$0int'),
      '**int → bigint** for `orders.id`\n\n' +
        'Rewrites the table and rebuilds its indexes under `ACCESS EXCLUSIVE`: reads and writes wait meanwhile.',
    );
    assert.match(
      at('ALTER TABLE orders ALTER email TYPE $0int USING 1'),
      /\n\nFails if a "email" is not a valid int\.$/,
    );
  });

  it('tells an index build without a rewrite', () => {
    assert.match(
      at('ALTER TABLE orders ALTER email TYPE $0citext'),
      /^\*\*text → citext\*\* for `orders\.email`\n\nNo rewrite, but the indexes .* are rebuilt under/,
    );
  });

  it('tells a scan alone', () => {
    assert.match(
      at('ALTER TABLE orders ALTER note TYPE $0text'),
      /\n\nNo rewrite, but constraints are checked/,
    );
  });

  it('tells that nothing happens, and to the column alone', () => {
    const text = 'ALTER TABLE orders ALTER code TYPE varchar($09), ALTER id TYPE bigint';
    assert.equal(
      at(text),
      '**varchar(5) → varchar(9)** for `orders.code`\n\nNo rewrite, no index build, no scan: only the catalog changes.',
    );
  });

  it('does not guess the type of a column that it does not know', () => {
    assert.match(
      at('ALTER TABLE other ALTER a TYPE $0text'),
      /whose current type is not known\..*\n\nRewrites/,
    );
  });

  it('leaves the rest of the statement to the statement', () => {
    assert.match(
      at('ALTER TABLE orders ALTER $0id TYPE bigint'),
      /^\*\*ALTER TABLE\*\* `orders`\n\n\| relation/,
    );
    assert.equal(at('SELECT 1; $0'), '');
  });
});

describe('a hover on a statement', () => {
  before(loadGrammar);

  it('tells how its time grows, and where that is known from', () => {
    const source = (page: string, command: string): string =>
      `Measured on PostgreSQL 14–18 · [${command} in the manual](https://www.postgresql.org/docs/15/${page}.html)`;
    const quick = at('ALTER $0TABLE orders ADD COLUMN a int');
    assert.match(quick, /\n\nChanges only the catalog: its time does not grow with the rows\.\n\n/);
    assert.ok(quick.endsWith(source('sql-altertable', 'ALTER TABLE')));
    assert.match(at('CREATE $0INDEX ON orders (id)'), /Its time grows with the rows\./);
    assert.match(at('CREATE $0INDEX CONCURRENTLY ON orders (id)'), /It waits for open transactions\./);
    assert.ok(at('TRUNC$0ATE orders').endsWith(source('sql-truncate', 'TRUNCATE TABLE')));
    assert.doesNotMatch(at('SEL$0ECT 1'), /catalog/);
    assert.ok(at('BEG$0IN').endsWith('Measured on PostgreSQL 14–18'));
    assert.match(
      at('LOCK TABLE orders IN SH$0ARE MODE'),
      /\| · \| · \| ✗ \|.*\n\n\[Explicit locking in the manual\]/s,
    );
  });
});

describe('a hover tells what waits elsewhere', () => {
  before(loadGrammar);

  const others = `
    CREATE TABLE line_items (order_id int REFERENCES orders);
    CREATE VIEW open_orders AS SELECT id FROM orders;`;

  it('at the other end of a foreign key, and on views', () => {
    const markdown = at('ALTER $0TABLE orders ADD COLUMN a int', past + others);
    assert.match(
      markdown,
      /\n\nWaits too: SELECT on `open_orders` \(what it reads\); INSERT on `line_items` \(foreign key\)\.\n\n/,
    );
  });

  it('not for relations of this migration, and not where nothing does', () => {
    assert.doesNotMatch(
      at('CREATE VIEW v AS SELECT id FROM orders; ALTER $0TABLE orders ADD a int'),
      /Waits too/,
    );
    assert.doesNotMatch(at('CREATE $0INDEX ON orders (code)', past + others), /Waits too/);
  });
});
