-- runner: supabase 2.109.1

-- disable-transaction
--<^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: Supabase CLI does not know "-- disable-transaction"; the comment has no effect. Write what this runner reads, or remove it.
--fix review: Remove "-- disable-transaction"
SELECT 1;

-- migrate:down
--<^^^^^^^^^^^^ error runner-marker-without-effect: "-- migrate:down" is a marker of dbmate; Supabase CLI 2.109 takes it for a comment, and runs what follows it. Write what this runner reads, or remove it.
--fix review: Remove "-- migrate:down"
SELECT 2;
