-- runner: flyway
-- on main: 9

ALTER TABLE orders ADD COLUMN note_of_mine text;
--<^^^^^^^^ error migration-version-order: This migration sorts before V9__migration.sql, which main already has. Flyway stops at it, unless outOfOrder is set. Rename it so that its version is the latest.
--fix review: Rename it, so that its version is the latest
--+ file src/main/resources/db/migration/V2__migration.sql becomes src/main/resources/db/migration/V10__migration.sql
--note: A database that has run it as V2__migration.sql takes it for a new one.
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET LOCAL lock_timeout = '5s';
--note: If "V2__migration.sql" was applied already: "flyway migrate" stops at a file whose checksum has changed, until "flyway repair" has run.
