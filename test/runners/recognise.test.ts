// Group: tables
import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { labelOf, recognise, runners, shortLabelOf } from '../../server/src/runners';
import { needsShared, root, shared, sqlFiles } from '../shared';
import { diskTree, type Files, memoryTree } from './tree';

const postgresLock = 'provider = "postgresql"\n';
const journal =
  '{ "version": "7", "dialect": "postgresql", "entries": [{ "idx": 0, "when": 1, "tag": "0000_a" }] }';
const snapshot = '{ "version": "8", "dialect": "postgres", "id": "a", "prevIds": [] }';

describe('recognise', () => {
  const cases: readonly [string, Files, string, string, string][] = [
    [
      'Supabase by its configuration',
      { '/p/supabase/config.toml': '', '/p/supabase/migrations/0001_a.sql': '' },
      '/p/supabase/migrations/0001_a.sql',
      'supabase',
      '/p/supabase/migrations',
    ],
    [
      'Supabase by its folder',
      { '/p/supabase/migrations/0001_a.sql': '' },
      '/p/supabase/migrations/0001_a.sql',
      'supabase',
      '/p/supabase/migrations',
    ],
    [
      'Supabase: seed',
      { '/p/supabase/config.toml': '' },
      '/p/supabase/seed.sql',
      'supabase',
      '/p/supabase/migrations',
    ],
    ['Supabase: a workspace', { '/p/supabase/config.toml': '' }, '/p', 'supabase', '/p/supabase/migrations'],
    [
      'Supabase: broken configuration',
      { '/p/supabase/config.toml': '[db' },
      '/p',
      'supabase',
      '/p/supabase/migrations',
    ],
    [
      'not Supabase: what it never runs',
      { '/p/supabase/config.toml': '', '/p/supabase/rollbacks/0001_a.sql': '' },
      '/p/supabase/rollbacks/0001_a.sql',
      'psql',
      '/p/supabase/rollbacks',
    ],
    ...['snippets', 'tests', 'functions', 'validations'].map(
      (folder): [string, Files, string, string, string] => [
        `not Supabase: ${folder}`,
        { '/p/supabase/config.toml': '', [`/p/supabase/${folder}/0001_a.sql`]: '' },
        `/p/supabase/${folder}/0001_a.sql`,
        'psql',
        `/p/supabase/${folder}`,
      ],
    ),
    ['not Supabase: only the name', { '/supabase/x/a.sql': '' }, '/supabase/x/a.sql', 'psql', '/supabase/x'],
    ['not Supabase: beside it', { '/p/supabase/config.toml': '', '/p/a.sql': '' }, '/p/a.sql', 'psql', '/p'],
    [
      'Prisma by its lock',
      { '/p/db/migration_lock.toml': postgresLock, '/p/db/1_a/migration.sql': '' },
      '/p/db/1_a/migration.sql',
      'prisma',
      '/p/db',
    ],
    [
      'Prisma without its lock',
      { '/p/prisma/schema.prisma': '', '/p/prisma/migrations/1_a/migration.sql': '' },
      '/p/prisma/migrations/1_a/migration.sql',
      'prisma',
      '/p/prisma/migrations',
    ],
    [
      'Prisma: a new file of it',
      { '/p/prisma/migrations/migration_lock.toml': postgresLock },
      '/p/prisma/migrations/1_a/migration.sql',
      'prisma',
      '/p/prisma/migrations',
    ],
    [
      'not Prisma: MySQL',
      {
        '/p/prisma/migrations/migration_lock.toml': 'provider = "mysql"',
        '/p/prisma/migrations/1_a/migration.sql': '',
      },
      '/p/prisma/migrations/1_a/migration.sql',
      'psql',
      '/p/prisma/migrations/1_a',
    ],
    [
      'not Prisma: its rollback',
      {
        '/p/prisma/migrations/migration_lock.toml': postgresLock,
        '/p/prisma/migrations/1_a/rollback.sql': '',
      },
      '/p/prisma/migrations/1_a/rollback.sql',
      'psql',
      '/p/prisma/migrations/1_a',
    ],
    [
      'Drizzle 0.x',
      { '/p/out/meta/_journal.json': journal, '/p/out/0000_a.sql': '' },
      '/p/out/0000_a.sql',
      'drizzle',
      '/p/out',
    ],
    [
      'Drizzle 0.x of old',
      { '/p/out/meta/_journal.json': '{"dialect":"pg","entries":[]}', '/p/out/0000_a.sql': '' },
      '/p/out/0000_a.sql',
      'drizzle',
      '/p/out',
    ],
    [
      'Drizzle: broken journal',
      { '/p/out/meta/_journal.json': '{"dial', '/p/out/0000_a.sql': '' },
      '/p/out/0000_a.sql',
      'drizzle',
      '/p/out',
    ],
    [
      'Drizzle 1.0',
      { '/p/out/20260101000000_a/migration.sql': '', '/p/out/20260101000000_a/snapshot.json': snapshot },
      '/p/out/20260101000000_a/migration.sql',
      'drizzle',
      '/p/out',
    ],
    [
      "Drizzle 1.0 in a folder like Prisma's",
      {
        '/p/prisma/migrations/20260101000000_a/migration.sql': '',
        '/p/prisma/migrations/20260101000000_a/snapshot.json': snapshot,
      },
      '/p/prisma/migrations/20260101000000_a/migration.sql',
      'drizzle',
      '/p/prisma/migrations',
    ],
    [
      'not Drizzle: SQLite',
      { '/p/out/meta/_journal.json': '{"dialect":"sqlite","entries":[]}', '/p/out/0000_a.sql': '' },
      '/p/out/0000_a.sql',
      'psql',
      '/p/out',
    ],
    [
      'not Drizzle: what is run by hand',
      { '/p/out/meta/_journal.json': journal, '/p/out/manual/0000_a.sql': '' },
      '/p/out/manual/0000_a.sql',
      'psql',
      '/p/out/manual',
    ],
    [
      'Drizzle before its first migration',
      {
        '/p/drizzle.config.ts': "export default defineConfig({ dialect: 'postgresql', out: './src/db/out' })",
      },
      '/p',
      'drizzle',
      '/p/src/db/out',
    ],
    [
      'Drizzle writes, Supabase runs',
      {
        '/p/supabase/config.toml': '',
        '/p/supabase/migrations/meta/_journal.json': journal,
        '/p/supabase/migrations/0000_a.sql': '',
      },
      '/p/supabase/migrations/0000_a.sql',
      'supabase',
      '/p/supabase/migrations',
    ],
    [
      'Drizzle writes and runs in a Supabase project',
      {
        '/p/package.json': '{"scripts":{"migrate":"drizzle-kit migrate"}}',
        '/p/supabase/config.toml': '',
        '/p/supabase/migrations/meta/_journal.json': journal,
        '/p/supabase/migrations/0000_a.sql': '',
      },
      '/p/supabase/migrations/0000_a.sql',
      'drizzle',
      '/p/supabase/migrations',
    ],
    [
      'goose by a marker',
      { '/p/go.mod': '', '/p/db/00001_a.sql': '-- +goose Up\nSELECT 1;\n', '/p/db/00002_b.sql': '' },
      '/p/db/00002_b.sql',
      'goose',
      '/p/db',
    ],
    [
      'goose: a workspace',
      { '/p/db/migrations/00001_a.sql': '--+goose up\nSELECT 1;\n' },
      '/p',
      'goose',
      '/p/db/migrations',
    ],
    [
      'not goose: what lies beside it',
      { '/p/db/00001_a.sql': '-- +goose Up\nSELECT 1;\n', '/p/db/seed.sql': '' },
      '/p/db/seed.sql',
      'psql',
      '/p/db',
    ],
    [
      'sql-migrate by its configuration',
      { '/p/dbconfig.yml': 'production:\n  dialect: postgres\n  dir: db/m\n', '/p/db/m/1-a.sql': '' },
      '/p/db/m/1-a.sql',
      'sql-migrate',
      '/p/db/m',
    ],
    [
      'not sql-migrate: SQLite',
      { '/p/dbconfig.yml': 'production:\n  dialect: sqlite3\n  dir: db/m\n', '/p/db/m/1-a.sql': '' },
      '/p/db/m/1-a.sql',
      'psql',
      '/p/db/m',
    ],
    [
      'sql-migrate by a marker',
      { '/p/m/1-a.sql': '-- +migrate Up\n', '/p/m/b.sql': '' },
      '/p/m/b.sql',
      'sql-migrate',
      '/p/m',
    ],
    [
      'tern by a marker',
      {
        '/p/m/001_a.sql': 'SELECT 1;\n---- create above / drop below ----\n',
        '/p/m/002_b.sql': '',
      },
      '/p/m/002_b.sql',
      'tern',
      '/p/m',
    ],
    [
      'tern by its configuration',
      { '/p/m/tern.conf': '', '/p/m/001_a.sql': '' },
      '/p/m/001_a.sql',
      'tern',
      '/p/m',
    ],
    [
      'not tern: a template beside its migrations',
      { '/p/m/tern.conf': '', '/p/m/001_a.sql': '', '/p/m/shared.sql': '' },
      '/p/m/shared.sql',
      'psql',
      '/p/m',
    ],
    [
      'node-pg-migrate by its package',
      { '/p/package.json': '{"dependencies":{"node-pg-migrate":"^9.0.0"}}', '/p/db/1738255000000_a.sql': '' },
      '/p/db/1738255000000_a.sql',
      'node-pg-migrate',
      '/p/db',
    ],
    [
      'not node-pg-migrate: what has no number',
      { '/p/package.json': '{"dependencies":{"node-pg-migrate":"^9.0.0"}}', '/p/db/seed.sql': '' },
      '/p/db/seed.sql',
      'psql',
      '/p/db',
    ],
    [
      'Liquibase by its first line',
      { '/p/sql/1.sql': '--liquibase formatted sql\n', '/p/sql/2.sql': 'SELECT 1;\n' },
      '/p/sql/1.sql',
      'liquibase',
      '/p/sql',
    ],
    [
      'not Liquibase: without that line',
      { '/p/sql/1.sql': '--liquibase formatted sql\n', '/p/sql/2.sql': 'SELECT 1;\n' },
      '/p/sql/2.sql',
      'psql',
      '/p/sql',
    ],
    [
      'graphile-migrate by its configuration',
      { '/p/.gmrc': '{ /* here */ "migrationsFolder": "db/m", }', '/p/db/m/current.sql': '' },
      '/p/db/m/current.sql',
      'graphile-migrate',
      '/p/db/m',
    ],
    [
      'graphile-migrate by a header',
      { '/p/m/committed/000001.sql': '--! Previous: -\n', '/p/m/current/001-a.sql': '' },
      '/p/m/current/001-a.sql',
      'graphile-migrate',
      '/p/m',
    ],
    [
      'not graphile-migrate: what it runs at other times',
      { '/p/.gmrc': '{}', '/p/migrations/afterReset.sql': '' },
      '/p/migrations/afterReset.sql',
      'psql',
      '/p/migrations',
    ],
    [
      'Sqitch by its plan',
      {
        '/p/sqitch.plan': '%project=p\n\na 2026-01-01T00:00:00Z A <a> #\n',
        '/p/deploy/a.sql': '',
        '/p/revert/a.sql': '',
      },
      '/p/revert/a.sql',
      'sqitch',
      '/p/deploy',
    ],
    [
      'Sqitch with a folder of its own',
      { '/p/sqitch.conf': '[core]\n  engine = pg\n  top_dir = db\n', '/p/db/deploy/x/a.sql': '' },
      '/p/db/deploy/x/a.sql',
      'sqitch',
      '/p/db/deploy',
    ],
    [
      'not Sqitch: SQLite',
      { '/p/sqitch.conf': '[core]\n  engine = sqlite\n', '/p/deploy/a.sql': '' },
      '/p/deploy/a.sql',
      'psql',
      '/p/deploy',
    ],
    [
      'not Sqitch: what lies beside it',
      { '/p/sqitch.plan': '', '/p/test/a.sql': '' },
      '/p/test/a.sql',
      'psql',
      '/p/test',
    ],
    [
      'rambler by a marker',
      { '/p/m/a.sql': '-- rambler up\nSELECT 1;\n', '/p/m/b.sql': '' },
      '/p/m/b.sql',
      'rambler',
      '/p/m',
    ],
    [
      'rambler by its configuration',
      { '/p/rambler.hjson': '{\n  driver: postgresql\n  directory: sql\n}\n', '/p/sql/a.sql': '' },
      '/p/sql/a.sql',
      'rambler',
      '/p/sql',
    ],
    [
      'dbmate by a marker',
      { '/p/db/migrations/1_a.sql': '-- migrate:up\n', '/p/db/migrations/2_b.sql': '' },
      '/p/db/migrations/2_b.sql',
      'dbmate',
      '/p/db/migrations',
    ],
    [
      'dbmate: a workspace',
      { '/p/db/migrations/1_a.sql': '-- migrate:up\n' },
      '/p',
      'dbmate',
      '/p/db/migrations',
    ],
    ['plain SQL', { '/p/a.sql': '' }, '/p/a.sql', 'psql', '/p'],
    ['a folder', { '/p/a.sql': '' }, '/p', 'psql', '/p'],
    ['a folder that is called like a file', { '/p/x.sql/a.sql': '' }, '/p/x.sql', 'psql', '/p/x.sql'],
    ['a file that is not there', {}, '/p/a.sql', 'psql', '/p'],
    ['nothing at all', {}, '/', 'psql', '/'],
  ];
  for (const [what, files, file, runner, folder] of cases) {
    it(what, () => {
      const project = recognise(file, memoryTree(files));
      deepEqual([project.runner.id, project.folder], [runner, folder]);
    });
  }

  it('takes the runner that was chosen', () => {
    const tree = memoryTree({
      '/p/a/migration.sql': '',
      '/q/supabase/config.toml': '[db]\nmajor_version = 15\n',
    });
    equal(recognise('/p/a/migration.sql', tree, 'prisma').folder, '/p');
    equal(recognise('/p/a.sql', tree, 'drizzle').runner.id, 'drizzle');
    equal(recognise('/q/supabase/migrations/1_a.sql', tree, 'supabase').postgresVersion, 15);
    equal(recognise('/q/supabase/migrations/1_a.sql', tree, 'psql').folder, '/q/supabase/migrations');
    equal(recognise('/q/supabase/migrations/1_a.sql', tree, 'auto').runner.id, 'supabase');
  });

  it('reads the server of a Supabase project', () => {
    const config = { '/p/supabase/config.toml': 'project_id = "x"\n[db]\nmajor_version = 17\n' };
    equal(recognise('/p', memoryTree(config)).postgresVersion, 17);
    const linked = { ...config, '/p/supabase/.temp/postgres-version': '15.8.1.085' };
    equal(recognise('/p', memoryTree(linked)).postgresVersion, 15);
  });

  it('says what it takes the runner for', () => {
    const tree = memoryTree({ '/p/supabase/config.toml': '' });
    const project = recognise('/p', tree);
    equal(labelOf(project), 'Supabase CLI, version unknown, read as 2.109');
    equal(shortLabelOf(project), 'Supabase CLI 2.109');
    equal(labelOf({ ...project, version: '2.122.1' }), 'Supabase CLI 2.122.1');
    equal(shortLabelOf({ ...project, version: '2.122.1' }), 'Supabase CLI 2.122');
    equal(labelOf(recognise('/q', tree)), 'psql');
  });
});

