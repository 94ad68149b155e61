import { deepEqual, equal, ok } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { allCases, type Case, schema } from '../runners/projects';
import { applyChanges, type Files, memoryTree } from '../runners/tree';
import { type Delivery, type MigrationFile, runMigrations } from './instruments/run-migrations';
import { type LocalServer, testedMajors, useServer } from './servers';

before(loadGrammar);

/** How a runner sends a file, by its text, or by what lies beside it. */
type DeliveryOf = (text: string, path: string, files: Files) => Delivery;

const deliveries: Readonly<Record<string, DeliveryOf>> = {
  'Supabase CLI 2.109.1': () => 'pipeline',
  'Supabase CLI 3.1.0': () => 'supabase',
  'Prisma Migrate 6.1.0': () => 'one-query',
  // What its parser cannot read makes it fall back to one query for the file; the next parser reads LOCK TABLE.
  'Prisma Migrate 7.8.0': (text) =>
    /^DO |DROP INDEX CONCURRENTLY|USING INDEX/m.test(text) ? 'one-query' : 'autocommit',
  'Drizzle 0.45.4': () => 'drizzle',
  psql: () => 'autocommit',
  // Outside of a transaction, when all of its statements need that.
  Flyway: (text) =>
    statementsOf(text).every((sql) => sql.includes(' CONCURRENTLY ')) ? 'autocommit' : 'transaction',
  'golang-migrate': () => 'one-query',
  'sqlx 0.8.6': (text) => (text.startsWith('-- no-transaction') ? 'one-query' : 'transaction-one-query'),
  Diesel: (_, path, files) =>
    files[path.replace('up.sql', 'metadata.toml')] === 'run_in_transaction = false\n'
      ? 'one-query'
      : 'transaction-one-query',
  refinery: () => 'transaction-one-query',
  Atlas: (text) => (text.startsWith('-- atlas:txmode none\n\n') ? 'autocommit' : 'transaction'),
};

const plansOnServers = ['a concurrent build', 'everything', 'a transaction of its own', 'a lock before'];

/** The cases whose runner the instrument can stand in for. */
function casesOf(name: string): readonly Case[] {
  return [...allCases()].filter(
    (candidate) =>
      candidate.name.startsWith(`${name},`) &&
      plansOnServers.some((plan) => candidate.name.endsWith(`, ${plan}`)),
  );
}

for (const major of testedMajors) {
  describe(`what is placed runs on PostgreSQL ${major}`, { timeout: 600_000 }, () => {
    const server = useServer(major);

    for (const [name, delivery] of Object.entries(deliveries)) {
      it(name, async () => {
        const database = `runners_${Object.keys(deliveries).indexOf(name)}`;
        await server().createDatabase(database);
        const cases = casesOf(name);
        ok(cases.length > 10, `${cases.length} cases`);
        for (const candidate of cases) {
          const { site, steps, files } = candidate;
          for (const [option, placement] of site.project.runner.places(steps, site).entries()) {
            if ('refusal' in placement) throw new Error(`${candidate.name}: ${placement.refusal.reason}`);
            const after = applyChanges(files, placement.changes);
            await check(
              server(),
              database,
              candidate,
              after,
              delivery,
              `${candidate.name}, option ${option}`,
            );
          }
        }
      });
    }
  });
}

async function check(
  server: LocalServer,
  database: string,
  { site, others }: Case,
  after: Files,
  delivery: DeliveryOf,
  label: string,
): Promise<void> {
  const setup = await server.connect(database);
  try {
    await setup.query(`DROP TABLE IF EXISTS x, y, z, orders CASCADE; ${schema}`);
    // First what is to be run by hand, then the migrations; Drizzle's all together.
    const byHand = Object.keys(after).filter((path) => path.includes('/manual/'));
    for (const path of byHand) await run(server, database, [fileOf(path, after)], 'autocommit', label);
    const migrations = site.project.runner.migrations(site.project, memoryTree(after));
    if (delivery('', '', {}) === 'drizzle') {
      const whole = migrations.map((path) => ({ name: path, statements: [{ text: after[path] ?? '' }] }));
      await run(server, database, whole, 'drizzle', label);
    } else {
      for (const path of migrations) {
        await run(server, database, [fileOf(path, after)], delivery(after[path] ?? '', path, after), label);
      }
    }
    const { rows } = await setup.query<{ valid: boolean }>(
      `SELECT indisvalid AND indisunique AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE relname IN ('orders_user_idx', 'orders_user_key')`,
    );
    deepEqual(rows, [{ valid: true }], label);
    for (const table of ['x', 'y', 'z']) {
      const { rows: found } = await setup.query<{ found: boolean }>(
        'SELECT to_regclass($1) IS NOT NULL AS found',
        [table],
      );
      equal(
        found[0]?.found,
        others.some((sql) => sql.startsWith(`CREATE TABLE ${table} `)),
        `${label}: ${table}`,
      );
    }
  } finally {
    await setup.end();
  }
}

async function run(
  server: LocalServer,
  database: string,
  files: readonly MigrationFile[],
  delivery: Delivery,
  label: string,
): Promise<void> {
  const { failure } = await runMigrations(server, database, files, delivery);
  equal(failure, undefined, `${label}: ${JSON.stringify(failure)}\n${JSON.stringify(files, null, 1)}`);
}

function fileOf(path: string, files: Files): MigrationFile {
  return { name: path, statements: statementsOf(files[path] ?? '').map((text) => ({ text })) };
}

function statementsOf(text: string): readonly string[] {
  return parseFile(text).statements.map(({ start, end }) => text.slice(start, end));
}
