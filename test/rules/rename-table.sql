-- lockstep-ignore-file lock-timeout-missing: not what this is about

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

ALTER TABLE public.events RENAME TO "Events";
--<^^^^^^^^ warning rename-table: Code that uses "events" fails after the commit, code that uses "Events" before it. Leave a view with the old name until no code uses it.
--fix review: Leave a view with the old name
--+ -- Grant on the view what was granted on the table.
--+ BEGIN;
--+ SET LOCAL lock_timeout = '5s';
--+ -- lockstep-ignore rename-table: Code that uses the old name goes on through the view.
--+ ALTER TABLE public.events RENAME TO "Events";
--+ CREATE VIEW public.events WITH (security_invoker = true) AS SELECT * FROM public."Events";
--+ COMMIT;

ALTER MATERIALIZED VIEW rates RENAME TO fees;
--<^^^^^^^^^^^^^^^^^^^^ warning rename-table: Code that uses "rates" fails after the commit, code that uses "fees" before it. Leave a view with the old name until no code uses it.

-- Nobody knows it yet.
CREATE TABLE drafts (id integer);
ALTER TABLE drafts RENAME TO sketches;

ALTER INDEX orders_user_id_idx RENAME TO orders_by_user;
ALTER TABLE orders_pkey RENAME TO orders_key;
