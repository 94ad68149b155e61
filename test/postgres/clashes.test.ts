// What the runners' own programs do with migrations that come late, have a version twice, or are changed: as their
// bookkeeping says.
import assert from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import { loadGrammar } from '../../server/src/sql/parse';
import { type Files, memoryTree } from '../runners/tree';
import { absence, apply, begin, install, type Program, testedPrograms } from './instruments/programs';
import { type LocalServer, testedMajors, useServer } from './servers';

before(loadGrammar);

/** How migrations are called and written for a program, and what makes a project of them. */
interface Layout {
  readonly name: (version: string, title: string) => string;
  readonly frame: (sql: string, title: string) => string;
  readonly marks?: Files;
}

const plain = (sql: string): string => `${sql}\n`;

const layouts: Readonly<Record<string, Layout>> = {
  'Supabase CLI': {
    name: (version, title) => `/p/supabase/migrations/${version}_${title}.sql`,
    frame: plain,
    marks: { '/p/supabase/config.toml': '[db]\nmajor_version = 17\n' },
  },
  dbmate: {
    name: (version, title) => `/p/db/migrations/${version}_${title}.sql`,
    frame: (sql) => `-- migrate:up\n${sql}\n-- migrate:down\n`,
  },
  'node-pg-migrate': {
    name: (version, title) => `/p/migrations/${version}_${title}.sql`,
    frame: (sql) => `-- Up Migration\n${sql}\n-- Down Migration\n`,
    marks: { '/p/package.json': '{ "dependencies": { "node-pg-migrate": "9.0.0" } }\n' },
  },
  'sql-migrate': {
    name: (version, title) => `/p/migrations/${version}_${title}.sql`,
    frame: (sql) => `-- +migrate Up\n${sql}\n`,
  },
  Liquibase: {
    name: (version, title) => `/p/changelog/${version}_${title}.sql`,
    frame: (sql, title) => `--liquibase formatted sql\n--changeset ann:${title}\n${sql}\n`,
  },
  "Prisma's schema engine": {
    name: (version, title) => `/p/prisma/migrations/${version}_${title}/migration.sql`,
    frame: plain,
    marks: { '/p/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n' },
  },
  sqlx: {
    name: (version, title) => `/p/migrations/${version}_${title}.sql`,
    frame: plain,
    marks: { '/p/Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' },
  },
  Diesel: {
    name: (version, title) => `/p/migrations/${version}_${title}/up.sql`,
    frame: plain,
    marks: { '/p/diesel.toml': '' },
  },
};

const supabase = (version: string, target: (url: string) => readonly string[]): Program => ({
  label: `Supabase CLI ${version}`,
  setting: '',
  packages: [`supabase@${version}`],
  command: ({ installed, url }) => [
    process.execPath,
    path.join(installed, 'node_modules/supabase/dist/supabase.js'),
    ...['db', 'push', ...target(url), '--yes'],
  ],
  recorded: 'supabase_migrations.schema_migrations',
});

const programs: readonly Program[] = [
  supabase('2.114.0', (url) => ['--db-url', `${url}?sslmode=disable`]),
  supabase('3.1.0', (url) => [`--remote=${url}`]),
  ...testedPrograms,
];

type Outcome = 'applied' | 'refused' | 'passed over';

const major = testedMajors.at(-1) ?? 18;

// Two at a time: nothing is measured here.
describe('migrations that do not fit', { concurrency: 2 }, () => {
  for (const program of programs) {
    const layout = Object.entries(layouts).find(([label]) => program.label.startsWith(`${label} `))?.[1];
    // Those with a plan, or with one file that is edited, have no order of names.
    if (layout === undefined) continue;
    describe(`and ${program.label}, PostgreSQL ${major}`, { skip: absence(program), concurrency: 1 }, () => {
      const server = useServer(major);
      let installed = '';

      before(async () => {
        installed = await install(program);
      });

      const migration = (version: string, title: string, sql = table(title)): Files => ({
        [layout.name(version, title)]: layout.frame(sql, title),
      });
      const first = migration('20260101000000', 'a');
      const last = migration('20260103000000', 'c');

      it('one that is late', async () => {
        const late = migration('20260102000000', 'b');
        const { bookkeeping, project, outcome } = await attempt({ ...first, ...last }, late, server());
        assert.equal(outcome, expected(bookkeeping.late?.(project)));
      });

      it('a second one of the same version', async () => {
        const both = { ...first, ...migration('20260101000000', 'b') };
        const { bookkeeping, outcome } = await attempt({}, both, server());
        assert.equal(outcome, expected(bookkeeping.twice));
      });

      it('one that is changed', async () => {
        const changed = migration('20260103000000', 'c', `${table('c')}\n${table('b')}`);
        const { bookkeeping, project, files, outcome } = await attempt(
          { ...first, ...last },
          changed,
          server(),
        );
        const clash = bookkeeping.changed?.(Object.keys(changed)[0] ?? '', project, memoryTree(files));
        assert.ok(clash !== undefined);
        assert.equal(outcome, clash.isFatal ? 'refused' : 'passed over');
      });

      /** Applies the first migrations, then the others beside them, and says what became of them: `a` is made by the first, `b` by the others. */
      async function attempt(
        applied: Files,
        then: Files,
        local: LocalServer,
      ): Promise<{
        readonly outcome: Outcome;
        readonly project: ReturnType<typeof recognise>;
        readonly bookkeeping: ReturnType<typeof recognise>['runner']['bookkeeping'];
        readonly files: Files;
      }> {
        const client = await local.connect('postgres');
        try {
          await client.query('DROP SCHEMA IF EXISTS supabase_migrations CASCADE');
          await begin({ ...program, startsEmpty: true }, {}, '', client);
          const before = { ...layout?.marks, ...applied };
          if (Object.keys(applied).length > 0) {
            const { failure } = await apply(program, before, local, installed);
            assert.equal(failure, undefined, 'The first migrations are applied.');
          }
          const files = { ...before, ...then };
          const { failure } = await apply(program, files, local, installed);
          const { rows } = await client.query<{ isThere: boolean }>(
            `SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NOT NULL AS "isThere"`,
          );
          const passedOver = failure === undefined ? 'passed over' : 'refused';
          const project = recognise(Object.keys(then).at(-1) ?? '', memoryTree(files));
          return {
            outcome: rows[0]?.isThere === true ? 'applied' : passedOver,
            project,
            bookkeeping: project.runner.bookkeeping,
            files,
          };
        } finally {
          await client.end();
        }
      }
    });
  }
});

function expected(clash: { readonly isFatal: boolean } | undefined): Outcome {
  if (clash === undefined) return 'applied';
  return clash.isFatal ? 'refused' : 'passed over';
}

function table(name: string): string {
  return `CREATE TABLE ${name} (id int);`;
}
