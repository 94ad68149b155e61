ALTER TABLE measurements DETACH PARTITION measurements_2025;
--                       ^^^^^^^^^^^^^^^^ information detach-partition-not-concurrent: Waits for all queries on "measurements", and every later one waits behind it. Detach it with CONCURRENTLY, outside of a transaction.
--fix review: Detach concurrently
--+ -- Queries go on while it waits for those that have begun. The partition keeps a CHECK with its
--+ -- bounds.
--+ ALTER TABLE measurements DETACH PARTITION measurements_2025 CONCURRENTLY;

ALTER TABLE measurements DETACH PARTITION measurements_2025 CONCURRENTLY;
