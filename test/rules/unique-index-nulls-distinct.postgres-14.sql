-- postgres: 14
-- lockstep-ignore-file unique-index-without-precheck: not what this is about

-- No quick fix: NULLS NOT DISTINCT came with PostgreSQL 15.
CREATE UNIQUE INDEX CONCURRENTLY orders_id_coupon_key ON orders (id, coupon);
--                                                              ^^^^^^^^^^^^ hint unique-index-nulls-distinct: Two rows may share all other columns of this key when "coupon" is NULL. Unless you want that, make its columns NOT NULL.
