-- lockstep-ignore-file lock-timeout-missing: not what this is about

ALTER TABLE orders DROP COLUMN total;
--                             ^^^^^ warning drop-column: Running code may still use "total". Deploy code that does not use it first.
ALTER TABLE orders DROP COLUMN IF EXISTS coupon CASCADE, ADD COLUMN note text;
--                                       ^^^^^^ warning drop-column: Running code may still use "coupon". Deploy code that does not use it first.

-- What is not there, nobody uses; what this migration has made, nobody knows.
ALTER TABLE orders DROP COLUMN IF EXISTS discount;
ALTER TABLE orders DROP COLUMN note;

CREATE TABLE invoices (id bigint, total numeric);
ALTER TABLE invoices DROP COLUMN total;
