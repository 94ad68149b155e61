-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- Rows of "order_items" go with those of "orders".
BEGIN;
CREATE TRIGGER touch BEFORE UPDATE ON order_items EXECUTE FUNCTION suppress_redundant_updates_trigger();
ALTER TABLE orders ADD COLUMN note text;
--<^^^^^^^^ hint lock-order-deadlocks: A DELETE FROM "orders" that comes first deadlocks with this: it waits for "order_items", on which this transaction holds SHARE ROW EXCLUSIVE. Lock one of the two in each transaction.
--fix review: Run it in a transaction of its own
--+ COMMIT;
--+
--+ -- In a transaction of its own, it does not wait for one table while it holds the other.
--+ ALTER TABLE orders ADD COLUMN note text;
COMMIT;
