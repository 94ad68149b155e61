import assert from 'node:assert/strict';
import { diagnose } from '../../server/src/features/diagnose';
import type { Major } from '../../server/src/postgres/versions';
import { analyse, worldOn } from './world';

/** Something of each kind that depends on something else. */
export const setup = `
CREATE SCHEMA dep;
SET search_path = dep;
CREATE TYPE state AS ENUM ('open', 'paid');
CREATE DOMAIN email AS text;
CREATE FUNCTION next_number() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE FUNCTION doubled(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT n * 2';
CREATE FUNCTION is_mine(owner text) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION unused() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION named_in_text() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION of_text() RETURNS int LANGUAGE sql AS 'SELECT dep.named_in_text()';
CREATE FUNCTION labelled(s state) RETURNS text LANGUAGE sql AS 'SELECT 1::text';
CREATE FUNCTION called() RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION calling() RETURNS int LANGUAGE sql RETURN called();
CREATE FUNCTION lower(t text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT t';
CREATE SEQUENCE numbers;
CREATE TABLE teams (id bigint PRIMARY KEY, owner text, label text, region text);
CREATE TABLE notes (
  id bigserial PRIMARY KEY,
  number bigint DEFAULT nextval('numbers'),
  code bigint DEFAULT next_number(),
  amount bigint,
  total bigint GENERATED ALWAYS AS (amount * 2) STORED,
  owner text,
  team bigint,
  kept text,
  checked bigint CHECK (checked > 0),
  keyed text,
  watched text,
  condition_of text,
  said text,
  plain text
);
CREATE INDEX notes_keyed ON notes (lower(keyed)) WHERE keyed IS NOT NULL;
CREATE INDEX notes_doubled ON notes (doubled(amount));
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON notes USING (is_mine(owner) AND team IN (SELECT id FROM teams WHERE label <> ''));
CREATE TRIGGER watch BEFORE UPDATE OF watched ON notes FOR EACH ROW WHEN (NEW.condition_of IS NOT NULL) EXECUTE FUNCTION touched();
CREATE RULE log AS ON DELETE TO notes DO ALSO UPDATE teams SET region = OLD.said;
CREATE FUNCTION kept_of() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT kept FROM notes; END;
`;

/** What may be refused for that. */
export const drops: readonly string[] = [
  'DROP FUNCTION next_number()',
  'DROP FUNCTION doubled(bigint)',
  'DROP FUNCTION is_mine',
  'DROP FUNCTION touched()',
  'DROP FUNCTION unused()',
  'DROP FUNCTION named_in_text()',
  'DROP FUNCTION kept_of()',
  'DROP SEQUENCE numbers',
  'DROP SEQUENCE notes_id_seq',
  'DROP TYPE state',
  'DROP DOMAIN email',
  'DROP TABLE teams',
  'DROP TABLE notes',
  'DROP FUNCTION called(), calling()',
  'DROP FUNCTION calling(), called()',
  'DROP FUNCTION called()',
  'DROP FUNCTION dep.lower(text)',
  'ALTER TABLE notes DROP COLUMN total, DROP COLUMN amount',
  'ALTER TABLE notes DROP COLUMN amount, DROP COLUMN total',
  'ALTER TABLE notes ALTER total DROP EXPRESSION, DROP COLUMN amount',
  'ALTER TABLE notes DROP COLUMN amount, ALTER total DROP EXPRESSION',
  'DROP FUNCTION kept_of(); DROP TABLE notes',
  'DROP TABLE notes CASCADE',
  'DROP FUNCTION is_mine(text) CASCADE',
  ...[
    ...['id', 'number', 'code', 'amount', 'total', 'owner', 'team', 'kept', 'checked', 'keyed'],
    ...['watched', 'condition_of', 'said', 'plain'],
  ].map((column) => `ALTER TABLE notes DROP COLUMN ${column}`),
  ...['id', 'label', 'region', 'owner'].map((column) => `ALTER TABLE teams DROP COLUMN ${column}`),
  'ALTER TABLE notes DROP COLUMN amount CASCADE',
  'DROP POLICY own ON notes; ALTER TABLE notes DROP COLUMN owner',
  'DROP POLICY own ON notes; DROP FUNCTION is_mine',
  'ALTER TABLE notes RENAME COLUMN owner TO keeper; ALTER TABLE notes DROP COLUMN keeper',
  'ALTER FUNCTION touched() RENAME TO seen; DROP FUNCTION seen()',
  'ALTER TABLE teams RENAME TO crews; ALTER TABLE crews DROP COLUMN label',
  'ALTER TABLE notes ALTER code DROP DEFAULT; DROP FUNCTION next_number()',
  'ALTER TABLE notes ALTER code SET DEFAULT 1; DROP FUNCTION next_number()',
  'DROP TRIGGER watch ON notes; DROP FUNCTION touched()',
  'DROP RULE log ON notes; ALTER TABLE teams DROP COLUMN region',
];

/** Lockstep says so exactly where the server does, in its words. */
export function assertSaid(sql: string, major: Major, refused: string | undefined): void {
  const world = worldOn('psql', '', `SET search_path = dep;\n${sql};`, setup);
  const said = diagnose(analyse({ ...world, postgresVersion: major }))
    .filter(({ rule }) => rule === 'drop-needed-by-others')
    .map(({ message }) => message);
  const [first = '', second] = said;
  if (refused === undefined) assert.deepEqual(said, [], 'No dependency forbids it.');
  else assert.ok(first.startsWith(refused) && second === undefined, `${refused} / ${said.join(' ')}`);
}

/** What the server says to it; undefined when no dependency forbids it. Nothing is changed. */
export async function refusalOf(
  run: (sql: string) => Promise<unknown>,
  sql: string,
): Promise<string | undefined> {
  await run('BEGIN');
  try {
    await run(sql);
    return undefined;
  } catch (error: unknown) {
    const { code, message } = error as { readonly code?: string; readonly message: string };
    // On 14 a generated column goes with what it is computed from, and is then not found: no dependency forbids that.
    if (code === '42703') return undefined;
    assert.equal(code, '2BP01', message);
    return message;
  } finally {
    await run('ROLLBACK');
  }
}
