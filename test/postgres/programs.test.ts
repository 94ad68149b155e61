// The runners' own programs apply what Lockstep wrote: what no stand-in for them can prove.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type pg from 'pg';
import { root, sqlFiles } from '../shared';
import { type Scenario, scenarios } from './scenarios';
import { type LocalServer, testedMajors, useServer } from './servers';

/** A program as it comes from npm. */
interface Program {
  readonly label: string;
  readonly example: string;
  /** Exact versions; the first is the one that the project's lock file names. */
  readonly packages: readonly [string, ...string[]];
  /** Makes the example a project of this version. */
  readonly prepare?: (folder: string) => void;
  /** Applies all pending migrations of the project in `folder`; throws when one fails. */
  readonly apply: (site: ProgramSite) => Promise<void>;
  /** Counts the migrations that are recorded as applied. */
  readonly recorded: string;
}

interface ProgramSite {
  /** The folder with `node_modules`. */
  readonly installed: string;
  readonly folder: string;
  readonly server: LocalServer;
  readonly database: string;
  /** A connection that stays open. */
  readonly client: pg.Client;
}

const run = promisify(execFile);
const timeout = 120_000;

const programs: readonly Program[] = [
  // A pipeline for a file, the first such version of the example; then the one that sends batches; then the newest.
  supabase('2.109.1', applyLocally),
  supabase('2.114.0', (site) =>
    supabasePush(site, ['--db-url', `${site.server.url(site.database)}?sslmode=disable`]),
  ),
  supabase('3.1.0', (site) => supabasePush(site, [`--remote=${site.server.url(site.database)}`])),
  drizzle('0.45.4'),
  drizzle('1.0.0-rc.5-ab785fc', foldersOfDrizzle1),
];

function supabase(version: string, apply: Program['apply']): Program {
  return {
    label: `Supabase CLI ${version}`,
    example: 'supabase',
    packages: [`supabase@${version}`],
    apply,
    recorded: 'SELECT count(*)::int AS count FROM supabase_migrations.schema_migrations',
  };
}

async function supabasePush({ installed, folder }: ProgramSite, target: readonly string[]): Promise<void> {
  const program = path.join(installed, 'node_modules/supabase/dist/supabase.js');
  // Nothing of it is to be found in, or to be left in, the home of whoever runs the tests.
  const env = { ...process.env, HOME: folder, DO_NOT_TRACK: '1', SUPABASE_TELEMETRY_DISABLED: '1' };
  await run(process.execPath, [program, 'db', 'push', ...target, '--yes'], { cwd: folder, env, timeout });
}

/** Older versions want TLS of every server but the local one, which they find by port and a fixed password. */
async function applyLocally(site: ProgramSite): Promise<void> {
  const { port, username, password } = new URL(site.server.url(site.database));
  const config = path.join(site.folder, 'supabase/config.toml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/(\[db\]\n(?:.*\n)*?port = )\d+/, `$1${port}`));
  const setPassword = (value: string): Promise<unknown> =>
    site.client.query(`ALTER ROLE ${username} PASSWORD '${value}'`);
  await setPassword('postgres');
  try {
    await supabasePush(site, ['--local']);
  } finally {
    await setPassword(password);
  }
}

function drizzle(version: string, prepare?: Program['prepare']): Program {
  return {
    label: `drizzle-orm ${version}`,
    example: 'drizzle',
    packages: [`drizzle-orm@${version}`, 'pg@8.23.1'],
    ...(prepare === undefined ? {} : { prepare }),
    apply: drizzleMigrate,
    recorded: 'SELECT count(*)::int AS count FROM drizzle.__drizzle_migrations',
  };
}

const drizzleScript = `
  const { drizzle } = require('drizzle-orm/node-postgres');
  const { migrate } = require('drizzle-orm/node-postgres/migrator');
  const { Client } = require('pg');
  (async () => {
    const client = new Client({ connectionString: process.env.DATABASE_URL });
    await client.connect();
    try { await migrate(drizzle({ client }), { migrationsFolder: process.env.MIGRATIONS }); }
    finally { await client.end(); }
  })().catch((error) => { console.error(error); process.exit(1); });`;

async function drizzleMigrate({ installed, folder, server, database }: ProgramSite): Promise<void> {
  const env = {
    ...process.env,
    DATABASE_URL: server.url(database),
    MIGRATIONS: path.join(folder, 'src/db/migrations'),
  };
  await run(process.execPath, ['-e', drizzleScript], { cwd: installed, env, timeout });
}

/** What `drizzle-kit up` makes of a folder of 0.x: a folder for each migration, and no journal. */
function foldersOfDrizzle1(folder: string): void {
  const migrations = path.join(folder, 'src/db/migrations');
  const journal = JSON.parse(readFileSync(path.join(migrations, 'meta/_journal.json'), 'utf8')) as {
    readonly entries: readonly { readonly idx: number; readonly when: number; readonly tag: string }[];
  };
  for (const { idx, when, tag } of journal.entries) {
    const digits = new Date(when).toISOString().replace(/\D/g, '').slice(0, 14);
    const target = path.join(migrations, `${digits}_${tag.replace(/^\d+_/, '')}`);
    mkdirSync(target);
    renameSync(path.join(migrations, `${tag}.sql`), path.join(target, 'migration.sql'));
    const snapshot = path.join(migrations, 'meta', `${String(idx).padStart(4, '0')}_snapshot.json`);
    if (existsSync(snapshot)) renameSync(snapshot, path.join(target, 'snapshot.json'));
  }
  rmSync(path.join(migrations, 'meta'), { recursive: true });
}

/** The project's own version of the program, in the files that say so. */
function nameVersion(folder: string, program: string): void {
  const at = program.lastIndexOf('@');
  const [name, version] = [program.slice(0, at), program.slice(at + 1)];
  for (const file of ['package.json', 'package-lock.json']) {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const direct = new RegExp(`("${name}": ")[^"]*(")`, 'g');
    const locked = new RegExp(`("node_modules/${name}": \\{\\s*"version": ")[^"]*(")`);
    writeFileSync(
      path.join(folder, file),
      text.replace(direct, `$1${version}$2`).replace(locked, `$1${version}$2`),
    );
  }
}

async function install(packages: readonly string[]): Promise<string> {
  const script = path.join(root, 'scripts/npm-program.mjs');
  const { stdout } = await run(process.execPath, [script, ...packages], { timeout: 10 * 60_000 });
  return stdout.trim().split('\n').at(-1) ?? '';
}

async function lockstep(folder: string, ...words: readonly string[]): Promise<void> {
  await run(process.execPath, [path.join(root, 'dist/cli.js'), ...words], { cwd: folder });
}

/** The migrations, without what undoes or checks them, in order. */
function migrationsIn(folder: string): readonly string[] {
  return sqlFiles(folder).filter((file) => !/(?:rollback|validation)\.sql$|\/manual\//.test(file));
}

/** A copy of the example, as a project of this version. */
function projectFor({ example, packages, prepare }: Program): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-program-'));
  cpSync(path.join(root, 'examples', example), folder, { recursive: true });
  nameVersion(folder, packages[0]);
  prepare?.(folder);
  return folder;
}

/** Takes the last migration out of the project. */
function removeLast(migrations: string): void {
  const last = migrationsIn(migrations).at(-1) ?? '';
  rmSync(path.basename(last) === 'migration.sql' ? path.dirname(last) : last, { recursive: true });
  const file = path.join(migrations, 'meta/_journal.json');
  if (!existsSync(file)) return;
  const journal = JSON.parse(readFileSync(file, 'utf8')) as { readonly entries: readonly unknown[] };
  writeFileSync(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, -1) }));
}

