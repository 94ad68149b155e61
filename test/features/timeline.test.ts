import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { type HeldLock, type SlowStatement, timelineOf } from '../../server/src/features/timeline';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from './analysed';

const past = `
  CREATE TABLE users (id int PRIMARY KEY);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int, note varchar(10));
  CREATE INDEX orders_note_idx ON orders (note);`;

function shown({ relation, mode, from, until }: HeldLock): string {
  return `${relation.name} ${mode} ${from}-${until}`;
}

function waits({ statement, under }: SlowStatement): string {
  return `${statement} under ${under.map(({ relation, mode }) => `${mode} on ${relation.name}`).join(', ')}`;
}

describe('the timeline', () => {
  before(loadGrammar);

  it('holds what a transaction locks to its end, and knows what runs meanwhile', () => {
    const text = `BEGIN;
      ALTER TABLE orders ADD COLUMN paid boolean;
      UPDATE orders SET paid = false;
      CREATE INDEX ON users (id);
      COMMIT;
      DROP TABLE users;`;
    const [first, second, ...others] = timelineOf(analysed(text, { past })).transactions;
    assert.deepEqual(others, []);
    assert.deepEqual(first?.locks.map(shown), ['orders ACCESS EXCLUSIVE 1-4', 'users SHARE 3-4']);
    assert.deepEqual(first.strongest, first.locks[0]);
    assert.deepEqual(
      first.locks.map(({ blocks }) => blocks),
      ['reads and writes', 'writes'],
    );
    assert.deepEqual(first.slow.map(waits), [
      '2 under ACCESS EXCLUSIVE on orders',
      '3 under ACCESS EXCLUSIVE on orders, SHARE on users',
    ]);
    assert.equal(second?.transaction, null);
    assert.deepEqual(second.locks.map(shown), ['users ACCESS EXCLUSIVE 5-5']);
  });

  it('tells a stronger mode from the statement on that takes it', () => {
    const text = `BEGIN;
      UPDATE orders SET note = '' WHERE id = 1;
      CREATE INDEX ON orders (user_id);
      UPDATE orders SET note = '' WHERE id = 2;
      COMMIT;`;
    const [transaction] = timelineOf(analysed(text, { past })).transactions;
    assert.deepEqual(transaction?.locks.filter(({ relation }) => relation.name === 'orders').map(shown), [
      'orders ROW EXCLUSIVE 1-1',
      'orders SHARE 2-4',
    ]);
    assert.deepEqual(transaction.slow.map(waits), ['2 under SHARE on orders', '3 under SHARE on orders']);
  });

  it('gives back what was taken behind a savepoint', () => {
    const text = `BEGIN;
      LOCK TABLE users IN SHARE MODE;
      SAVEPOINT a;
      LOCK TABLE users IN ACCESS EXCLUSIVE MODE;
      LOCK TABLE orders IN EXCLUSIVE MODE;
      ROLLBACK TO a;
      COMMIT;`;
    const [transaction] = timelineOf(analysed(text, { past })).transactions;
    assert.deepEqual(transaction?.locks.map(shown), [
      'users SHARE 1-2',
      'users ACCESS EXCLUSIVE 3-5',
      'orders EXCLUSIVE 4-5',
      'users SHARE 6-6',
    ]);
  });

  it('has no alarm for a table that the migration makes, for written rows, and for the catalog alone', () => {
    const text = `BEGIN;
      CREATE TABLE invoices (id int);
      CREATE INDEX ON invoices (id);
      INSERT INTO users VALUES (1);
      ALTER TABLE orders ADD COLUMN a int;
      COMMIT;`;
    const [transaction] = timelineOf(analysed(text, { past })).transactions;
    assert.deepEqual(
      transaction?.locks.map(({ relation, isNew }) => [relation.name, isNew]),
      [
        ['invoices', true],
        ['users', false],
        ['orders', false],
      ],
    );
    assert.deepEqual(transaction.slow, []);
    assert.equal(transaction.strongest?.relation.name, 'orders');
  });

  it('tells of an index only where its own lock is the stronger one', () => {
    const [first, second] = timelineOf(
      analysed('ALTER INDEX orders_note_idx RENAME TO a; DROP INDEX a;', { past }),
    ).transactions;
    assert.deepEqual(first?.locks.map(shown), ['orders_note_idx SHARE UPDATE EXCLUSIVE 0-0']);
    assert.deepEqual(second?.locks.map(shown), ['orders ACCESS EXCLUSIVE 1-1']);
  });

  it('does not take for harmless what is not known', () => {
    const text = `DO $$ BEGIN EXECUTE 'DROP TABLE ' || current_setting('app.table'); END $$; CREATE TABL`;
    assert.deepEqual(
      timelineOf(analysed(text)).transactions.map(({ unknown }) => unknown),
      [[0], [1]],
    );
    assert.deepEqual(timelineOf(analysed('')).transactions, []);
  });

  it('follows the runner: one pipeline is one transaction', () => {
    const text = 'ALTER TABLE orders ADD COLUMN a int; UPDATE orders SET a = 1;';
    const { transactions } = timelineOf(analysed(text, { past, runner: 'supabase' }));
    assert.deepEqual(
      transactions.map(({ first, last, slow }) => [first, last, slow.map(waits)]),
      [[0, 1, ['1 under ACCESS EXCLUSIVE on orders']]],
    );
    assert.deepEqual(
      timelineOf(analysed(text, { past })).transactions.flatMap(({ slow }) => slow),
      [],
    );
  });
});
