ALTER TABLE measurements ADD PRIMARY KEY (value);
--                                       ^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "taken_at" is missing. Add "taken_at" to the key.

ALTER TABLE measurements ADD CONSTRAINT once UNIQUE (value) INCLUDE (taken_at);
--                                                  ^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "taken_at" is missing. Add "taken_at" to the key.

CREATE UNIQUE INDEX ON measurements (value) WHERE taken_at IS NOT NULL;
--                                  ^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "taken_at" is missing. Add "taken_at" to the key.

CREATE UNIQUE INDEX ON measurements (value, (taken_at AT TIME ZONE 'UTC'));
--                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "taken_at" is missing. Add "taken_at" to the key.

-- The server refuses CONCURRENTLY first; this is what is left to mend then.
CREATE UNIQUE INDEX CONCURRENTLY later ON measurements (value);
--                                                     ^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "taken_at" is missing. Add "taken_at" to the key.

ALTER TABLE measurements ADD COLUMN device integer UNIQUE;
--                                                 ^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "taken_at" is missing. Add "taken_at" to the key.

CREATE TABLE a (id bigint PRIMARY KEY, day date, UNIQUE (id, day)) PARTITION BY RANGE (day);
--                        ^^^^^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "day" is missing. Add "day" to the key.

CREATE TABLE b (id bigint, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (date_trunc('month', day::timestamp));
--                                               ^^^^^^^^^ error unique-key-without-partition-key: unsupported PRIMARY KEY constraint with partition key definition: "b" is partitioned by an expression. Add it to each partition instead.

CREATE TABLE orders_by_day (LIKE orders INCLUDING ALL) PARTITION BY RANGE (created_at);
--                               ^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "created_at" is missing. Add "created_at" to the key.

-- All of them are there.
CREATE TABLE c (id bigint, region text, day date, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
CREATE UNIQUE INDEX ON c (id, day DESC);

-- In parentheses, too.
CREATE TABLE d (id bigint, day date, UNIQUE (id, day)) PARTITION BY RANGE ((day));

-- A partition alone may have any key.
CREATE TABLE c_2025 PARTITION OF c (UNIQUE (id)) FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE c_2025 ADD UNIQUE (region);

CREATE TABLE c_2026 PARTITION OF c FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (region);
--                               ^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "region" is missing. Add "region" to the key.

CREATE TABLE e (id bigint, region text, day date) PARTITION BY RANGE (day);
CREATE TABLE e_2026 PARTITION OF e FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (region);
ALTER TABLE e ADD UNIQUE (id, day);
--                       ^^^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "region" of "e_2026" is missing. Add "region" to the key.
-- ONLY leaves the partitions alone.
ALTER TABLE ONLY e ADD UNIQUE (day);

CREATE TABLE f (id bigint NOT NULL, region text, day date NOT NULL) PARTITION BY LIST (region);
ALTER TABLE c ATTACH PARTITION f FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
--                             ^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "region" of "f" is missing. Add "region" to the key.

ALTER TABLE f ADD EXCLUDE USING btree (id WITH =);
--                                    ^^^^^^^^^^^ error unique-key-without-partition-key: unique constraint on partitioned table must include all partitioning columns: "region" is missing. Add "region" to the key.
ALTER TABLE f ADD EXCLUDE USING btree (id WITH =, region WITH =);
