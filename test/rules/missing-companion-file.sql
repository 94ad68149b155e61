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
--<^^^^^^^^ information lock-timeout-missing: Waits for ACCESS EXCLUSIVE on "orders" with no lock_timeout; later queries queue up meanwhile. Set lock_timeout before it.
--fix review: Set lock_timeout to 5s
--+ -- Gives up after 5s, so that other queries do not queue up meanwhile.
--+ SET LOCAL lock_timeout = '5s';--> statement-breakpoint
