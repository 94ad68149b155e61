-- lockstep-ignore-file lock-timeout-missing, drop-column: not what this is about

-- Both are locked at once, so only what has begun by then can deadlock; "users" and "events" have nothing to do with
-- each other.
BEGIN;
LOCK TABLE orders, order_items;
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE order_items ADD COLUMN note text;
ALTER TABLE users ADD COLUMN note text;
ALTER TABLE events ADD COLUMN note text;
COMMIT;

-- Looking rows up goes on beside SHARE ROW EXCLUSIVE.
BEGIN;
CREATE TRIGGER touch BEFORE UPDATE ON orders EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE order_items ADD COLUMN price numeric;
COMMIT;

-- A foreign key of this migration is not in force yet.
CREATE TABLE notes (id bigint PRIMARY KEY, order_id bigint REFERENCES orders (id));
BEGIN;
ALTER TABLE orders ADD COLUMN has_notes boolean;
ALTER TABLE notes ADD COLUMN text text;
COMMIT;

-- With nobody to look up anything.
BEGIN;
ALTER TABLE users ADD COLUMN a integer;
ALTER TABLE orders ADD COLUMN a integer;
COMMIT;

-- DROP CONSTRAINT locks both tables in this order, whatever is locked before.
BEGIN;
ALTER TABLE order_items ADD COLUMN vat numeric;
ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey;
ROLLBACK;

-- Every new row of "order_items" looks up its row of "orders".
BEGIN;
ALTER TABLE orders ADD COLUMN remark text;
ALTER TABLE order_items ADD COLUMN remark text;
--<^^^^^^^^ information lock-order-deadlocks: An INSERT INTO "order_items" that comes first deadlocks with this: it waits for "orders", on which this transaction holds ACCESS EXCLUSIVE. Lock one of the two in each transaction.
--fix review: Run it in a transaction of its own
--+ COMMIT;
--+
--+ -- In a transaction of its own, it does not wait for one table while it holds the other.
--+ ALTER TABLE order_items ADD COLUMN remark text;
COMMIT;

-- Each in its own transaction.
ALTER TABLE orders DROP COLUMN remark;
ALTER TABLE order_items DROP COLUMN remark;

-- Once in a file.
BEGIN;
ALTER TABLE orders ADD COLUMN memo text;
ALTER TABLE order_items ADD COLUMN memo text;
COMMIT;
