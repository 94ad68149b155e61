-- runner: prisma 6.19.0

START TRANSACTION;
--<^^^^^^^^^^^^^^ error transaction-left-open: No COMMIT ends this transaction: Prisma Migrate 6.19 gives no error, applies nothing and leaves the migration unfinished. Add COMMIT at the end.
--fix review: Add COMMIT at the end
--+ COMMIT;
ALTER TABLE users ADD COLUMN phone text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "users" without a lock_timeout; every query that comes later waits behind it. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s rather than make others wait behind it.
--+ SET LOCAL lock_timeout = '5s';
