-- postgres: 14
-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE order_items RENAME TO order_lines;
--<^^^^^^^^ warning rename-table: Code that uses "order_items" fails after the commit, code that uses "order_lines" before it. Leave a view with the old name until no code uses it.
