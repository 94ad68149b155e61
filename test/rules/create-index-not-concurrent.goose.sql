-- runner: goose
-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- +goose Up
-- +goose StatementBegin
CREATE INDEX users_name_idx ON users (name);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "users" until it is done. Build it with CONCURRENTLY, outside a transaction.
--fix review: Build concurrently
--+ -- +goose NO TRANSACTION
--+ -- +goose Up
--+ -- A failed concurrent build leaves an invalid index, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_name_idx;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop users_name_idx before the next try.
--+ CREATE INDEX CONCURRENTLY users_name_idx ON users (name);
-- +goose StatementEnd

-- +goose Down
DROP INDEX users_name_idx;
