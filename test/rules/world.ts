import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Catalog } from '../../server/src/catalog/catalog';
import { Analyser } from '../../server/src/features/analyser';
import { type Analysis, defaultLockTimeout } from '../../server/src/features/analysis';
import type { FixSite } from '../../server/src/features/fix';
import { History } from '../../server/src/features/history';
import type { Major } from '../../server/src/postgres/versions';
import type { Example, ExampleProject } from '../../server/src/rules/rule';
import { recognise } from '../../server/src/runners';
import type { Standing } from '../../server/src/runners/standing/bookkeeping';
import { standingOf } from '../../server/src/runners/standing/standing';
import { parseFile } from '../../server/src/sql/parse';
import { type Files, memoryTree } from '../runners/tree';

/** A project in memory, and the migration in it that is looked at. */
export interface World {
  readonly files: Files;
  readonly path: string;
  readonly postgresVersion: Major;
  /** undefined where the files must say it themselves. */
  readonly runner: string | undefined;
  /** What the default branch has; omitted: there is no repository. */
  readonly released?: Files;
}

/** The time for the names of new files. */
const now = new Date('2026-01-03T00:00:00Z');

const earlier = readFileSync(path.join(__dirname, 'earlier.sql'), 'utf8');

/** Where the runners keep migrations: the name of the n-th one, and what besides makes a project of theirs. */
const layouts: Readonly<
  Record<
    string,
    {
      readonly name: (number: number) => string;
      readonly marks: (version: string) => Files;
      /** What the runner wants around the SQL of a migration, whatever is in it. */
      readonly frame?: (sql: string) => string;
      /** What it wants above SQL that it can read statement by statement. */
      readonly head?: string;
    }
  >
