-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE orders RENAME COLUMN coupon TO voucher;
--<^^^^^^^^ warning rename-column: Code that uses "coupon" of "orders" fails after the commit, code that uses "voucher" before it. Add a column of the new name, and drop the old one later.
ALTER TABLE users RENAME email TO address;
--<^^^^^^^^ warning rename-column: Code that uses "email" of "users" fails after the commit, code that uses "address" before it. Add a column of the new name, and drop the old one later.

-- Nobody knows it yet.
ALTER TABLE orders ADD COLUMN a integer;
ALTER TABLE orders RENAME COLUMN a TO b;
CREATE TABLE drafts (a integer);
ALTER TABLE drafts RENAME COLUMN a TO b;

-- No code names these.
ALTER TABLE orders RENAME CONSTRAINT orders_pkey TO orders_key;
ALTER INDEX orders_user_id_idx RENAME TO orders_by_user;
