// Alone: it measures who waits for whom.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type pg from 'pg';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { root, sqlFiles } from '../shared';
import { differences, readCatalog } from './instruments/catalog';
import { type MigrationFile, runMigrations } from './instruments/run-migrations';
import { startWriters } from './instruments/writers';
import { type Scenario, scenarios } from './scenarios';
import { type LocalServer, testedMajors, useServer, withDatabase } from './servers';

/** The statement that a plain project is to get; the examples of the runners have theirs. */
const plainIndex = 'CREATE UNIQUE INDEX customers_email_uq ON customers (email);\n';

/** A writer may wait for a lock that is held for a moment, on a machine that is busy; not for a build. */
const shortWait = 400;

/** How long somebody's transaction stays open while the migration runs. */
const openFor = 1500;

const run = promisify(execFile);

async function lockstep(folder: string, ...words: readonly string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [path.join(root, 'dist/cli.js'), ...words], { cwd: folder });
  return stdout;
}

function filesIn(folder: string): readonly string[] {
  return sqlFiles(folder).filter(
    (file) => !/(?:rollback|validation)\.sql$|\/(?:rollbacks|validations)\//.test(file),
  );
}

function migration(file: string): MigrationFile {
  const text = readFileSync(file, 'utf8');
  // Drizzle itself cuts the text, at its breakpoints.
  if (text.includes('--> statement-breakpoint')) return { name: file, statements: [{ text }] };
  const statements = parseFile(text).statements.map(({ start, terminatedEnd }) => ({
    text: text.slice(start, terminatedEnd),
  }));
  return { name: file, statements };
}

async function query(server: LocalServer, database: string, sql: string): Promise<unknown> {
  const client = await server.connect(database);
  try {
    const results = await client.query(sql);
    return (Array.isArray(results) ? (results as pg.QueryResult[]).at(-1) : results)?.rows;
  } finally {
    await client.end();
  }
}

async function catalogOf(server: LocalServer, database: string) {
  const client = await server.connect(database);
  try {
    return await readCatalog(client);
  } finally {
    await client.end();
  }
}

/** Applies files while writers write and somebody's transaction, which has written to the table, stays open. */
async function applyUnderLoad(
  server: LocalServer,
  database: string,
  files: readonly string[],
  { delivery, write, table }: Scenario,
) {
  const writers = await startWriters(server, database, write);
  const open = await server.connect(database, 'open transaction');
  await open.query(`BEGIN; LOCK TABLE ${table} IN ROW EXCLUSIVE MODE`);
  const closed = new Promise((resolve) => setTimeout(resolve, openFor)).then(() => open.query('COMMIT'));
  const outcome = await runMigrations(server, database, files.map(migration), delivery);
  await closed;
  await open.end();
  return { outcome, report: await writers.stop() };
}

before(loadGrammar);

