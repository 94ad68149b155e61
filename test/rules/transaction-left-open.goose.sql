-- runner: goose
-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- +goose NO TRANSACTION
-- +goose Up
BEGIN;
--<^^ error transaction-left-open: No COMMIT ends this transaction: the server rolls it back when goose disconnects. Add COMMIT at the end.
--fix review: Add COMMIT at the end
--+ COMMIT;
-- +goose StatementBegin
CREATE FUNCTION one() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RETURN 1;
END
$$;
-- +goose StatementEnd

-- +goose Down
BEGIN;
DROP FUNCTION one();
COMMIT;
