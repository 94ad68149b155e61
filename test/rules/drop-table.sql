-- lockstep-ignore-file lock-timeout-missing: not what this is about

DROP TABLE order_items, events CASCADE;
--         ^^^^^^^^^^^ warning drop-table: Drops "order_items" with all of its rows; running code may still use it.
--                      ^^^^^^ warning drop-table: Drops "events" with all of its rows; running code may still use it.
DROP TABLE IF EXISTS shop.visits;
--                   ^^^^^^^^^^^ warning drop-table: Drops "visits" with all of its rows; running code may still use it.

CREATE TABLE invoices (id bigint);
DROP TABLE invoices;
CREATE TEMP TABLE batch (id bigint);
DROP TABLE batch;
