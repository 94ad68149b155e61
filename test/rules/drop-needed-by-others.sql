CREATE VIEW open_orders AS SELECT id, coupon, total FROM orders WHERE closed_at IS NULL;
CREATE VIEW dear_orders AS SELECT * FROM open_orders WHERE total > 100;
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE payments (id bigint PRIMARY KEY, state state);
CREATE TABLE refunds (amount numeric) INHERITS (payments);
CREATE SCHEMA shop CREATE TABLE shelves (id bigint);

ALTER TABLE orders DROP COLUMN coupon, DROP COLUMN quantity;
--                             ^^^^^^ error drop-needed-by-others: cannot drop column coupon of table orders because other objects depend on it: the view "open_orders" uses it. Drop that first, or write CASCADE, which drops it too.
ALTER TABLE orders DROP CONSTRAINT orders_pkey;
--                                 ^^^^^^^^^^^ error drop-needed-by-others: cannot drop constraint orders_pkey on table orders because other objects depend on it: the foreign key "order_items_order_id_fkey" of "order_items" depends on it. Drop that first, or write CASCADE, which drops it too.
DROP INDEX users_pkey;
--         ^^^^^^^^^^ error drop-needed-by-others: cannot drop index users_pkey because constraint users_pkey on table users requires it. Drop that instead; this goes with it.
DROP VIEW open_orders;
--        ^^^^^^^^^^^ error drop-needed-by-others: cannot drop view open_orders because other objects depend on it: the view "dear_orders" reads it. Drop that first, or write CASCADE, which drops it too.
DROP TYPE state;
--        ^^^^^ error drop-needed-by-others: cannot drop type state because other objects depend on it: "state" of "payments" is of this type and "state" of "refunds" is of this type. Drop that first, or write CASCADE, which drops it too.
DROP SCHEMA shop;
--          ^^^^ error drop-needed-by-others: cannot drop schema shop because other objects depend on it: it holds the table "shelves". Drop that first, or write CASCADE, which drops it too.
DROP TABLE payments;
--         ^^^^^^^^ error drop-needed-by-others: cannot drop table payments because other objects depend on it: "refunds" inherits from it. Drop that first, or write CASCADE, which drops it too.

-- Together, in any order, or with CASCADE.
CREATE VIEW few AS SELECT id FROM events;
CREATE VIEW fewer AS SELECT id FROM few;
DROP VIEW few, fewer;
ALTER TABLE users DROP COLUMN email;
--                            ^^^^^ warning drop-column: Running code may still use "email". Deploy code that does not use it first.
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "users" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE users DROP COLUMN email;
--+ RESET lock_timeout;
