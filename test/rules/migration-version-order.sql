-- runner: supabase 2.109.1
-- on main: 9

SET lock_timeout = '5s';
--< error migration-version-order: This migration sorts before 20260109000000_migration.sql, which main has already. The Supabase CLI refuses to push it without --include-all. Give it a version behind all others.
--fix review: Rename it, with a version behind all others
--+ file supabase/migrations/20260102000000_migration.sql becomes supabase/migrations/20260109000001_migration.sql
--note: A database that has run it as 20260102000000_migration.sql takes it for a new one.
ALTER TABLE orders ADD COLUMN note_of_mine text;
