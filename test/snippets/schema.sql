-- The tables that the snippets speak of when nothing is typed into them, with rows in the way and out of it.
CREATE SCHEMA public;
CREATE SCHEMA auth;
CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$;

CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  email text,
  created_at timestamptz
);
INSERT INTO users (name, email, created_at)
VALUES ('Ada', 'ada@example.org', '2026-01-01'), ('Grace', 'grace@example.org', '2026-01-02'), ('Nobody', NULL, NULL);

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id bigint,
  status text NOT NULL DEFAULT 'new',
  total numeric,
  quantity integer NOT NULL DEFAULT 1,
  closed_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz
);
CREATE INDEX orders_status_idx ON orders (status);
-- More rows than one batch of a loop takes.
INSERT INTO orders (user_id, total, closed_at, created_at)
SELECT 1 + n % 2, n, now(), now() - n * interval '1 hour' FROM generate_series(1, 6000) AS n;
-- An expression over this one is NULL: a loop that looks for NULLs would never end.
INSERT INTO orders (user_id, total) VALUES (1, NULL);

CREATE TABLE imports (id bigint NOT NULL);
INSERT INTO imports SELECT generate_series(1, 10);

CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY,
  kind text NOT NULL DEFAULT 'seen' CHECK (kind <> ''),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE TABLE events_2026_01 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
INSERT INTO events (created_at) VALUES ('2026-01-15');

CREATE TYPE order_status AS ENUM ('new', 'paid');

CREATE MATERIALIZED VIEW order_totals AS SELECT user_id, sum(total) AS total FROM orders GROUP BY user_id;
