-- runner: dbmate
-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- migrate:up
ALTER TABLE users ADD COLUMN phone text;
CREATE INDEX users_name_idx ON users (name);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every read and write of "users" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently, in 2 migrations of their own (dbmate)
--+ file db/migrations/20260103000000_users_name_idx_leftover.sql
--+ -- migrate:up transaction:false
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_name_idx;
--+
--+ -- migrate:down
--+ file db/migrations/20260103000001_users_name_idx_concurrently.sql
--+ -- migrate:up transaction:false
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop users_name_idx before the next try.
--+ CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
--+
--+ -- migrate:down

-- migrate:down
