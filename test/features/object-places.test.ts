import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { placesIn } from '../../server/src/features/names/places';
import { tokenize } from '../../server/src/sql/scanner';

/** `relation orders, new index i of orders`, in the order of the text. */
function named(text: string): string {
  return [...placesIn(tokenize(text), text)]
    .sort((a, b) => (a.parts[0]?.start ?? 0) - (b.parts[0]?.start ?? 0))
    .map(({ kind, role, parts, owner }) => {
      const name = parts.map((part) => part.text).join('.');
      const of = owner === undefined ? '' : ` of ${owner.map((part) => part.text).join('.')}`;
      return `${role === 'use' ? '' : `${role} `}${kind} ${name}${of}`;
    })
    .join(', ');
}

const cases: readonly (readonly [sql: string, places: string])[] = [
  [
    "CREATE TABLE IF NOT EXISTS shop.orders (id bigint PRIMARY KEY, state order_state DEFAULT 'new' NOT NULL, " +
      'CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE, UNIQUE (id), CHECK (id > 0))',
    'new relation shop.orders, new column id of shop.orders, type bigint, new column state of shop.orders, type order_state, ' +
      'new constraint fk of shop.orders, column user_id of shop.orders, relation users, column id of users, ' +
      'column id of shop.orders, column id',
  ],
  [
    'ALTER TABLE ONLY orders ADD COLUMN IF NOT EXISTS a timestamp with time zone, DROP COLUMN IF EXISTS b, ' +
      'ALTER COLUMN c TYPE numeric(10, 2) USING c::numeric, DROP CONSTRAINT d, VALIDATE CONSTRAINT e, ' +
      'ADD CONSTRAINT f UNIQUE USING INDEX g',
    'relation orders, new column a of orders, type timestamp, drop column b of orders, column c of orders, ' +
      'type numeric, column c, type numeric, drop constraint d of orders, constraint e of orders, ' +
      'new constraint f of orders, index g of orders',
  ],
  ['ALTER TABLE a RENAME TO b', 'relation a, renamed relation b'],
  ['ALTER TABLE a RENAME c TO d', 'relation a, column c of a, renamed column d of a'],
  ['ALTER TABLE a SET SCHEMA s', 'relation a, schema s'],
  ['ALTER INDEX i RENAME TO j', 'index i, renamed index j'],
  [
    'CREATE UNIQUE INDEX CONCURRENTLY i ON t USING gin (lower(a), b gin_trgm_ops DESC) INCLUDE (c) WHERE d IS NULL',
    'new index i of t, relation t, function lower, column a, column b, column c of t, column d',
  ],
  ['CREATE INDEX ON t (a)', 'relation t, column a'],
  ['DROP INDEX CONCURRENTLY IF EXISTS a, s.b', 'drop index a, drop index s.b'],
  ['DROP POLICY p ON t', 'drop policy p of t, relation t'],
  [
    "WITH recent AS (SELECT id, total AS sum FROM orders o WHERE o.state IS DISTINCT FROM 'x') " +
      'UPDATE users u SET total = r.sum FROM recent r JOIN "Teams" t ON t.id = u.team_id WHERE u.id = r.id RETURNING u.*',
    'column id, column total, relation orders, column o.state, relation users, column total of users, column r.sum, ' +
      'local recent, relation Teams, column t.id, column u.team_id, column u.id, column r.id, column u.*',
  ],
  [
    'INSERT INTO t (a, b) VALUES (1, now()) ON CONFLICT (a) DO UPDATE SET b = excluded.b RETURNING a',
    'relation t, column a of t, column b of t, function now, column a, column b of t, column excluded.b, column a',
  ],
  [
    'INSERT INTO t (a) SELECT b FROM u UNION ALL SELECT c FROM v',
    'relation t, column a of t, column b, relation u, column c, relation v',
  ],
  [
    'DELETE FROM t USING u WHERE t.a = u.b AND EXISTS (SELECT 1 FROM w WHERE w.c = t.a)',
    'relation t, relation u, column t.a, column u.b, relation w, column w.c, column t.a',
  ],
  [
    'SELECT count(*) cnt, extract(year from a) FROM f(1) x, LATERAL (SELECT 1) y LEFT JOIN z USING (id)',
    'function count, column year, column a, function f, relation z, column id',
  ],
  ["COMMENT ON COLUMN s.t.c IS 'x'", 'relation s.t, column c of s.t'],
  [
    'CREATE TRIGGER g BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN (OLD.a <> NEW.a) EXECUTE FUNCTION f()',
    'new trigger g of t, column a of t, column b of t, relation t, column old.a, column new.a, function f',
  ],
  [
    'CREATE POLICY p ON t FOR SELECT TO authenticated USING (auth.uid() = user_id) WITH CHECK (true)',
    'new policy p of t, relation t, function auth.uid, column user_id',
  ],
  [
    'CREATE FUNCTION f(a int, OUT b double precision, t) RETURNS SETOF u LANGUAGE sql AS $$ SELECT x FROM y; $$',
    'new function f, type int, type double, type t, type u, column x, relation y',
  ],
  [
    'DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM t WHERE a = 1) THEN ALTER TABLE u ADD b int; END IF; END $$',
    'relation t, column a, relation u, new column b of u, type int',
  ],
  ['GRANT SELECT (a), INSERT ON TABLE t, u TO anon', 'column a of t, relation t, relation u'],
  [
    'CREATE OR REPLACE VIEW v AS SELECT a.b, c::my_type FROM a',
    'new relation v, column a.b, column c, type my_type, relation a',
  ],
  ["ALTER TYPE e ADD VALUE 'x'", "type e, value 'x'"],
  ["CREATE TYPE e AS ENUM ('a', 'b')", 'new type e'],
  ['TRUNCATE TABLE a, ONLY b CASCADE', 'relation a, relation b'],
  ['CREATE TABLE p PARTITION OF q FOR VALUES FROM (1) TO (2)', 'new relation p, relation q'],
  ['CREATE TABLE n AS SELECT a FROM b', 'new relation n, column a, relation b'],
  ['SELECT 1', ''],
];

describe('what a statement names', () => {
  for (const [sql, places] of cases) {
    it(sql, () => {
      assert.equal(named(sql), places);
    });
  }
});
