-- runner: supabase 2.109.1

CREATE INDEX measurements_value_idx ON measurements (value);
--<^^^^^^^^^ warning create-index-not-concurrent: Building this index blocks every write to "measurements" and its partitions until it is done. Build it concurrently on each partition, then attach those to an index ON ONLY the table.
--fix review: Build concurrently on each partition, here and in 3 new migrations (Supabase CLI 2.109)
--+ -- Builds nothing. The index is invalid until that of each partition is attached, also of one
--+ -- that no migration creates.
--+ SET LOCAL lock_timeout = '5s';
--+ CREATE INDEX measurements_value_idx ON ONLY measurements (value);
--+ file supabase/migrations/20260103000000_measurements_2025_value_idx_leftover.sql
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS measurements_2025_value_idx;
--+ file supabase/migrations/20260103000001_measurements_2025_value_idx_concurrently.sql
--+ -- Writes to "measurements_2025" go on while its index is built. A build that fails, also by
--+ -- lock_timeout, leaves an invalid index: drop measurements_2025_value_idx before the next try.
--+ CREATE INDEX CONCURRENTLY measurements_2025_value_idx ON measurements_2025 (value);
--+ file supabase/migrations/20260103000002_attach_measurements_value_idx.sql
--+ -- Attaching builds nothing. With the last one, the index of "measurements" is valid.
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER INDEX measurements_value_idx ATTACH PARTITION measurements_2025_value_idx;
