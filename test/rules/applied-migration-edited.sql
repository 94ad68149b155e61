-- runner: supabase 2.109.1
-- on main here: ALTER TABLE orders ADD COLUMN note_of_mine text;

ALTER TABLE orders ADD COLUMN note_of_mine varchar;
--<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning applied-migration-edited: This migration differs from the one that main already has. The Supabase CLI does not run it again: databases that have run it stay as they are. Restore the version of the branch, and write the change into a new migration.
--fix review: Restore the version of main
--+ ALTER TABLE orders ADD COLUMN note_of_mine text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--refused: main already has this migration. Write the change into a new migration.
