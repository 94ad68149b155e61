-- runner: graphile-migrate
--! no-transaction
--<^^^^^^^^^^^^^^^ warning runner-marker-without-effect: graphile-migrate looks for "--! no-transaction" in the first line only; the migration runs in a transaction. Write what this runner reads, or remove it.
--fix review: Move it to the first line
--+ --! no-transaction
--+ -- runner: graphile-migrate
SELECT 1;
--! no transaction
--<^^^^^^^^^^^^^^^ warning runner-marker-without-effect: graphile-migrate looks for "--! no-transaction" in the first line only; the migration runs in a transaction. Write what this runner reads, or remove it.
--fix review: Move it to the first line
--+ --! no-transaction
--+ -- runner: graphile-migrate
--+ --! no-transaction
--+ SELECT 1;
SELECT 2;