// What differs between servers is the concern of the scenario.
const major = testedMajors.at(-1) ?? 18;

for (const program of programs) {
  describe(`${program.label} applies what was written, PostgreSQL ${major}`, () => {
    const server = useServer(major);
    const database = 'postgres';
    const scenario = scenarioOf(program.example);
    let site: ProgramSite;

    before(async () => {
      const installed = await install(program.packages);
      const client = await server().connect(database);
      site = { installed, folder: projectFor(program), server: server(), database, client };
      await client.query(scenario.given);
      const early = projectFor(program);
      removeLast(path.join(early, scenario.migrations));
      await program.apply({ ...site, folder: early });
      rmSync(early, { recursive: true });
      await client.query(scenario.rows);
    });
    after(async () => {
      await site.client.end();
      rmSync(site.folder, { recursive: true, force: true });
    });

    it('fails on the duplicates without it', async () => {
      const before = await count(site.client, program);
      await assert.rejects(program.apply(site), /23505|could not create unique index|is duplicated/);
      assert.equal(await count(site.client, program), before);
    });

    it('goes through with it', async () => {
      const before = await count(site.client, program);
      const naive = migrationsIn(path.join(site.folder, scenario.migrations)).at(-1) ?? '';
      const options = ['--place', scenario.place, '--write'];
      await lockstep(
        site.folder,
        'fix',
        naive,
        '--rule',
        'unique-index-without-precheck',
        '--policy',
        'do-all',
        ...options,
      );
      await lockstep(site.folder, 'fix', naive, '--rule', 'create-index-not-concurrent', ...options);
      const migrations = migrationsIn(path.join(site.folder, scenario.migrations));
      await program.apply(site);
      assert.ok((await count(site.client, program)) > before);
      assert.equal(await count(site.client, program), migrations.length, 'each is recorded');
      const { rows: survivors } = await site.client.query(scenario.survivors.query);
      assert.deepEqual(survivors, scenario.survivors.expected);
      const { rows } = await site.client.query(
        `SELECT indisvalid AND indisunique AS valid FROM pg_index WHERE indexrelid = '${scenario.index}'::regclass`,
      );
      assert.deepEqual(rows, [{ valid: true }]);
    });

    it('finds nothing more to do', async () => {
      const before = await count(site.client, program);
      await program.apply(site);
      assert.equal(await count(site.client, program), before);
    });
  });
}

async function count(client: pg.Client, { recorded }: Program): Promise<number> {
  const { rows } = await client.query<{ count: number }>(recorded);
  return rows[0]?.count ?? 0;
}

function scenarioOf(example: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.example === example);
  if (scenario === undefined) throw new Error(`There is no scenario for ${example}.`);
  return scenario;
}
