-- The migration that comes before every fixture and example.
CREATE TABLE users (
  id bigint PRIMARY KEY,
  email text,
  name varchar(50) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE orders (
  id bigint PRIMARY KEY,
  user_id bigint NOT NULL,
  coupon text,
  quantity integer NOT NULL,
  total numeric(10, 2) NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz
);
CREATE INDEX orders_user_id_idx ON orders (user_id);

-- Refers to orders.
CREATE TABLE order_items (
  id bigint PRIMARY KEY,
  order_id bigint REFERENCES orders (id) ON DELETE CASCADE,
  product text NOT NULL
);

-- Has no key.
CREATE TABLE events (id bigint, happened_at timestamptz, payload jsonb);

CREATE TABLE measurements (taken_at timestamptz NOT NULL, value integer) PARTITION BY RANGE (taken_at);
CREATE TABLE measurements_2025 PARTITION OF measurements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

CREATE DOMAIN percentage AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE TYPE money_range AS (low numeric, high numeric);

CREATE MATERIALIZED VIEW rates AS SELECT 1 AS id, 2 AS rate;
CREATE UNIQUE INDEX rates_id_key ON rates (id);
CREATE MATERIALIZED VIEW prices AS SELECT 1 AS id, 2 AS price;
