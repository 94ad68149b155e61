-- runner: node-pg-migrate 9.0.0

SELECT 1;

-- Up Migration
--<^^^^^^^^^^^^ error runner-marker-without-effect: node-pg-migrate never runs what comes before "-- Up Migration". Write what this runner reads, or remove it.
--fix review: Move it to the top of the file
--+ -- Up Migration
--+ -- runner: node-pg-migrate 9.0.0
--+
--+ SELECT 1;
--+
SELECT 2;

-- pgmigrate: no-transaction
--<^^^^^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: node-pg-migrate 9.0 does not know "-- pgmigrate: no-transaction"; the comment has no effect. Write what this runner reads, or remove it.
--fix review: Remove "-- pgmigrate: no-transaction"
SELECT 3;
