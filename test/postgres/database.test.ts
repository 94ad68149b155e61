// Alone: it measures who waits for whom.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import type pg from 'pg';
import { startLocalServer } from './server/local-server';
import { needsShared, shared } from '../shared';
import { differences, readCatalog } from './instruments/catalog';
import type { Catalog } from './instruments/catalog';
import { measureHeldUp, measureStatement, measureTransaction } from './instruments/locks';
import { lockWaitedFor, processId, waitUntil } from './instruments/locks';
import { runMigrations } from './instruments/run-migrations';
import type { Delivery, MigrationOutcome } from './instruments/run-migrations';
import { changes, richSchema, roundTrips } from './instruments/rich-schema';
import { build, files, runnerTable } from './instruments/runner-table';
import { startWriters } from './instruments/writers';
import { startServer, testedMajors, useServer, withDatabase } from './servers';
import type { LocalServer } from './servers';

const sixtySeconds = { timeout: 60_000 };

for (const major of testedMajors) {
  describe(`PostgreSQL ${major}`, sixtySeconds, () => {
    const server = useServer(major);

    test('is the server that was asked for, and another program can connect to it', () => {
      assert.equal(server().major, major);
      assert.match(
        server().url('postgres'),
        /^postgresql:\/\/postgres:[0-9a-f]+@127\.0\.0\.1:\d+\/postgres$/,
      );
    });

    test('the catalog is the same for the same schema, and shows every change', async () => {
      const original = await withDatabase(server(), richSchema, (name) => catalogOf(server(), name));
      assert.ok(Object.keys(original).length > 60);
      await withDatabase(server(), richSchema, async (name) => {
        assert.deepEqual(differences(original, await catalogOf(server(), name)), []);
        const client = await server().connect(name);
        for (const { sql, line } of changes) {
          await withChange(client, sql, (now) => {
            const found = differences(original, now);
            assert.ok(
              found.some((difference) => difference.startsWith(line)),
              `${sql}\nshows as\n${found.join('\n')}`,
            );
          });
        }
        for (const sql of roundTrips) {
          await withChange(client, sql, (now) => {
            assert.deepEqual(differences(original, now), [], sql);
          });
        }
      });
    });

    test('runners: what a file may hold depends on how it is sent', async () => {
      await withDatabase(server(), '', async (name) => {
        for (const delivery of Object.keys(runnerTable) as Delivery[]) {
          const expected = runnerTable[delivery](major);
          const found: Record<string, string> = {};
          for (const [file, texts] of Object.entries(files)) {
            found[file] = await afterRunning(server(), name, texts, delivery);
          }
          assert.deepEqual(found, expected, delivery);
        }
      });
    });

    test('runners: which transaction ends where, and what the server says', async () => {
      await withDatabase(server(), '', async (name) => {
        const twoFiles = [
          { name: '1.sql', statements: [{ text: 'CREATE TABLE one ()\n--> statement-breakpoint\n' }] },
          { name: '2.sql', statements: [{ text: 'SELECT 2' }, { text: 'SELECT 1 / 0' }] },
        ];
        const failure = { file: '2.sql', statement: 1, code: '22012', message: 'division by zero' };
        const all = await runMigrations(server(), name, twoFiles, 'drizzle');
        assert.deepEqual(all, { applied: [], failure, notices: [] });
        const each = await runMigrations(server(), name, twoFiles, 'pipeline');
        assert.deepEqual(each, { applied: ['1.sql'], failure, notices: [] });
        const refused = await runMigrations(server(), name, migration(files.afterSet), 'pipeline');
        assert.equal(
          refused.failure?.message,
          major < 18
            ? 'CREATE INDEX CONCURRENTLY cannot be executed within a pipeline'
            : 'CREATE INDEX CONCURRENTLY cannot run inside a transaction block',
        );
        const local = await runMigrations(
          server(),
          name,
          migration([`SET LOCAL lock_timeout = 1`]),
          'one-query',
        );
        assert.deepEqual(local.notices, ['WARNING 25P01: SET LOCAL can only be used in transaction blocks']);
      });
    });

    test('locks, rewrites and scans are those measured before', { skip: needsShared('facts') }, async () => {
      const setup = `CREATE ROLE app; ${readFileSync(path.join(shared, 'facts/base.sql'), 'utf8')}`;
      await withDatabase(server(), setup, async (name) => {
        const forms = measuredForms(major);
        assert.ok(forms.length > 120);
        for (const form of forms) {
          const measured = await measureStatement(server(), name, form.statement);
          const unqualified = (relation: string): string => relation.replace(/^\w+\./, '');
          assert.deepEqual(
            {
              locks: Object.fromEntries(
                measured.locks.map((lock) => [unqualified(lock.relation), lock.mode]),
              ),
              rewrites: measured.rewrites.map(unqualified),
              rebuiltIndexes: measured.rebuiltIndexes.map(unqualified),
              scans: measured.scans.map(unqualified),
            },
            form.expected,
            form.statement,
          );
        }
      });
    });

    test('locks add up within a transaction, and are seen while a statement is held up', async () => {
      const setup = 'CREATE TABLE orders (id int NOT NULL); CREATE TABLE users (id int PRIMARY KEY)';
      await withDatabase(server(), setup, async (name) => {
        const [first, second] = await measureTransaction(server(), name, [
          'CREATE INDEX ON orders (id)',
          'ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES users',
        ]);
        assert.deepEqual(first?.locks, [{ relation: 'public.orders', kind: 'table', mode: 'SHARE' }]);
        assert.deepEqual(second?.locks, [
          { relation: 'public.orders', kind: 'table', mode: 'SHARE ROW EXCLUSIVE' },
          { relation: 'public.users', kind: 'table', mode: 'SHARE ROW EXCLUSIVE' },
          { relation: 'public.users_pkey', kind: 'index', mode: 'ACCESS SHARE' },
        ]);
        await assert.rejects(measureStatement(server(), name, build('first')), { code: '25001' });
        const concurrent = await measureHeldUp(server(), name, build('first'), [
          'INSERT INTO orders VALUES (1)',
        ]);
        assert.deepEqual(concurrent.locks, [
          { relation: 'public.orders', kind: 'table', mode: 'SHARE UPDATE EXCLUSIVE' },
        ]);
        await assert.rejects(measureHeldUp(server(), name, build('second'), ['SELECT 1']), /was not held up/);
      });
    });

    test('writers wait for CREATE INDEX and not for CREATE INDEX CONCURRENTLY', async () => {
      const blocked = await buildWithWriters(server(), 'CREATE INDEX slow ON orders (held(n))');
      assert.equal(blocked.wentOn, false);
      assert.equal(blocked.waiting, 3);
      assert.ok(blocked.report.longestWait >= blocked.heldFor, JSON.stringify(blocked));
      const free = await buildWithWriters(server(), 'CREATE INDEX CONCURRENTLY slow ON orders (held(n))');
      assert.equal(free.wentOn, true);
      assert.ok(free.report.longestWait < free.heldFor, JSON.stringify(free));
      assert.deepEqual([blocked.report.failures, free.report.failures], [{}, {}]);
    });
  });
}

