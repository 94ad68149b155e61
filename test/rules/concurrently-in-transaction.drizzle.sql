-- runner: drizzle 0.45.4
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE "users" ADD COLUMN "phone" text;--> statement-breakpoint
CREATE INDEX CONCURRENTLY "users_name_idx" ON "users" USING btree ("name");
--           ^^^^^^^^^^^^ error concurrently-in-transaction: Drizzle runs all pending migrations in one transaction; CREATE INDEX CONCURRENTLY fails in it. Run it by hand with psql before the deploy.
--fix review: Run it outside a transaction, by hand before the deploy (Drizzle 0.45)
--+ -- lockstep-ignore create-index-not-concurrent: Built by hand before the deploy; here for
--+ -- databases where it was not.
--+ CREATE INDEX IF NOT EXISTS "users_name_idx" ON "users" USING btree ("name");
--+ file drizzle/manual/0001_migration_create_users_name_idx_concurrently.sql
--+ -- Run this by hand before 0001_migration.sql is deployed:
--+ -- psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f drizzle/manual/0001_migration_create_users_name_idx_concurrently.sql
--+
--+ CREATE INDEX CONCURRENTLY "users_name_idx" ON "users" USING btree ("name");
--note: Run drizzle/manual/0001_migration_create_users_name_idx_concurrently.sql with psql before the deploy; the migration then finds its work done.
--note: On a database where it was not run, such as a new one, the migration does it all, with locks.
--note: It needs what the statements before it in this file do: deploy those first, in a migration of their own.
--fix review: Run it outside a transaction, with a COMMIT at a breakpoint (Drizzle 0.45)
--+ -- Ends the transaction that Drizzle opened, for what follows.
--+ COMMIT;--> statement-breakpoint
--+ CREATE INDEX CONCURRENTLY "users_name_idx" ON "users" USING btree ("name");--> statement-breakpoint
--+ -- Drizzle ends this one.
--+ BEGIN;
--note: The COMMIT also commits all earlier migrations that are pending.
--note: A failure after it leaves this migration half done and not recorded; it runs again from its start.
