// What the runners' own programs do with migrations that come late, have a version twice, or are changed: as their
// bookkeeping says.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { recognise } from '../../server/src/runners';
import { diskTree } from '../runners/tree';
import { root } from '../shared';
import { testedMajors, useServer } from './servers';

const run = promisify(execFile);

interface Program {
  readonly label: string;
  readonly packages?: readonly string[];
  readonly debian?: readonly string[];
  readonly folder: string;
  readonly frame: (sql: string) => string;
  readonly files?: (url: string) => Readonly<Record<string, string>>;
  readonly command: (installed: string, folder: string, url: string) => readonly [string, ...string[]];
  readonly reset: string;
}

const supabase = (version: string, target: (url: string) => readonly string[]): Program => ({
  label: `Supabase CLI ${version}`,
  packages: [`supabase@${version}`],
  folder: 'supabase/migrations',
  frame: (sql) => `${sql}\n`,
  files: () => ({ 'supabase/config.toml': '[db]\nmajor_version = 17\n' }),
  command: (installed, _, url) => [
    process.execPath,
    path.join(installed, 'node_modules/supabase/dist/supabase.js'),
    ...['db', 'push', ...target(url), '--yes'],
  ],
  reset: 'DROP SCHEMA IF EXISTS supabase_migrations CASCADE',
});

const programs: readonly Program[] = [
  supabase('2.114.0', (url) => ['--db-url', `${url}?sslmode=disable`]),
  supabase('3.1.0', (url) => [`--remote=${url}`]),
  {
    label: 'dbmate 2.36.0',
    packages: ['dbmate@2.36.0'],
    folder: 'db/migrations',
    frame: (sql) => `-- migrate:up\n${sql}\n-- migrate:down\n`,
    command: (installed, folder, url) => [
      path.join(installed, 'node_modules/.bin/dbmate'),
      ...['--url', `${url}?sslmode=disable`, '--migrations-dir', path.join(folder, 'db/migrations')],
      ...['--no-dump-schema', 'up'],
    ],
    reset: 'DROP TABLE IF EXISTS schema_migrations',
  },
  {
    label: 'node-pg-migrate 9.0.0',
    packages: ['node-pg-migrate@9.0.0', 'pg@8.23.1'],
    folder: 'migrations',
    frame: (sql) => `-- Up Migration\n${sql}\n-- Down Migration\n`,
    files: () => ({ 'package.json': '{ "dependencies": { "node-pg-migrate": "9.0.0" } }\n' }),
    command: (installed, folder) => [
      path.join(installed, 'node_modules/.bin/node-pg-migrate'),
      ...['up', '--migrations-dir', path.join(folder, 'migrations')],
    ],
    reset: 'DROP TABLE IF EXISTS pgmigrations',
  },
  {
    label: 'sql-migrate of Debian',
    debian: ['sql-migrate', 'sql-migrate'],
    folder: 'migrations',
    frame: (sql) => `-- +migrate Up\n${sql}\n`,
    files: (url) => ({
      'dbconfig.yml': `development:\n  dialect: postgres\n  datasource: ${url}?sslmode=disable\n  dir: migrations\n`,
    }),
    command: () => ['sql-migrate', 'up'],
    reset: 'DROP TABLE IF EXISTS gorp_migrations',
  },
];

const major = testedMajors.at(-1) ?? 18;

for (const program of programs) {
  const skip = absence(program);
  describe(`${program.label} and migrations that do not fit, PostgreSQL ${major}`, { skip }, () => {
    const server = useServer(major);
    let installed = '';

    before(async () => {
      if (program.packages === undefined) return;
      const script = path.join(root, 'scripts/npm-program.mjs');
      const { stdout } = await run(process.execPath, [script, ...program.packages], { timeout: 600_000 });
      installed = stdout.trim().split('\n').at(-1) ?? '';
    });

    const [first, late, last] = ['20260101000000_a', '20260102000000_b', '20260103000000_c'];
    const same = '20260101000000_b';

    it('one that is late', async () => {
      const { outcome, bookkeeping, project } = await attempt([first, last], { [late]: table('b') });
      assert.equal(outcome, expected(bookkeeping.late?.(project)));
    });

    it('a second one of the same version', async () => {
      const { outcome, bookkeeping } = await attempt([], { [first]: table('a'), [same]: table('b') });
      assert.equal(outcome, expected(bookkeeping.twice));
    });

    it('one that is changed', async () => {
      const changed = { [last]: `${table('c')} ${table('b')}` };
      const { outcome, bookkeeping, project, file } = await attempt([first, last], changed);
      const clash = bookkeeping.changed?.(file, project, diskTree);
      assert.ok(clash !== undefined);
      assert.equal(outcome, clash.isFatal ? 'refused' : 'passed over');
    });

    /** Applies the first migrations, then the others beside them, and says what became of table `b`. */
    async function attempt(
      applied: readonly string[],
      then: Readonly<Record<string, string>>,
    ): Promise<{
      readonly outcome: 'applied' | 'refused' | 'passed over';
      readonly bookkeeping: ReturnType<typeof recognise>['runner']['bookkeeping'];
      readonly project: ReturnType<typeof recognise>;
      readonly file: string;
    }> {
      const url = server().url('postgres');
      const client = await server().connect('postgres');
      const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-clashes-'));
      const write = (name: string, text: string): string => {
        const file = path.join(folder, name);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, text);
        return file;
      };
      const migration = (name: string, sql: string): string =>
        write(`${program.folder}/${name}.sql`, program.frame(sql));
      const apply = (): number | null => {
        const [command, ...words] = program.command(installed, folder, url);
        const env = {
          ...process.env,
          ...{ HOME: folder, DATABASE_URL: url, DO_NOT_TRACK: '1', SUPABASE_TELEMETRY_DISABLED: '1' },
        };
        return spawnSync(command, words, { cwd: folder, env, timeout: 120_000 }).status;
      };
      try {
        await client.query(`DROP TABLE IF EXISTS a, b, c; ${program.reset}`);
        for (const [name, text] of Object.entries(program.files?.(url) ?? {})) write(name, text);
        for (const name of applied) migration(name, table(name.slice(-1)));
        if (applied.length > 0) assert.equal(apply(), 0, 'The first migrations are applied.');
        const files = Object.entries(then).map(([name, sql]) => migration(name, sql));
        const status = apply();
        const { rows } = await client.query<{ isThere: boolean }>(
          `SELECT to_regclass('b') IS NOT NULL AS "isThere"`,
        );
        const outcome = rows[0]?.isThere === true ? 'applied' : status === 0 ? 'passed over' : 'refused';
        const file = files.at(-1) ?? '';
        const project = recognise(file, diskTree);
        return { outcome, bookkeeping: project.runner.bookkeeping, project, file };
      } finally {
        await client.end();
        rmSync(folder, { recursive: true, force: true });
      }
    }
  });
}

function expected(clash: { readonly isFatal: boolean } | undefined): string {
  if (clash === undefined) return 'applied';
  return clash.isFatal ? 'refused' : 'passed over';
}

function table(name: string): string {
  return `CREATE TABLE ${name} (id int);`;
}

/** Why a program of Debian is not to be had; false when it is there. */
function absence({ debian }: Program): string | false {
  if (debian === undefined) return false;
  const script = path.join(root, 'scripts/debian-program.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, ...debian], { encoding: 'utf8' });
  return status === 0 ? false : stderr.trim();
}
