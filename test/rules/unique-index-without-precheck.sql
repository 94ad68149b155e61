-- lockstep-ignore-file lock-timeout-missing: not what this is about

-- Duplicates of users go; nothing refers to them.
CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);
--                                                        ^^^^^^^ warning unique-index-without-precheck: Fails if two rows share a "email". Nothing before it looks for duplicates.
--fix review: Delete duplicates, keep the newest by "created_at"
--+ -- Of the rows that share email, the newest by "created_at" stays, the others go.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY email ORDER BY created_at DESC, id DESC) AS place
--+   FROM users
--+   WHERE email IS NOT NULL
--+ )
--+ DELETE FROM users AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--fix review: Delete duplicates, keep the oldest by "created_at"
--+ -- Of the rows that share email, the oldest by "created_at" stays, the others go.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY email ORDER BY created_at ASC, id ASC) AS place
--+   FROM users
--+   WHERE email IS NOT NULL
--+ )
--+ DELETE FROM users AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--fix review: Insert a duplicate check that stops the migration
--+ -- Stops here when rows share email, before anything is built.
--+ DO $$
--+ DECLARE
--+   duplicate record;
--+ BEGIN
--+   SELECT concat_ws(', ', (email)::text) AS value, count(*) AS copies, count(*) OVER () AS keys
--+   INTO duplicate
--+   FROM users
--+   WHERE email IS NOT NULL
--+   GROUP BY email
--+   HAVING count(*) > 1
--+   LIMIT 1;
--+   IF FOUND THEN
--+     RAISE EXCEPTION '"users" has duplicates: values of (email) that occur more than once: %; for instance (%), % times.',
--+       duplicate.keys, duplicate.value, duplicate.copies
--+       USING ERRCODE = 'unique_violation', HINT = 'Remove them before "users_email_key" is made; nothing has been built yet.';
--+   END IF;
--+ END
--+ $$;
--+
--fix review: Do all of it: dedupe, check, build concurrently
--+ -- Of the rows that share email, the newest by "created_at" stays, the others go.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY email ORDER BY created_at DESC, id DESC) AS place
--+   FROM users
--+   WHERE email IS NOT NULL
--+ )
--+ DELETE FROM users AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--+ -- Stops here when rows share email, before anything is built.
--+ DO $$
--+ DECLARE
--+   duplicate record;
--+ BEGIN
--+   SELECT concat_ws(', ', (email)::text) AS value, count(*) AS copies, count(*) OVER () AS keys
--+   INTO duplicate
--+   FROM users
--+   WHERE email IS NOT NULL
--+   GROUP BY email
--+   HAVING count(*) > 1
--+   LIMIT 1;
--+   IF FOUND THEN
--+     RAISE EXCEPTION '"users" has duplicates: values of (email) that occur more than once: %; for instance (%), % times.',
--+       duplicate.keys, duplicate.value, duplicate.copies
--+       USING ERRCODE = 'unique_violation', HINT = 'Remove them before "users_email_key" is made; nothing has been built yet.';
--+   END IF;
--+ END
--+ $$;
--+
--+ -- A concurrent build that failed leaves an invalid index behind, which IF NOT EXISTS would keep.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_email_key;
--+
--+ -- Duplicates of users go; nothing refers to them.
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop users_email_key before the next try.

ALTER TABLE users ADD CONSTRAINT users_created_name_unique UNIQUE (created_at, name);
--                                                         ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "users" until it is done.
--fix review: Build the index concurrently, then add the constraint with USING INDEX
--+ -- A concurrent build that failed leaves an invalid index behind.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_created_name_unique;
--+
--+ -- Writes go on while the index is built; a lock_timeout that fires here would leave an invalid
--+ -- index.
--+ CREATE UNIQUE INDEX CONCURRENTLY users_created_name_unique ON users (created_at, name);
--+
--+ -- The index is there, so this only writes the catalog.
--+ ALTER TABLE users ADD CONSTRAINT users_created_name_unique UNIQUE USING INDEX users_created_name_unique;
--                                                                ^^^^^^^^^^^^^^^^^^ warning unique-index-without-precheck: Fails if two rows share the same ("created_at", "name"). Nothing before it looks for duplicates.
--fix review: Delete duplicates, keep the newest by "id"
--+ -- Of the rows that share created_at, name, the newest by "id" stays, the others go.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY created_at, name ORDER BY id DESC) AS place
--+   FROM users
--+ )
--+ DELETE FROM users AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--fix review: Delete duplicates, keep the oldest by "id"
--+ -- Of the rows that share created_at, name, the oldest by "id" stays, the others go.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY created_at, name ORDER BY id ASC) AS place
--+   FROM users
--+ )
--+ DELETE FROM users AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--fix review: Insert a duplicate check that stops the migration
--+ -- Stops here when rows share created_at, name, before anything is built.
--+ DO $$
--+ DECLARE
--+   duplicate record;
--+ BEGIN
--+   SELECT concat_ws(', ', (created_at)::text, (name)::text) AS value, count(*) AS copies, count(*) OVER () AS keys
--+   INTO duplicate
--+   FROM users
--+   GROUP BY created_at, name
--+   HAVING count(*) > 1
--+   LIMIT 1;
--+   IF FOUND THEN
--+     RAISE EXCEPTION '"users" has duplicates: values of (created_at, name) that occur more than once: %; for instance (%), % times.',
--+       duplicate.keys, duplicate.value, duplicate.copies
--+       USING ERRCODE = 'unique_violation', HINT = 'Remove them before "users_created_name_unique" is made; nothing has been built yet.';
--+   END IF;
--+ END
--+ $$;
--+
--fix review: Do all of it: dedupe, check, build concurrently
--+ -- Of the rows that share created_at, name, the newest by "id" stays, the others go.
--+ WITH ranked AS (
--+   SELECT ctid, row_number() OVER (PARTITION BY created_at, name ORDER BY id DESC) AS place
--+   FROM users
--+ )
--+ DELETE FROM users AS duplicate
--+ USING ranked
--+ WHERE duplicate.ctid = ranked.ctid
--+   AND ranked.place > 1;
--+
--+ -- Stops here when rows share created_at, name, before anything is built.
--+ DO $$
--+ DECLARE
--+   duplicate record;
--+ BEGIN
--+   SELECT concat_ws(', ', (created_at)::text, (name)::text) AS value, count(*) AS copies, count(*) OVER () AS keys
--+   INTO duplicate
--+   FROM users
--+   GROUP BY created_at, name
--+   HAVING count(*) > 1
--+   LIMIT 1;
--+   IF FOUND THEN
--+     RAISE EXCEPTION '"users" has duplicates: values of (created_at, name) that occur more than once: %; for instance (%), % times.',
--+       duplicate.keys, duplicate.value, duplicate.copies
--+       USING ERRCODE = 'unique_violation', HINT = 'Remove them before "users_created_name_unique" is made; nothing has been built yet.';
--+   END IF;
--+ END
--+ $$;
--+
--+ -- A concurrent build that failed leaves an invalid index behind.
--+ DROP INDEX CONCURRENTLY IF EXISTS users_created_name_unique;
--+
--+ -- Writes go on while the index is built; a lock_timeout that fires here would leave an invalid
--+ -- index.
--+ CREATE UNIQUE INDEX CONCURRENTLY users_created_name_unique ON users (created_at, name);
--+
--+ -- The index is there, so this only writes the catalog.
--+ ALTER TABLE users ADD CONSTRAINT users_created_name_unique UNIQUE USING INDEX users_created_name_unique;

