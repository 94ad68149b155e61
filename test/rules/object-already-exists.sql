CREATE TABLE orders (id bigint);
--           ^^^^^^ error object-already-exists: relation "orders" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
--fix review: Add IF NOT EXISTS
--+ CREATE TABLE IF NOT EXISTS orders (id bigint);
CREATE VIEW users AS SELECT 1 AS id;
--          ^^^^^ error object-already-exists: relation "users" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
CREATE SEQUENCE orders_user_id_idx;
--              ^^^^^^^^^^^^^^^^^^ error object-already-exists: relation "orders_user_id_idx" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
CREATE TYPE money_range AS ENUM ('low', 'high');
--          ^^^^^^^^^^^ error object-already-exists: type "money_range" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
ALTER TABLE events ADD COLUMN payload jsonb, ADD CONSTRAINT orders_pkey UNIQUE (id);
--                            ^^^^^^^ error object-already-exists: column "payload" of relation "events" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
--fix review: Add IF NOT EXISTS
--+ ALTER TABLE events ADD COLUMN IF NOT EXISTS payload jsonb, ADD CONSTRAINT orders_pkey UNIQUE (id);
--                                                          ^^^^^^^^^^^ error object-already-exists: relation "orders_pkey" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
ALTER TABLE order_items ADD CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
--                                     ^^^^^^^^^^^^^^^^^^^^^^^^^ error object-already-exists: constraint "order_items_order_id_fkey" for relation "order_items" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
ALTER TABLE orders RENAME COLUMN total TO quantity;
--                                        ^^^^^^^^ error object-already-exists: column "quantity" of relation "orders" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.
ALTER TABLE users RENAME TO events;
--                          ^^^^^^ error object-already-exists: relation "events" already exists: 0001_migration.sql creates it. Choose another name, or leave this out.

-- IF NOT EXISTS and OR REPLACE, and a name that the statement frees itself.
CREATE TABLE IF NOT EXISTS orders (id bigint);
ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey, ADD CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "order_items" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey, ADD CONSTRAINT order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders (id) NOT VALID;
--+ RESET lock_timeout;
CREATE OR REPLACE VIEW order_totals AS SELECT total FROM orders;
CREATE OR REPLACE VIEW order_totals AS SELECT total FROM orders;

-- Two names that are the same after 63 bytes.
CREATE VIEW orders_that_were_closed_within_one_single_day_of_creation_by_one_user AS SELECT 1 AS id;
--          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ hint name-too-long: This name has 69 bytes; PostgreSQL truncates it to "orders_that_were_closed_within_one_single_day_of_creation_by_on". Choose a shorter one.
CREATE VIEW orders_that_were_closed_within_one_single_day_of_creation_by_one_umpire AS SELECT 1 AS id;
--          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error object-already-exists: relation "orders_that_were_closed_within_one_single_day_of_creation_by_on" already exists: an earlier statement creates it; PostgreSQL truncates names to 63 bytes. Choose another name, or leave this out.

-- The author has thought of it.
DO $$ BEGIN
  CREATE TYPE money_range AS ENUM ('low');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

CREATE TYPE order_status AS ENUM ('open', 'closed');
ALTER TYPE order_status ADD VALUE 'closed';
--                                ^^^^^^^^ error object-already-exists: enum label "closed" already exists. Choose another name, or leave this out.
--fix review: Add IF NOT EXISTS
--+ ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'closed';
ALTER TYPE order_status ADD VALUE 'late' BEFORE 'closed';
ALTER TYPE order_status RENAME VALUE 'late' TO 'open';
--                                             ^^^^^^ error object-already-exists: enum label "open" already exists. Choose another name, or leave this out.
ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'late';
CREATE FUNCTION tax(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION tax(total integer) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
CREATE FUNCTION tax(amount decimal(10, 2)) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
--              ^^^ error object-already-exists: function "tax(numeric)" already exists with same argument types: an earlier statement creates it. Choose another name, or leave this out.
