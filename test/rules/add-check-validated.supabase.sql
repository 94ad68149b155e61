-- runner: supabase 2.109.1
-- lockstep-ignore-file lock-timeout-missing: not what this is about

alter table orders add constraint orders_total_check check (total >= 0);
--                                                   ^^^^^ warning add-check-validated: Checking the existing rows blocks every read and write of "orders" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it, here and in a new migration (Supabase CLI 2.109)
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET LOCAL lock_timeout = '5s';
--+ alter table orders add constraint orders_total_check check (total >= 0) NOT VALID;
--+ file supabase/migrations/20260103000000_validate_orders_total_check.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ alter table orders VALIDATE CONSTRAINT orders_total_check;
alter table users add column phone text;

-- Beside the column it can be NOT VALID.
alter table orders
  add column rating integer not null default 3 check (rating between 1 and 5), -- stars
--                                             ^^^^^ warning add-check-validated: Checking the existing rows blocks every read and write of "orders" until it is done. Add it NOT VALID, and validate it in a later transaction.
--fix review: Add it as NOT VALID, then validate it, here and in a new migration (Supabase CLI 2.109)
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ SET LOCAL lock_timeout = '5s';
--+ alter table orders
--+   add column rating integer not null default 3,
--+   ADD CONSTRAINT orders_rating_check check (rating between 1 and 5) NOT VALID, -- stars
--+ file supabase/migrations/20260103000000_validate_orders_rating_check.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ alter table orders VALIDATE CONSTRAINT orders_rating_check;
  add column note text;
