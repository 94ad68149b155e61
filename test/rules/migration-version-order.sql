-- runner: supabase 2.109.1
-- on main: 9

SET lock_timeout = '5s';
--< error migration-version-order: This migration sorts before 20260109000000_migration.sql, which main already has. The Supabase CLI refuses to push it without --include-all. Rename it so that its version is the latest.
--fix review: Rename it, so that its version is the latest
--+ file supabase/migrations/20260102000000_migration.sql becomes supabase/migrations/20260109000001_migration.sql
--note: A database that has run it as 20260102000000_migration.sql takes it for a new one.
ALTER TABLE orders ADD COLUMN note_of_mine text;
