-- lockstep-ignore-file lock-timeout-missing, unique-index-without-precheck: not what this is about

ALTER TABLE orders ADD CONSTRAINT orders_coupon_key UNIQUE (coupon);
--                                                  ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "orders" until it is done. Build a unique index concurrently, then add the constraint with USING INDEX.
--fix review: Build the index concurrently, then add the constraint
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS orders_coupon_key;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop orders_coupon_key before the next try.
--+ CREATE UNIQUE INDEX CONCURRENTLY orders_coupon_key ON orders (coupon);
--+
--+ -- The index exists, so this only writes the catalog.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE orders ADD CONSTRAINT orders_coupon_key UNIQUE USING INDEX orders_coupon_key;
--+ COMMIT;

ALTER TABLE users ADD COLUMN slug text UNIQUE;
--                                     ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "users" until it is done. Build a unique index concurrently, then add the constraint with USING INDEX.
--fix review: Build the index concurrently, then add the constraint
--+ -- Without the constraint no index is built under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE users ADD COLUMN slug text;
--+ RESET lock_timeout;
--+
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_slug_key;
--+
--+ -- lockstep-ignore unique-index-without-precheck: "slug" is new. Writes go on while the index is
--+ -- built. A build that fails, also by lock_timeout, leaves an invalid index: drop users_slug_key
--+ -- before the next try.
--+ CREATE UNIQUE INDEX CONCURRENTLY users_slug_key ON users (slug);
--+
--+ -- The index exists, so this only writes the catalog.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE users ADD CONSTRAINT users_slug_key UNIQUE USING INDEX users_slug_key;
--+ COMMIT;

CREATE UNIQUE INDEX CONCURRENTLY orders_user_id_total_key ON orders (user_id, total);
ALTER TABLE orders ADD CONSTRAINT orders_user_id_total_key UNIQUE USING INDEX orders_user_id_total_key;

CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ADD UNIQUE (id);
