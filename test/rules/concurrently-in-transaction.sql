BEGIN;
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);
--           ^^^^^^^^^^^^ error concurrently-in-transaction: The file opens a transaction block with BEGIN; CREATE INDEX CONCURRENTLY fails in it. Put it after the COMMIT.
--fix review: Run it outside a transaction
--+ CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);
COMMIT;

-- On its own it is right.
CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);
DROP INDEX CONCURRENTLY orders_total_idx;

BEGIN;
DROP INDEX CONCURRENTLY orders_user_id_idx;
--         ^^^^^^^^^^^^ error concurrently-in-transaction: The file opens a transaction block with BEGIN; DROP INDEX CONCURRENTLY fails in it. Put it after the COMMIT.
--fix review: Run it outside a transaction
--+ DROP INDEX CONCURRENTLY orders_user_id_idx;
COMMIT;

-- No runner can help: a function cannot do it.
DO $$ BEGIN CREATE INDEX CONCURRENTLY orders_coupon_idx ON orders (coupon); END $$;
--< error concurrently-in-transaction: CREATE INDEX CONCURRENTLY cannot be executed from a DO block. Write it as a statement of its own.
