import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { complete, type Completion } from '../../server/src/features/completion/completion';
import { loadGrammar } from '../../server/src/sql/parse';
import { projectOf, projectWith, withCursor } from './objects';

const past = [
  `CREATE SCHEMA auth;
CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent');
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text NOT NULL);
CREATE TABLE customers (id bigint PRIMARY KEY, "displayName" text);
CREATE TABLE "Orders" (id int);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint REFERENCES customers (id),
  state order_state NOT NULL DEFAULT 'new',
  total numeric(10, 2)
);
CREATE VIEW open_orders AS SELECT id, total FROM orders;
CREATE SEQUENCE ticket_numbers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;`,
  `ALTER TYPE order_state ADD VALUE 'lost' AFTER 'paid';
ALTER TABLE customers ADD COLUMN note text;
CREATE INDEX customers_note_idx ON customers (note);
CREATE UNIQUE INDEX orders_total_idx ON orders (total);
ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total > 0) NOT VALID;
CREATE POLICY own_orders ON orders USING (true);`,
];

function itemsAt(text: string, trigger?: string): readonly Completion[] {
  const { text: sql, offset } = withCursor(text);
  const analysis = projectOf(...past, sql).analyses.at(-1);
  assert.ok(analysis);
  return complete(analysis, offset, trigger).items;
}

/** The first `count` labels at `$0`. */
function labels(text: string, count = 6, trigger?: string): readonly string[] {
  return itemsAt(text, trigger)
    .slice(0, count)
    .map(({ label }) => label);
}

/** The text after the item `label` is taken at `$0`. */
function taken(text: string, label: string): string {
  const { text: sql } = withCursor(text);
  const item = itemsAt(text).find((one) => one.label === label);
  assert.ok(item, `${label} is not proposed`);
  return sql.slice(0, item.replaced.start) + item.written + sql.slice(item.replaced.end);
}

