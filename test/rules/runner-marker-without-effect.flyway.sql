-- runner: flyway

-- atlas:txmode none
--<^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: "-- atlas:txmode none" is a marker of Atlas; Flyway takes it for a comment. Write what this runner reads, or remove it.
--fix review: Remove "-- atlas:txmode none"
SELECT 1;

-- no-transaction
--<^^^^^^^^^^^^^^ warning runner-marker-without-effect: "-- no-transaction" is a marker of sqlx; Flyway takes it for a comment. Write what this runner reads, or remove it.
--fix review: Remove "-- no-transaction"
SELECT 2;

-- +goose NO TRANSACTION
--<^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: "-- +goose NO TRANSACTION" is a marker of goose; Flyway takes it for a comment. Write what this runner reads, or remove it.
--fix review: Remove "-- +goose NO TRANSACTION"
SELECT 3;
