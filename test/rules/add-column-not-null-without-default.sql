-- lockstep-ignore-file lock-timeout-missing, add-column-rewrites: not what this is about

ALTER TABLE orders ADD COLUMN currency text NOT NULL;
--                                          ^^^^^^^^ error add-column-not-null-without-default: Fails if "orders" has rows: they have no value for the new column "currency". Give it a default, or add it without NOT NULL and fill it first.
ALTER TABLE orders ADD COLUMN note text, ADD COLUMN tax numeric CONSTRAINT "has tax" NOT NULL DEFAULT NULL;
--                                                                                   ^^^^^^^^ error add-column-not-null-without-default: Fails if "orders" has rows: they have no value for the new column "tax". Give it a default, or add it without NOT NULL and fill it first.
ALTER TABLE events ADD COLUMN number bigint PRIMARY KEY;
--                                          ^^^^^^^^^^^ error add-column-not-null-without-default: Fails if "events" has rows: they have no value for the new column "number". Give it a default, or add it without NOT NULL and fill it first.
--                                          ^^^^^^^^^^^ warning add-primary-key-builds-index: Building the index of this constraint blocks every read and write of "events" until it is done. Build a unique index concurrently, then add the key with USING INDEX.

ALTER TABLE orders ADD COLUMN a int NOT NULL, ADD COLUMN b int NOT NULL DEFAULT 1, ADD COLUMN c int NOT NULL, ADD COLUMN d int NOT NULL, ADD COLUMN e int NOT NULL;
--                                  ^^^^^^^^ error add-column-not-null-without-default: Fails if "orders" has rows: they have no value for the new columns "a", "c", "d" and 1 more. Give it a default, or add it without NOT NULL and fill it first.

-- Each of these has a value.
ALTER TABLE orders ADD COLUMN kind text NOT NULL DEFAULT 'order';
ALTER TABLE orders ADD COLUMN place bigint GENERATED ALWAYS AS IDENTITY NOT NULL;
ALTER TABLE orders ADD COLUMN position bigserial NOT NULL;
ALTER TABLE orders ADD COLUMN gross numeric GENERATED ALWAYS AS (total * 1.19) STORED NOT NULL;
ALTER TABLE orders ADD COLUMN IF NOT EXISTS coupon text NOT NULL;

CREATE TABLE invoices (id bigint);
ALTER TABLE invoices ADD COLUMN total numeric NOT NULL;

-- Nothing fails in a table without rows, until rows come again.
TRUNCATE users;
ALTER TABLE users ADD COLUMN emptied int NOT NULL;
INSERT INTO users (id, name, emptied) VALUES (1, 'one', 1);
ALTER TABLE users ADD COLUMN filled int NOT NULL;
--                                      ^^^^^^^^ error add-column-not-null-without-default: Fails if "users" has rows: they have no value for the new column "filled". Give it a default, or add it without NOT NULL and fill it first.

DELETE FROM users;
ALTER TABLE users ADD COLUMN deleted int NOT NULL;
