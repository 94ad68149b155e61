-- runner: flyway
--<^^^^^^^^^^^^^^ error applied-migration-edited: main has this migration already, and it reads otherwise there. Flyway stops, because the checksum is another one, until "flyway repair" has run. Bring back what the branch has, and write the change into a new migration.
--fix review: Bring back what main has
--+ ALTER TABLE orders ADD COLUMN note_of_mine text;
-- on main here: ALTER TABLE orders ADD COLUMN note_of_mine text;

-- A comment counts, too.
ALTER TABLE orders ADD COLUMN note_of_mine text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" without a lock_timeout; every query that comes later waits behind it. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--refused: main already has this migration. Write the change into a new migration.
