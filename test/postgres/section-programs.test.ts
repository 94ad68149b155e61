// The runners' own programs apply every kind of placement that the common layout makes for files with sections.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { loadGrammar } from '../../server/src/sql/parse';
import { type Case, caseOf, plans as steps, schema, settings, shapes as texts } from '../runners/projects';
import { applyChanges, type Files } from '../runners/tree';
import { root } from '../shared';
import { type LocalServer, testedMajors, useServer } from './servers';

before(loadGrammar);

const run = promisify(execFile);
const timeout = 120_000;

/** A program that applies all pending migrations of the project in `folder`. */
interface Program {
  readonly label: string;
  /** The setting of the table of placements. */
  readonly setting: string;
  /** From npm. */
  readonly packages?: readonly string[];
  /** From Debian: programs that must be on the PATH, each with its packages. */
  readonly debian?: readonly (readonly [program: string, ...packages: string[]])[];
  readonly files?: (files: Files, url: string) => Files;
  readonly command: (installed: string, folder: string, url: string) => readonly [string, ...string[]];
  /** What it keeps of itself in the database. */
  readonly reset: string;
}

const programs: readonly Program[] = [
  {
    label: 'dbmate 2.36.0',
    setting: 'dbmate',
    packages: ['dbmate@2.36.0'],
    command: (installed, folder, url) => [
      path.join(installed, 'node_modules/.bin/dbmate'),
      ...['--url', `${url}?sslmode=disable`, '--migrations-dir', path.join(folder, 'db/migrations')],
      ...['--no-dump-schema', 'up'],
    ],
    reset: 'DROP TABLE IF EXISTS schema_migrations',
  },
  {
    label: 'node-pg-migrate 9.0.0',
    setting: 'node-pg-migrate',
    packages: ['node-pg-migrate@9.0.0', 'pg@8.23.1'],
    command: (installed, folder) => [
      path.join(installed, 'node_modules/.bin/node-pg-migrate'),
      ...['up', '--migrations-dir', path.join(folder, 'migrations')],
    ],
    reset: 'DROP TABLE IF EXISTS pgmigrations',
  },
  {
    label: 'graphile-migrate 1.4.1',
    setting: 'graphile-migrate',
    packages: ['graphile-migrate@1.4.1'],
    // The hash of the committed migration is not one.
    files: (files) =>
      Object.fromEntries(Object.entries(files).filter(([name]) => !name.includes('/committed/'))),
    command: (installed) => [path.join(installed, 'node_modules/.bin/graphile-migrate'), 'watch', '--once'],
    reset: 'DROP SCHEMA IF EXISTS graphile_migrate CASCADE',
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
    reset: 'DROP TABLE IF EXISTS gorp_migrations',
  },
  {
    label: 'Sqitch of Debian',
    setting: 'Sqitch',
    debian: [
      ['psql', 'postgresql-client'],
      ['sqitch', 'sqitch', 'libdbd-pg-perl'],
    ],
    command: (_, __, url) => ['sqitch', 'deploy', `db:pg:${url.replace(/^\w+:/, '')}`],
    reset: 'DROP SCHEMA IF EXISTS sqitch CASCADE',
  },
];

const shapes = ['the only statement', 'between others', 'before one that does not, and one that does'];
const plans = ['a concurrent build', 'everything', 'a transaction of its own'];

const major = testedMajors.at(-1) ?? 18;

for (const program of programs) {
  describe(`${program.label} applies what is placed, PostgreSQL ${major}`, { skip: absence(program) }, () => {
    const server = useServer(major);
    let installed = '';

    before(async () => {
      if (program.packages === undefined) return;
      const script = path.join(root, 'scripts/npm-program.mjs');
      const { stdout } = await run(process.execPath, [script, ...program.packages], { timeout: 600_000 });
      installed = stdout.trim().split('\n').at(-1) ?? '';
    });

    for (const shape of shapes) {
      for (const plan of plans) {
        it(`${shape}, ${plan}`, async () => {
          const name = `${program.setting}, ${shape}, ${plan}`;
          const setting = settings.find((one) => one.name === program.setting);
          assert.ok(setting !== undefined, program.setting);
          const text = (texts[shape] ?? '').replaceAll('|', '');
          await check(program, caseOf(name, setting, text, steps[plan] ?? []), server(), installed);
        });
      }
    }
  });
}

/** Why a program of Debian is not to be had, which is so on other systems; false when it is there. */
function absence({ debian = [] }: Program): string | false {
  const script = path.join(root, 'scripts/debian-program.mjs');
  for (const words of debian) {
    const { status, stderr } = spawnSync(process.execPath, [script, ...words], { encoding: 'utf8' });
    if (status !== 0) return stderr.trim();
  }
  return false;
}

async function check(
  program: Program,
  { files, site, steps: placed }: Case,
  server: LocalServer,
  installed: string,
): Promise<void> {
  const placement = site.project.runner.place(placed, site);
  // What a runner cannot do at all is said elsewhere.
  if ('refusal' in placement) return;
  const url = server.url('postgres');
  const client = await server.connect('postgres');
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-sections-'));
  try {
    await client.query(`DROP TABLE IF EXISTS x, y, z, orders CASCADE; ${program.reset}; ${schema}`);
    const written = applyChanges(files, placement.changes);
    for (const [name, text] of Object.entries(program.files?.(written, url) ?? written)) {
      const file = path.join(folder, name.replace('/p/', ''));
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      // Statement by statement, as psql does.
      if (!name.includes('/manual/')) continue;
      for (const { sql } of placed) if (text.includes(sql)) await client.query(sql);
    }
    const [command, ...words] = program.command(installed, folder, url);
    const env = {
      ...process.env,
      HOME: folder,
      DATABASE_URL: url,
      SHADOW_DATABASE_URL: server.url('template1'),
      ROOT_DATABASE_URL: server.url('template0'),
    };
    await run(command, words, { cwd: folder, env, timeout }).catch((error: unknown) => {
      throw new Error(JSON.stringify({ error, written }, null, 1), { cause: error });
    });
    const { rows } = await client.query(
      `SELECT indisvalid AND indisunique AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
       WHERE relname IN ('orders_user_idx', 'orders_user_key')`,
    );
    assert.deepEqual(rows, [{ valid: true }]);
    for (const table of ['x', 'y', 'z']) {
      const { rows: found } = await client.query('SELECT to_regclass($1) IS NOT NULL AS found', [table]);
      assert.deepEqual(found, [{ found: site.file.text.includes(`CREATE TABLE ${table} `) }], table);
    }
  } finally {
    await client.end();
    rmSync(folder, { recursive: true, force: true });
  }
}
