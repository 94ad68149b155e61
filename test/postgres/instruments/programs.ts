import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { parseFile } from '../../../server/src/sql/parse';
import type { Files } from '../../runners/tree';
import { root } from '../../shared';
import type { LocalServer } from '../servers';

/** A runner's own program, and how it applies all pending migrations of a project in one of `settings`. */
export interface Program {
  readonly label: string;
  /** The project that it runs, by the name in the table of settings. */
  readonly setting: string;
  /** From npm, exact versions. */
  readonly packages?: readonly string[];
  /** From Debian: programs that must be on the PATH, each with its packages. */
  readonly debian?: readonly (readonly [program: string, ...packages: string[]])[];
  /** Built from Debian's own Rust crates, which takes minutes: only run when it is asked for. */
  readonly crate?: string;
  /** The files that it finds, where they are not those of the setting. */
  readonly files?: (files: Files, url: string) => Files;
  readonly command: (site: ProgramSite) => readonly [string, ...string[]];
  /** Whether it takes no database that others have filled: then its first migration makes the table. */
  readonly startsEmpty?: true;
  /** The rows that it keeps of the migrations that it has applied, as in FROM. */
  readonly recorded: string;
  /** What a person does after a failure, before the second try. */
  readonly recover?: (site: ProgramSite) => readonly [string, ...string[]];
  /** Takes a migration out of the runner's transaction by hand; absent where the runner has no such mark. */
  readonly unmanage?: (files: Files, path: string) => Files;
  /** What it refuses besides, by probe: Lockstep does not tell the versions of this runner apart. */
  readonly refusesAlso?: readonly string[];
}

/** Where a program works. */
interface ProgramSite {
  /** The folder with `node_modules`, or with the programs that were built. */
  readonly installed: string;
  readonly folder: string;
  readonly url: string;
}

const run = promisify(execFile);
const timeout = 120_000;

/** Puts `text` in the place of `found` in one file. */
function rewrite(files: Files, name: string, found: string | RegExp, text: string): Files {
  return { ...files, [name]: (files[name] ?? '').replace(found, text) };
}

const program = (installed: string, name: string): string => path.join(installed, 'node_modules/.bin', name);

/** The programs that come from npm and Debian in seconds. */
const programs: readonly Program[] = [
  {
    label: 'dbmate 2.36.0',
    setting: 'dbmate',
    packages: ['dbmate@2.36.0'],
    command: ({ installed, folder, url }) => [
      program(installed, 'dbmate'),
      ...['--url', `${url}?sslmode=disable`, '--migrations-dir', path.join(folder, 'db/migrations')],
      ...['--no-dump-schema', 'up'],
    ],
    recorded: 'schema_migrations',
    unmanage: (files, name) => rewrite(files, name, '-- migrate:up', '-- migrate:up transaction:false'),
  },
  {
    label: 'node-pg-migrate 9.0.0',
    setting: 'node-pg-migrate',
    packages: ['node-pg-migrate@9.0.0', 'pg@8.23.1'],
    command: ({ installed, folder }) => [
      program(installed, 'node-pg-migrate'),
      ...['up', '--migrations-dir', path.join(folder, 'migrations')],
    ],
    recorded: 'pgmigrations',
  },
  {
    label: 'graphile-migrate 1.4.1',
    setting: 'graphile-migrate',
    packages: ['graphile-migrate@1.4.1'],
    // The hash of the committed migration is not one.
    files: (files) =>
      Object.fromEntries(Object.entries(files).filter(([name]) => !name.includes('/committed/'))),
    command: ({ installed }) => [program(installed, 'graphile-migrate'), 'watch', '--once'],
    recorded: 'graphile_migrate.current',
    unmanage: (files, name) => rewrite(files, name, /^/, '--! no-transaction\n'),
  },
  {
    label: 'sql-migrate of Debian',
    setting: 'sql-migrate',
    debian: [['sql-migrate', 'sql-migrate']],
    files: (files, url) => ({
      ...files,
      '/p/dbconfig.yml': `development:\n  dialect: postgres\n  datasource: ${url}?sslmode=disable\n  dir: migrations\n`,
    }),
    command: () => ['sql-migrate', 'up'],
    recorded: 'gorp_migrations',
    unmanage: (files, name) => rewrite(files, name, '-- +migrate Up', '-- +migrate Up notransaction'),
  },
  {
    label: 'Sqitch of Debian',
    setting: 'Sqitch',
    debian: [
      ['psql', 'postgresql-client'],
      ['sqitch', 'sqitch', 'libdbd-pg-perl'],
    ],
    command: ({ url }) => ['sqitch', 'deploy', `db:pg:${url.replace(/^\w+:/, '')}`],
    recorded: 'sqitch.changes',
  },
  liquibase(
    '4.28.1',
    'liquibase/internal/lib/liquibase-core.jar',
    'liquibase/internal/lib',
    'liquibase/internal/lib/postgresql.jar',
    // Not the whole folder: the commercial parts beside these are under another licence.
    [
      'picocli.jar',
      'snakeyaml.jar',
      'opencsv.jar',
      'jaxb-api.jar',
      'commons-io.jar',
      'commons-lang3.jar',
      'commons-text.jar',
      'commons-collections4.jar',
    ],
  ),
  prismaEngine('7.3.0-16.9d6ad21cbbceab97458517b147a6a09ff43aa735', 'Prisma Migrate 6.1.0'),
];

