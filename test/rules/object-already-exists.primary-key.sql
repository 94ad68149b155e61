-- No row is removed for a key that cannot be.
ALTER TABLE users ADD PRIMARY KEY (email);
--                    ^^^^^^^^^^^ error object-already-exists: multiple primary keys for table "users" are not allowed: it has "users_pkey"; 0001_migration.sql creates it. Drop it first, or add a unique constraint.
ALTER TABLE users ADD COLUMN number bigint PRIMARY KEY;
--                                         ^^^^^^^^^^^ error object-already-exists: multiple primary keys for table "users" are not allowed: it has "users_pkey"; 0001_migration.sql creates it. Drop it first, or add a unique constraint.

-- The other one may go in the same statement, with its column too.
CREATE TABLE coupons (id bigint PRIMARY KEY, code text NOT NULL);
ALTER TABLE coupons DROP CONSTRAINT coupons_pkey, ADD PRIMARY KEY (code);
CREATE TABLE tags (id bigint PRIMARY KEY, code text NOT NULL);
ALTER TABLE tags DROP COLUMN id, ADD PRIMARY KEY (code);
