/** What must be true after the default text of a snippet has run. */
interface Outcome {
  /** SQL that changes the prepared schema first. */
  readonly before?: string;
  /** SQL that uses what the snippet has made. */
  readonly use?: string;
  /** A query for one boolean. */
  readonly holds: string;
}

const validIndex = (index: string): string =>
  `SELECT indisvalid FROM pg_index WHERE indexrelid = '${index}'::regclass`;
const noIndex = (index: string): string => `SELECT to_regclass('${index}') IS NULL`;
const validConstraint = (name: string, type: string): string =>
  `SELECT convalidated AND contype = '${type}' FROM pg_constraint WHERE conname = '${name}'`;

/** By the first prefix of the snippet. A snippet of comments alone has none. */
export const outcomes: Readonly<Record<string, Outcome>> = {
  'ls-index-concurrently': { holds: validIndex('orders_user_id_idx') },
  'ls-index-unique': {
    before: 'CREATE INDEX users_email_key ON users (name)',
    holds: `SELECT indisvalid AND indisunique FROM pg_index WHERE indexrelid = 'users_email_key'::regclass`,
  },
  'ls-index-unique-partial': {
    before: 'UPDATE orders SET closed_at = now() WHERE id > 1',
    holds: `SELECT indisvalid AND indpred IS NOT NULL FROM pg_index WHERE indexrelid = 'orders_user_id_open_key'::regclass`,
  },
  'ls-index-include': {
    holds: `SELECT indnkeyatts = 1 AND indnatts = 3 FROM pg_index WHERE indexrelid = 'orders_user_id_covering_idx'::regclass`,
  },
  'ls-index-drop': { holds: noIndex('orders_status_idx') },
  'ls-index-rebuild': { holds: validIndex('orders_status_idx') },
  'ls-index-check': { holds: validIndex('orders_status_idx') },
  'ls-index-invalid': { holds: 'SELECT true' },
  'ls-foreign-key': { holds: validConstraint('orders_user_id_fkey', 'f') },
  'ls-check': { holds: validConstraint('orders_total_check', 'c') },
  'ls-not-null': {
    holds: `SELECT attnotnull AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'orders_user_id_present')
      FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attname = 'user_id'`,
  },
  'ls-unique': { holds: validConstraint('users_email_key', 'u') },
  'ls-primary-key': { holds: validConstraint('imports_pkey', 'p') },
  'ls-column-default': { holds: `SELECT bool_and(currency = 'EUR') FROM orders` },
  'ls-column-backfill': {
    holds:
      'SELECT bool_and(total_cents IS NOT DISTINCT FROM total * 100) AND count(total_cents) = 6000 FROM orders',
  },
  'ls-dedupe': {
    before: `INSERT INTO users (name, email, created_at) VALUES ('Ada', 'ada@example.org', '2026-03-01'),
      ('Ada', 'ada@example.org', NULL), ('Nobody', NULL, NULL)`,
    holds: `SELECT array_agg(id ORDER BY id) = ARRAY[2, 3, 4, 6]::bigint[] FROM users`,
  },
  'ls-duplicate-check': { holds: 'SELECT count(*) = 3 FROM users' },
  'ls-duplicates': { holds: 'SELECT true' },
  'ls-column-rename': {
    use: `INSERT INTO users (name) VALUES ('old code');
      INSERT INTO users (full_name) VALUES ('new code');
      UPDATE users SET name = 'Ada L.' WHERE id = 1;
      UPDATE users SET full_name = 'Grace H.' WHERE id = 2;
      UPDATE users SET full_name = name WHERE full_name IS NULL`,
    holds: `SELECT array_agg(name ORDER BY id) = ARRAY['Ada L.', 'Grace H.', 'Nobody', 'old code', 'new code']
      AND bool_and(name = full_name) FROM users`,
  },
  'ls-column-type': {
    use: 'UPDATE orders SET quantity = 3000000000 WHERE id = 1',
    holds: `SELECT pg_typeof(quantity) = 'bigint'::regtype AND quantity = 3000000000 AND quantity_old = 1
      FROM orders WHERE id = 1`,
  },
  'ls-enum-value': {
    holds: `SELECT enum_range(NULL::order_status)::text = '{new,paid,refunded}'`,
  },
  'ls-lock-timeout': { holds: 'SELECT true' },
  'ls-lock-timeout-session': { holds: `SELECT current_setting('lock_timeout') = '0'` },
  'ls-partition-attach': {
    use: `INSERT INTO events (created_at) VALUES ('2027-01-15')`,
    holds: 'SELECT count(*) = 1 FROM events_2027_01',
  },
  'ls-partition-detach': {
    holds: 'SELECT (SELECT count(*) FROM events) = 0 AND (SELECT count(*) FROM events_2026_01) = 1',
  },
  'ls-table-rls': {
    holds: `SELECT relrowsecurity AND EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid)
      FROM pg_class AS c WHERE relname = 'notes'`,
  },
  'ls-updated-at': {
    use: `UPDATE orders SET status = 'paid' WHERE id = 1; UPDATE orders SET status = status WHERE id = 2`,
    holds: 'SELECT array_agg(id) = ARRAY[1]::bigint[] FROM orders WHERE updated_at IS NOT NULL',
  },
  'ls-delete-batches': {
    holds: `SELECT min(created_at) >= now() - interval '90 days' AND count(*) BETWEEN 2000 AND 2200 FROM orders`,
  },
  'ls-matview-refresh': {
    before: `UPDATE orders SET total = 0`,
    holds: 'SELECT bool_and(total = 0) FROM order_totals',
  },
  // Their text has both directions, one below the other.
  'ls-goose-no-transaction': { holds: noIndex('orders_created_at_idx') },
  'ls-dbmate-no-transaction': { holds: noIndex('orders_created_at_idx') },
  'ls-sqlx-no-transaction': { holds: validIndex('orders_created_at_idx') },
  'ls-sql-migrate-no-transaction': { holds: noIndex('orders_created_at_idx') },
  'ls-tern-no-transaction': { holds: noIndex('orders_created_at_idx') },
  'ls-atlas-no-transaction': { holds: validIndex('orders_created_at_idx') },
  'ls-graphile-no-transaction': { holds: validIndex('orders_created_at_idx') },
  'ls-liquibase-no-transaction': { holds: validIndex('orders_created_at_idx') },
};