describe('migrations', () => {
  const cases: readonly [string, Files, string, readonly string[]][] = [
    [
      'Supabase: by name, names that it skips left out',
      {
        '/p/supabase/migrations/20260101000000_b.sql': '',
        '/p/supabase/migrations/0004_a.sql': '',
        '/p/supabase/migrations/nope.sql': '',
        '/p/supabase/migrations/1.sql': '',
        '/p/supabase/migrations/sub/1_c.sql': '',
        '/p/supabase/migrations/3_folder.sql/x': '',
      },
      '/p',
      ['0004_a.sql', '20260101000000_b.sql'],
    ],
    [
      'Prisma: folders with a migration, also when they are called like a file',
      {
        '/p/prisma/migrations/migration_lock.toml': postgresLock,
        '/p/prisma/migrations/2_b.sql/migration.sql': '',
        '/p/prisma/migrations/1_a/migration.sql': '',
        '/p/prisma/migrations/1_a/rollback.sql': '',
        '/p/prisma/migrations/3_empty/README.md': '',
      },
      '/p',
      ['1_a/migration.sql', '2_b.sql/migration.sql'],
    ],
    [
      'Drizzle 0.x: what the journal names, in its order, be it there or not',
      {
        '/p/out/meta/_journal.json':
          '{"dialect":"postgresql","entries":[{"tag":"0001_b"},{"tag":"0000_a"},{"tag":"0002_gone"},{}]}',
        '/p/out/0000_a.sql': '',
        '/p/out/0001_b.sql': '',
        '/p/out/0003_unknown.sql': '',
      },
      '/p/out',
      ['0001_b.sql', '0000_a.sql', '0002_gone.sql'],
    ],
    [
      'Drizzle 1.0: folders by name',
      {
        '/p/out/20260102000000_b/migration.sql': '',
        '/p/out/20260102000000_b/snapshot.json': snapshot,
        '/p/out/20260101000000_a/migration.sql': '',
        '/p/out/notes/a.sql': '',
      },
      '/p/out',
      ['20260101000000_a/migration.sql', '20260102000000_b/migration.sql'],
    ],
    [
      'goose: by number, whatever its length',
      {
        '/p/00002_b.sql': '',
        '/p/20260101000000_d.sql': '',
        '/p/10_c.sql': '',
        '/p/00001_a.sql': '-- +goose Up\n',
        '/p/00003_x.go': '',
        '/p/schema.sql': '',
      },
      '/p',
      ['00001_a.sql', '00002_b.sql', '10_c.sql', '20260101000000_d.sql'],
    ],
    [
      'sql-migrate: by number, then by name',
      { '/p/10-c.sql': '-- +migrate Up\n', '/p/9_b.sql': '', '/p/a.sql': '', '/p/9_a.sql': '' },
      '/p',
      ['9_a.sql', '9_b.sql', '10-c.sql', 'a.sql'],
    ],
    [
      'Sqitch: by its plan; what was reworked is kept under the last tag before',
      {
        '/p/sqitch.plan':
          '%project=p\n# b\n\nx/b 2026-01-01T00:00:00Z A <a> # one\na [x/b] 2026-01-01T00:00:00Z A <a> #\n@v1 2026-01-01T00:00:00Z A <a> #\n@v2 2026-01-01T00:00:00Z A <a> #\n\nx/b [x/b@v2] 2026-01-01T00:00:00Z A <a> #\n@v3 2026-01-01T00:00:00Z A <a> #\ngone 2026-01-01T00:00:00Z A <a> #\n',
        '/p/deploy/a.sql': '',
        '/p/deploy/x/b.sql': '',
        '/p/deploy/x/b@v2.sql': '',
        '/p/deploy/unplanned.sql': '',
      },
      '/p',
      ['x/b@v2.sql', 'a.sql', 'x/b.sql', 'gone.sql'],
    ],
    [
      'Liquibase: as its changelog includes them',
      {
        '/p/db/db.changelog-master.yaml':
          'databaseChangeLog:\n  - include:\n      file: sql/z.sql\n      relativeToChangelogFile: true\n  - include:\n      file: db/more-changelog.xml\n',
        '/p/db/more-changelog.xml':
          '<databaseChangeLog>\n<includeAll path="more/" relativeToChangelogFile="true"/>\n</databaseChangeLog>',
        '/p/db/sql/z.sql': '--liquibase formatted sql\n',
        '/p/db/sql/unknown.sql': '--liquibase formatted sql\n',
        '/p/db/more/b.sql': '-- liquibase formatted sql\n',
        '/p/db/more/a/c.sql': '--LIQUIBASE FORMATTED SQL\n',
        '/p/db/more/raw.sql': 'SELECT 1;\n',
      },
      '/p/db/sql/z.sql',
      ['sql/z.sql', 'more/a/c.sql', 'more/b.sql'],
    ],
    [
      'graphile-migrate: what is committed, then what is current',
      {
        '/p/.gmrc': '{}',
        '/p/migrations/committed/000002-b.sql': '',
        '/p/migrations/committed/000001.sql': '',
        '/p/migrations/current/2-d.sql': '',
        '/p/migrations/current/1-c.sql': '',
        '/p/migrations/afterReset.sql': '',
      },
      '/p/migrations',
      ['committed/000001.sql', 'committed/000002-b.sql', 'current/1-c.sql', 'current/2-d.sql'],
    ],
    [
      'dbmate: by name',
      { '/p/20260101_b.sql': '', '/p/20250101000000.sql': '-- migrate:up\n', '/p/schema.sql': '' },
      '/p',
      ['20250101000000.sql', '20260101_b.sql'],
    ],
    [
      'plain SQL: by number; what is not numbered, undoes or checks is none',
      {
        '/p/10_c.sql': '',
        '/p/9_b.sql': '',
        '/p/V1.10_e.sql': '',
        '/p/V1.9_d.sql': '',
        '/p/schema.sql': '',
        '/p/10_c.rollback.sql': '',
        '/p/10_c.validation.sql': '',
        '/p/9_b.down.sql': '',
        '/p/1_a.sql': '',
        '/p/11_folder.sql/x.sql': '',
        '/p/notes.txt': '',
      },
      '/p',
      ['1_a.sql', 'V1.9_d.sql', 'V1.10_e.sql', '9_b.sql', '10_c.sql'],
    ],
    [
      'plain SQL: by name when none is numbered',
      { '/p/b10.sql': '', '/p/b9.sql': '', '/p/a.SQL': '' },
      '/p',
      ['a.SQL', 'b9.sql', 'b10.sql'],
    ],
    ['a folder that is not there', {}, '/p', []],
  ];
  for (const [what, files, file, expected] of cases) {
    it(what, () => {
      const tree = memoryTree(files);
      const project = recognise(file, tree);
      const names = project.runner
        .migrations(project, tree)
        .map((name) => name.slice(project.folder.length + 1));
      deepEqual(names, expected);
    });
  }
});

