-- runner: atlas
-- atlas:txmode none
--<^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: Atlas looks for "atlas:txmode" in the comment at the top of the file, before a blank line; here it has no effect. Write what this runner reads, or remove it.
--fix review: Write "-- atlas:txmode none" at the top, before a blank line
--+ -- atlas:txmode none
--+
--+ -- runner: atlas
CREATE INDEX CONCURRENTLY orders_coupon_idx ON orders (coupon);
--           ^^^^^^^^^^^^ error concurrently-in-transaction: Atlas runs the file in a transaction; CREATE INDEX CONCURRENTLY fails in it. Give it a migration of its own that begins with "-- atlas:txmode none" and a blank line.
--fix review: Run it outside a transaction, in a migration of its own (Atlas)
--+ file migrations/20260103000000_create_orders_coupon_idx_concurrently.sql
--+ -- atlas:txmode none
--+
--+ CREATE INDEX CONCURRENTLY orders_coupon_idx ON orders (coupon);

-- atlas:txmode all
--<^^^^^^^^^^^^^^^^ error runner-marker-without-effect: Atlas allows no "atlas:txmode all" in a file, and stops. Write what this runner reads, or remove it.
SELECT 1;

-- Other directives are for whoever lints.
-- atlas:nolint
SELECT 2;

-- no-transaction
--<^^^^^^^^^^^^^^ warning runner-marker-without-effect: "-- no-transaction" is a marker of sqlx; Atlas takes it for a comment. Write what this runner reads, or remove it.
--fix review: Remove "-- no-transaction"
SELECT 3;
