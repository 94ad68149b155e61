-- postgres: 15
-- lockstep-ignore-file lock-timeout-missing: not what this is about

CREATE TYPE mood AS ENUM ('fine', 'sad');
ALTER TABLE users ADD COLUMN mood mood;

BEGIN;
ALTER TYPE mood ADD VALUE 'gone';
INSERT INTO users (id, name, mood) VALUES (1, 'gone', 'gone');
--                                                    ^^^^^^ error enum-value-used-in-same-transaction: Fails with 55P04: this transaction has added 'gone' to "mood", and has not committed it. Use it in a later transaction.
--fix review: Run it after the commit
--+ COMMIT;
--+
--+ -- The new value can be used when the transaction that added it is over.
--+ INSERT INTO users (id, name, mood) VALUES (1, 'gone', 'gone');
COMMIT;
