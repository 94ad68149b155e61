-- runner: golang-migrate
-- on main: 9

ALTER TABLE orders ADD COLUMN note_of_mine text;
--<^^^^^^^^ warning migration-version-order: This migration sorts before 000009_migration.up.sql, which main already has. golang-migrate knows the last version only: a database that is past it never runs it. Rename it so that its version is the latest.
--fix review: Rename it, so that its version is the latest
--+ file migrations/000002_migration.up.sql becomes migrations/000010_migration.up.sql
--note: A database that has run it as 000002_migration.up.sql takes it for a new one.
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD COLUMN note_of_mine text;
--+ RESET lock_timeout;