-- The primary key forbids these already.
CREATE UNIQUE INDEX CONCURRENTLY users_id_email_key ON users (id, email);
--                                                           ^^^^^^^^^^^ hint unique-index-nulls-distinct: Two rows may share all other columns of this key when "email" is NULL.
--fix review: Add NULLS NOT DISTINCT
--+ CREATE UNIQUE INDEX CONCURRENTLY users_id_email_key ON users (id, email) NULLS NOT DISTINCT;

-- A column of this migration has no duplicates yet.
ALTER TABLE users ADD COLUMN slug text;
CREATE UNIQUE INDEX CONCURRENTLY users_slug_key ON users (slug);

ALTER TABLE events ADD UNIQUE (event_id), ADD COLUMN event_id uuid DEFAULT gen_random_uuid();
--                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^ warning add-column-rewrites: The default is computed for each row, so "events" is rewritten; every read and write waits until it is done.
--fix review: Add the column empty, then fill it in batches
--+ -- Without a default the table is not rewritten; the default that follows serves new rows.
--+ ALTER TABLE events ADD UNIQUE (event_id), ADD COLUMN event_id uuid;
--+ ALTER TABLE events ALTER COLUMN event_id SET DEFAULT gen_random_uuid();
--+
--+ -- Fills "event_id" in the existing rows, 10000 to a transaction, so that no row stays locked for
--+ -- long.
--+ DO $$
--+ BEGIN
--+   LOOP
--+     UPDATE events SET event_id = DEFAULT
--+     WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM events WHERE event_id IS NULL LIMIT 10000);
--+     EXIT WHEN NOT FOUND;
--+     COMMIT;
--+   END LOOP;
--+ END
--+ $$;
--                     ^^^^^^ warning add-unique-builds-index: Building the index of this constraint blocks every read and write of "events" until it is done.
--fix review: Build the index concurrently, then add the constraint with USING INDEX
--+ -- What the statement does besides.
--+ ALTER TABLE events ADD COLUMN event_id uuid DEFAULT gen_random_uuid();
--+
--+ -- A concurrent build that failed leaves an invalid index behind.
--+ DROP INDEX CONCURRENTLY IF EXISTS events_event_id_key;
--+
--+ -- Writes go on while the index is built; a lock_timeout that fires here would leave an invalid
--+ -- index.
--+ CREATE UNIQUE INDEX CONCURRENTLY events_event_id_key ON events (event_id);
--+
--+ -- The index is there, so this only writes the catalog.
--+ ALTER TABLE events ADD CONSTRAINT events_event_id_key UNIQUE USING INDEX events_event_id_key;

CREATE TABLE invoices (id bigint);
CREATE UNIQUE INDEX ON invoices (id);

-- Somebody has looked.
DO $$
BEGIN
  IF EXISTS (SELECT FROM users GROUP BY name HAVING count(*) > 1) THEN
    RAISE EXCEPTION 'users share names';
  END IF;
END
$$;
CREATE UNIQUE INDEX CONCURRENTLY users_name_key ON users (name);

-- The one that it replaces has forbidden them until now.
DROP INDEX CONCURRENTLY users_name_key;
CREATE UNIQUE INDEX CONCURRENTLY users_name_email_key ON users (name, email);
--                                                             ^^^^^^^^^^^^^ hint unique-index-nulls-distinct: Two rows may share all other columns of this key when "email" is NULL.
--fix review: Add NULLS NOT DISTINCT
--+ CREATE UNIQUE INDEX CONCURRENTLY users_name_email_key ON users (name, email) NULLS NOT DISTINCT;
