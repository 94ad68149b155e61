import { recognise } from '../../server/src/runners';
import type { Project, Site, Step } from '../../server/src/runners/runner';
import { parseFile } from '../../server/src/sql/parse';
import { fileSettings } from './file-settings';
import { sectionSettings } from './section-settings';
import { type Files, memoryTree } from './tree';

/** A runner, its version, and a project in which `text` is the second migration. */
export interface Setting {
  readonly name: string;
  readonly path: string;
  readonly files: (text: string) => Files;
}

const journal = `{
  "version": "7",
  "dialect": "postgresql",
  "entries": [
    {
      "idx": 0,
      "version": "7",
      "when": 1768402800000,
      "tag": "0000_init",
      "breakpoints": true
    },
    {
      "idx": 1,
      "version": "7",
      "when": 1999999999999,
      "tag": "0001_billing",
      "breakpoints": true
    }
  ]
}`;

function npmLock(name: string, version: string): Files {
  const packages = version === '' ? {} : { [`node_modules/${name}`]: { version } };
  return { '/p/package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }) };
}

function supabase(version: string): Setting {
  const path = '/p/supabase/migrations/20260211083000_billing.sql';
  return {
    name: `Supabase CLI ${version}`,
    path,
    files: (text) => ({
      ...npmLock('supabase', version),
      '/p/supabase/config.toml': '[db]\nmajor_version = 15\n',
      '/p/supabase/migrations/20260105093000_init.sql': 'SELECT 1;\n',
      [path]: text,
    }),
  };
}

function prisma(version: string): Setting {
  const path = '/p/prisma/migrations/20260211083000_billing/migration.sql';
  return {
    name: `Prisma Migrate ${version}`,
    path,
    files: (text) => ({
      ...npmLock('prisma', version),
      '/p/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      '/p/prisma/migrations/20260105093000_init/migration.sql': 'SELECT 1;\n',
      [path]: text,
    }),
  };
}

function drizzleWithJournal(): Setting {
  const path = '/p/drizzle/0001_billing.sql';
  return {
    name: 'Drizzle 0.45.4',
    path,
    files: (text) => ({
      ...npmLock('drizzle-orm', '0.45.4'),
      '/p/drizzle.config.ts': "export default defineConfig({ dialect: 'postgresql', out: './drizzle' });\n",
      '/p/drizzle/meta/_journal.json': journal,
      '/p/drizzle/meta/0000_snapshot.json': '{\n  "id": "a",\n  "prevId": "0",\n  "version": "7"\n}',
      '/p/drizzle/meta/0001_snapshot.json': '{\n  "id": "b",\n  "prevId": "a",\n  "version": "7"\n}',
      '/p/drizzle/0000_init.sql': 'SELECT 1;\n',
      [path]: text,
    }),
  };
}

function drizzleWithFolders(): Setting {
  const path = '/p/drizzle/20260211083000_billing/migration.sql';
  return {
    name: 'Drizzle 1.0.0-rc.5',
    path,
    files: (text) => ({
      ...npmLock('drizzle-orm', '1.0.0-rc.5'),
      '/p/drizzle.config.ts': "export default defineConfig({ dialect: 'postgresql', out: './drizzle' });\n",
      '/p/drizzle/20260105093000_init/migration.sql': 'SELECT 1;\n',
      '/p/drizzle/20260105093000_init/snapshot.json':
        '{"type":"base","version":"9","dialect":"postgres","id":"a","prevIds":["0"],"footprints":[],"ddl":[]}',
      [path]: text,
      '/p/drizzle/20260211083000_billing/snapshot.json':
        '{"type":"diff","version":"9","dialect":"postgres","id":"b","prevIds":["a"],"footprints":[],"deltas":[]}',
    }),
  };
}

function psql(): Setting {
  const path = '/p/002_billing.sql';
  return { name: 'psql', path, files: (text) => ({ '/p/001_init.sql': 'SELECT 1;\n', [path]: text }) };
}

export const settings: readonly Setting[] = [
  supabase(''),
  supabase('2.109.1'),
  supabase('2.112.0'),
  supabase('2.114.0'),
  supabase('2.115.0'),
  supabase('2.116.0'),
  supabase('3.1.0'),
  prisma(''),
  prisma('6.1.0'),
  prisma('7.8.0'),
  drizzleWithJournal(),
  drizzleWithFolders(),
  ...sectionSettings,
  ...fileSettings,
  psql(),
];

const table = 'CREATE TABLE x (id int);';
const column = 'ALTER TABLE orders ADD COLUMN note text;';
const target = 'CREATE UNIQUE INDEX orders_user_idx ON orders (user_id);';
const reference = 'CREATE TABLE y (user_id bigint REFERENCES orders (user_id));';

/** Files around `target`. A `|` is a breakpoint with Drizzle. */
export const shapes: Readonly<Record<string, string>> = {
  'the only statement': `${target}\n`,
  'the only statement, in a block': `BEGIN;\n${target}\nCOMMIT;\n`,
  'behind another': `-- A note.\n${column}|\n\n-- By user.\n${target}\n`,
  'between others': `${column}|\n\n-- By user.\n${target} -- soon\n|\n-- More.\n${table}|\n`,
  'before one that needs it': `-- By user.\n${target}|\n${reference}\n`,
  'before one that does not, and one that does': `${column}|\n-- By user.\n${target}|\n${table}|\n-- Its key.\n${reference}|\n${table.replace('x', 'z')}\n`,
  'in a block': `BEGIN;\n${column}\n-- By user.\n${target}\n${table}\nCOMMIT;\n`,
  'in a block, before one that needs it': `BEGIN;\n-- By user.\n${target}\n${reference}\nCOMMIT;\n${table}\n`,
  'in a block among others': `${table}\nBEGIN;\n${column}\n${target}\n${reference}\nCOMMIT;\n${table.replace('x', 'z')}\n`,
  'before a block': `${target}\nBEGIN;\n${table}\n${reference}\nCOMMIT;\n`,
  'all on one line': `${column} ${target} ${table}`,
  'without a last semicolon': `${column}\n${target.slice(0, -1)}`,
};

const check: Step = {
  sql: "DO $$ BEGIN\n  IF EXISTS (SELECT FROM orders GROUP BY user_id HAVING count(*) > 1) THEN\n    RAISE 'duplicates';\n  END IF;\nEND $$;",
  transaction: 'inherits',
  why: 'Stops when there are duplicates.',
  name: 'orders_user_idx_check',
};
const dedupe: Step = {
  sql: 'DELETE FROM orders AS o USING orders AS other\nWHERE o.user_id = other.user_id AND o.id < other.id;',
  transaction: 'inherits',
  why: 'Keeps the newest.',
  name: 'orders_user_idx_duplicates',
};
const drop: Step = {
  sql: 'DROP INDEX CONCURRENTLY IF EXISTS orders_user_idx;',
  transaction: 'none',
  why: 'A failed concurrent build leaves an invalid index.',
  name: 'orders_user_idx_leftover',
};
const build: Step = {
  sql: 'CREATE UNIQUE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);',
  transaction: 'none',
  why: 'Writes go on while the index is built.',
  name: 'orders_user_idx_concurrently',
};
const attach: Step = {
  sql: 'ALTER TABLE orders ADD CONSTRAINT orders_user_key UNIQUE USING INDEX orders_user_idx;',
  transaction: 'own',
  why: 'Needs its lock for a moment only.',
  name: 'orders_user_key',
};
const pair: Step = {
  sql: "SET LOCAL lock_timeout = '5s';\nALTER TABLE orders ALTER COLUMN total SET NOT NULL;",
  transaction: 'own',
  why: 'Gives up after 5s.',
  name: 'orders_total_not_null',
};

const locked: Step = {
  sql: `LOCK TABLE orders IN SHARE ROW EXCLUSIVE MODE;\n${dedupe.sql}`,
  transaction: 'own',
  why: 'Keeps the newest, while nobody writes.',
  name: 'orders_user_idx_duplicates',
};

/** What a rewrite may ask for in place of `target`; all of them leave the index behind. */
export const plans: Readonly<Record<string, readonly Step[]>> = {
  'a statement before': [check, { ...build, sql: target, transaction: 'inherits' }],
  'a concurrent build': [build],
  'a drop and a build': [drop, build],
  'duplicates first': [check, dedupe, drop, build],
  'a constraint at last': [drop, build, attach],
  everything: [check, dedupe, drop, build, attach],
  'a transaction of its own': [{ ...build, sql: target, transaction: 'own' }, pair],
  'a lock before': [locked, { ...build, sql: target, transaction: 'inherits' }],
};

/** Before every migration, for servers. */
export const schema = `CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint, total int);
INSERT INTO orders SELECT n, n, n FROM generate_series(1, 100) AS n;`;

export interface Case {
  readonly name: string;
  readonly files: Files;
  readonly site: Site;
  readonly steps: readonly Step[];
  /** The author's other statements, without BEGIN and COMMIT. */
  readonly others: readonly string[];
}

/** Every setting with every shape of the file and every plan. */
export function* allCases(lineBreak = '\n'): Generator<Case> {
  for (const setting of settings) {
    for (const [shape, text] of Object.entries(shapes)) {
      const breakpoint = setting.name.startsWith('Drizzle') ? '--> statement-breakpoint' : '';
      const written = text.replaceAll('|', breakpoint).replaceAll('\n', lineBreak);
      for (const [plan, steps] of Object.entries(plans)) {
        // In a block, the file ends the transaction of the runner: nobody writes that.
        if (
          /^(?:Drizzle|goose|sql-migrate|tern|rambler|node-pg-migrate|graphile-migrate|Liquibase|dbmate|Flyway|sqlx|Diesel|refinery|Atlas)/.test(
            setting.name,
          ) &&
          text.includes('BEGIN')
        )
          continue;
        yield caseOf(`${setting.name}, ${shape}, ${plan}`, setting, written, steps);
      }
    }
  }
}

/** One case; the steps replace the statement that makes orders_user_idx. */
export function caseOf(name: string, setting: Setting, text: string, steps: readonly Step[]): Case {
  const files = setting.files(text);
  const tree = memoryTree(files);
  const project: Project = recognise(setting.path, tree);
  const file = parseFile(files[setting.path] ?? '', project.runner);
  const schedule = project.runner.schedule(file, project, setting.path);
  const texts = file.statements.map(({ start, end }) => file.text.slice(start, end));
  const index = texts.findIndex((sql) => sql.startsWith('CREATE UNIQUE INDEX'));
  const now = new Date('2026-03-01T10:00:00Z');
  const others = texts.filter((sql, at) => at !== index && !/^(?:BEGIN|COMMIT)$/.test(sql));
  const site = { project, tree, path: setting.path, file, schedule, target: index, now };
  return { name, files, steps, others, site };
}
