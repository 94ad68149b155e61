-- runner: goose

SELECT 1;

-- +goose Up
--<^^^^^^^^^ error runner-marker-without-effect: goose stops at a statement before "-- +goose Up". Write what this runner reads, or remove it.
--fix review: Move it to the top of the file
--+ -- +goose Up
--+ -- runner: goose
--+
--+ SELECT 1;
--+
SELECT 2;
-- +goose StatementEnd
--<^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: goose stops at "-- +goose StatementEnd" without a StatementBegin before it. Write what this runner reads, or remove it.
--fix review: Remove "-- +goose StatementEnd"

-- +goose Down
SELECT 3;

-- +goose Up
--<^^^^^^^^^ error runner-marker-without-effect: goose stops at a second "-- +goose Up". Write what this runner reads, or remove it.
--fix review: Remove "-- +goose Up"
SELECT 4;

-- migrate:down
--<^^^^^^^^^^^^ error runner-marker-without-effect: "-- migrate:down" is a marker of dbmate; goose takes it for a comment, and runs what follows it. Write what this runner reads, or remove it.
--fix review: Remove "-- migrate:down"
SELECT 5;
