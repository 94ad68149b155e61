-- Queries take no lock on a composite type.
ALTER TYPE money_range ADD ATTRIBUTE currency text;

-- Writes nothing that others use.
CREATE TABLE invoices (id bigint PRIMARY KEY, total numeric);
ALTER TABLE invoices ADD COLUMN note text;

ALTER TABLE orders ADD COLUMN note text;
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET lock_timeout = '5s';
--+ ALTER TABLE orders ADD COLUMN note text;
--+ RESET lock_timeout;

-- Said once.
ALTER TABLE users ADD COLUMN note text;
