-- SET LOCAL ends with the transaction.
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
ALTER TABLE users ADD COLUMN note text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "users" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE users ADD COLUMN note text;
--+ RESET lock_timeout;