const oldest = testedMajors[0] ?? 14;

test('a server that is stopped leaves nothing behind', sixtySeconds, async () => {
  const server = await startServer(oldest);
  const client = await server.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  await server.stop();
  assert.equal(existsSync(path.dirname(rows[0]?.data_directory ?? '/')), false);
  await assert.rejects(client.query('SELECT 1'));
});

test('a server whose process is killed leaves nothing behind', sixtySeconds, async () => {
  const program = `
    const { startServer } = require(${JSON.stringify(path.join(__dirname, 'servers.ts'))});
    startServer(${oldest}).then(async (server) => {
      const client = await server.connect();
      const { rows } = await client.query('SHOW data_directory');
      process.stdout.write(rows[0].data_directory, () => process.kill(process.pid, 'SIGKILL'));
    });`;
  const { stdout, signal } = await new Promise<{ stdout: string; signal: unknown }>((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', '-e', program], (error, stdout) => {
      resolve({ stdout, signal: error?.signal });
    });
  });
  assert.equal(signal, 'SIGKILL');
  const directory = path.dirname(stdout.trim().split('\n').at(-1) ?? '/');
  assert.match(directory, /lockstep-postgres-/);
  assert.ok(await waitUntil(() => Promise.resolve(!existsSync(directory) || 'not yet')));
});

test('a server that cannot start says why', sixtySeconds, async () => {
  await assert.rejects(startLocalServer(__dirname), /initdb.*ENOENT/);
});

async function catalogOf(server: LocalServer, database: string): Promise<Catalog> {
  const client = await server.connect(database);
  try {
    return await readCatalog(client);
  } finally {
    await client.end();
  }
}

/** Makes the change, shows the catalog, and takes the change back. */
async function withChange(client: pg.Client, sql: string, look: (catalog: Catalog) => void): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    look(await readCatalog(client, { inTransaction: true }));
  } finally {
    await client.query('ROLLBACK');
  }
}

function migration(texts: readonly string[]): { name: string; statements: { text: string }[] }[] {
  return [{ name: '1.sql', statements: texts.map((text) => ({ text })) }];
}

