import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { folds, outline, type OutlineEntry } from '../../server/src/features/outline';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';

function names(entries: readonly OutlineEntry[]): unknown[] {
  return entries.flatMap(({ name, kind, children }) =>
    children.length === 0 ? [`${kind}: ${name}`] : [`${kind}: ${name}`, names(children)],
  );
}

describe('the outline', () => {
  before(loadGrammar);

  it('names each statement with what it is about, and what it consists of', () => {
    const text = `
      CREATE TABLE public.orders (id bigint PRIMARY KEY, note varchar(10), CHECK (id > 0));
      create unique index if not exists o_uq on shop.orders (id);
      ALTER TABLE orders ADD COLUMN a int, ALTER COLUMN note
        TYPE text;
      DROP TABLE a, b;
      DROP POLICY p ON orders;
      ALTER TABLE orders RENAME COLUMN a TO b;
      CREATE OR REPLACE FUNCTION shop."Total"(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
      CREATE POLICY p ON orders USING (true);
      GRANT SELECT ON orders TO public;
      UPDATE orders SET a = 1; BEGIN; COMMIT; CREATE TABL`;
    assert.deepEqual(names(outline(parseFile(text))), [
      'table: CREATE TABLE orders',
      ['column: id bigint', 'column: note varchar(10)', 'constraint: CHECK (id > 0)'],
      'index: CREATE UNIQUE INDEX o_uq on shop.orders',
      'table: ALTER TABLE orders',
      ['action: ADD COLUMN a int', 'action: ALTER COLUMN note TYPE text'],
      'table: DROP TABLE a, b',
      'other: DROP POLICY p on orders',
      'table: ALTER TABLE orders RENAME a TO b',
      'function: CREATE OR REPLACE FUNCTION shop.Total',
      'other: CREATE POLICY p',
      'other: GRANT',
      'data: UPDATE on orders',
      'transaction: BEGIN',
      'transaction: COMMIT',
    ]);
  });

  it('selects what lies within, as editors demand', () => {
    const text = 'SELECT 1; ALTER TABLE orders ADD COLUMN a int, DROP COLUMN b; CREATE TABLE t (a int);';
    const check = (entries: readonly OutlineEntry[]): void => {
      for (const { range, selection, children } of entries) {
        assert.ok(range.start <= selection.start && selection.end <= range.end);
        assert.ok(
          children.every((child) => range.start <= child.range.start && child.range.end <= range.end),
        );
        check(children);
      }
    };
    check(outline(parseFile(text)));
  });

  it('folds statements, comments, and transactions', () => {
    const text =
      '-- one\n-- two\n\n/* a\n b */\nBEGIN;\nCREATE TABLE t (\n  a int\n);\nCOMMIT;\nSELECT 1;\n-- last';
    assert.deepEqual(
      folds(parseFile(text)).map(({ kind, range }) => [kind, text.slice(range.start, range.end)]),
      [
        ['comment', '-- one\n-- two'],
        ['comment', '/* a\n b */'],
        ['statement', 'CREATE TABLE t (\n  a int\n);'],
        ['transaction', 'BEGIN;\nCREATE TABLE t (\n  a int\n);\nCOMMIT'],
      ],
    );
    assert.deepEqual(folds(parseFile('')), []);
  });

  it('of a text with more comments than a call has room for arguments', () => {
    const text = `SELECT 1;\n${'-- a\n-- b\n\n'.repeat(200_000)}SELECT 2;\n`;
    assert.equal(folds(parseFile(text)).length, 200_000);
  });
});
