-- runner: drizzle 0.45.4
-- not listed

ALTER TABLE orders ADD COLUMN note_of_mine text;
--<^^^^^^^^ warning missing-companion-file: meta/_journal.json does not list this migration. Drizzle never runs it. Make migrations with "drizzle-kit generate --custom".
--fix review: Add it to meta/_journal.json
--+ file drizzle/meta/_journal.json
--+     },
--+     {
--+       "idx": 1,
--+       "version": "7",
--+       "when": 1767398400000,
--+       "tag": "0001_migration",
--+       "breakpoints": true
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" without a lock_timeout; every query that comes later waits behind it. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s rather than make others wait behind it.
--+ SET LOCAL lock_timeout = '5s';--> statement-breakpoint
