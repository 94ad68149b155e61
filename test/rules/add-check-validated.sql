-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
--                                                   ^^^^^ warning add-check-validated: Checking the existing rows blocks every read and write of "orders" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;

-- The name is the one that PostgreSQL would give.
ALTER TABLE public.orders ADD CHECK (quantity > 0);
--                            ^^^^^ warning add-check-validated: Checking the existing rows blocks every read and write of "orders" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE public.orders ADD CONSTRAINT orders_quantity_check CHECK (quantity > 0) NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE public.orders VALIDATE CONSTRAINT orders_quantity_check;

-- Every row has NULL there, and all are read.
ALTER TABLE orders ADD COLUMN rating integer CHECK (rating BETWEEN 1 AND 5);
--                                           ^^^^^ warning add-check-validated: Checking the existing rows blocks every read and write of "orders" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD COLUMN rating integer, ADD CONSTRAINT orders_rating_check CHECK (rating BETWEEN 1 AND 5) NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_rating_check;

ALTER TABLE orders ADD CONSTRAINT orders_coupon_check CHECK (coupon <> '') NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_coupon_check;

CREATE TABLE invoices (id bigint CHECK (id > 0));
ALTER TABLE invoices ADD CHECK (id < 1000);

DO $$
BEGIN
  ALTER TABLE users ADD CONSTRAINT users_name_check CHECK (name <> '');
--                                                  ^^^^^ warning add-check-validated: Checking the existing rows blocks every read and write of "users" until it is done. Add it NOT VALID, and validate it in a later transaction.
EXCEPTION WHEN duplicate_object THEN NULL;
END
$$;
