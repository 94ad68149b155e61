-- runner: supabase 2.109.1
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE users ADD COLUMN phone text;
CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
--           ^^^^^^^^^^^^ error concurrently-in-transaction: Supabase CLI 2.109 sends these statements as one pipeline; CREATE INDEX CONCURRENTLY fails after another statement of it. Give it a migration of its own.
--fix review: Run it outside a transaction, in a migration of its own (Supabase CLI 2.109)
--+ file supabase/migrations/20260103000000_create_users_name_idx_concurrently.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
