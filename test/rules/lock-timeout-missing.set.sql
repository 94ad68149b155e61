-- SET LOCAL ends with the transaction.
BEGIN;
SET LOCAL lock_timeout = '5s';
ALTER TABLE orders ADD COLUMN note text;
COMMIT;
ALTER TABLE users ADD COLUMN note text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "users" without a lock_timeout; every query that comes later waits behind it. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s rather than make others wait behind it.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE users ADD COLUMN note text;
--+ RESET lock_timeout;
