-- runner: dbmate

-- migrate:up transaction=false
--            ^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: dbmate does not know "transaction=false"; the section runs in a transaction. Write what this runner reads, or remove it.
--fix review: Write "transaction:false"
--+ -- migrate:up transaction:false
SELECT 1;

-- Migrate:Down
--<^^^^^^^^^^^^ error runner-marker-without-effect: dbmate does not see "-- Migrate:Down": it looks for "-- migrate:down" at the start of a line. Write what this runner reads, or remove it.
--fix review: Write "-- migrate:down"
--+ -- migrate:down
SELECT 2;

-- transaction:false
--<^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: dbmate does not know "-- transaction:false"; the comment has no effect. Write what this runner reads, or remove it.
--fix review: Remove "-- transaction:false"
SELECT 3;
