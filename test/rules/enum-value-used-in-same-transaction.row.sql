-- postgres: 15
-- lockstep-ignore-file lock-timeout-missing: not what this is about

CREATE TYPE mood AS ENUM ('fine', 'sad');
ALTER TABLE users ADD COLUMN mood mood;

BEGIN;
ALTER TYPE mood ADD VALUE 'gone';
INSERT INTO users (id, name, mood) VALUES (1, 'gone', 'gone');
--                                                    ^^^^^^ error enum-value-used-in-same-transaction: unsafe use of new value "gone" of enum type mood: this transaction adds it. Use it in a later transaction.
--fix review: Run it after the commit
--+ COMMIT;
--+
--+ -- The new value can be used after the transaction that added it has committed.
--+ INSERT INTO users (id, name, mood) VALUES (1, 'gone', 'gone');
COMMIT;
