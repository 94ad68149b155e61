-- postgres: 15
-- lockstep-ignore-file lock-timeout-missing: not what this is about

CREATE TYPE mood AS ENUM ('fine', 'sad');
ALTER TABLE users ADD COLUMN mood mood;

BEGIN;
ALTER TYPE mood ADD VALUE 'busy';
ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'busy';
--                                              ^^^^^^ error enum-value-used-in-same-transaction: unsafe use of new value "busy" of enum type mood: this transaction adds it. Use it in a later transaction.
--fix review: Run it after the commit
--+ COMMIT;
--+
--+ -- The new value can be used after the transaction that added it has committed.
--+ ALTER TABLE users ALTER COLUMN mood SET DEFAULT 'busy';
COMMIT;

BEGIN;
ALTER TYPE mood ADD VALUE IF NOT EXISTS 'busy';
ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';
UPDATE users SET mood = 'busy' WHERE id = 1 AND mood IN ('blue');
ALTER TYPE mood ADD VALUE 'late';
-- Text of the same letters.
UPDATE users SET name = 'late' WHERE id = 1;
COMMIT;

-- After the commit.
ALTER TYPE mood ADD VALUE 'lost';
UPDATE users SET mood = 'lost' WHERE id = 1;
