-- lockstep-ignore-file unique-index-without-precheck: not what this is about

CREATE UNIQUE INDEX CONCURRENTLY orders_id_coupon_key ON orders (id, coupon);
--                                                              ^^^^^^^^^^^^ hint unique-index-nulls-distinct: Two rows may share all other columns of this key when "coupon" is NULL. Unless you want that, write NULLS NOT DISTINCT.
--fix review: Add NULLS NOT DISTINCT
--+ CREATE UNIQUE INDEX CONCURRENTLY orders_id_coupon_key ON orders (id, coupon) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX CONCURRENTLY orders_id_closed_key ON orders (id, closed_at, coupon) INCLUDE (total) WHERE total > 0;
--                                                              ^^^^^^^^^^^^^^^^^^^^^^^ hint unique-index-nulls-distinct: Two rows may share all other columns of this key when "closed_at" or "coupon" is NULL. Unless you want that, write NULLS NOT DISTINCT.
--fix review: Add NULLS NOT DISTINCT
--+ CREATE UNIQUE INDEX CONCURRENTLY orders_id_closed_key ON orders (id, closed_at, coupon) INCLUDE (total) NULLS NOT DISTINCT WHERE total > 0;

-- Rows without a coupon are left out on purpose.
CREATE UNIQUE INDEX CONCURRENTLY orders_coupon_id_key ON orders (coupon, id) WHERE coupon IS NOT NULL;

-- Everybody expects that many rows have none.
CREATE UNIQUE INDEX CONCURRENTLY orders_coupon_id_only_key ON orders (coupon) INCLUDE (id);

CREATE UNIQUE INDEX CONCURRENTLY orders_id_total_key ON orders (id, total);

ALTER TABLE users ADD CONSTRAINT users_id_email_key UNIQUE (id, email);
--                                                  ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "users" until it is done. Build a unique index concurrently, then add the constraint with USING INDEX.
--fix review: Build the index concurrently, then add the constraint
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_id_email_key;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop users_id_email_key before the next try.
--+ CREATE UNIQUE INDEX CONCURRENTLY users_id_email_key ON users (id, email);
--+
--+ -- The index exists, so this only writes the catalog.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE users ADD CONSTRAINT users_id_email_key UNIQUE USING INDEX users_id_email_key;
--+ COMMIT;
--                                                         ^^^^^^^^^^^ hint unique-index-nulls-distinct: Two rows may share all other columns of this key when "email" is NULL. Unless you want that, write NULLS NOT DISTINCT.
--fix review: Add NULLS NOT DISTINCT
--+ ALTER TABLE users ADD CONSTRAINT users_id_email_key UNIQUE NULLS NOT DISTINCT (id, email);