describe('real projects', { skip: needsShared('corpus') }, () => {
  const corpus = path.join(shared, 'corpus');
  const cases: readonly [string, string, number][] = [
    ['supabase/pgflow-dev__pgflow/pkgs/core/supabase/migrations', 'supabase', 17],
    ['supabase/pgflow-dev__pgflow/apps/demo/supabase/migrations', 'supabase', 15],
    ['supabase/villeheikkila__Tastybytes/supabase/migrations', 'supabase', 200],
    ['prisma/langfuse__langfuse/packages/shared/prisma/migrations', 'prisma', 400],
    ['drizzle/wundergraph__cosmo/controlplane/migrations', 'drizzle', 148],
    ['goose/e2b-dev__infra/packages/db/migrations', 'goose', 131],
    ['goose/pressly__goose/examples/sql-migrations', 'goose', 4],
    ['golang-migrate/concourse__concourse/atc/db/migration/migrations', 'golang-migrate', 149],
    ['sqlx/lakekeeper__lakekeeper/crates/lakekeeper-storage-postgres/migrations', 'sqlx', 70],
    ['diesel/graphprotocol__graph-node/store/postgres/migrations', 'diesel', 125],
    // Atlas has planned them, in the format of the runner.
    ['atlas/openmeterio__openmeter/tools/migrate/migrations', 'golang-migrate', 269],
    // It has moved from sql-migrate; no file has its markers any more.
    ['sql-migrate/brocaar__chirpstack-application-server/internal/storage/migrations', 'golang-migrate', 60],
    ['tern/gsmcwhirter__discord-signup-bot/migrations', 'tern', 7],
    ['rambler/johnthethird__postgres-all-the-things/migrationsOLD', 'rambler', 9],
    ['node-pg-migrate/navikt__pensjon-deployment-audit/app/db/migrations', 'node-pg-migrate', 39],
    ['sqitch/bcgov__cas-cif/schema/deploy', 'sqitch', 300],
    ['graphile-migrate/villeheikkila__Tastybytes/@api/db/migrations/committed', 'graphile-migrate', 300],
    ['liquibase/epam__edp-ddm-citus/platform-db/changesets/audit', 'liquibase', 5],
    ['liquibase/epam__edp-ddm-citus/platform-db/changesets/registry', 'liquibase', 40],
    ['dbmate/TBD54566975__ftl/backend/controller/sql/schema', 'dbmate', 45],
  ];
  for (const [folder, runner, atLeast] of cases) {
    it(folder, () => {
      const files = sqlFiles(path.join(corpus, folder));
      const projects = files.map((file) => recognise(file, diskTree));
      deepEqual(new Set(projects.map((project) => project.runner.id)), new Set([runner]));
      const [project] = projects;
      const migrations = project?.runner.migrations(project, diskTree) ?? [];
      equal(
        migrations.length >= Math.min(atLeast, files.length),
        true,
        `${migrations.length} of ${files.length}`,
      );
      deepEqual(
        migrations.filter((file) => file.startsWith(`${path.join(corpus, folder)}/`)).sort(),
        files.filter((file) => migrations.includes(file)),
      );
    });
  }
});

it(
  'recognises the examples',
  { skip: existsSync(path.join(root, 'examples')) ? false : 'no examples' },
  () => {
    const found = sqlFiles(path.join(root, 'examples')).map((file) => recognise(file, diskTree).runner.id);
    // psql is what is left when nothing is recognised; what has no example is none of them.
    const folders = readdirSync(path.join(root, 'examples'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    const named = folders.map(({ name }) => (name === 'plain' ? 'psql' : name));
    deepEqual([...new Set(found)].sort(), named.sort());
    ok(named.every((name) => runners.some(({ id }) => id === name)));
  },
);
