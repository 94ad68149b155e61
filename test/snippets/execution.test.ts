// Group: pglite
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { parse } from 'libpg-query';
import { startPglite } from '../pglite';
import { outcomes } from './outcomes';
import { expand, readSnippets, type Snippet } from './snippets';

const schema = readFileSync(path.join(import.meta.dirname, 'schema.sql'), 'utf8');

/** What a description says of a snippet that a transaction block would refuse. */
const saysOutside = 'outside a transaction block';
/** active_sql_transaction, for CONCURRENTLY; invalid_transaction_termination, for COMMIT in a DO block. */
const refusals = ['25001', '2D000'];

async function statementsOf(text: string): Promise<readonly string[]> {
  // libpg-query counts bytes.
  const bytes = Buffer.from(text, 'utf8');
  const { stmts = [] } = await parse(text);
  return stmts.map(({ stmt_location: start = 0, stmt_len: length }) =>
    bytes.toString('utf8', start, length === undefined || length === 0 ? undefined : start + length),
  );
}

describe('snippets on a server', () => {
  let server: PGlite;

  before(async () => {
    server = await startPglite();
    await server.exec('CREATE ROLE authenticated');
  });
  after(async () => {
    await server.close();
  });

  async function reset(snippet: Snippet): Promise<void> {
    await server.exec('DROP SCHEMA IF EXISTS public, auth CASCADE');
    await server.exec(schema);
    await server.exec(outcomes[snippet.prefix[0] ?? '']?.before ?? '');
  }

  async function ask(query: string): Promise<boolean> {
    const { rows } = await server.query<{ holds: boolean }>(`SELECT (${query}) AS holds`);
    return rows[0]?.holds === true;
  }

  /** The error code that one transaction around all statements ends with. */
  async function errorInTransaction(statements: readonly string[]): Promise<string | undefined> {
    await server.exec('BEGIN');
    try {
      for (const statement of statements) await server.exec(statement);
      return undefined;
    } catch (error: unknown) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    } finally {
      await server.exec('ROLLBACK');
    }
  }

  /** The tables of the schema that are read or rewritten while a lock on them blocks writes. */
  async function blockedForLong(statement: string): Promise<readonly string[]> {
    await server.exec(`BEGIN;
      CREATE TEMPORARY TABLE before ON COMMIT DROP AS
        SELECT oid, relfilenode, pg_stat_get_xact_tuples_returned(oid) AS returned
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p');`);
    await server.exec(statement);
    const { rows } = await server.query<{ relation: string }>(`
      SELECT c.oid::regclass::text AS relation
      FROM before JOIN pg_class AS c USING (oid)
      WHERE (c.relfilenode <> before.relfilenode OR pg_stat_get_xact_tuples_returned(oid) > before.returned)
        AND EXISTS (
          SELECT FROM pg_locks
          WHERE relation = c.oid
            AND mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
        )`);
    await server.exec('COMMIT');
    return rows.map((row) => row.relation);
  }

  test('the check for long locks sees one', async () => {
    await server.exec('DROP SCHEMA IF EXISTS public, auth CASCADE');
    await server.exec(schema);
    assert.deepEqual(await blockedForLong('ALTER TABLE orders ADD CHECK (total >= 0)'), ['orders']);
    assert.deepEqual(await blockedForLong('CREATE INDEX ON users (name)'), ['users']);
    assert.deepEqual(await blockedForLong('ALTER TABLE orders ALTER quantity TYPE bigint'), ['orders']);
    assert.deepEqual(await blockedForLong('ALTER TABLE orders ADD CHECK (total >= 0) NOT VALID'), []);
  });

  for (const snippet of readSnippets()) {
    test(snippet.name, async (context) => {
      const statements = await statementsOf(expand(snippet));
      const outcome = outcomes[snippet.prefix[0] ?? ''];
      if (statements.length === 0) {
        assert.equal(outcome, undefined);
        return;
      }
      assert.ok(outcome, 'A snippet with statements has an outcome.');

      const outside = snippet.description.includes(saysOutside);
      await reset(snippet);

      await context.test('is refused by a transaction block exactly when it says so', async () => {
        const error = await errorInTransaction(statements);
        if (outside) assert.ok(refusals.includes(error ?? ''), error);
        else assert.equal(error, undefined);
      });

      await context.test(
        'runs, does what it says, and scans and rewrites nothing while it blocks writes',
        async () => {
          for (const statement of statements) {
            if (outside) await server.exec(statement);
            else assert.deepEqual(await blockedForLong(statement), [], statement);
          }
          await server.exec(outcome.use ?? '');
          assert.ok(await ask(outcome.holds), outcome.holds);
        },
      );
    });
  }

  test('the duplicate check stops on duplicates', async () => {
    const snippet = readSnippets().find(({ prefix }) => prefix.includes('dupcheck'));
    assert.ok(snippet);
    await reset(snippet);
    await server.exec(`INSERT INTO users (name, email) VALUES ('Ada', 'ada@example.org')`);
    await assert.rejects(server.exec(expand(snippet)), /"users" has rows that share "email"/);
  });

  test('the index check stops on an invalid index', async () => {
    const snippet = readSnippets().find(({ prefix }) => prefix.includes('idxvalid'));
    assert.ok(snippet);
    await reset(snippet);
    await server.exec(`DROP INDEX orders_status_idx`);
    await assert.rejects(server.exec(expand(snippet)), /index orders_status_idx is missing or invalid/);
    await server.exec(`INSERT INTO users (name, email) VALUES ('Ada', 'ada@example.org')`);
    await assert.rejects(server.exec(`CREATE UNIQUE INDEX CONCURRENTLY orders_status_idx ON users (email)`));
    await assert.rejects(server.exec(expand(snippet)), /index orders_status_idx is missing or invalid/);
  });
});
