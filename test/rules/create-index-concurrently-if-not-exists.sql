CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_created_at_idx ON orders (created_at);
--                        ^^^^^^^^^^^^^ warning create-index-concurrently-if-not-exists: After a failed build, IF NOT EXISTS keeps the invalid index "orders_created_at_idx". Drop the leftover index first, and leave out IF NOT EXISTS.
--fix review: Drop an invalid leftover first
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS orders_created_at_idx;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_created_at_idx before the next try.
--+ CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);

-- An earlier migration has built it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id_idx ON orders (user_id);

-- The leftover is gone.
DROP INDEX CONCURRENTLY IF EXISTS orders_closed_at_idx;
CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_closed_at_idx ON orders (closed_at);

CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);
