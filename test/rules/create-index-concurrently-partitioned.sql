CREATE INDEX CONCURRENTLY ON measurements (value);
--           ^^^^^^^^^^^^ error create-index-concurrently-partitioned: cannot create index on partitioned table "measurements" concurrently. Build it concurrently on each partition, then attach those to an index ON ONLY the table.
--fix review: Build concurrently on each partition
--+ -- Builds nothing. The index is invalid until that of each partition is attached, also of one
--+ -- that no migration creates.
--+ SET lock_timeout = '5s';
--+ CREATE INDEX measurements_value_idx ON ONLY measurements (value);
--+ RESET lock_timeout;
--+
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS measurements_2025_value_idx;
--+
--+ -- Writes to "measurements_2025" go on while its index is built. A build that fails, also by
--+ -- lock_timeout, leaves an invalid index: drop measurements_2025_value_idx before the next try.
--+ CREATE INDEX CONCURRENTLY measurements_2025_value_idx ON measurements_2025 (value);
--+
--+ -- Attaching builds nothing. With the last one, the index of "measurements" is valid.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER INDEX measurements_value_idx ATTACH PARTITION measurements_2025_value_idx;
--+ COMMIT;

-- A partition is a table like others.
CREATE INDEX CONCURRENTLY measurements_2025_taken_at_idx ON measurements_2025 (taken_at);
DROP INDEX CONCURRENTLY measurements_2025_taken_at_idx;

CREATE INDEX measurements_only_idx ON ONLY measurements (value, taken_at);
--<^^^^^^^^^ information lock-timeout-missing: Waits for SHARE on "measurements" with no lock_timeout; later writes queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ CREATE INDEX measurements_only_idx ON ONLY measurements (value, taken_at);
--+ RESET lock_timeout;
DROP INDEX CONCURRENTLY measurements_only_idx;
--                      ^^^^^^^^^^^^^^^^^^^^^ error create-index-concurrently-partitioned: cannot drop partitioned index "measurements_only_idx" concurrently. Drop it without CONCURRENTLY.
