-- lockstep-ignore-file lock-timeout-missing: not what this is about

BEGIN;
ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
--                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning validate-in-same-transaction: Validating "orders_total_check" blocks every read and write of "orders" until it is done, as this transaction still holds the lock that added it. Validate it in a later transaction.
--fix review: Validate it after the commit
--+ COMMIT;
--+
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
COMMIT;

-- Another transaction.
ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;

-- One statement is one transaction.
ALTER TABLE users ADD CONSTRAINT users_name_check CHECK (name <> '') NOT VALID, VALIDATE CONSTRAINT users_name_check;
--                                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning validate-in-same-transaction: Validating "users_name_check" blocks every read and write of "users" until it is done, as this transaction still holds the lock that added it. Validate it in a later transaction.

BEGIN;
CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ADD CONSTRAINT invoices_id_check CHECK (id > 0) NOT VALID;
ALTER TABLE invoices VALIDATE CONSTRAINT invoices_id_check;
COMMIT;

-- The column has locked its table more strongly than the foreign key.
BEGIN;
ALTER TABLE order_items ADD COLUMN user_id bigint, ADD CONSTRAINT items_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
ALTER TABLE order_items VALIDATE CONSTRAINT items_user_id_fkey;
--                      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning validate-in-same-transaction: Validating "items_user_id_fkey" blocks every read and write of "order_items" and every write to "users" until it is done, as this transaction still holds the lock that added it. Validate it in a later transaction.
--fix review: Validate it after the commit
--+ COMMIT;
--+
--+ ALTER TABLE order_items VALIDATE CONSTRAINT items_user_id_fkey;
COMMIT;
