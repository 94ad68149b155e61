/**
 * A migration of about `lines` lines as people write them: tables, changes of tables that exist, indexes, functions,
 * policies and rows, with hazards in about every tenth statement. The same for the same number.
 */
export function migration(lines) {
  const parts = [];
  let count = 0;
  for (;;) {
    for (const kind of kinds) {
      if (count >= lines) return `${parts.join('\n')}\n`;
      const part = kind(parts.length);
      parts.push(part);
      count += part.split('\n').length;
    }
  }
}

const kinds = [
  (n) => `-- Accounts of tenant ${n}
CREATE TABLE accounts_${n} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email text NOT NULL,
  plan text NOT NULL DEFAULT 'free',
  created_at timestamptz NOT NULL DEFAULT now()
);`,
  (n) => `CREATE UNIQUE INDEX accounts_${n - 1}_email_key ON accounts_${n - 1} (lower(email));`,
  (n) => `ALTER TABLE accounts_${n - 2} ENABLE ROW LEVEL SECURITY;
CREATE POLICY accounts_${n - 2}_own ON accounts_${n - 2} FOR SELECT USING (id = current_setting('app.account')::bigint);`,
  (n) => `ALTER TABLE accounts_${n - 3} ADD COLUMN last_seen_at timestamptz;
COMMENT ON COLUMN accounts_${n - 3}.last_seen_at IS 'When the account was used last';`,
  (n) => `CREATE FUNCTION touch_${n}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.last_seen_at := now();
  RETURN NEW;
END
$$;`,
  (n) => `CREATE INDEX orders_note_${n}_idx ON orders (note) WHERE note IS NOT NULL;`,
  (n) => `INSERT INTO accounts_${n - 6} (email) VALUES
  ('first@example.test'),
  ('second@example.test');`,
  (n) =>
    `ALTER TABLE accounts_${n - 7} ADD CONSTRAINT accounts_${n - 7}_plan_check CHECK (plan IN ('free', 'paid'));`,
  (n) => `GRANT SELECT, INSERT ON accounts_${n - 8} TO authenticated;`,
  (n) => `UPDATE accounts_${n - 9} SET plan = 'paid' WHERE plan = 'trial';`,
];
