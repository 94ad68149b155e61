-- runner: rambler

SELECT 1;

-- rambler upp
--<^^^^^^^^^^^ error runner-marker-without-effect: rambler never runs what is below "-- rambler upp": it knows "-- rambler up" and "-- rambler down". Write what this runner reads, or remove it.
--fix review: Write "-- rambler up"
--+ -- rambler up
SELECT 2;

  -- rambler down
--^^^^^^^^^^^^^^^ error runner-marker-without-effect: rambler does not see "-- rambler down": it looks for "-- rambler down" at the start of a line. Write what this runner reads, or remove it.
--fix review: Write "-- rambler down"
--+ -- rambler down
SELECT 3;

-- Rambler ends every section at the next marker.
-- rambler up
SELECT 4;
