-- lockstep-ignore-file lock-timeout-missing, concurrently-in-transaction: not what this is about

-- supabase:disable-transaction
--<^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: Supabase CLI does not know "-- supabase:disable-transaction"; the comment has no effect. Write what this runner reads, or remove it.
--fix review: Remove "-- supabase:disable-transaction"
CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);

-- +goose NO TRANSACTION
--<^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: "-- +goose NO TRANSACTION" is a marker of goose; psql takes it for a comment. Write what this runner reads, or remove it.
--fix review: Remove "-- +goose NO TRANSACTION"
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);

-- migrate:down
--<^^^^^^^^^^^^ error runner-marker-without-effect: "-- migrate:down" is a marker of dbmate; psql takes it for a comment, and runs what follows it. Write what this runner reads, or remove it.
--fix review: Remove "-- migrate:down"
SELECT 1;

-- What people say to each other is no marker.
-- no transaction
-- supabase: see the ticket about the disabled transaction
SELECT '
-- supabase:disable-transaction
';