for (const major of testedMajors) {
  describe(`a unique index on a table in use, PostgreSQL ${major}`, () => {
    const server = useServer(major);

    for (const scenario of scenarios) {
      describe(scenario.example, () => {
        let folder: string;
        /** The migrations that ran long ago, the naive one, and what the fix made of it. */
        let earlier: readonly string[];
        let naive: string;
        let naiveCopy: string;
        let fixed: readonly string[];

        before(async () => {
          folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-scenario-'));
          cpSync(path.join(root, 'examples', scenario.example), folder, { recursive: true });
          const migrations = path.join(folder, scenario.migrations);
          if (scenario.example === 'plain') {
            for (const file of filesIn(migrations)) if (!/\/00[12]_/.test(file)) rmSync(file);
            writeFileSync(path.join(migrations, '003_unique_email.sql'), plainIndex);
          }
          const files = filesIn(migrations);
          naive = files.at(-1) ?? '';
          earlier = files.slice(0, -1);
          naiveCopy = path.join(folder, 'naive.copy');
          cpSync(naive, naiveCopy);
          const common = ['--place', scenario.place, '--write'];
          const unique = ['--rule', 'unique-index-without-precheck', '--policy', 'do-all'];
          await lockstep(folder, 'fix', naive, ...unique, ...common);
          await lockstep(folder, 'fix', naive, '--rule', 'create-index-not-concurrent', ...common);
          fixed = filesIn(migrations).filter((file) => !earlier.includes(file));
        });
        after(() => {
          rmSync(folder, { recursive: true, force: true });
        });

        async function inDatabase(use: (database: string) => Promise<void>): Promise<void> {
          await withDatabase(server(), scenario.given, async (database) => {
            const { failure } = await runMigrations(
              server(),
              database,
              earlier.map(migration),
              scenario.delivery,
            );
            assert.equal(failure, undefined);
            await query(server(), database, scenario.rows);
            await use(database);
          });
        }

        it('the naive migration fails on the duplicates', async () => {
          await inDatabase(async (database) => {
            const { failure } = await runMigrations(
              server(),
              database,
              [migration(naiveCopy)],
              scenario.delivery,
            );
            assert.equal(failure?.code, '23505');
          });
        });

        it('without duplicates the naive migration stops the writers', async () => {
          await inDatabase(async (database) => {
            const key = scenario.index.includes('lead') ? 'lead_id' : undefined;
            await query(
              server(),
              database,
              key === undefined
                ? `DELETE FROM ${scenario.table}`
                : `UPDATE ${scenario.table} SET closed_at = now()`,
            );
            const { outcome, report } = await applyUnderLoad(server(), database, [naiveCopy], scenario);
            assert.equal(outcome.failure, undefined);
            assert.ok(report.longestWait > openFor / 2, `the longest wait was ${report.longestWait} ms`);
          });
        });

        it('the fixed migrations go through while writers write', async () => {
          await inDatabase(async (database) => {
            const { outcome, report } = await applyUnderLoad(server(), database, fixed, scenario);
            assert.equal(outcome.failure, undefined, JSON.stringify(outcome.failure));
            assert.ok(report.longestWait < shortWait, `the longest wait was ${report.longestWait} ms`);
            assert.ok(report.writes > 50, `only ${report.writes} writes`);
            assert.deepEqual(report.failures, {});
            assert.deepEqual(
              await query(
                server(),
                database,
                `SELECT indisvalid, indisunique FROM pg_index WHERE indexrelid = '${scenario.index}'::regclass`,
              ),
              [{ indisvalid: true, indisunique: true }],
            );
            assert.deepEqual(
              await query(server(), database, scenario.survivors.query),
              scenario.survivors.expected,
            );
          });
        });

        it('leaves nothing of the hazard to report', async () => {
          const report = JSON.parse(
            await lockstep(folder, 'lint', ...fixed, '--format', 'json', '--fail-on', 'never'),
          ) as { files: { findings: { rule: string; severity: string }[] }[] };
          const grave = report.files
            .flatMap(({ findings }) => findings)
            .filter(({ severity }) => severity === 'error' || severity === 'warning');
          assert.deepEqual(grave, []);
        });

        it('an invalid leftover of an earlier try does no harm', async () => {
          await inDatabase(async (database) => {
            const concurrently =
              readFileSync(naiveCopy, 'utf8').match(/create unique index[^;]*;/i)?.[0] ?? '';
            const failing = concurrently.replace(/index/i, 'INDEX CONCURRENTLY');
            await assert.rejects(query(server(), database, failing), /could not create unique index/);
            const { failure } = await runMigrations(
              server(),
              database,
              fixed.map(migration),
              scenario.delivery,
            );
            assert.equal(failure, undefined, JSON.stringify(failure));
            assert.deepEqual(
              await query(
                server(),
                database,
                `SELECT indisvalid FROM pg_index WHERE indexrelid = '${scenario.index}'::regclass`,
              ),
              [{ indisvalid: true }],
            );
          });
        });

        it('the validation script passes afterwards, and not before', async () => {
          await inDatabase(async (database) => {
            const scripts = await Promise.all(fixed.map((file) => lockstep(folder, 'validate', file)));
            const client = await server().connect(database);
            try {
              await assert.rejects(client.query(scripts.join('\n')));
            } finally {
              await client.end();
            }
            const { failure } = await runMigrations(
              server(),
              database,
              fixed.map(migration),
              scenario.delivery,
            );
            assert.equal(failure, undefined);
            const rows = `SELECT count(*)::int AS rows FROM ${scenario.table}`;
            const before = await query(server(), database, rows);
            for (const script of scripts) await query(server(), database, script);
            assert.deepEqual(await query(server(), database, rows), before, 'it leaves no row behind');
          });
        });

        it('the rollback restores the catalog exactly', async () => {
          await inDatabase(async (database) => {
            const before = await catalogOf(server(), database);
            const { failure } = await runMigrations(
              server(),
              database,
              fixed.map(migration),
              scenario.delivery,
            );
            assert.equal(failure, undefined);
            assert.notDeepEqual(differences(before, await catalogOf(server(), database)), []);
            for (const file of [...fixed].reverse()) {
              const text = await lockstep(folder, 'rollback', file);
              const script = path.join(folder, 'rollback.out');
              writeFileSync(script, text);
              const outcome = await runMigrations(server(), database, [migration(script)], 'autocommit');
              assert.equal(outcome.failure, undefined, JSON.stringify(outcome.failure));
            }
            assert.deepEqual(differences(before, await catalogOf(server(), database)), []);
          });
        });

        it('the author’s own words survive', () => {
          const everything = fixed.map((file) => readFileSync(file, 'utf8')).join('\n');
          for (const comment of readFileSync(naiveCopy, 'utf8').match(/^--(?!>).*$/gm) ?? []) {
            assert.ok(everything.includes(comment), comment);
          }
          assert.ok(existsSync(naive));
        });
      });
    }
  });
}
