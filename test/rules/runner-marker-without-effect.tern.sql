-- runner: tern

-- tern: disable-tx
--<^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: tern does not see "-- tern: disable-tx"; the section runs in a transaction. Write what this runner reads, or remove it.
--fix review: Write "---- tern: disable-tx ----"
--+ ---- tern: disable-tx ----
SELECT 1;

---- Create above/drop below ----
--<^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error runner-marker-without-effect: tern does not see "---- Create above/drop below ----"; what stands below it runs with what stands above. Write what this runner reads, or remove it.
--fix review: Write "---- create above / drop below ----"
--+ ---- create above / drop below ----
SELECT 2;

---- create above / drop below ----
SELECT 3;
