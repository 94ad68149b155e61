-- runner: prisma 6.0.0
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE "users" ADD COLUMN "phone" text;
CREATE INDEX CONCURRENTLY "users_name_idx" ON "users" ("name");
--           ^^^^^^^^^^^^ error concurrently-in-transaction: Prisma Migrate 6.0 sends the whole file as one query, which is a transaction; CREATE INDEX CONCURRENTLY fails in it. Give it a migration of its own.
--fix review: Run it outside a transaction, in a migration of its own (Prisma Migrate 6.0)
--+ file prisma/migrations/20260103000000_create_users_name_idx_concurrently/migration.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ CREATE INDEX CONCURRENTLY "users_name_idx" ON "users" ("name");
