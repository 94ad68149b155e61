-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
--                                                ^^^^^^^^^^^^^^^^^^^^^^^^^ warning add-column-rewrites: The default is computed for each row, so "orders" is rewritten; every read and write waits until it is done.
--fix review: Add the column empty, then fill it in batches
--+ -- Without a default the table is not rewritten; the default that follows serves new rows.
--+ ALTER TABLE orders ADD COLUMN token uuid;
--+ ALTER TABLE orders ALTER COLUMN token SET DEFAULT gen_random_uuid();
--+
--+ -- Fills "token" in the existing rows, 10,000 to a transaction, so that no row stays locked for
--+ -- long.
--+ DO $$
--+ DECLARE
--+   first_key orders.id%TYPE;
--+   last_key orders.id%TYPE;
--+ BEGIN
--+   SELECT id INTO first_key FROM orders ORDER BY id LIMIT 1;
--+   WHILE FOUND LOOP
--+     SELECT id INTO last_key
--+     FROM (SELECT id FROM orders WHERE id >= first_key ORDER BY id LIMIT 10000) AS batch
--+     ORDER BY id DESC LIMIT 1;
--+     UPDATE orders SET token = DEFAULT
--+     WHERE id BETWEEN first_key AND last_key AND token IS NULL;
--+     COMMIT;
--+     SELECT id INTO first_key FROM orders WHERE id > last_key ORDER BY id LIMIT 1;
--+   END LOOP;
--+ END
--+ $$;
--+
--+ -- New rows need "token" from here on; the existing ones are not scanned under this lock.
--+ ALTER TABLE orders ADD CONSTRAINT orders_token_is_not_null CHECK (token IS NOT NULL) NOT VALID;
--+
--+ -- Looks for a NULL in "token" while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_token_is_not_null;
--+
--+ -- The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed
--+ -- any more.
--+ BEGIN;
--+ ALTER TABLE orders ALTER COLUMN token SET NOT NULL;
--+ ALTER TABLE orders DROP CONSTRAINT orders_token_is_not_null;
--+ COMMIT;
ALTER TABLE orders ADD COLUMN seen_at timestamptz DEFAULT clock_timestamp();
--                                                ^^^^^^^^^^^^^^^^^^^^^^^^^ warning add-column-rewrites: The default is computed for each row, so "orders" is rewritten; every read and write waits until it is done.
--fix review: Add the column empty, then fill it in batches
--+ -- Without a default the table is not rewritten; the default that follows serves new rows.
--+ ALTER TABLE orders ADD COLUMN seen_at timestamptz;
--+ ALTER TABLE orders ALTER COLUMN seen_at SET DEFAULT clock_timestamp();
--+
--+ -- Fills "seen_at" in the existing rows, 10,000 to a transaction, so that no row stays locked for
--+ -- long.
--+ DO $$
--+ DECLARE
--+   first_key orders.id%TYPE;
--+   last_key orders.id%TYPE;
--+ BEGIN
--+   SELECT id INTO first_key FROM orders ORDER BY id LIMIT 1;
--+   WHILE FOUND LOOP
--+     SELECT id INTO last_key
--+     FROM (SELECT id FROM orders WHERE id >= first_key ORDER BY id LIMIT 10000) AS batch
--+     ORDER BY id DESC LIMIT 1;
--+     UPDATE orders SET seen_at = DEFAULT
--+     WHERE id BETWEEN first_key AND last_key AND seen_at IS NULL;
--+     COMMIT;
--+     SELECT id INTO first_key FROM orders WHERE id > last_key ORDER BY id LIMIT 1;
--+   END LOOP;
--+ END
--+ $$;
ALTER TABLE orders ADD COLUMN number bigserial;
--                                   ^^^^^^^^^ warning add-column-rewrites: A bigserial column numbers each row, so "orders" is rewritten; every read and write waits until it is done.
ALTER TABLE orders ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY;
--                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning add-column-rewrites: An identity column numbers each row, so "orders" is rewritten; every read and write waits until it is done.
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.19) STORED;
--                                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning add-column-rewrites: A stored generated column is computed for each row, so "orders" is rewritten; every read and write waits until it is done.
ALTER TABLE orders ADD COLUMN discount percentage;
--                                     ^^^^^^^^^^ warning add-column-rewrites: The domain "percentage" has a constraint, so "orders" is rewritten; every read and write waits until it is done.

