REINDEX INDEX orders_user_id_idx;
--<^^^^ warning reindex-not-concurrent: Rebuilding blocks every write to "orders", and every query of it that has to be planned, until it is done. Rebuild with CONCURRENTLY, outside a transaction.
--fix review: Rebuild concurrently
--+ -- Reads and writes go on during the rebuild. A rebuild that fails leaves an invalid index whose
--+ -- name ends with _ccnew.
--+ REINDEX INDEX CONCURRENTLY orders_user_id_idx;

reindex (verbose) table orders;
--<^^^^ warning reindex-not-concurrent: Rebuilding blocks every write to "orders", and every query of it that has to be planned, until it is done. Rebuild with CONCURRENTLY, outside a transaction.
--fix review: Rebuild concurrently
--+ -- Reads and writes go on during the rebuild. A rebuild that fails leaves an invalid index whose
--+ -- name ends with _ccnew.
--+ reindex (verbose) table concurrently orders;

REINDEX TABLE measurements;

-- Done already, or for nobody.
REINDEX TABLE CONCURRENTLY orders;
REINDEX (CONCURRENTLY) INDEX orders_user_id_idx;
CREATE TABLE drafts (id integer PRIMARY KEY);
REINDEX TABLE drafts;
