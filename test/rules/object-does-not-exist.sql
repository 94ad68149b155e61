ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fk;
--                                      ^^^^^^^^^^^^^^^^^^^^^^^ error object-does-not-exist: constraint "order_items_order_id_fk" of relation "order_items" does not exist. Write "order_items_order_id_fkey", if you mean that.
--fix review: Write "order_items_order_id_fkey"
--+ ALTER TABLE order_items DROP CONSTRAINT order_items_order_id_fkey;
--fix review: Add IF EXISTS
--+ ALTER TABLE order_items DROP CONSTRAINT IF EXISTS order_items_order_id_fk;
ALTER TABLE order_items VALIDATE CONSTRAINT order_items_order_id_fkey;
DROP TRIGGER touch ON orders;
--           ^^^^^ error object-does-not-exist: trigger "touch" for table "orders" does not exist. Leave this out, or correct the name.
--fix review: Add IF EXISTS
--+ DROP TRIGGER IF EXISTS touch ON orders;
DROP POLICY own ON orders;
--          ^^^ error object-does-not-exist: policy "own" for table "orders" does not exist. Leave this out, or correct the name.
--fix review: Add IF EXISTS
--+ DROP POLICY IF EXISTS own ON orders;

-- In a project that makes few indexes another one may have made it.
ALTER INDEX orders_user_idx RENAME TO orders_user;
DROP INDEX CONCURRENTLY legacy_idx;

-- NOT NULL has a constraint of its own on some servers.
ALTER TABLE orders DROP CONSTRAINT orders_user_id_not_null;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders DROP CONSTRAINT orders_user_id_not_null;
--+ RESET lock_timeout;

DROP TYPE money_range;
DROP TYPE public.money_range;
--        ^^^^^^^^^^^^^^^^^^ error object-does-not-exist: type "money_range" does not exist: an earlier statement drops it. Leave this out, or correct the name.
--fix review: Add IF EXISTS
--+ DROP TYPE IF EXISTS public.money_range;
ALTER INDEX orders_user_id_idx RENAME TO orders_by_user;
DROP INDEX CONCURRENTLY orders_user_id_idx;
--                      ^^^^^^^^^^^^^^^^^^ error object-does-not-exist: index "orders_user_id_idx" does not exist: an earlier statement renames it to "orders_by_user". Write "orders_by_user".
--fix safe: Write "orders_by_user"
--+ DROP INDEX CONCURRENTLY orders_by_user;
DROP TRIGGER IF EXISTS touch ON orders;

-- Functions are told apart by their arguments.
CREATE FUNCTION tax(total numeric) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';
DROP FUNCTION tax(integer);
--            ^^^ error object-does-not-exist: No migration creates the function "tax(integer)". There is "tax(numeric)".
--fix review: Add IF EXISTS
--+ DROP FUNCTION IF EXISTS tax(integer);
ALTER FUNCTION tax(total integer) STABLE;
--             ^^^ error object-does-not-exist: No migration creates the function "tax(integer)". There is "tax(numeric)".
DROP FUNCTION public.tax(decimal);
DROP FUNCTION tax(numeric);
--            ^^^ error object-does-not-exist: function "tax(numeric)" does not exist: an earlier statement drops it. Leave this out, or correct the name.
--fix review: Add IF EXISTS
--+ DROP FUNCTION IF EXISTS tax(numeric);

-- This one may have been made before the first migration.
DROP FUNCTION legacy(integer);