async function afterRunning(
  server: LocalServer,
  database: string,
  texts: readonly string[],
  delivery: Delivery,
): Promise<string> {
  const client = await server.connect(database);
  try {
    await client.query(
      `DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE TABLE orders (id int); CREATE TABLE seen (value text)`,
    );
    const outcome: MigrationOutcome = await runMigrations(server, database, migration(texts), delivery);
    const { rows } = await client.query<{ left: string | null }>(
      `SELECT string_agg(name, ' ' ORDER BY name) AS left FROM (
        SELECT c.relname || CASE WHEN i.indisvalid THEN '' WHEN i.indisvalid IS NULL THEN '' ELSE '!' END AS name
          FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relname IN ('first', 'second', 'made')
        UNION ALL SELECT value FROM seen) s`,
    );
    return `${outcome.failure?.code ?? 'ok'}: ${rows[0]?.left ?? ''}`.trim();
  } finally {
    await client.end();
  }
}

interface MeasuredForm {
  readonly statement: string;
  readonly expected: object;
}

/** The forms of the shared measurements that need no preparation and run in a transaction on this major. */
function measuredForms(major: number): MeasuredForm[] {
  interface Recorded {
    readonly statement: string;
    readonly setup: readonly string[];
    readonly session: readonly string[];
    readonly pgVersions: Readonly<
      Record<
        string,
        {
          readonly succeeds: boolean;
          readonly transactional: boolean;
          /** Set when the statement fails on any row, so that it was measured on an emptied table. */
          readonly measuredOn?: string;
          readonly strongest: Readonly<Record<string, string>>;
          readonly newHeapFile: readonly string[];
          readonly indexesWithNewFile: readonly string[];
          readonly scanned: Readonly<Record<string, { readonly seqScans?: number }>>;
        }
      >
    >;
  }
  const recorded = JSON.parse(readFileSync(path.join(shared, 'facts/locks.json'), 'utf8')) as Recorded[];
  return recorded.flatMap(({ statement, setup, session, pgVersions }) => {
    const known = pgVersions[String(major)];
    if (!known?.succeeds || !known.transactional || known.measuredOn) return [];
    if (setup.length + session.length > 0) return [];
    // These need a second tablespace and a database of a certain name.
    if (/TABLESPACE ts1|DATABASE base/.test(statement)) return [];
    const manual = (mode: string): string => mode.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').replace(/ Lock$/, '');
    const strongest = Object.entries(known.strongest).map(([name, mode]) => [
      name,
      manual(mode).toUpperCase(),
    ]);
    const scans = Object.entries(known.scanned).flatMap(([name, { seqScans }]) => (seqScans ? [name] : []));
    return [
      {
        statement,
        expected: {
          locks: Object.fromEntries(strongest) as object,
          rewrites: [...known.newHeapFile].sort(),
          rebuiltIndexes: [...known.indexesWithNewFile].sort(),
          scans: scans.sort(),
        },
      },
    ];
  });
}

/** Builds an index that stops in the middle until it is let go on, with three writers on the table. */
async function buildWithWriters(
  server: LocalServer,
  statement: string,
): Promise<{
  wentOn: boolean;
  waiting: number;
  heldFor: number;
  report: { longestWait: number; failures: object };
}> {
  // The function lies about being immutable, so that an index can call it: it waits at one row for an advisory lock.
  const setup = `
    CREATE TABLE orders (n int);
    INSERT INTO orders VALUES (0);
    CREATE FUNCTION held(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN
      IF n = 0 THEN PERFORM pg_advisory_lock_shared(1), pg_advisory_unlock_shared(1); END IF;
      RETURN n;
    END $$;`;
  return withDatabase(server, setup, async (name) => {
    const [holder, builder] = [await server.connect(name), await server.connect(name)];
    const monitor = await server.connect();
    const writers = await startWriters(server, name, (n) => ({
      text: 'INSERT INTO orders VALUES ($1)',
      values: [n],
    }));
    assert.ok(await writers.progress(20, 10_000));
    await holder.query('SELECT pg_advisory_lock(1)');
    const pid = await processId(builder);
    const building = builder.query(statement);
    await waitUntil(async () => (await lockWaitedFor(monitor, pid)) === 'advisory' || 'not yet');
    // Writes that had begun before the build are through by now.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const start = performance.now();
    const wentOn = await writers.progress(100, 700);
    const waiting = writers.waiting(300);
    // In a machine that is in a hurry elsewhere, a write may take long all by itself.
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + 700 - performance.now())));
    const heldFor = performance.now() - start;
    await holder.query('SELECT pg_advisory_unlock(1)');
    await building;
    assert.ok(await writers.progress(20, 10_000));
    const report = await writers.stop();
    const { rows } = await holder.query<{ valid: boolean }>(
      `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'slow'::regclass`,
    );
    assert.deepEqual(rows, [{ valid: true }]);
    await monitor.end();
    return { wentOn, waiting, heldFor, report };
  });
}
