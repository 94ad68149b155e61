import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { lenses } from '../../server/src/features/lenses';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from './analysed';

const past = `
  CREATE TABLE users (id int PRIMARY KEY);
  CREATE TABLE orders (id int PRIMARY KEY, user_id int, note varchar(10));
  CREATE TABLE parts (id int) PARTITION BY RANGE (id);
  CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (1) TO (2);
  CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (2) TO (3);`;

/** The title above the only statement. */
function title(text: string): string | undefined {
  return lenses(analysed(text, { past })).at(-1)?.title;
}

describe('a lens', () => {
  before(loadGrammar);

  it('says which lock is held, who waits, and what takes its time', () => {
    assert.equal(title('CREATE INDEX ON orders (note)'), 'SHARE on orders · blocks writes · scans');
    assert.equal(
      title('ALTER TABLE orders ALTER id TYPE bigint'),
      'ACCESS EXCLUSIVE on orders · blocks reads and writes · rewrites',
    );
    assert.equal(
      title('CREATE INDEX CONCURRENTLY ON orders (note)'),
      'SHARE UPDATE EXCLUSIVE on orders · scans · waits for transactions',
    );
    assert.equal(
      title('ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users'),
      'SHARE ROW EXCLUSIVE on orders and users · blocks writes · scans',
    );
    assert.equal(
      title('LOCK TABLE parts'),
      'ACCESS EXCLUSIVE on parts, parts_1 and 1 more · blocks reads and writes',
    );
    assert.equal(title(`DO $$ BEGIN EXECUTE 'x' || 'y'; END $$`), 'not known what it locks');
  });

  it('is not there for what nobody feels', () => {
    for (const text of [
      'SELECT 1',
      'INSERT INTO users VALUES (1)',
      "UPDATE orders SET note = 'a' WHERE id = 1",
      'CREATE TABLE t (a int)',
      'CREATE TABLE t (a int); CREATE INDEX ON t (a); ALTER TABLE t ALTER a TYPE bigint; DROP TABLE t;',
      "COMMENT ON TABLE orders IS 'a'",
      'BEGIN; COMMIT',
      'CREATE TABL',
      '',
    ]) {
      assert.deepEqual(lenses(analysed(text, { past })), [], text);
    }
  });

  it('stands above the words that name the command', () => {
    const text = '-- why\n  drop table users;';
    const [lens] = lenses(analysed(text, { past }));
    assert.equal(text.slice(lens?.range.start, lens?.range.end), 'drop table');
  });
});