/** The program that npm's package of this version holds, in Debian's Java. */
function liquibase(
  version: string,
  core: string,
  folder: string,
  driver: string,
  others: readonly string[],
): Program {
  return {
    label: `Liquibase ${version}`,
    setting: 'Liquibase',
    packages: [`liquibase@${version}`],
    debian: [['java', 'openjdk-17-jre-headless']],
    files: (files) => ({
      ...files,
      '/p/changelog.yaml': 'databaseChangeLog:\n  - includeAll:\n      path: changelog/\n',
    }),
    command: ({ installed, url }) => {
      const inside = (name: string): string => path.join(installed, 'node_modules/liquibase/dist', name);
      const jars = [core, driver, ...others.map((name) => `${folder}/${name}`)].map(inside);
      const { host, pathname, username, password } = new URL(url);
      return [
        'java',
        // Most of the time of such a short run is the start.
        ...['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', '-cp', jars.join(path.delimiter)],
        'liquibase.integration.commandline.LiquibaseCommandLine',
        ...[`--url=jdbc:postgresql://${host}${pathname}`, `--username=${username}`],
        ...[`--password=${password}`, '--changelog-file=changelog.yaml', 'update'],
      ];
    },
    recorded: 'databasechangelog',
    unmanage: (files, name) =>
      rewrite(files, name, '--changeset ann:billing', '--changeset ann:billing runInTransaction:false'),
  };
}

/** Prisma's own engine, without its connection: the engine that has one is not on npm. */
function prismaEngine(version: string, setting: string): Program {
  const engine = `@prisma/schema-engine-wasm@${version}`;
  const script = path.join(__dirname, 'prisma-engine.cjs');
  const name = /^[\d.]+/.exec(version)?.[0] ?? '';
  const call = ({ installed, folder, url }: ProgramSite, command: string): readonly [string, ...string[]] => [
    process.execPath,
    ...[script, path.join(installed, 'node_modules'), command, url, path.join(folder, 'prisma/migrations')],
  ];
  return {
    label: `Prisma's schema engine ${name}`,
    setting,
    packages: [engine, `@prisma/adapter-pg@${name}`],
    command: (site) => call(site, 'deploy'),
    startsEmpty: true,
    recorded: '_prisma_migrations WHERE finished_at IS NOT NULL',
    recover: (site) => call(site, 'resolve'),
  };
}

