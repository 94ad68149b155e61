CREATE VIEW open_orders AS SELECT id, user_id FROM orders WHERE closed_at IS NULL;
CREATE MATERIALIZED VIEW totals AS SELECT o.user_id, sum(o.total) FROM orders o GROUP BY 1;

ALTER TABLE orders ALTER COLUMN closed_at TYPE date, ALTER COLUMN coupon TYPE varchar(20);
--                              ^^^^^^^^^ error alter-column-type-used-by-view: cannot alter type of a column used by a view or rule: the view "open_orders" uses "closed_at". Drop the view first and create it again after this statement, in one transaction.
ALTER TABLE orders ALTER user_id TYPE numeric;
--                       ^^^^^^^ error alter-column-type-used-by-view: cannot alter type of a column used by a view or rule: the views "open_orders" and "totals" use "user_id". Drop the view first and create it again after this statement, in one transaction.

DROP VIEW open_orders;
ALTER TABLE orders ALTER COLUMN closed_at TYPE text;
--                                             ^^^^ warning alter-column-type-rewrites: Changing "closed_at" from timestamptz to text rewrites "orders"; every read and write waits until it is done. Fill a new column of that type in batches, then switch to it.
