-- Far from every name, in a project that makes few relations: another one may have made it.
SELECT id FROM legacy_accounts;

SELECT id FROM ordrs WHERE id = 1;
--             ^^^^^ warning relation-does-not-exist: No migration creates "ordrs". Write "orders", if you mean that.
--fix review: Write "orders"
--+ SELECT id FROM orders WHERE id = 1;
COMMENT ON TABLE public."Orders" IS 'All orders.';
--                      ^^^^^^^^ warning relation-does-not-exist: No migration creates "public.Orders". Write "orders", if you mean that.
--fix review: Write "orders"
--+ COMMENT ON TABLE public."orders" IS 'All orders.';
-- A table that is changed although no migration makes it says that there are others: the rest is taken on trust.
UPDATE ordrs o SET coupon = NULL FROM users u WHERE u.id = o.user_id;
--     ^^^^^ warning relation-does-not-exist: No migration creates "ordrs". Write "orders", if you mean that.
--fix review: Write "orders"
--+ UPDATE orders o SET coupon = NULL FROM users u WHERE u.id = o.user_id;
INSERT INTO "User" (id) VALUES (1);

-- Names of a query are no relations, and what follows IF EXISTS may be missing.
WITH ordrs AS (SELECT id FROM orders) SELECT id FROM ordrs;
ALTER TABLE IF EXISTS ordrs ADD COLUMN note text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "ordrs" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE IF EXISTS ordrs ADD COLUMN note text;
--+ RESET lock_timeout;
SELECT count(*) FROM pg_stat_activity;

-- Sequences of another year are other sequences.
COMMENT ON TABLE measurements_2026 IS 'The next year.';

DROP TABLE events;
--         ^^^^^^ warning drop-table: Drops "events" with all of its rows; running code may still use it. Deploy code that does not use it first.
INSERT INTO events (id) VALUES (1);
--          ^^^^^^ error relation-does-not-exist: relation "events" does not exist: an earlier statement drops it. Leave this out, or move it before that statement.
GRANT SELECT ON events TO PUBLIC;
--              ^^^^^^ error relation-does-not-exist: relation "events" does not exist: an earlier statement drops it. Leave this out, or move it before that statement.
DO $$ BEGIN
  INSERT INTO events (id) VALUES (2);
--            ^^^^^^ error relation-does-not-exist: relation "events" does not exist: an earlier statement drops it. Leave this out, or move it before that statement.
  IF EXISTS (SELECT FROM pg_class WHERE relname = 'events') THEN
    DELETE FROM events;
  END IF;
END $$;

-- Nobody looks into a function before it is called.
CREATE FUNCTION add_event() RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO events VALUES (1); END $$;

CREATE TABLE events (id bigint);
INSERT INTO events (id) VALUES (1);

ALTER TABLE order_items RENAME TO order_lines;
--<^^^^^^^^ warning rename-table: Code that uses "order_items" fails after the commit, code that uses "order_lines" before it. Leave a view with the old name until no code uses it.
--fix review: Leave a view with the old name
--+ -- Grant on the view what was granted on the table.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ -- lockstep-ignore rename-table: Code that uses the old name goes on through the view.
--+ ALTER TABLE order_items RENAME TO order_lines;
--+ CREATE VIEW order_items WITH (security_invoker = true) AS SELECT * FROM order_lines;
--+ COMMIT;
CREATE VIEW products AS SELECT product FROM order_items;
--                                          ^^^^^^^^^^^ error relation-does-not-exist: relation "order_items" does not exist: an earlier statement renames it to "order_lines". Write "order_lines".
--fix safe: Write "order_lines"
--+ CREATE VIEW products AS SELECT product FROM order_lines;
SELECT product FROM order_lines;