describe('completion', () => {
  before(loadGrammar);

  it('proposes relations, the last touched first', () => {
    assert.deepEqual(labels('ALTER TABLE $0'), [
      'customers',
      'orders',
      'auth.users',
      'Orders',
      'auth',
      'IF EXISTS',
    ]);
    assert.deepEqual(labels('SELECT * FROM $0', 4), ['customers', 'orders', 'auth.users', 'Orders']);
    assert.deepEqual(labels('CREATE TABLE mine (id int); SELECT * FROM $0', 2), ['mine', 'customers']);
    assert.deepEqual(labels('SELECT * FROM auth.$0'), ['users']);
    assert.deepEqual(labels('DROP VIEW $0', 1), ['open_orders']);
    assert.deepEqual(labels('ALTER SEQUENCE $0', 1), ['ticket_numbers']);
    assert.ok(!labels('SELECT * FROM $0', 99).includes('ticket_numbers'));
    assert.equal(taken('SELECT * FROM us$0', 'auth.users'), 'SELECT * FROM auth.users');
    assert.equal(taken('SELECT * FROM Or$0', 'Orders'), 'SELECT * FROM "Orders"');
    assert.equal(taken('SELECT * FROM "Or$0"', 'Orders'), 'SELECT * FROM "Orders"');
    assert.equal(taken('SELECT * FROM "Or$0 WHERE', 'Orders'), 'SELECT * FROM "Orders" WHERE');
  });

  it('proposes the columns of the relation in question', () => {
    const orders = ['id', 'customer_id', 'state', 'total'];
    assert.deepEqual(labels('ALTER TABLE orders ALTER COLUMN $0', 4), orders);
    assert.deepEqual(labels('ALTER TABLE orders DROP COLUMN $0', 4), orders);
    assert.deepEqual(labels('CREATE INDEX ON orders ($0', 4), orders);
    assert.deepEqual(labels('CREATE INDEX ON orders ($0)', 4, '('), orders);
    assert.deepEqual(labels('CREATE INDEX ON orders (id) INCLUDE ($0)', 4), orders);
    assert.deepEqual(labels('INSERT INTO orders ($0', 4), orders);
    assert.deepEqual(labels('INSERT INTO orders (id, $0) VALUES', 3), ['customer_id', 'state', 'total']);
    assert.deepEqual(labels('UPDATE orders SET $0', 4), orders);
    assert.deepEqual(labels('UPDATE orders SET total = 1 WHERE $0', 4), orders);
    assert.deepEqual(labels('SELECT $0 FROM orders', 4), orders);
    assert.deepEqual(
      labels('SELECT o.$0\nFROM orders o JOIN customers c ON c.id = o.customer_id', 9),
      orders,
    );
    assert.deepEqual(labels('SELECT 1 FROM orders o JOIN customers c ON c.$0', 9), [
      'id',
      'displayName',
      'note',
    ]);
    assert.deepEqual(
      labels('SELECT 1 FROM orders o WHERE EXISTS (SELECT 1 FROM customers c WHERE o.$0)', 9),
      orders,
    );
    assert.deepEqual(labels('ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES customers ($0)', 1), ['id']);
    assert.deepEqual(labels('ALTER TABLE a ADD b int REFERENCES auth.users ($0', 2), ['id', 'email']);
    assert.deepEqual(labels('COMMENT ON COLUMN orders.$0', 9), orders);
    assert.deepEqual(labels('WITH x AS (SELECT id AS one, o.* FROM orders o) SELECT x.$0 FROM x', 9), [
      'one',
      ...orders,
    ]);
    assert.deepEqual(labels('CREATE TABLE t (a int, b int, CHECK ($0', 2), ['a', 'b']);
    assert.deepEqual(labels('CREATE POLICY p ON orders USING ($0)', 1), ['id']);
    assert.deepEqual(labels('INSERT INTO orders (id) VALUES (1) ON CONFLICT ($0)', 1), ['id']);
    assert.deepEqual(
      labels('INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET total = excluded.$0', 1),
      ['id'],
    );
    assert.equal(
      taken('SELECT c.dis$0 FROM customers c', 'displayName'),
      'SELECT c."displayName" FROM customers c',
    );
  });

  it('proposes indexes and constraints to drop, validate and use', () => {
    assert.deepEqual(labels('DROP INDEX $0', 2), ['customers_note_idx', 'orders_total_idx']);
    assert.ok(!labels('DROP INDEX $0', 99).includes('orders_pkey'));
    assert.deepEqual(labels('ALTER TABLE orders DROP CONSTRAINT $0', 3), [
      'total_positive',
      'orders_customer_id_fkey',
      'orders_pkey',
    ]);
    assert.deepEqual(labels('ALTER TABLE orders VALIDATE CONSTRAINT $0'), ['total_positive']);
    assert.ok(
      labels('ALTER TABLE orders ADD CONSTRAINT u UNIQUE USING INDEX $0').includes('orders_total_idx'),
    );
    assert.deepEqual(labels('DROP POLICY $0 ON orders', 1), ['own_orders']);
    assert.deepEqual(labels('INSERT INTO orders VALUES (1) ON CONFLICT ON CONSTRAINT $0', 1), [
      'total_positive',
    ]);
  });

  it('proposes types and functions', () => {
    assert.deepEqual(labels('ALTER TABLE orders ADD COLUMN a $0', 3), ['order_state', 'text', 'bigint']);
    assert.deepEqual(labels('CREATE TABLE t (id $0', 2), ['order_state', 'text']);
    assert.deepEqual(labels('SELECT id::$0 FROM orders', 1, ':'), ['order_state']);
    assert.ok(
      labels('CREATE TRIGGER t BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION $0').includes('touch'),
    );
    assert.ok(labels('ALTER TABLE orders ADD COLUMN a timestamptz DEFAULT $0', 10).includes('now'));
  });

  it('proposes the values of an enum, with those that were added later', () => {
    const states = ['new', 'paid', 'lost', 'sent'];
    assert.deepEqual(labels("UPDATE orders SET state = '$0'"), states);
    assert.deepEqual(labels("SELECT 1 FROM orders o WHERE o.state IN ('new', '$0"), states);
    assert.deepEqual(labels("ALTER TABLE orders ALTER COLUMN state SET DEFAULT '$0'"), states);
    assert.deepEqual(labels("CREATE TABLE t (s order_state DEFAULT '$0')"), states);
    assert.deepEqual(labels("INSERT INTO orders (id, state) VALUES (1, '$0')"), states);
    assert.deepEqual(labels("ALTER TYPE order_state RENAME VALUE '$0'"), states);
    assert.equal(
      taken("UPDATE orders SET state = 'pa$0' WHERE id = 1", 'paid'),
      "UPDATE orders SET state = 'paid' WHERE id = 1",
    );
    assert.deepEqual(labels("UPDATE orders SET total = '$0'"), []);
  });

  it('proposes the keywords that the grammar takes, in the case of the author', () => {
    assert.deepEqual(labels('ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) $0', 1), ['NOT VALID']);
    assert.ok(labels('alter table orders add co$0', 9).includes('column'));
    assert.ok(labels('ALTER TABLE orders ADD $0', 9).includes('CONSTRAINT'));
    assert.ok(labels('create index concurrently i on orders (id) $0', 9).includes('where'));
    assert.ok(labels('CREATE INDEX $0', 9).includes('CONCURRENTLY'));
    assert.ok(!labels('CREATE TABLE $0', 9).includes('CONCURRENTLY'));
    assert.deepEqual(labels('$0', 1), ['ALTER TABLE']);
    assert.deepEqual(labels('select 1;\nal$0', 1), ['alter table']);
    assert.ok(labels('CREATE TABLE t (a int REFERENCES orders (id) $0', 4).includes('ON DELETE CASCADE'));
    assert.ok(labels('CREATE TABLE t (a int, b int NOT $0', 9).includes('NULL'));
  });

  it('reads half a statement in front of the next one', () => {
    assert.deepEqual(labels('ALTER TABLE orders DROP COLUMN $0\n\nCREATE TABLE x (y int);', 2), [
      'id',
      'customer_id',
    ]);
    assert.deepEqual(labels('SELECT id FROM orders\n\nALTER TABLE customers DROP COLUMN $0', 1), ['id']);
    assert.deepEqual(labels('ALTER TABLE orders RENAME COLUMN $0 TO b', 1), ['id']);
  });

  it('reads bodies of DO and of functions', () => {
    const body =
      'DO $$\nDECLARE n int;\n\nBEGIN\n  SELECT count(*) INTO n FROM orders o WHERE o.$0;\n\nEND $$;';
    assert.deepEqual(labels(body, 1), ['id']);
    assert.deepEqual(
      labels('CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT total FROM $0 $$', 1),
      ['customers'],
    );
    assert.deepEqual(labels('DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM orders WHERE $0', 1), ['id']);
    assert.ok(labels('DO $$ BEGIN ALTER TABLE orders ADD COLUMN a int; $0', 60).includes('PERFORM'));
  });

  it('is silent in strings, numbers, comments and new names', () => {
    for (const text of [
      "SELECT 'a $0'",
      '-- about orders $0',
      '/* SELECT * FROM $0 */',
      'SELECT varchar(1$0)',
      'ALTER TABLE orders ADD CONSTRAINT $0',
      'CREATE INDEX CONCURRENTLY my$0',
      'COPY orders FROM stdin;\n1\t$0\n\\.\n',
    ]) {
      assert.deepEqual(labels(text), [], text);
    }
    assert.deepEqual(labels("SELECT '$0'", 9, "'"), []);
    assert.deepEqual(labels('SELECT now($0)', 9, '('), []);
  });

  it('proposes what a comment may say to Lockstep', () => {
    assert.deepEqual(labels('-- lock$0'), ['-- lockstep-ignore', '-- lockstep-ignore-file']);
    assert.ok(labels('-- lockstep-ignore drop-column, $0', 99).includes('drop-table'));
    assert.ok(!labels('-- lockstep-ignore drop-column, $0', 99).includes('drop-column'));
    assert.equal(taken('-- lockstep-ignore drop-c$0', 'drop-column'), '-- lockstep-ignore drop-column');
  });

  it('proposes the markers of the runner, those of a header in front of all statements only', () => {
    const markers = (text: string, runner: string): readonly string[] => {
      const { text: sql, offset } = withCursor(text);
      const [analysis] = projectWith([{ path: '/project/1.sql', text: sql }], runner).analyses;
      assert.ok(analysis);
      return complete(analysis, offset)
        .items.map(({ label }) => label)
        .filter((label) => !label.startsWith('-- lockstep'));
    };
    assert.deepEqual(markers('-- $0', 'sqlx'), ['-- no-transaction']);
    assert.deepEqual(markers('SELECT 1;\n-- $0', 'sqlx'), []);
    assert.deepEqual(markers('-- +goose U$0', 'goose'), ['-- +goose Up']);
    assert.deepEqual(markers('SELECT 1;\n-- migrate:d$0', 'dbmate')[0], '-- migrate:down');
    assert.deepEqual(markers('-- $0', 'supabase'), []);
  });
});
