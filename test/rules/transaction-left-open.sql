-- lockstep-ignore-file lock-timeout-missing: not what this is about

BEGIN;
ALTER TABLE users ADD COLUMN phone text;
COMMIT;

BEGIN;
SAVEPOINT before;
UPDATE orders SET coupon = NULL WHERE id = 1;
ROLLBACK TO before;
ROLLBACK;

-- No words of a body end the transaction, and none begins one.
CREATE FUNCTION total_of(integer) RETURNS integer BEGIN ATOMIC SELECT $1; END;

begin;
commit and chain;
--<^^^ error transaction-left-open: No COMMIT ends this transaction: the server rolls it back when psql disconnects. Add COMMIT at the end.
--fix review: Add COMMIT at the end
--+ DO $$ BEGIN PERFORM 1; END $$; -- The last one.
--+ commit;
UPDATE orders SET coupon = NULL WHERE id = 2;
DO $$ BEGIN PERFORM 1; END $$ -- The last one.
