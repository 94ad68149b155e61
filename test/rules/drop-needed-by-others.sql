CREATE VIEW open_orders AS SELECT id, coupon, total FROM orders WHERE closed_at IS NULL;
CREATE VIEW dear_orders AS SELECT * FROM open_orders WHERE total > 100;
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE payments (id bigint PRIMARY KEY, state state);
CREATE TABLE refunds (amount numeric) INHERITS (payments);
CREATE SCHEMA shop CREATE TABLE shelves (id bigint);

ALTER TABLE orders DROP COLUMN coupon, DROP COLUMN quantity;
--                             ^^^^^^ error drop-needed-by-others: "coupon" cannot be dropped: the view "open_orders" uses it. Drop that first, or write CASCADE, which drops it too.
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
--                                 ^^^^^^^^^^^ error drop-needed-by-others: "orders_pkey" cannot be dropped: the foreign key "order_items_order_id_fkey" of "order_items" needs it. Drop that first, or write CASCADE, which drops it too.
DROP INDEX users_pkey;
--         ^^^^^^^^^^ error drop-needed-by-others: "users_pkey" cannot be dropped: the constraint "users_pkey" stands on it. Drop that instead; this goes with it.
DROP VIEW open_orders;
--        ^^^^^^^^^^^ error drop-needed-by-others: "open_orders" cannot be dropped: the view "dear_orders" reads it. Drop that first, or write CASCADE, which drops it too.
DROP TYPE state;
--        ^^^^^ error drop-needed-by-others: "state" cannot be dropped: "payments"."state" is of this type and "refunds"."state" is of this type. Drop that first, or write CASCADE, which drops it too.
DROP SCHEMA shop;
--          ^^^^ error drop-needed-by-others: "shop" cannot be dropped: it holds the table "shelves". Drop that first, or write CASCADE, which drops it too.
DROP TABLE payments;
--         ^^^^^^^^ error drop-needed-by-others: "payments" cannot be dropped: "refunds" inherits from it. Drop that first, or write CASCADE, which drops it too.

-- Together, in any order, or with CASCADE.
CREATE VIEW few AS SELECT id FROM events;
CREATE VIEW fewer AS SELECT id FROM few;
DROP VIEW few, fewer;
ALTER TABLE users DROP COLUMN email;
--                            ^^^^^ warning drop-column: Running code may still use "email". Deploy code that does not use it first.
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "users" without a lock_timeout; every query that comes later waits behind it. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s rather than make others wait behind it.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE users DROP COLUMN email;
--+ RESET lock_timeout;
