-- lockstep-ignore-file lock-timeout-missing: not what this is about

DROP TABLE order_items, events CASCADE;
--         ^^^^^^^^^^^ warning drop-table: Drops "order_items" with all of its rows; running code may still use it. Deploy code that does not use it first.
--                      ^^^^^^ warning drop-table: Drops "events" with all of its rows; running code may still use it. Deploy code that does not use it first.
DROP TABLE IF EXISTS shop.visits;
--                   ^^^^^^^^^^^ warning drop-table: Drops "visits" with all of its rows; running code may still use it. Deploy code that does not use it first.

CREATE TABLE invoices (id bigint);
DROP TABLE invoices;
CREATE TEMP TABLE batch (id bigint);
DROP TABLE batch;
