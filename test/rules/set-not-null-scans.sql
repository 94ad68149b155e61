-- lockstep-ignore-file lock-timeout-missing, unique-index-without-precheck: not what this is about

ALTER TABLE orders ALTER COLUMN coupon SET NOT NULL;
--                                     ^^^^^^^^^^^^ warning set-not-null-scans: Looking for NULLs in "coupon" blocks every read and write of "orders" until it is done; one NULL makes it fail. Add CHECK (… IS NOT NULL) NOT VALID and validate it first; then nothing is scanned.
--fix review: Add a CHECK as NOT VALID, validate it, then SET NOT NULL
--+ -- New rows need "coupon" from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD CONSTRAINT orders_coupon_is_not_null CHECK (coupon IS NOT NULL) NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Looks for a NULL in "coupon" while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_coupon_is_not_null;
--+
--+ -- The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed
--+ -- any more.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE orders ALTER COLUMN coupon SET NOT NULL;
--+ ALTER TABLE orders DROP CONSTRAINT orders_coupon_is_not_null;
--+ COMMIT;

-- A valid check proves it; the third step of the fix above is this.
ALTER TABLE users ADD CONSTRAINT users_email_is_not_null CHECK (email IS NOT NULL) NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_email_is_not_null;
ALTER TABLE users ALTER COLUMN email SET NOT NULL;

-- It is so already.
ALTER TABLE users ALTER COLUMN name SET NOT NULL;

-- A primary key wants it, too.
CREATE UNIQUE INDEX CONCURRENTLY events_pkey ON events (id);
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;
--                                            ^^^^^^^^^^^ warning set-not-null-scans: Looking for NULLs blocks every read and write of "events" until it is done; one NULL makes it fail. Add CHECK (… IS NOT NULL) NOT VALID and validate it first; then nothing is scanned.

CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ALTER COLUMN id SET NOT NULL;
