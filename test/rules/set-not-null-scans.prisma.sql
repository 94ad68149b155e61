-- runner: prisma 6.0.0

UPDATE "orders" SET "coupon" = '' WHERE "coupon" IS NULL;
ALTER TABLE "orders" ALTER COLUMN "coupon" SET NOT NULL;
--                                         ^^^^^^^^^^^^ warning set-not-null-scans: Looking for NULLs in "coupon" blocks every read and write of "orders" until it is done; one NULL makes it fail. Add CHECK (… IS NOT NULL) NOT VALID and validate it first; then nothing is scanned.
--fix review: Add a CHECK as NOT VALID, validate it, then SET NOT NULL, here and in 2 new migrations (Prisma Migrate 6.0)
--+ -- New rows need "coupon" from here on; the existing ones are not scanned under this lock.
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE "orders" ADD CONSTRAINT orders_coupon_is_not_null CHECK (coupon IS NOT NULL) NOT VALID;
--+ file prisma/migrations/20260103000000_validate_orders_coupon_is_not_null/migration.sql
--+ -- Looks for a NULL in "coupon" while reads and writes go on.
--+ ALTER TABLE "orders" VALIDATE CONSTRAINT orders_coupon_is_not_null;
--+ file prisma/migrations/20260103000001_orders_coupon_not_null/migration.sql
--+ -- The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed
--+ -- any more.
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE "orders" ALTER COLUMN coupon SET NOT NULL;
--+ ALTER TABLE "orders" DROP CONSTRAINT orders_coupon_is_not_null;
