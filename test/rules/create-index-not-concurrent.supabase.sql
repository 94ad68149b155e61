-- runner: supabase 2.109.1
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE users ADD COLUMN phone text;

-- Finds the newest orders of a coupon.
CREATE INDEX orders_coupon_idx ON orders (coupon);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "orders" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently, in 2 migrations of their own (Supabase CLI 2.109)
--+ file supabase/migrations/20260103000000_orders_coupon_idx_leftover.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS orders_coupon_idx;
--+ file supabase/migrations/20260103000001_orders_coupon_idx_concurrently.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- Finds the newest orders of a coupon.
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_coupon_idx before the next try.
--+ CREATE INDEX CONCURRENTLY orders_coupon_idx ON orders (coupon);