/** Old versions, and those that are built first: not run unless LOCKSTEP_TEST_PROGRAMS is "all". */
const otherPrograms: readonly Program[] = [
  {
    ...liquibase('4.4.0', 'liquibase/liquibase.jar', 'liquibase/lib', 'drivers/postgresql-42.2.8.jar', [
      'picocli-4.6.1.jar',
      'snakeyaml-1.27.jar',
      'jaxb-api-2.3.0.jar',
      'jaxb-core-2.3.0.jar',
      'jaxb-impl-2.3.0.jar',
    ]),
    // It cuts at every semicolon of a body, and does not count BEGIN and END yet.
    refusesAlso: ['a body without IF'],
  },
  {
    label: 'sqlx of Debian',
    setting: 'sqlx 0.8.6',
    crate: 'sqlx',
    command: ({ installed, folder, url }) => [
      path.join(installed, 'run'),
      ...['sqlx-migrate', url, path.join(folder, 'migrations')],
    ],
    recorded: '_sqlx_migrations',
    unmanage: (files, name) => rewrite(files, name, /^/, '-- no-transaction\n'),
  },
  {
    label: 'Diesel of Debian',
    setting: 'Diesel',
    crate: 'diesel',
    command: ({ installed, folder, url }) => [
      path.join(installed, 'run'),
      ...['diesel-migrate', url, path.join(folder, 'migrations')],
    ],
    recorded: '__diesel_schema_migrations',
    unmanage: (files, name) => ({
      ...files,
      [name.replace('up.sql', 'metadata.toml')]: 'run_in_transaction = false\n',
    }),
  },
];

/** The programs that the tests run: those that install in seconds, or all of LOCKSTEP_TEST_PROGRAMS ("all"). */
export const testedPrograms: readonly Program[] =
  process.env['LOCKSTEP_TEST_PROGRAMS'] === 'all' ? [...programs, ...otherPrograms] : programs;

/**
 * Why a program of Debian is not to be had, which is so on other systems; false when it is there. In continuous
 * integration nothing is left out: what cannot be installed there has failed.
 */
export function absence({ debian = [] }: Program): string | false {
  const script = path.join(root, 'scripts/debian-program.mjs');
  for (const words of debian) {
    const { status, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
    if (status === 0) continue;
    if (process.env['CI'] !== undefined) throw new Error(stderr.trim());
    return stderr.trim();
  }
  return false;
}

/** Puts the program into the cache, if it is not there, and gives its directory. */
export async function install({ packages, crate }: Program): Promise<string> {
  if (packages === undefined && crate === undefined) return '';
  const script = path.join(root, 'scripts', crate === undefined ? 'npm-program.mjs' : 'rust-programs.mjs');
  const { stdout } = await run(process.execPath, [script, ...(packages ?? [])], { timeout: 1_800_000 });
  return stdout.trim().split('\n').at(-1) ?? '';
}

/**
 * Empties the database of everything that a program or a migration has made, and puts `schema` there, or into the first
 * migration if that does nothing yet: gives the project's files.
 */
export async function begin(
  { startsEmpty }: Program,
  files: Files,
  schema: string,
  client: pg.Client,
): Promise<Files> {
  await client.query('DROP SCHEMA IF EXISTS public, sqitch, graphile_migrate CASCADE; CREATE SCHEMA public');
  if (startsEmpty !== true) {
    await client.query(schema);
    return files;
  }
  const first = Object.keys(files).find((name) => files[name] === 'SELECT 1;\n');
  return first === undefined ? files : { ...files, [first]: schema };
}

/** What became of a run. */
interface ProgramRun {
  /** What the program, or the server, said when it failed; undefined when it went through. */
  readonly failure: string | undefined;
}

/** Runs by hand what is to be run by hand, and then the program. Files are given as below `/p`. */
export async function apply(
  { files, command, recover }: Program,
  given: Files,
  server: LocalServer,
  installed: string,
  isAgain = false,
): Promise<ProgramRun> {
  const url = server.url('postgres');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-program-'));
  const client = await server.connect('postgres');
  try {
    for (const [name, text] of Object.entries(files?.(given, url) ?? given)) {
      const file = path.join(folder, name.replace(/^\/p\//, ''));
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      if (!name.includes('/manual/')) continue;
      // Statement by statement, as psql does.
      for (const { start, end } of parseFile(text).statements) await client.query(text.slice(start, end));
    }
    const env = {
      ...process.env,
      HOME: folder,
      DATABASE_URL: url,
      SHADOW_DATABASE_URL: server.url('template1'),
      ROOT_DATABASE_URL: server.url('template0'),
    };
    const site = { installed, folder, url };
    const calls = [...(isAgain && recover !== undefined ? [recover(site)] : []), command(site)];
    for (const [name, ...words] of calls) await run(name, words, { cwd: folder, env, timeout });
    return { failure: undefined };
  } catch (error: unknown) {
    return { failure: messageOf(error) };
  } finally {
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
  return [error.message, stdout, stderr].join('\n');
}
