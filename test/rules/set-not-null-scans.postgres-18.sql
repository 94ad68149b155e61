-- postgres: 18

ALTER TABLE orders
  ALTER COLUMN coupon SET NOT NULL,
--                    ^^^^^^^^^^^^ warning set-not-null-scans: Looking for NULLs in "coupon" blocks every read and write of "orders" until it is done; one NULL makes it fail. Add CHECK (… IS NOT NULL) NOT VALID and validate it first; then nothing is scanned.
--fix review: Add NOT NULL as NOT VALID, then validate it
--+ -- New rows need "coupon" from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders
--+   ADD CONSTRAINT orders_coupon_not_null NOT NULL coupon NOT VALID,
--+   ALTER COLUMN quantity DROP NOT NULL;
--+ RESET lock_timeout;
--+
--+ -- Looks for a NULL in "coupon" while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_coupon_not_null;
  ALTER COLUMN quantity DROP NOT NULL;
