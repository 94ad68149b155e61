-- runner: goose

-- +goose NOTRANSACTION
--<^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: goose stops at "-- +goose NOTRANSACTION": it does not know this word. Write what this runner reads, or remove it.
--fix review: Write "-- +goose NO TRANSACTION"
--+ -- +goose NO TRANSACTION
SELECT 1;

  -- +goose Up
--^^^^^^^^^^^^ error runner-marker-without-effect: goose stops at "-- +goose Up" because the line is indented. Write what this runner reads, or remove it.
--fix review: Write "-- +goose Up"
--+ -- +goose Up
SELECT 2;

-- +goose StatementBegin
--<^^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: goose stops because no StatementEnd follows this StatementBegin. Write what this runner reads, or remove it.
--fix review: Write "-- +goose StatementEnd"
--+ -- +goose StatementEnd
SELECT 3;
-- +goose Dwon
--<^^^^^^^^^^^ error runner-marker-without-effect: goose stops at "-- +goose Dwon": it does not know this word. Write what this runner reads, or remove it.
--fix review: Write "-- +goose Down"
--+ -- +goose Down
SELECT 4;

-- +goose transaction:false
--<^^^^^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: goose stops at "-- +goose transaction:false": it does not know this word. Write what this runner reads, or remove it.
--fix review: Write "-- +goose NO TRANSACTION"
--+ -- +goose NO TRANSACTION
SELECT 5;
