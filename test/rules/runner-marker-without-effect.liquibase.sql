--liquibase formatted sql
-- runner: liquibase

SELECT 0;
--<^^^ error runner-marker-without-effect: Liquibase never runs what comes before the first "--changeset author:id". Write what this runner reads, or remove it.

--changeset ann:1 runInTransaction=false
--                ^^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: Liquibase does not see "runInTransaction=false": it wants "runInTransaction:false". Write what this runner reads, or remove it.
--fix review: Write "runInTransaction:false"
--+ --changeset ann:1 runInTransaction:false
SELECT 1;

--changeset ann:2 splitstatements: false
--                ^^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: Liquibase does not see "splitstatements: false": it wants "splitStatements:false". Write what this runner reads, or remove it.
--fix review: Write "splitStatements:false"
--+ --changeset ann:2 splitStatements:false
-- runInTransaction:false
--<^^^^^^^^^^^^^^^^^^^^^^ warning runner-marker-without-effect: Liquibase reads "-- runInTransaction:false" only on the line of the changeset. Write what this runner reads, or remove it.
--fix review: Remove "-- runInTransaction:false"
SELECT 2;

--changeset 3
--<^^^^^^^^^^ error runner-marker-without-effect: Liquibase stops at "--changeset 3": it wants "--changeset author:id". Write what this runner reads, or remove it.
SELECT 3;

--changeset ann:1
--<^^^^^^^^^^^^^^ error runner-marker-without-effect: Liquibase stops at a second changeset with the author and the id "ann:1". Write what this runner reads, or remove it.
SELECT 4;
