-- lockstep-ignore-file lock-timeout-missing: not what this is about

DROP INDEX orders_user_id_idx;
--         ^^^^^^^^^^^^^^^^^^ information drop-index-not-concurrent: Dropping this index waits for all queries on "orders"; later queries queue up meanwhile. Drop it with CONCURRENTLY, outside a transaction.
--fix review: Drop concurrently
--+ -- Reads and writes go on while the index is dropped.
--+ DROP INDEX CONCURRENTLY orders_user_id_idx;

-- What is not there is dropped without a lock.
DROP INDEX IF EXISTS orders_note_idx;

-- In a project that makes few indexes another one may have made these, on any table.
DROP INDEX orders_old_idx, orders_older_idx;
--         ^^^^^^^^^^^^^^ information drop-index-not-concurrent: Dropping this index waits for all queries on its table; later queries queue up meanwhile. Drop it with CONCURRENTLY, outside a transaction.
--fix review: Drop concurrently
--+ -- Reads and writes go on while the index is dropped.
--+ DROP INDEX CONCURRENTLY orders_old_idx;
--+
--+ -- Reads and writes go on while the index is dropped.
--+ DROP INDEX CONCURRENTLY orders_older_idx;
--                         ^^^^^^^^^^^^^^^^ information drop-index-not-concurrent: Dropping this index waits for all queries on its table; later queries queue up meanwhile. Drop it with CONCURRENTLY, outside a transaction.
--fix review: Drop concurrently
--+ -- Reads and writes go on while the index is dropped.
--+ DROP INDEX CONCURRENTLY orders_old_idx;
--+
--+ -- Reads and writes go on while the index is dropped.
--+ DROP INDEX CONCURRENTLY orders_older_idx;

-- No quick fix: CONCURRENTLY knows no CASCADE.
DROP INDEX orders_oldest_idx CASCADE;
--         ^^^^^^^^^^^^^^^^^ information drop-index-not-concurrent: Dropping this index waits for all queries on its table; later queries queue up meanwhile. Drop it with CONCURRENTLY, outside a transaction.

DROP INDEX CONCURRENTLY orders_total_idx;

CREATE TABLE invoices (id bigint);
CREATE INDEX invoices_id_idx ON invoices (id);
DROP INDEX invoices_id_idx;