> = {
  psql: { name: (number) => `/project/000${number}_migration.sql`, marks: () => ({}) },
  supabase: {
    name: (number) => `/project/supabase/migrations/2026010${number}000000_migration.sql`,
    marks: (version) => ({ '/project/supabase/config.toml': '', ...lockFile('supabase', version) }),
  },
  prisma: {
    name: (number) => `/project/prisma/migrations/2026010${number}000000_migration/migration.sql`,
    marks: (version) => ({
      '/project/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n',
      ...lockFile('prisma', version),
    }),
  },
  drizzle: {
    name: (number) => `/project/drizzle/000${number}_migration.sql`,
    marks: (version) => ({
      '/project/drizzle.config.ts': "export default { dialect: 'postgresql', out: './drizzle' };\n",
      '/project/drizzle/meta/_journal.json': journal(2),
      ...lockFile('drizzle-orm', version),
    }),
  },
  goose: {
    name: (number) => `/project/migrations/2026010${number}000000_migration.sql`,
    marks: () => ({}),
    frame: (sql) => `-- +goose Up\n-- +goose StatementBegin\n${sql}\n-- +goose StatementEnd\n`,
    head: '-- +goose Up\n',
  },
  'sql-migrate': {
    name: (number) => `/project/migrations/2026010${number}000000-migration.sql`,
    marks: () => ({}),
    frame: (sql) => `-- +migrate Up\n-- +migrate StatementBegin\n${sql}\n-- +migrate StatementEnd\n`,
    head: '-- +migrate Up\n',
  },
  tern: {
    name: (number) => `/project/migrations/00${number}_migration.sql`,
    marks: () => ({ '/project/migrations/tern.conf': '' }),
  },
  rambler: {
    name: (number) => `/project/migrations/00${number}_migration.sql`,
    marks: () => ({}),
    frame: (sql) => `-- rambler up\n${sql}`,
    head: '-- rambler up\n',
  },
  liquibase: {
    name: (number) => `/project/sql/00${number}-migration.sql`,
    marks: () => ({}),
    frame: (sql) => `--liquibase formatted sql\n--changeset ann:first splitStatements:false\n${sql}`,
    head: '--liquibase formatted sql\n--changeset ann:second\n',
  },
  'graphile-migrate': {
    name: (number) =>
      number === 1 ? '/project/migrations/committed/000001.sql' : '/project/migrations/current.sql',
    marks: () => ({ '/project/.gmrc': '{}\n' }),
  },
  'node-pg-migrate': {
    name: (number) => `/project/migrations/176760540000${number}_migration.sql`,
    marks: (version) => ({
      '/project/package.json': '{ "dependencies": { "node-pg-migrate": "^9.0.0" } }',
      ...lockFile('node-pg-migrate', version),
    }),
  },
  dbmate: {
    name: (number) => `/project/db/migrations/2026010${number}000000_migration.sql`,
    marks: () => ({}),
    frame: (sql) => `-- migrate:up\n${sql}\n-- migrate:down\n`,
    head: '-- migrate:up\n',
  },
  flyway: {
    name: (number) => `/project/src/main/resources/db/migration/V${number}__migration.sql`,
    marks: () => ({}),
  },
  'golang-migrate': {
    name: (number) => `/project/migrations/00000${number}_migration.up.sql`,
    marks: () => ({}),
  },
  sqlx: {
    name: (number) => `/project/migrations/2026010${number}000000_migration.sql`,
    marks: (version) => crate('sqlx', version),
  },
  diesel: {
    name: (number) => `/project/migrations/2026-01-0${number}-000000_migration/up.sql`,
    marks: (version) => crate('diesel', version),
  },
  refinery: {
    name: (number) => `/project/migrations/V${number}__migration.sql`,
    marks: (version) => crate('refinery', version),
  },
  sqitch: {
    name: (number) => `/project/deploy/change${number}.sql`,
    marks: () => ({
      '/project/sqitch.conf': '[core]\n\tengine = pg\n[user]\n\tname = Ann\n\temail = ann@example.com\n',
      '/project/sqitch.plan': `%syntax-version=1.0.0\n%project=p\n\n${[1, 2, 3]
        .map((number) => `change${number} 2026-01-0${number}T00:00:00Z Ann <ann@example.com> # c\n`)
        .join('')}`,
    }),
  },
  atlas: {
    name: (number) => `/project/migrations/2026010${number}000000_migration.sql`,
    marks: () => ({
      '/project/atlas.hcl': 'env "p" {\n  migration {\n    dir = "file://migrations"\n  }\n}\n',
    }),
  },
};

function crate(name: string, version: string): Files {
  return {
    '/project/Cargo.toml': `[dependencies]\n${name} = "*"\n`,
    '/project/Cargo.lock': version === '' ? '' : `[[package]]\nname = "${name}"\nversion = "${version}"\n`,
  };
}

function lockFile(name: string, version: string): Files {
  const packages = { '': {}, [`node_modules/${name}`]: { version } };
  return { '/project/package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }) };
}

function journal(count: number): string {
  const entries = Array.from({ length: count }, (_, index) => ({
    idx: index,
    version: '7',
    when: Date.UTC(2026, 0, index + 1),
    tag: `000${index}_migration`,
    breakpoints: true,
  }));
  return `${JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2)}\n`;
}

/**
 * The project that a fixture asks for in comment lines on top, such as `-- postgres: 17` and
 * `-- runner: supabase 2.109.1`. `setup` is one more earlier migration. `-- on main: 9` puts a migration of this number
 * beside it that is on the default branch, as the earlier ones are then; `-- on main here: SELECT 1;` says what is there
 * at the place of the fixture; with `-- not listed` the journal has nothing of it.
 */
export function worldFor(text: string, setup?: string): World {
  const [, runner = 'psql', version = ''] = /^-- runner: ([\w-]+)(?: (\S+))?$/m.exec(text) ?? [];
  const major = Number(/^-- postgres: (\d+)$/m.exec(text)?.[1] ?? 17);
  const layout = layouts[runner];
  if (layout === undefined || !isMajor(major)) throw new Error(`Unknown runner ${runner} or major ${major}`);
  const { frame = (sql: string): string => sql } = layout;
  const texts = [...[earlier, ...(setup === undefined ? [] : [setup])].map(frame), text];
  const first = runner === 'drizzle' ? 0 : 1;
  const migrations = texts.map((sql, index) => [layout.name(first + index), sql] as const);
  const path = layout.name(first + texts.length - 1);
  const others = [...text.matchAll(/^-- on main: (\d+)$/gm)].map(([, number]) => layout.name(Number(number)));
  const here = /^-- on main here: (.*)$/m.exec(text)?.[1];
  const later = Object.fromEntries(others.map((name) => [name, frame('SELECT 1;\n')]));
  const released = { ...Object.fromEntries(migrations.slice(0, -1)), ...later };
  const isAlone = others.length === 0 && here === undefined;
  return {
    files: {
      ...layout.marks(version),
      ...(/^-- not listed$/m.test(text) ? { '/project/drizzle/meta/_journal.json': journal(1) } : {}),
      ...Object.fromEntries(migrations),
      ...later,
    },
    path,
    postgresVersion: major,
    runner,
    ...(isAlone ? {} : { released: { ...released, ...(here === undefined ? {} : { [path]: here }) } }),
  };
}

/** The runners that there are layouts for. */
export const runnerIds: readonly string[] = Object.keys(layouts);

/** A migration behind the earlier ones in a project of this runner, with what the runner wants above it. */
export function worldOn(runner: string, version: string, sql: string, setup = ''): World {
  const layout = layouts[runner];
  if (layout === undefined) throw new Error(`Unknown runner ${runner}`);
  const { frame = (text: string): string => text, head = '' } = layout;
  const first = runner === 'drizzle' ? 0 : 1;
  const path = layout.name(first + 1);
  return {
    files: {
      ...layout.marks(version),
      [layout.name(first)]: frame(`${earlier}\n${setup}`),
      [path]: `${head}${sql}\n`,
    },
    path,
    postgresVersion: 17,
    runner,
  };
}

/** The project of an example that says what is around it. */
function worldAround({ path: file, files, released }: ExampleProject, text: string): World {
  const at = (name: string): string => `/project/${name}`;
  const all: Files = Object.fromEntries(
    Object.entries({ ...files, [file]: text }).map(([name, content]) => [at(name), content]),
  );
  const there: Files = Array.isArray(released)
    ? Object.fromEntries(released.map((name: string) => [at(name), all[at(name)] ?? '']))
    : Object.fromEntries(Object.entries(released ?? {}).map(([name, content]) => [at(name), content]));
  return {
    files: all,
    path: at(file),
    postgresVersion: 17,
    runner: undefined,
    ...(released === undefined ? {} : { released: there }),
  };
}

/** The world of an example of a rule. */
export function worldOf({ around, setup }: Pick<Example, 'around' | 'setup'>, text: string): World {
  return around === undefined ? worldFor(text, setup) : worldAround(around, text);
}

function standingIn({ files, released }: World, file: string): Standing {
  const tree = memoryTree(files);
  const project = recognise(file, tree);
  return standingOf(file, {
    project,
    migrations: project.runner.migrations(project, tree),
    tree,
    released:
      released === undefined
        ? undefined
        : { branch: 'main', has: (path) => released[path] !== undefined, read: (path) => released[path] },
    parse: (text) => parseFile(text, project.runner),
  });
}

function isMajor(major: number): major is Major {
  return major >= 14 && major <= 18;
}

/** One migration of the project, judged behind all earlier ones. A rule that throws is a failed test. */
export function analyse(world: World, file = world.path): Analysis {
  const { project, before } = migrationsBefore(world, file);
  return new Analyser().analyse(parseFile(world.files[file] ?? '', project.runner), {
    path: file,
    project,
    history: new History(project).after(
      before.map((one) => ({ path: one, file: parseFile(world.files[one] ?? '', project.runner) })),
    ),
    standing: standingIn(world, file),
    settings: { postgresVersion: world.postgresVersion, lockTimeout: defaultLockTimeout, rules: {} },
    onRuleError: (rule, error) => {
      throw new Error(`The rule ${rule} has failed`, { cause: error });
    },
  });
}

/** The schema that all migrations of the project lead to. */
export function finalCatalog(world: World): Catalog {
  const { project, all } = migrationsBefore(world, world.path);
  return new History(project).after(
    all.map((one) => ({ path: one, file: parseFile(world.files[one] ?? '', project.runner) })),
  );
}

/** The migrations of the project in order, and those before one of them. */
export function migrationsBefore(
  { files, path: place, runner }: World,
  file: string,
): {
  readonly project: Analysis['surroundings']['project'];
  readonly before: readonly string[];
  readonly all: readonly string[];
} {
  const tree = memoryTree(files);
  const project = recognise(place, tree);
  if (runner !== undefined && project.runner.id !== runner)
    throw new Error(`Recognised ${project.runner.id}, not ${runner}`);
  const all = project.runner.migrations(project, tree);
  // What a journal does not list comes behind all that it does.
  return { project, before: all.includes(file) ? all.slice(0, all.indexOf(file)) : all, all };
}

/** For asking the fixes. */
export function siteOf({ files }: World): FixSite {
  return { tree: memoryTree(files), now };
}
