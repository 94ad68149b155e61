-- lockstep-ignore-file unique-index-without-precheck: not what this is about

CREATE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);
--                                                  ^^^^^^^^^ information create-index-duplicate: The index "orders_user_id_idx" has the same columns. Leave this one out.
CREATE UNIQUE INDEX CONCURRENTLY users_id_key ON users (id);
--                                                     ^^^^ information create-index-duplicate: The index "users_pkey" has the same columns. Leave this one out.
CREATE INDEX CONCURRENTLY orders_id_idx ON orders (id);
--                                                ^^^^ information create-index-duplicate: The index "orders_pkey" has the same columns. Leave this one out.

-- Read backwards it is the same.
CREATE INDEX CONCURRENTLY orders_user_desc_idx ON orders (user_id DESC);
--                                                       ^^^^^^^^^^^^^^ information create-index-duplicate: The index "orders_user_id_idx" has the same columns. Leave this one out.

CREATE INDEX CONCURRENTLY orders_created_idx ON orders (created_at, lower(coupon));
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);
--                                                        ^^^^^^^^^^^^ information create-index-duplicate: The index "orders_created_idx" on ("created_at", lower(coupon)) begins with the same columns. Leave this one out, unless you need it for being smaller.
CREATE INDEX CONCURRENTLY orders_created_lower_idx ON orders (created_at, LOWER( coupon ));
--                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ information create-index-duplicate: The index "orders_created_idx" has the same columns. Leave this one out.

-- These differ: the order of the columns, the order of one of two, the predicate, the method, the operator class.
CREATE INDEX CONCURRENTLY orders_coupon_created_idx ON orders (lower(coupon), created_at);
CREATE INDEX CONCURRENTLY orders_created_desc_idx ON orders (created_at DESC, lower(coupon));
CREATE INDEX CONCURRENTLY orders_user_open_idx ON orders (user_id) WHERE closed_at IS NULL;
CREATE INDEX CONCURRENTLY orders_user_hash_idx ON orders USING hash (user_id);
CREATE INDEX CONCURRENTLY orders_user_coupon_idx ON orders (user_id, coupon);
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
CREATE INDEX CONCURRENTLY users_email_pattern_idx ON users (email text_pattern_ops);

-- This one forbids what the other lets in.
CREATE UNIQUE INDEX CONCURRENTLY orders_user_key ON orders (user_id);

-- A table of this migration, too.
CREATE TABLE invoices (id bigint PRIMARY KEY);
CREATE INDEX ON invoices (id);
--                       ^^^^ information create-index-duplicate: The index "invoices_pkey" has the same columns. Leave this one out.
