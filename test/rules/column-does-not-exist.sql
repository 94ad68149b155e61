CREATE INDEX ON events (happened_on);
--                      ^^^^^^^^^^^ error column-does-not-exist: column "happened_on" of relation "events" does not exist. Write "happened_at", if you mean that.
--fix review: Write "happened_at"
--+ CREATE INDEX ON events (happened_at);
CREATE INDEX ON events ((payload ->> 'a')) INCLUDE (kind) WHERE deleted_at IS NULL;
--                                                  ^^^^ error column-does-not-exist: column "kind" of relation "events" does not exist. Add it first, or correct the name.
--                                                              ^^^^^^^^^^ error column-does-not-exist: column "deleted_at" of relation "events" does not exist. Add it first, or correct the name.
INSERT INTO orders (id, user_id, cuopon, total) VALUES (1, 1, NULL, 0);
--                               ^^^^^^ error column-does-not-exist: column "cuopon" of relation "orders" does not exist. Write "coupon", if you mean that.
--fix review: Write "coupon"
--+ INSERT INTO orders (id, user_id, coupon, total) VALUES (1, 1, NULL, 0);
SELECT o.id, o."Coupon" FROM orders o JOIN users u ON u.id = o.userid ORDER BY o.id;
--                                                           ^^^^^^^^ error column-does-not-exist: column "userid" of relation "orders" does not exist. Write "user_id", if you mean that.
--fix review: Write "user_id"
--+ SELECT o.id, o."Coupon" FROM orders o JOIN users u ON u.id = o.user_id ORDER BY o.id;
--           ^^^^^^^^^^ error column-does-not-exist: column "Coupon" of relation "orders" does not exist. Write "coupon", if you mean that.
--fix review: Write "coupon"
--+ SELECT o.id, o."coupon" FROM orders o JOIN users u ON u.id = o.userid ORDER BY o.id;
COMMENT ON COLUMN orders.quantitiy IS 'How many.';
--                       ^^^^^^^^^ error column-does-not-exist: column "quantitiy" of relation "orders" does not exist. Write "quantity", if you mean that.
--fix review: Write "quantity"
--+ COMMENT ON COLUMN orders.quantity IS 'How many.';
CREATE TABLE notes (id bigint, order_id bigint REFERENCES orders (order_id), CHECK (length(body) > 0));
--                                                                ^^^^^^^^ error column-does-not-exist: column "order_id" of relation "orders" does not exist. Add it first, or correct the name.
--                                                                                         ^^^^ error column-does-not-exist: column "body" of relation "notes" does not exist. Add it first, or correct the name.

-- What a query names itself, rows as a whole, and what every table has.
SELECT o.id AS number, o, o.ctid, row_to_json(o) FROM orders o ORDER BY number;
SELECT x.id, y.anything FROM (SELECT * FROM orders) x, LATERAL (SELECT anything FROM jsonb_to_recordset('[]') AS (anything int)) y;
-- Not followed into a query of FROM, although the server refuses it.
SELECT x.anything FROM (SELECT * FROM orders) x;
SELECT id, (SELECT count(*) FROM order_items WHERE order_id = orders.id AND total > 0) FROM orders;

-- The server adds before it checks.
ALTER TABLE events ADD COLUMN kind text, ADD CONSTRAINT events_kind_check CHECK (kind <> '') NOT VALID;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "events" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE events ADD COLUMN kind text, ADD CONSTRAINT events_kind_check CHECK (kind <> '') NOT VALID;
--+ RESET lock_timeout;

ALTER TABLE users RENAME COLUMN name TO full_name;
--<^^^^^^^^ warning rename-column: Code that uses "name" of "users" fails after the commit, code that uses "full_name" before it. Add a column of the new name, and drop the old one later.
UPDATE users SET name = 'x' WHERE id = 1;
--               ^^^^ error column-does-not-exist: column "name" of relation "users" does not exist: an earlier statement renames it to "full_name". Write "full_name".
--fix safe: Write "full_name"
--+ UPDATE users SET full_name = 'x' WHERE id = 1;

DO $$ DECLARE coupons text := 'A'; BEGIN
  UPDATE orders SET coupon = coupons WHERE coupon = coupons;
  UPDATE orders SET coupons = 'B' WHERE id = 1;
--                  ^^^^^^^ error column-does-not-exist: column "coupons" of relation "orders" does not exist. Write "coupon", if you mean that.
END $$;

-- What a view has is what its query had when it was made.
CREATE VIEW dear_orders AS SELECT o.*, u.email AS buyer FROM orders o JOIN users u ON u.id = o.user_id WHERE total > 100;
ALTER TABLE orders ADD COLUMN note text;
SELECT coupon, buyer FROM dear_orders WHERE note IS NULL;
--                                          ^^^^ error column-does-not-exist: column "note" of relation "dear_orders" does not exist. Add it first, or correct the name.
CREATE TABLE copied AS SELECT id, count(*) FROM orders GROUP BY id;
CREATE INDEX ON copied (count, total);
--                             ^^^^^ error column-does-not-exist: column "total" of relation "copied" does not exist. Add it first, or correct the name.
