-- runner: drizzle 0.45.4
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE "orders" ADD COLUMN "note" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "slug" text UNIQUE;
--                                         ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "users" until it is done. Build a unique index concurrently, then add the constraint with USING INDEX.
--fix review: Build the index concurrently, then add the constraint, with a COMMIT at a breakpoint (Drizzle 0.45)
--+ -- Without the constraint no index is built under this lock.
--+ SET LOCAL lock_timeout = '5s';--> statement-breakpoint
--+ ALTER TABLE "users" ADD COLUMN "slug" text;--> statement-breakpoint
--+ -- Ends the transaction that Drizzle opened, for what follows.
--+ COMMIT;--> statement-breakpoint
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_slug_key;--> statement-breakpoint
--+ -- lockstep-ignore unique-index-without-precheck: "slug" is new. Writes go on while the index is
--+ -- built. A build that fails, also by lock_timeout, leaves an invalid index: drop users_slug_key
--+ -- before the next try.
--+ CREATE UNIQUE INDEX CONCURRENTLY users_slug_key ON "users" (slug);--> statement-breakpoint
--+ BEGIN;--> statement-breakpoint
--+ -- The index exists, so this only writes the catalog.
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE "users" ADD CONSTRAINT users_slug_key UNIQUE USING INDEX users_slug_key;--> statement-breakpoint
--+ COMMIT;--> statement-breakpoint
--+ -- Drizzle ends this one.
--+ BEGIN;
--note: The COMMIT also commits all earlier migrations that are pending.
--note: A failure after it leaves this migration half done and not recorded; it runs again from its start.
