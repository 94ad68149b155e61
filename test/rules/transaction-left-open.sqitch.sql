-- runner: sqitch
-- Deploy p:change2 to pg

BEGIN;
--<^^ error transaction-left-open: No COMMIT ends this transaction: Sqitch says "ok" and records the change, and the server rolls it back. Add COMMIT at the end.
--fix review: Add COMMIT at the end
--+ COMMIT;

ALTER TABLE users ADD COLUMN phone text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "users" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET LOCAL lock_timeout = '5s';
--note: If "change2.sql" was applied already: Sqitch does not deploy it again; "sqitch rework" makes a new version of it.
