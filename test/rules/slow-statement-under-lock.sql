-- lockstep-ignore-file lock-timeout-missing, drop-column: not what this is about

-- The column is there in a moment; its lock is held until the rows are filled.
BEGIN;
ALTER TABLE orders ADD COLUMN is_paid boolean;
UPDATE orders SET is_paid = closed_at IS NOT NULL;
--<^^^ warning slow-statement-under-lock: Every read and write of "orders" waits until this is done, as this transaction holds ACCESS EXCLUSIVE since the ALTER TABLE before it. Run it in a transaction of its own.
--fix review: Run it in a transaction of its own
--+ COMMIT;
--+
--+ -- In a transaction of its own, the locks of the statements before it are released.
--+ UPDATE orders SET is_paid = closed_at IS NOT NULL;
--+
--+ BEGIN;
ALTER TABLE orders ALTER COLUMN is_paid SET DEFAULT false;
COMMIT;

-- What runs behind it and needs it stays behind it.
BEGIN;
CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
DELETE FROM users WHERE email IS NULL;
--<^^^ warning slow-statement-under-lock: Every write to "users" waits until this is done, as this transaction holds SHARE ROW EXCLUSIVE since the CREATE TRIGGER before it. Run it in a transaction of its own.
--fix review: Run it in a transaction of its own
--+ COMMIT;
--+
--+ -- In a transaction of its own, the locks of the statements before it are released.
--+ DELETE FROM users WHERE email IS NULL;
--+
--+ BEGIN;
CREATE UNIQUE INDEX users_name_key ON users (name);
--<^^^^^^^^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "users" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently
--+ COMMIT;
--+
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_name_key;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop users_name_key before the next try.
--+ CREATE UNIQUE INDEX CONCURRENTLY users_name_key ON users (name);
COMMIT;

-- Alone, or before the lock, it keeps nobody waiting.
UPDATE orders SET coupon = NULL WHERE coupon = '';
BEGIN;
UPDATE orders SET coupon = NULL WHERE coupon = '';
ALTER TABLE orders DROP COLUMN coupon;
COMMIT;

-- One row, named by its key; rows that are written down; new and empty relations.
BEGIN;
ALTER TABLE users ADD COLUMN locale text;
UPDATE users SET locale = 'en' WHERE id = 1;
INSERT INTO users (id, name) VALUES (0, 'nobody');
CREATE TABLE locales (name text);
INSERT INTO locales VALUES ('en');
UPDATE locales SET name = upper(name);
TRUNCATE events;
UPDATE events SET id = 1;
COMMIT;

-- A scan for another constraint, and a copy.
BEGIN;
ALTER TABLE users ADD COLUMN score integer;
INSERT INTO events (id) SELECT id FROM orders;
--<^^^ warning slow-statement-under-lock: Every read and write of "users" waits until this is done, as this transaction holds ACCESS EXCLUSIVE since the ALTER TABLE before it. Run it in a transaction of its own.
--fix review: Run it in a transaction of its own
--+ COMMIT;
--+
--+ -- In a transaction of its own, the locks of the statements before it are released.
--+ INSERT INTO events (id) SELECT id FROM orders;
--+
--+ BEGIN;
CREATE TABLE archive AS SELECT * FROM orders;
--<^^^^^^^^^ warning slow-statement-under-lock: Every read and write of "users" waits until this is done, as this transaction holds ACCESS EXCLUSIVE since the ALTER TABLE before it. Run it in a transaction of its own.
--fix review: Run it in a transaction of its own
--+ COMMIT;
--+
--+ -- In a transaction of its own, the locks of the statements before it are released.
--+ CREATE TABLE archive AS SELECT * FROM orders;
COMMIT;

-- A building that has a finding of its own.
BEGIN;
ALTER TABLE users ADD COLUMN rank integer;
CREATE INDEX users_rank_idx ON users (rank);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every read and write of "users" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently
--+ COMMIT;
--+
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_rank_idx;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop users_rank_idx before the next try.
--+ CREATE INDEX CONCURRENTLY users_rank_idx ON users (rank);
COMMIT;

-- Held under the new name.
BEGIN;
ALTER TABLE measurements RENAME TO readings;
--<^^^^^^^^ warning rename-table: Code that uses "measurements" fails after the commit, code that uses "readings" before it. Leave a view with the old name until no code uses it.
--fix review: Leave a view with the old name
--+ -- Grant on the view what was granted on the table.
--+ SET LOCAL lock_timeout = '5s';
--+ -- lockstep-ignore rename-table: Code that uses the old name goes on through the view.
--+ ALTER TABLE measurements RENAME TO readings;
--+ CREATE VIEW measurements WITH (security_invoker = true) AS SELECT * FROM readings;
DELETE FROM events WHERE payload IS NULL;
--<^^^ warning slow-statement-under-lock: Every read and write of "readings" waits until this is done, as this transaction holds ACCESS EXCLUSIVE since the ALTER TABLE before it. Run it in a transaction of its own.
--fix review: Run it in a transaction of its own
--+ COMMIT;
--+
--+ -- In a transaction of its own, the locks of the statements before it are released.
--+ DELETE FROM events WHERE payload IS NULL;
COMMIT;

-- Of what is gone nobody waits for anything.
BEGIN;
DROP TABLE readings CASCADE;
--         ^^^^^^^^ warning drop-table: Drops "readings" with all of its rows; running code may still use it. Deploy code that does not use it first.
DELETE FROM events WHERE payload IS NULL;
COMMIT;

-- Given back.
BEGIN;
SAVEPOINT before;
LOCK TABLE users;
ROLLBACK TO before;
DELETE FROM events WHERE payload IS NULL;
COMMIT;

-- A block is one transaction.
DO $$
BEGIN
  ALTER TABLE order_items ADD COLUMN price numeric;
  UPDATE order_items SET price = 0;
--^^^^^^ warning slow-statement-under-lock: Every read and write of "order_items" waits until this is done, as this transaction holds ACCESS EXCLUSIVE since the ALTER TABLE before it. Run it in a transaction of its own.
END
$$;
