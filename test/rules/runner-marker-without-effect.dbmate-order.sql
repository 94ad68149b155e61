-- runner: dbmate

SELECT 1;

-- migrate:up transaction:false
--<^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: dbmate stops at a statement before "-- migrate:up". Write what this runner reads, or remove it.
--fix review: Move it to the top of the file
--+ -- migrate:up transaction:false
--+ -- runner: dbmate
--+
--+ SELECT 1;
--+
--fix review: Write "-- migrate:down"
--+ -- migrate:down
--+
--<^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: dbmate stops at a file without "-- migrate:down", also when there is nothing to undo. Write what this runner reads, or remove it.
--fix review: Move it to the top of the file
--+ -- migrate:up transaction:false
--+ -- runner: dbmate
--+
--+ SELECT 1;
--+
--fix review: Write "-- migrate:down"
--+ -- migrate:down
--+
SELECT 2;
