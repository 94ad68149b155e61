// Alone: it measures who waits for whom.
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';
import { diagnose } from '../../server/src/features/diagnose';
import { loadGrammar } from '../../server/src/sql/parse';
import { analysed } from '../features/analysed';
import { testedMajors, useServer, withDatabase } from './servers';

const schema = `
  CREATE TABLE users (id bigint PRIMARY KEY, name text);
  CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), note text);
  CREATE TABLE sessions (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id) ON DELETE CASCADE);
  INSERT INTO users VALUES (1, 'one'), (2, 'two');
  INSERT INTO orders VALUES (1, 1, '')`;

/** One transaction of a migration, and one statement of an application that comes between its two statements. */
interface Meeting {
  readonly name: string;
  readonly first: string;
  readonly traffic: string;
  readonly second: string;
  readonly outcome: 'deadlock' | 'goes on';
  /** The statement of an application that the rule speaks of; of this one, and sometimes of another one that deadlocks. */
  readonly warnsOf: 'INSERT' | 'DELETE' | undefined;
}

const meetings: readonly Meeting[] = [
  {
    name: 'referenced table, then referencing table, against INSERT',
    first: 'ALTER TABLE users ADD COLUMN a int',
    traffic: 'INSERT INTO orders VALUES (2, 1)',
    second: 'ALTER TABLE orders ADD COLUMN a int',
    outcome: 'deadlock',
    warnsOf: 'INSERT',
  },
  {
    name: 'referenced table, then a trigger of the referencing table, against an UPDATE of the foreign key',
    first: 'ALTER TABLE users ADD COLUMN a int',
    traffic: 'UPDATE orders SET user_id = 2 WHERE id = 1',
    second: 'CREATE TRIGGER t BEFORE UPDATE ON orders EXECUTE FUNCTION suppress_redundant_updates_trigger()',
    outcome: 'deadlock',
    warnsOf: 'INSERT',
  },
  {
    name: 'referenced table in EXCLUSIVE, then a trigger of the referencing table',
    first: 'LOCK TABLE users IN EXCLUSIVE MODE',
    traffic: 'INSERT INTO orders VALUES (2, 1)',
    second: 'ALTER TABLE orders DISABLE TRIGGER USER',
    outcome: 'deadlock',
    warnsOf: 'INSERT',
  },
  {
    name: 'referenced table under a mode that lets its rows be looked up',
    first: 'CREATE INDEX ON users (name)',
    traffic: 'INSERT INTO orders VALUES (2, 1)',
    second: 'ALTER TABLE orders ADD COLUMN a int',
    outcome: 'goes on',
    warnsOf: undefined,
  },
  {
    name: 'an UPDATE that leaves the foreign key alone looks nothing up',
    first: 'ALTER TABLE users ADD COLUMN a int',
    traffic: "UPDATE orders SET note = 'x' WHERE id = 1",
    second: 'ALTER TABLE orders ADD COLUMN a int',
    outcome: 'goes on',
    warnsOf: 'INSERT',
  },
  {
    name: 'referencing table, then referenced table, against DELETE',
    first: 'ALTER TABLE sessions ADD COLUMN a int',
    traffic: 'DELETE FROM users WHERE id = 2',
    second: 'ALTER TABLE users ADD COLUMN a int',
    outcome: 'deadlock',
    warnsOf: 'DELETE',
  },
  {
    name: 'referencing table, then referenced table, against INSERT',
    first: 'ALTER TABLE orders ADD COLUMN a int',
    traffic: 'INSERT INTO orders VALUES (2, 1)',
    second: 'ALTER TABLE users ADD COLUMN a int',
    outcome: 'goes on',
    warnsOf: undefined,
  },
  {
    name: 'index of a referencing table that DELETE only looks at',
    first: 'CREATE INDEX ON orders (note)',
    traffic: 'DELETE FROM users WHERE id = 2',
    second: 'ALTER TABLE users ADD COLUMN a int',
    outcome: 'goes on',
    warnsOf: undefined,
  },
  {
    name: 'index of a referencing table whose rows go with the others',
    first: 'CREATE INDEX ON sessions (user_id)',
    traffic: 'DELETE FROM users WHERE id = 2',
    second: 'ALTER TABLE users ADD COLUMN a int',
    outcome: 'deadlock',
    warnsOf: 'DELETE',
  },
  {
    name: 'a table that references a locked one comes to be, against DELETE',
    first: 'ALTER TABLE sessions ADD COLUMN a int',
    traffic: 'DELETE FROM users WHERE id = 2',
    second: 'CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id))',
    outcome: 'deadlock',
    warnsOf: 'DELETE',
  },
];

before(loadGrammar);

for (const major of testedMajors) {
  describe(`two tables with a foreign key, locked one after the other, on PostgreSQL ${major}`, () => {
    const server = useServer(major);

    for (const { name, first, traffic, second, outcome, warnsOf } of meetings) {
      it(`${name}: ${outcome}`, () =>
        withDatabase(server(), schema, async (database) => {
          const [migration, application, observer] = await Promise.all([
            server().connect(database, 'migration'),
            server().connect(database, 'application'),
            server().connect(database, 'observer'),
          ]);
          await migration.query("SET deadlock_timeout = '200ms'; BEGIN");
          await migration.query(first);
          const sent = application.query(traffic).then(() => 'done', codeOf);
          await settled(observer, 'application', sent);
          const finished = await migration.query(second).then(() => 'done', codeOf);
          await migration.query(finished === 'done' ? 'COMMIT' : 'ROLLBACK');
          const codes = [finished, await sent];
          assert.deepEqual(codes.includes('40P01'), outcome === 'deadlock', codes.join(' and '));
          assert.equal(warning(first, second), warnsOf);
        }));
    }
  });
}

/** The statement of the application that the rule speaks of. */
function warning(first: string, second: string): string | undefined {
  const found = diagnose(analysed(`BEGIN; ${first}; ${second}; COMMIT;`, { past: schema }));
  const message = found.find(({ rule }) => rule === 'lock-order-deadlocks')?.message;
  return message === undefined ? undefined : /\b(?:INSERT|DELETE)\b/.exec(message)?.[0];
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** Waits until a session waits for a lock, or its query is done. */
async function settled(observer: pg.Client, name: string, query: Promise<string>): Promise<void> {
  const waiting = `SELECT 1 FROM pg_stat_activity WHERE application_name = $1 AND wait_event_type = 'Lock'`;
  for (;;) {
    const { rows } = await observer.query(waiting, [name]);
    const isDone = await Promise.race([query.then(() => true), setTimeout(5, false)]);
    if (rows.length > 0 || isDone) return;
  }
}
