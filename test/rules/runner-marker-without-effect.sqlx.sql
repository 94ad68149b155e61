-- runner: sqlx 0.8.6

-- no-transaction
--<^^^^^^^^^^^^^^ warning runner-marker-without-effect: sqlx looks for "-- no-transaction" in the first bytes of the file only; here it has no effect. Write what this runner reads, or remove it.
--fix review: Write "-- no-transaction" at the very top
--+ -- no-transaction
--+ -- runner: sqlx 0.8.6
--+
SELECT 1;
--no-transaction
--<^^^^^^^^^^^^^ warning runner-marker-without-effect: sqlx looks for "-- no-transaction" in the first bytes of the file only; here it has no effect. Write what this runner reads, or remove it.
--fix review: Write "-- no-transaction" at the very top
--+ -- no-transaction
--+ -- runner: sqlx 0.8.6
--+
--+ -- no-transaction
--+ SELECT 1;
SELECT 2;
