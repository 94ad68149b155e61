-- lockstep-ignore-file lock-timeout-missing, unique-index-without-precheck: not what this is about

ALTER TABLE orders ALTER COLUMN quantity TYPE bigint;
--                                            ^^^^^^ warning alter-column-type-rewrites: Changing "quantity" from integer to bigint rewrites "orders"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.
ALTER TABLE orders ALTER COLUMN created_at TYPE date USING created_at::date;
--                                              ^^^^ warning alter-column-type-rewrites: Changing "created_at" from timestamptz to date rewrites "orders"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.

-- Free: a longer or unlimited text, more digits at the same scale, the type that it has.
ALTER TABLE users ALTER COLUMN name TYPE varchar(100);
ALTER TABLE users ALTER COLUMN name TYPE text;
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 2);
ALTER TABLE users ALTER COLUMN email TYPE text;

-- Two in one statement.
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 4), ALTER COLUMN coupon TYPE varchar(20);
--                                         ^^^^^^^^^^^^^^ warning alter-column-type-rewrites: Changing "total" from numeric(12, 2) to numeric(12, 4) rewrites "orders"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.
--                                                                                  ^^^^^^^^^^^ warning alter-column-type-rewrites: Changing "coupon" from text to varchar(20) rewrites "orders"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.

-- The table stays, the index on the expression does not.
CREATE INDEX CONCURRENTLY users_lower_name_idx ON users (lower(name));
ALTER TABLE users ALTER COLUMN name TYPE varchar;
--                                       ^^^^^^^ warning alter-column-type-rewrites: Changing "name" from text to varchar rebuilds indexes of "users"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.

-- The table stays, and all of its rows are read.
ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email <> '') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_email_check;
ALTER TABLE users ALTER COLUMN email TYPE varchar;
--                                        ^^^^^^^ warning alter-column-type-rewrites: Changing "email" from text to varchar checks all rows of "users"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.

-- Who knows what it was.
ALTER TABLE shop.visits ALTER COLUMN place TYPE text;
--                                              ^^^^ warning alter-column-type-rewrites: Changing "place" to text may rewrite "visits"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.

CREATE TABLE invoices (id integer);
ALTER TABLE invoices ALTER COLUMN id TYPE bigint;
