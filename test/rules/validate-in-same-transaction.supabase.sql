-- runner: supabase 2.109.1
-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- As supabase db diff writes it.
alter table "public"."orders" add constraint "orders_user_id_fkey" FOREIGN KEY (user_id) REFERENCES users(id) not valid;

alter table "public"."orders" validate constraint "orders_user_id_fkey";
--                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning validate-in-same-transaction: Validating "orders_user_id_fkey" blocks every write to "orders" and "users" until it is done, as this transaction still holds the lock that added it. Validate it in a later transaction.
--fix review: Validate it after the commit, in a migration of its own (Supabase CLI 2.109)
--+ file supabase/migrations/20260103000000_validate_orders_user_id_fkey.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ alter table "public"."orders" validate constraint "orders_user_id_fkey";
