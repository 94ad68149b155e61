-- runner: node-pg-migrate 9.0.0

SELECT 1;

-- Down Migration
--<^^^^^^^^^^^^^^ error runner-marker-without-effect: node-pg-migrate runs what is below "-- Down Migration" right after the rest, because there is no "-- Up Migration". Write what this runner reads, or remove it.
--fix review: Write "-- Up Migration"
--+ -- Up Migration
SELECT 2;
