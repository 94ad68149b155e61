-- runner: supabase 2.116.0
-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- This version takes the build out of the pipeline; LOCK TABLE needs a block before PostgreSQL 18.
ALTER TABLE users ADD COLUMN phone text;
CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
LOCK TABLE users IN SHARE MODE NOWAIT;
--<^^^^^^^ error concurrently-in-transaction: Supabase CLI 2.116 sends these statements as one pipeline; a pipeline is not a transaction block to LOCK TABLE as its first statement. Put it between BEGIN and COMMIT, with the statements that it is for.
