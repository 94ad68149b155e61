-- A graver finding of the same statement says more.
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
ALTER TABLE orders DROP COLUMN coupon;
--                             ^^^^^^ warning drop-column: Running code may still use "coupon". Deploy code that does not use it first.
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders DROP COLUMN coupon;
--+ RESET lock_timeout;
