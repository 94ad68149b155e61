-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
--                                                    ^^^^^^^^^^^ warning add-foreign-key-validated: Checking the existing rows blocks every write to "orders" and "users" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;

-- No row has a value yet, so none is looked up.
ALTER TABLE orders ADD COLUMN referrer_id bigint REFERENCES users;

-- All rows have this one.
ALTER TABLE orders ADD COLUMN owner_id bigint DEFAULT 1 REFERENCES users;
--                                                      ^^^^^^^^^^ warning add-foreign-key-validated: Checking the existing rows blocks every read and write of "orders" and every write to "users" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD COLUMN owner_id bigint DEFAULT 1, ADD CONSTRAINT orders_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES users NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_owner_id_fkey;

-- Nobody uses the table that is referenced; writes to this one wait.
CREATE TABLE regions (id bigint PRIMARY KEY);
ALTER TABLE users ADD COLUMN region_id bigint;
ALTER TABLE users ADD FOREIGN KEY (region_id) REFERENCES regions (id);
--                    ^^^^^^^^^^^ warning add-foreign-key-validated: Checking the existing rows blocks every write to "users" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE users ADD CONSTRAINT users_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions (id) NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE users VALIDATE CONSTRAINT users_region_id_fkey;

-- No quick fix: a partitioned table takes no NOT VALID foreign key before PostgreSQL 18.
ALTER TABLE measurements ADD CONSTRAINT measurements_value_fkey FOREIGN KEY (value) REFERENCES users (id);
--                                                                                             ^^^^^ warning add-foreign-key-narrower: "value" of "measurements" is integer: beyond 2147483647 it cannot hold "id" of "users", which is bigint. Make it bigint.
--                                                              ^^^^^^^^^^^ warning add-foreign-key-validated: Checking the existing rows blocks every write to "measurements" and "users" until it is done. Add it NOT VALID, and validate it in a later transaction.

ALTER TABLE order_items ADD CONSTRAINT order_items_id_fkey FOREIGN KEY (id) REFERENCES orders (id) NOT VALID;

CREATE TABLE invoices (id bigint, user_id bigint);
ALTER TABLE invoices ADD FOREIGN KEY (user_id) REFERENCES users (id);

-- What the whole statement locks, and what its transaction holds already, counts.
ALTER TABLE orders ADD COLUMN seller_id bigint, ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id);
--                                                                              ^^^^^^^^^^^ warning add-foreign-key-validated: Checking the existing rows blocks every read and write of "orders" and every write to "users" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD COLUMN seller_id bigint, ADD CONSTRAINT orders_user_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_user_fkey;
BEGIN;
ALTER TABLE users ADD COLUMN phone text;
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users (id);
--                     ^^^^^^^^^^^ warning add-foreign-key-validated: Checking the existing rows blocks every read and write of "users" and every write to "orders" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey1 FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
--+ COMMIT;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey1;
COMMIT;
