-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE measurements DETACH PARTITION measurements_2025;
--                       ^^^^^^^^^^^^^^^^ information detach-partition-not-concurrent: Waits for all queries on "measurements"; later queries queue up meanwhile. Detach it with CONCURRENTLY, outside a transaction.
--fix review: Detach concurrently
--+ -- Queries go on while it waits for those that have begun. The partition keeps a CHECK with its
--+ -- bounds.
--+ ALTER TABLE measurements DETACH PARTITION measurements_2025 CONCURRENTLY;

CREATE TABLE measurements_2026 PARTITION OF measurements FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE measurements DETACH PARTITION measurements_2026 CONCURRENTLY;
