-- runner: supabase 2.109.1
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE orders ADD COLUMN is_paid boolean;
-- Paid is what is closed.
UPDATE orders SET is_paid = closed_at IS NOT NULL;
--<^^^ warning slow-statement-under-lock: Every read and write of "orders" waits until this is done, as this transaction holds ACCESS EXCLUSIVE since the ALTER TABLE before it. Run it in a transaction of its own.
--fix review: Run it in a transaction of its own, in a migration of its own (Supabase CLI 2.109)
--+ file supabase/migrations/20260103000000_update_orders.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- Paid is what is closed.
--+ -- In a transaction of its own, the locks of the statements before it are released.
--+ UPDATE orders SET is_paid = closed_at IS NOT NULL;
--+ file supabase/migrations/20260103000001_migration_continued.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ ALTER TABLE orders ALTER COLUMN is_paid SET DEFAULT false;
--+ ALTER TABLE users ADD COLUMN score integer;
ALTER TABLE orders ALTER COLUMN is_paid SET DEFAULT false;
ALTER TABLE users ADD COLUMN score integer;
