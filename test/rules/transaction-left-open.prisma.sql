-- runner: prisma 6.19.0

START TRANSACTION;
--<^^^^^^^^^^^^^^ error transaction-left-open: No COMMIT ends this transaction: Prisma Migrate 6.19 gives no error, applies nothing and leaves the migration unfinished. Add COMMIT at the end.
--fix review: Add COMMIT at the end
--+ COMMIT;
ALTER TABLE users ADD COLUMN phone text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "users" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET LOCAL lock_timeout = '5s';
