-- runner: supabase 2.109.1
-- on main here: ALTER TABLE orders ADD COLUMN note_of_mine text;

ALTER TABLE orders ADD COLUMN note_of_mine varchar;
--<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning applied-migration-edited: main has this migration already, and it reads otherwise there. The Supabase CLI does not run it again: databases that have run it stay as they are. Bring back what the branch has, and write the change into a new migration.
--fix review: Bring back what main has
--+ ALTER TABLE orders ADD COLUMN note_of_mine text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" without a lock_timeout; every query that comes later waits behind it. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--refused: main already has this migration. Write the change into a new migration.
