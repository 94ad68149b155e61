-- runner: prisma 6.0.0

CREATE INDEX "orders_coupon_idx" ON "orders" ("coupon");
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "orders" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently, here and in a new migration (Prisma Migrate 6.0)
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS orders_coupon_idx;
--+ file prisma/migrations/20260103000000_orders_coupon_idx_concurrently/migration.sql
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_coupon_idx before the next try.
--+ CREATE INDEX CONCURRENTLY "orders_coupon_idx" ON "orders" ("coupon");
