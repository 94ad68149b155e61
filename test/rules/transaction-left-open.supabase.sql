-- runner: supabase 3.1.0
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE users ADD COLUMN phone text;

COMMIT;
BEGIN;
--<^^ error transaction-left-open: No COMMIT ends this transaction: Supabase CLI 3.1 says "Finished", but records neither this migration nor later ones. Add COMMIT at the end.
--fix review: Add COMMIT at the end
--+ COMMIT;

UPDATE orders SET coupon = NULL WHERE id = 1;
