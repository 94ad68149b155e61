// The runners' own programs on a table with duplicates: what happens without Lockstep, with what it writes, and on the
// second try after a concurrent build has failed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import type pg from 'pg';
import { loadGrammar } from '../../server/src/sql/parse';
import { caseOf, plans, type Setting, settings } from '../runners/projects';
import { applyChanges, type Files } from '../runners/tree';
import { root } from '../shared';
import { absence, apply, begin, install, type Program, testedPrograms } from './instruments/programs';
import { testedMajors, useServer } from './servers';

before(loadGrammar);

const target = 'CREATE UNIQUE INDEX orders_user_idx ON orders (user_id);\n';
const table = 'CREATE TABLE IF NOT EXISTS orders (id bigint PRIMARY KEY, user_id bigint, total int);\n';
const rows =
  'INSERT INTO orders SELECT n, n % 70, n FROM generate_series(1, 100) AS n ON CONFLICT DO NOTHING;\n';

/** What the server says, or Prisma in its place. */
const duplicates = /23505|could not create unique index|is duplicated|Unique constraint failed/;

const major = testedMajors.at(-1) ?? 18;

// Two at a time: nothing is measured here.
describe('own programs', { concurrency: 2 }, () => {
  for (const program of testedPrograms) {
    describe(
      `${program.label} on a table with duplicates`,
      { skip: absence(program), concurrency: 1 },
      () => {
        const server = useServer(major);
        let installed = '';

        before(async () => {
          installed = await install(program);
        });

        it('fails as the project is, and goes through as it is fixed', async () => {
          const client = await server().connect('postgres');
          try {
            const { path: naive, files: filesOf } = settingOf(program);
            const project = withTable(filesOf(target));
            const given = await begin(program, project, `${table}${rows}`, client);
            const { failure } = await apply(program, given, server(), installed);
            assert.match(failure ?? '', duplicates);
            assert.deepEqual(await indexes(client), []);

            const again = await begin(program, await fixed(project, naive), `${table}${rows}`, client);
            assert.equal(
              (await apply(program, again, server(), installed)).failure,
              undefined,
              JSON.stringify(again, null, 1),
            );
            assert.deepEqual(await indexes(client), [{ valid: true }]);
            const { rows: left } = await client.query(
              'SELECT count(*)::int AS count, min(id)::int AS oldest FROM orders',
            );
            assert.deepEqual(left, [{ count: 70, oldest: 31 }]);
            const recorded = await count(client, program);
            assert.ok(recorded > 0);
            assert.equal(
              (await apply(program, again, server(), installed)).failure,
              undefined,
              'nothing is left to do',
            );
            assert.equal(await count(client, program), recorded);
          } finally {
            await client.end();
          }
        });

        it('builds on the second try what has failed on the first', async () => {
          const client = await server().connect('postgres');
          try {
            const { files, site, steps } = caseOf(
              '',
              settingOf(program),
              target,
              plans['a drop and a build'] ?? [],
            );
            const placement = site.project.runner.places(steps, site)[0];
            if ('refusal' in placement) throw new Error(placement.refusal.reason);
            const written = applyChanges(files, placement.changes);
            const given = await begin(program, written, `${table}${rows}`, client);
            const { failure } = await apply(program, given, server(), installed);
            assert.match(failure ?? '', duplicates);
            assert.deepEqual(await indexes(client), [{ valid: false }]);
            const before = await count(client, program);

            await client.query('DELETE FROM orders WHERE id > 70');
            // A migration of its own that drops the rest counts as done: a person does it, as the comment on the build says.
            if (!isDroppedAgain(written)) await client.query('DROP INDEX CONCURRENTLY orders_user_idx');
            const second = await apply(program, given, server(), installed, true);
            assert.equal(second.failure, undefined);
            assert.deepEqual(await indexes(client), [{ valid: true }]);
            assert.ok((await count(client, program)) > before);
          } finally {
            await client.end();
          }
        });
      },
    );
  }
});

function settingOf(program: Program): Setting {
  const setting = settings.find(({ name }) => name === program.setting);
  if (setting === undefined) throw new Error(program.setting);
  return setting;
}

/** The project whose first migration makes the table, where it is not there. */
function withTable(files: Files): Files {
  const first = Object.keys(files).find(
    (name) => /init|000001/.test(name) && files[name]?.includes('SELECT 1;\n'),
  );
  assert.ok(first !== undefined);
  return { ...files, [first]: (files[first] ?? '').replace('SELECT 1;\n', `${table}${rows}`) };
}

/** The project after Lockstep's own fixes. */
async function fixed(project: Files, naive: string): Promise<Files> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-fixed-'));
  const onDisk = (name: string): string => path.join(folder, name.replace(/^\/p\//, ''));
  try {
    for (const [name, text] of Object.entries(project)) {
      mkdirSync(path.dirname(onDisk(name)), { recursive: true });
      writeFileSync(onDisk(name), text);
    }
    const fix = (...words: readonly string[]): Promise<unknown> =>
      promisify(execFile)(
        process.execPath,
        [path.join(root, 'dist/cli.js'), 'fix', onDisk(naive), '--rule', ...words, '--write'],
        { cwd: folder },
      );
    await fix('unique-index-without-precheck', '--policy', 'do-all');
    await fix('create-index-not-concurrent');
    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return Object.fromEntries(
      names.map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        return [`/p/${path.relative(folder, file)}`, readFileSync(file, 'utf8')];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether what drops the rest of a failed build stands in one migration with the build. */
function isDroppedAgain(files: Files): boolean {
  return Object.values(files).some((text) =>
    /DROP INDEX CONCURRENTLY[^]*CREATE UNIQUE INDEX CONC/.test(text),
  );
}

async function indexes(client: pg.Client): Promise<unknown> {
  const { rows: found } = await client.query(
    `SELECT indisvalid AND indisunique AS valid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE relname = 'orders_user_idx'`,
  );
  return found;
}

/** How many migrations are recorded; none before the program has made its table. */
async function count(client: pg.Client, { recorded }: Program): Promise<number> {
  const [name = ''] = recorded.split(' ');
  const { rows: there } = await client.query('SELECT to_regclass($1) IS NOT NULL AS found', [name]);
  if ((there as { found: boolean }[])[0]?.found !== true) return 0;
  const { rows: found } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${recorded}`,
  );
  return found[0]?.count ?? 0;
}
