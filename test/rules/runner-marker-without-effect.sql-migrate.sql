-- runner: sql-migrate

SELECT 0;

-- +migrate Up noTransaction
--             ^^^^^^^^^^^^^ warning runner-marker-without-effect: sql-migrate does not know "noTransaction"; the section runs in a transaction. Write what this runner reads, or remove it.
--fix review: Write "notransaction"
--+ -- +migrate Up notransaction
--<^^^^^^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: sql-migrate never runs the statements before "-- +migrate Up". Write what this runner reads, or remove it.
--fix review: Move it to the top of the file
--+ -- +migrate Up noTransaction
--+ -- runner: sql-migrate
--+
--+ SELECT 0;
--+
SELECT 1;

-- +migrate NO TRANSACTION
--<^^^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: sql-migrate does not see "-- +migrate NO TRANSACTION": it looks for "notransaction" after "-- +migrate Up". Write what this runner reads, or remove it.
--fix review: Write "-- +migrate Up notransaction"
--+ -- +migrate Up noTransaction notransaction
--+ SELECT 1;
--+
SELECT 2;

--  +migrate StatementBegin
--<^^^^^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: sql-migrate does not see "--  +migrate StatementBegin": it looks for "-- +migrate StatementBegin" at the start of a line. Write what this runner reads, or remove it.
--fix review: Write "-- +migrate StatementBegin"
--+ -- +migrate StatementBegin
SELECT 3;
-- +migrate StatementEnd
--<^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: sql-migrate sees no StatementBegin before this StatementEnd, and passes over it. Write what this runner reads, or remove it.
--fix review: Remove "-- +migrate StatementEnd"

-- +migrate down
--<^^^^^^^^^^^^^ error runner-marker-without-effect: sql-migrate does not see "-- +migrate down": it looks for "-- +migrate Down" at the start of a line. Write what this runner reads, or remove it.
--fix review: Write "-- +migrate Down"
--+ -- +migrate Down
SELECT 4;
