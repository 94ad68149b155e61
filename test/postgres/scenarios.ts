import type { Delivery } from './instruments/run-migrations';
import type { Write } from './instruments/writers';

/** A project of `examples/` whose last migration makes a unique index on a table that has duplicates and writers. */
export interface Scenario {
  readonly example: string;
  readonly migrations: string;
  readonly delivery: Delivery;
  /** What the runner finds in an empty database. */
  readonly given: string;
  /** Rows, some of them duplicates in the eyes of the index. */
  readonly rows: string;
  readonly write: Write;
  /** Where steps go that the runner's transaction cannot hold. */
  readonly place: string;
  readonly table: string;
  readonly index: string;
  /** What is true of the rows afterwards. */
  readonly survivors: { readonly query: string; readonly expected: unknown };
}

/** One for each runner. */
export const scenarios: readonly Scenario[] = [
  {
    example: 'supabase',
    migrations: 'supabase/migrations',
    delivery: 'pipeline',
    given: `
      DO $$ BEGIN CREATE ROLE anon; CREATE ROLE authenticated; CREATE ROLE service_role;
      EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      CREATE SCHEMA auth;
      CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
      CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT NULL::uuid $$`,
    rows: `
      INSERT INTO auth.users VALUES ('00000000-0000-0000-0000-000000000001', 'someone@example.test');
      INSERT INTO credit_operations (profile_id, kind, amount, stripe_session_id, note, created_at)
      SELECT '00000000-0000-0000-0000-000000000001', 'purchase', 1, 'session ' || n % 700, 'row ' || n,
        timestamptz '2026-01-01' + n * interval '1 minute'
      FROM generate_series(1, 1000) AS n`,
    write: (n) => ({
      text: `INSERT INTO credit_operations (profile_id, kind, amount, stripe_session_id)
        VALUES ('00000000-0000-0000-0000-000000000001', 'purchase', 1, 'new ' || $1)`,
      values: [n],
    }),
    place: 'migrations',
    table: 'credit_operations',
    index: 'credit_operations_stripe_uq',
    survivors: {
      query: `SELECT count(*)::int AS rows, min(substring(note FROM 5)::int) AS oldest
        FROM credit_operations WHERE stripe_session_id LIKE 'session %'`,
      expected: [{ rows: 700, oldest: 301 }],
    },
  },
  {
    example: 'prisma',
    migrations: 'prisma/migrations',
    delivery: 'one-query',
    given: '',
    rows: `
      INSERT INTO "Customer" (id, name) VALUES ('c', 'C');
      INSERT INTO "Lead" (id, customer_id, source) SELECT 'lead ' || n, 'c', 's' FROM generate_series(1, 5000) AS n;
      INSERT INTO "Conversation" (id, lead_id, customer_id, channel, started_at)
      SELECT 'old ' || n, 'lead ' || n % 70 + 1, 'c', 'email', timestamp '2026-01-01' + n * interval '1 minute'
      FROM generate_series(1, 100) AS n;
      INSERT INTO "Message" (id, conversation_id, sender, content)
      SELECT 'm ' || n, 'old ' || n, 's', 'c' FROM generate_series(1, 100) AS n`,
    write: (n) => ({
      text: `INSERT INTO "Conversation" (id, lead_id, customer_id, channel)
        VALUES ('new ' || $1, 'lead ' || ($1::int % 4900 + 100), 'c', 'email')`,
      values: [n],
    }),
    place: 'migrations',
    table: '"Conversation"',
    index: '"Conversation_lead_open_unique"',
    survivors: {
      query: `SELECT count(*)::int AS rows, count(*) FILTER (WHERE closed_at IS NULL)::int AS open,
        (SELECT count(*)::int FROM "Message") AS messages FROM "Conversation" WHERE id LIKE 'old %'`,
      expected: [{ rows: 100, open: 70, messages: 100 }],
    },
  },
  {
    example: 'drizzle',
    migrations: 'src/db/migrations',
    delivery: 'drizzle',
    given: '',
    rows: `
      INSERT INTO channels (id, name) VALUES ('00000000-0000-0000-0000-000000000001', 'general');
      INSERT INTO users (id, handle) VALUES ('00000000-0000-0000-0000-000000000002', 'someone');
      INSERT INTO messages (channel_id, author_id, sequence, body, created_at)
      SELECT '00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', n % 70, 'row ' || n,
        timestamptz '2026-01-01' + n * interval '1 minute'
      FROM generate_series(1, 100) AS n`,
    write: (n) => ({
      text: `INSERT INTO messages (channel_id, author_id, sequence, body) VALUES
        ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000002', 1000 + $1::int, 'new')`,
      values: [n],
    }),
    place: 'commit',
    table: 'messages',
    index: 'messages_channel_sequence_uq',
    survivors: {
      query: `SELECT count(*)::int AS rows, min(substring(body FROM 5)::int) AS oldest FROM messages WHERE body LIKE 'row %'`,
      expected: [{ rows: 70, oldest: 31 }],
    },
  },
  {
    example: 'plain',
    migrations: '.',
    delivery: 'autocommit',
    given: '',
    rows: `INSERT INTO customers (id, name, email, created_at)
      SELECT n, 'Name ' || n, 'a' || n % 7 || '@example.test', timestamp '2026-01-01' + n * interval '1 minute'
      FROM generate_series(1, 10) AS n`,
    write: (n) => ({
      text: `INSERT INTO customers (id, name, email) VALUES ($1::int + 1000, 'New', 'new' || $1 || '@example.test')`,
      values: [n],
    }),
    place: 'migrations',
    table: 'customers',
    index: 'customers_email_uq',
    survivors: {
      query: `SELECT count(*)::int AS rows FROM customers WHERE email LIKE 'a%'`,
      expected: [{ rows: 7 }],
    },
  },
];
