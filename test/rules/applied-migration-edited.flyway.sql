-- runner: flyway
--<^^^^^^^^^^^^^^ error applied-migration-edited: This migration differs from the one that main already has. Flyway stops, because the checksum is another one, until "flyway repair" has run. Restore the version of the branch, and write the change into a new migration.
--fix review: Restore the version of main
--+ ALTER TABLE orders ADD COLUMN note_of_mine text;
-- on main here: ALTER TABLE orders ADD COLUMN note_of_mine text;

-- A comment counts, too.
ALTER TABLE orders ADD COLUMN note_of_mine text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--refused: main already has this migration. Write the change into a new migration.
