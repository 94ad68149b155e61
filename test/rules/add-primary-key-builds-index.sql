-- lockstep-ignore-file unique-index-without-precheck: not what this is about

ALTER TABLE events ADD PRIMARY KEY (id);
--                     ^^^^^^^^^^^ warning add-primary-key-builds-index: Building the index of this constraint blocks every read and write of "events" until it is done. Build a unique index concurrently, then add the key with USING INDEX.
--fix review: Build the index concurrently, then add the constraint
--+ -- New rows need "id" from here on; the existing ones are not scanned under this lock.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE events ADD CONSTRAINT events_id_is_not_null CHECK (id IS NOT NULL) NOT VALID;
--+ RESET lock_timeout;
--+
--+ -- Looks for a NULL in "id" while reads and writes go on.
--+ ALTER TABLE events VALIDATE CONSTRAINT events_id_is_not_null;
--+
--+ -- The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed
--+ -- any more.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE events ALTER COLUMN id SET NOT NULL;
--+ ALTER TABLE events DROP CONSTRAINT events_id_is_not_null;
--+ COMMIT;
--+
--+ -- A failed concurrent build leaves an invalid index.
--+ DROP INDEX CONCURRENTLY IF EXISTS events_pkey;
--+
--+ -- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an
--+ -- invalid index: drop events_pkey before the next try.
--+ CREATE UNIQUE INDEX CONCURRENTLY events_pkey ON events (id);
--+
--+ -- The index exists, so this only writes the catalog.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;
--+ COMMIT;

CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ADD PRIMARY KEY (id);
