-- lockstep-ignore-file unique-index-without-precheck: not what this is about

-- No quick fix: with the same value in every row it fails, unless there is only one.
ALTER TABLE events ADD COLUMN kind integer DEFAULT 1 PRIMARY KEY;
--                                                   ^^^^^^^^^^^ warning add-primary-key-builds-index: Building the index of this constraint blocks every read and write of "events" until it is done. Build a unique index concurrently, then add the key with USING INDEX.
