-- runner: supabase 2.109.1
-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- People choose it themselves.
alter table users
  add column phone text,
  add column slug text constraint users_slug_unique unique;
--                                                  ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "users" until it is done. Build a unique index concurrently, then add the constraint with USING INDEX.
--fix review: Build the index concurrently, then add the constraint, here and in 3 new migrations (Supabase CLI 2.109)
--+ -- Without the constraint no index is built under this lock.
--+ SET LOCAL lock_timeout = '5s';
--+ alter table users
--+   add column phone text,
--+   add column slug text;
--+ file supabase/migrations/20260103000000_users_slug_unique_leftover.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_slug_unique;
--+ file supabase/migrations/20260103000001_users_slug_unique_concurrently.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- lockstep-ignore unique-index-without-precheck: "slug" is new. Writes go on while the index is
--+ -- built. A build that fails, also by lock_timeout, leaves an invalid index: drop
--+ -- users_slug_unique before the next try.
--+ CREATE UNIQUE INDEX CONCURRENTLY users_slug_unique ON users (slug);
--+ file supabase/migrations/20260103000002_users_slug_unique_constraint.sql
--+ -- lockstep-ignore-file lock-timeout-missing: not what this is about
--+
--+ -- The index exists, so this only writes the catalog.
--+ SET LOCAL lock_timeout = '5s';
--+ alter table users ADD CONSTRAINT users_slug_unique UNIQUE USING INDEX users_slug_unique;
alter table orders add column note text;

-- No quick fix: every row has this value, so it fails unless there is only one.
alter table users add column kind text default 'person' unique;
--                                                      ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "users" until it is done. Build a unique index concurrently, then add the constraint with USING INDEX.
alter table users add column tag text unique nulls not distinct;
--                                    ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "users" until it is done. Build a unique index concurrently, then add the constraint with USING INDEX.