-- Its constraints come when it is full.
ALTER TABLE orders ADD COLUMN public_id uuid UNIQUE DEFAULT gen_random_uuid() CHECK (public_id IS NOT NULL);
--                                                  ^^^^^^^^^^^^^^^^^^^^^^^^^ warning add-column-rewrites: The default is computed for each row, so "orders" is rewritten; every read and write waits until it is done.
--fix review: Add the column empty, then fill it in batches
--+ -- Without a default the table is not rewritten; the default that follows serves new rows.
--+ ALTER TABLE orders ADD COLUMN public_id uuid;
--+ ALTER TABLE orders ALTER COLUMN public_id SET DEFAULT gen_random_uuid();
--+
--+ -- Fills "public_id" in the existing rows, 10,000 to a transaction, so that no row stays locked
--+ -- for long.
--+ DO $$
--+ DECLARE
--+   first_key orders.id%TYPE;
--+   last_key orders.id%TYPE;
--+ BEGIN
--+   SELECT id INTO first_key FROM orders ORDER BY id LIMIT 1;
--+   WHILE FOUND LOOP
--+     SELECT id INTO last_key
--+     FROM (SELECT id FROM orders WHERE id >= first_key ORDER BY id LIMIT 10000) AS batch
--+     ORDER BY id DESC LIMIT 1;
--+     UPDATE orders SET public_id = DEFAULT
--+     WHERE id BETWEEN first_key AND last_key AND public_id IS NULL;
--+     COMMIT;
--+     SELECT id INTO first_key FROM orders WHERE id > last_key ORDER BY id LIMIT 1;
--+   END LOOP;
--+ END
--+ $$;
--+
--+ -- A concurrent build that failed leaves an invalid index behind.
--+ DROP INDEX CONCURRENTLY IF EXISTS orders_public_id_key;
--+
--+ -- lockstep-ignore unique-index-without-precheck: "public_id" is new. Writes go on while the
--+ -- index is built; a lock_timeout that fires here would leave an invalid index.
--+ CREATE UNIQUE INDEX CONCURRENTLY orders_public_id_key ON orders (public_id);
--+
--+ -- The index is there, so this only writes the catalog.
--+ ALTER TABLE orders ADD CONSTRAINT orders_public_id_key UNIQUE USING INDEX orders_public_id_key;
--+
--+ -- New rows are checked from here on; the existing ones are not scanned under this lock.
--+ ALTER TABLE orders ADD CONSTRAINT orders_public_id_check CHECK (public_id IS NOT NULL) NOT VALID;
--+
--+ -- Checks the existing rows while reads and writes go on.
--+ ALTER TABLE orders VALIDATE CONSTRAINT orders_public_id_check;
ALTER TABLE events ADD COLUMN uid uuid NOT NULL DEFAULT gen_random_uuid() PRIMARY KEY;
--                                              ^^^^^^^^^^^^^^^^^^^^^^^^^ warning add-column-rewrites: The default is computed for each row, so "events" is rewritten; every read and write waits until it is done.
--fix review: Add the column empty, then fill it in batches
--+ -- Without a default the table is not rewritten; the default that follows serves new rows.
--+ ALTER TABLE events ADD COLUMN uid uuid;
--+ ALTER TABLE events ALTER COLUMN uid SET DEFAULT gen_random_uuid();
--+
--+ -- Fills "uid" in the existing rows, 10,000 to a transaction, so that no row stays locked for
--+ -- long.
--+ DO $$
--+ BEGIN
--+   LOOP
--+     UPDATE events SET uid = DEFAULT
--+     WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM events WHERE uid IS NULL LIMIT 10000);
--+     EXIT WHEN NOT FOUND;
--+     COMMIT;
--+   END LOOP;
--+ END
--+ $$;
--+
--+ -- A concurrent build that failed leaves an invalid index behind.
--+ DROP INDEX CONCURRENTLY IF EXISTS events_pkey;
--+
--+ -- lockstep-ignore unique-index-without-precheck: "uid" is new. Writes go on while the index is
--+ -- built; a lock_timeout that fires here would leave an invalid index.
--+ CREATE UNIQUE INDEX CONCURRENTLY events_pkey ON events (uid);
--+
--+ -- New rows need "uid" from here on; the existing ones are not scanned under this lock.
--+ ALTER TABLE events ADD CONSTRAINT events_uid_is_not_null CHECK (uid IS NOT NULL) NOT VALID;
--+
--+ -- Looks for a NULL in "uid" while reads and writes go on.
--+ ALTER TABLE events VALIDATE CONSTRAINT events_uid_is_not_null;
--+
--+ -- The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed
--+ -- any more.
--+ BEGIN;
--+ ALTER TABLE events ALTER COLUMN uid SET NOT NULL;
--+ ALTER TABLE events DROP CONSTRAINT events_uid_is_not_null;
--+ COMMIT;
--+
--+ -- The index is there, so this only writes the catalog.
--+ ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;

-- The key is a part of the rewrite.
ALTER TABLE events ADD COLUMN event_id bigserial UNIQUE;
--                                     ^^^^^^^^^ warning add-column-rewrites: A bigserial column numbers each row, so "events" is rewritten; every read and write waits until it is done.

-- Free: no default, a constant, and what is the same all through the transaction.
ALTER TABLE orders ADD COLUMN note text;
ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'order';
ALTER TABLE orders ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now();

CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ADD COLUMN number bigserial;
