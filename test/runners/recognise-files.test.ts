import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelOf, recognise } from '../../server/src/runners';
import { applyChanges, type Files, memoryTree } from './tree';

const cargo = (name: string): string =>
  `[dependencies]\n${name} = { version = "1", features = ["postgres"] }\n`;
const go = 'module p\n\nrequire (\n\tgithub.com/golang-migrate/migrate/v4 v4.18.1\n)\n';

describe('recognise', () => {
  const cases: readonly [what: string, Files, file: string, runner: string, folder: string][] = [
    ['Flyway by a name', { '/p/x/V1__a.sql': '' }, '/p/x/V1__a.sql', 'flyway', '/p/x'],
    ['Flyway: a repeatable', { '/p/x/R__a.sql': '' }, '/p/x/R__a.sql', 'flyway', '/p/x'],
    [
      'Flyway: folders below db/migration',
      { '/p/db/migration/2026/V1.1__a.sql': '', '/p/db/migration/V1__a.sql': '' },
      '/p/db/migration/2026/V1.1__a.sql',
      'flyway',
      '/p/db/migration',
    ],
    [
      'Flyway: a location in flyway.toml',
      { '/p/flyway.toml': '[flyway]\nlocations = ["filesystem:sql"]\n', '/p/sql/new/V1__a.sql': '' },
      '/p/sql/new/V1__a.sql',
      'flyway',
      '/p/sql',
    ],
    [
      'Flyway: a location of Spring, by the database',
      {
        '/p/src/main/resources/application.yml':
          'spring:\n  flyway:\n    locations: classpath:db/{vendor}\n    sql-migration-prefix: M\n',
        '/p/src/main/resources/db/postgresql/a/M1__a.sql': '',
      },
      '/p/src/main/resources/db/postgresql/a/M1__a.sql',
      'flyway',
      '/p/src/main/resources/db/postgresql',
    ],
    [
      'Flyway: prefixes of the Maven plugin',
      {
        '/p/pom.xml':
          '<plugin><artifactId>flyway-maven-plugin</artifactId><configuration><sqlMigrationPrefix>T</sqlMigrationPrefix><sqlMigrationSeparator>-</sqlMigrationSeparator></configuration></plugin>',
        '/p/x/T1-a.sql': '',
      },
      '/p/x/T1-a.sql',
      'flyway',
      '/p/x',
    ],
    [
      'Flyway: a callback',
      { '/p/x/V1__a.sql': '', '/p/x/afterMigrate__grants.sql': '' },
      '/p/x/afterMigrate__grants.sql',
      'flyway',
      '/p/x',
    ],
    [
      'Flyway: a workspace',
      { '/p/src/main/resources/db/migration/V1__a.sql': '' },
      '/p',
      'flyway',
      '/p/src/main/resources/db/migration',
    ],
    [
      'not Flyway: half-typed settings',
      { '/p/flyway.toml': '[fly', '/p/a.sql': '' },
      '/p/a.sql',
      'psql',
      '/p',
    ],
    ['not Flyway: one underscore', { '/p/V1_a.sql': '' }, '/p/V1_a.sql', 'psql', '/p'],
    [
      'not Flyway: what undoes by hand',
      { '/p/db/rollbacks/V1__a.sql': '' },
      '/p/db/rollbacks/V1__a.sql',
      'psql',
      '/p/db/rollbacks',
    ],
    [
      'not Flyway for PostgreSQL',
      { '/p/db/migration/h2/V1__a.sql': '' },
      '/p/db/migration/h2/V1__a.sql',
      'psql',
      '/p/db/migration/h2',
    ],
    [
      "refinery, whose names are Flyway's",
      { '/p/Cargo.toml': cargo('refinery'), '/p/migrations/2026/V1__a.sql': '' },
      '/p/migrations/2026/V1__a.sql',
      'refinery',
      '/p/migrations',
    ],
    [
      'golang-migrate',
      { '/p/go.mod': go, '/p/m/1_a.up.sql': '', '/p/m/1_a.down.sql': '' },
      '/p/m/1_a.down.sql',
      'golang-migrate',
      '/p/m',
    ],
    [
      'golang-migrate: a workspace',
      { '/p/db/migrations/1_a.up.sql': '' },
      '/p',
      'golang-migrate',
      '/p/db/migrations',
    ],
    [
      'sqlx, reversible',
      { '/p/Cargo.toml': cargo('sqlx'), '/p/migrations/1_a.up.sql': '' },
      '/p/migrations/1_a.up.sql',
      'sqlx',
      '/p/migrations',
    ],
    [
      'sqlx of a workspace of crates',
      {
        '/p/.git/HEAD': '',
        '/p/Cargo.toml': '[workspace.dependencies]\nsqlx.version = "0.8"\n',
        '/p/api/Cargo.toml': '[dependencies]\nserde.workspace = true\n',
        '/p/api/migrations/1_a.sql': '',
      },
      '/p/api/migrations/1_a.sql',
      'sqlx',
      '/p/api/migrations',
    ],
    [
      'sqlx by what cargo sqlx prepare leaves',
      { '/p/.sqlx/query-1.json': '', '/p/migrations/1_a.sql': '' },
      '/p/migrations/1_a.sql',
      'sqlx',
      '/p/migrations',
    ],
    [
      'not sqlx: another crate',
      { '/p/Cargo.toml': cargo('tokio-postgres'), '/p/migrations/1_a.sql': '' },
      '/p/migrations/1_a.sql',
      'psql',
      '/p/migrations',
    ],
    [
      'two of them in one repository',
      {
        '/p/.git/HEAD': '',
        '/p/rust/Cargo.toml': cargo('sqlx'),
        '/p/rust/migrations/1_a.up.sql': '',
        '/p/go/go.mod': go,
        '/p/go/migrations/1_a.up.sql': '',
      },
      '/p/go/migrations/1_a.up.sql',
      'golang-migrate',
      '/p/go/migrations',
    ],
    [
      'Diesel by its crate',
      { '/p/Cargo.toml': cargo('diesel'), '/p/migrations/1_a/up.sql': '', '/p/migrations/1_a/down.sql': '' },
      '/p/migrations/1_a/down.sql',
      'diesel',
      '/p/migrations',
    ],
    [
      'Diesel by its names',
      { '/p/migrations/2026-01-05-093000_a/up.sql': '' },
      '/p/migrations/2026-01-05-093000_a/up.sql',
      'diesel',
      '/p/migrations',
    ],
    [
      'Diesel: a workspace, with its folder in diesel.toml',
      { '/p/diesel.toml': '[migrations_directory]\ndir = "db/steps"\n', '/p/db/steps/1_a/up.sql': '' },
      '/p',
      'diesel',
      '/p/db/steps',
    ],
    [
      'not Diesel: the pairs of Hasura',
      { '/p/config.yaml': 'version: 3\n', '/p/migrations/default/1700000000000_a/up.sql': '' },
      '/p/migrations/default/1700000000000_a/up.sql',
      'psql',
      '/p/migrations/default/1700000000000_a',
    ],
    ['Atlas by its sum', { '/p/m/1_a.sql': '', '/p/m/atlas.sum': '' }, '/p/m/1_a.sql', 'atlas', '/p/m'],
    [
      'Atlas by its configuration',
      { '/p/atlas.hcl': 'env "x" { migration { dir = "file://db/m?format=atlas" } }', '/p/db/m/1_a.sql': '' },
      '/p/db/m/1_a.sql',
      'atlas',
      '/p/db/m',
    ],
    [
      'Atlas plans, golang-migrate runs',
      { '/p/m/1_a.up.sql': '', '/p/m/1_a.down.sql': '', '/p/m/atlas.sum': '' },
      '/p/m/1_a.up.sql',
      'golang-migrate',
      '/p/m',
    ],
    [
      'Atlas plans and runs, in the format of another',
      {
        '/p/Makefile': 'deploy:\n\tatlas migrate apply --dir "file://m?format=golang-migrate"\n',
        '/p/m/1_a.up.sql': '',
        '/p/m/1_a.down.sql': '',
        '/p/m/atlas.sum': '',
      },
      '/p/m/1_a.up.sql',
      'atlas',
      '/p/m',
    ],
    [
      'Drizzle plans, Atlas runs',
      {
        '/p/.github/workflows/deploy.yml': 'run: atlas migrate apply --env prod\n',
        '/p/m/meta/_journal.json': '{"dialect":"postgresql","entries":[{"idx":0,"tag":"0000_a","when":1}]}',
        '/p/m/0000_a.sql': '',
        '/p/m/atlas.sum': '',
      },
      '/p/m/0000_a.sql',
      'atlas',
      '/p/m',
    ],
    [
      'Atlas plans, the Supabase CLI runs',
      { '/p/supabase/migrations/1_a.sql': '', '/p/supabase/migrations/atlas.sum': '' },
      '/p/supabase/migrations/1_a.sql',
      'supabase',
      '/p/supabase/migrations',
    ],
  ];
  for (const [what, files, file, runner, folder] of cases) {
    it(what, () => {
      const project = recognise(file, memoryTree(files));
      deepEqual([project.runner.id, project.folder], [runner, folder]);
    });
  }

  it('takes the runner that was chosen', () => {
    const tree = memoryTree({ '/p/m/1_a/up.sql': '', '/p/x/a.sql': '' });
    equal(recognise('/p/m/1_a/up.sql', tree, 'diesel').folder, '/p/m');
    equal(recognise('/p/x/a.sql', tree, 'atlas').folder, '/p/x');
  });

  it('reads in atlas.hcl whether migrations may come late', () => {
    for (const [order, isLate] of [
      ['LINEAR', undefined],
      ['LINEAR # as it is anyway', undefined],
      ['LINEAR_SKIP', 'true'],
      ['NON_LINEAR', 'true'],
    ] as const) {
      const hcl = `env "x" {\n  migration {\n    dir = "file://m"\n    exec_order = ${order}\n  }\n}\n`;
      const tree = memoryTree({ '/p/atlas.hcl': hcl, '/p/m/1_a.sql': '', '/p/m/atlas.sum': '' });
      equal(recognise('/p/m/1_a.sql', tree).configuration?.['allows-late'], isLate, order);
    }
  });
});

describe('the version', () => {
  const lock =
    '[[package]]\nname = "sqlx-core"\nversion = "0.7.4"\n\n[[package]]\nname = "sqlx"\nversion = "0.8.6"\n';
  const cases: readonly [what: string, Files, file: string, label: string][] = [
    ['of go.mod', { '/p/go.mod': go, '/p/1_a.up.sql': '' }, '/p/1_a.up.sql', 'golang-migrate 4.18.1'],
    [
      'of Cargo.lock',
      { '/p/Cargo.toml': cargo('sqlx'), '/p/Cargo.lock': lock, '/p/migrations/1_a.sql': '' },
      '/p/migrations/1_a.sql',
      'sqlx 0.8.6',
    ],
    [
      'that is not known is the one that is assumed',
      { '/p/Cargo.toml': cargo('sqlx'), '/p/migrations/1_a.sql': '' },
      '/p/migrations/1_a.sql',
      'sqlx, version unknown, read as 0.8',
    ],
    [
      'of Gradle',
      { '/p/build.gradle.kts': 'plugins { id("org.flywaydb.flyway") version "11.8.2" }', '/p/V1__a.sql': '' },
      '/p/V1__a.sql',
      'Flyway 11.8.2',
    ],
    [
      'of Maven',
      {
        '/p/pom.xml': '<properties><flyway.version>10.20.1</flyway.version></properties>',
        '/p/V1__a.sql': '',
      },
      '/p/V1__a.sql',
      'Flyway 10.20.1',
    ],
    [
      'of an image',
      { '/p/compose.yaml': 'image: flyway/flyway:10-alpine\n', '/p/V1__a.sql': '' },
      '/p/V1__a.sql',
      'Flyway 10.0.0',
    ],
    ['that nothing says', { '/p/V1__a.sql': '' }, '/p/V1__a.sql', 'Flyway'],
  ];
  for (const [what, files, file, label] of cases) {
    it(what, () => {
      equal(labelOf(recognise(file, memoryTree(files))), label);
    });
  }

  it('of the server is the one that Atlas plans with', () => {
    const files = {
      '/p/atlas.hcl': 'dev = "docker://postgres/16/dev"',
      '/p/m/atlas.sum': '',
      '/p/m/1.sql': '',
    };
    equal(recognise('/p/m/1.sql', memoryTree(files)).postgresVersion, 16);
  });
});

describe('migrations', () => {
  const cases: readonly [what: string, names: readonly string[], file: string, order: readonly string[]][] = [
    [
      'Flyway: by version, repeatable ones last; a baseline only where nothing is before it',
      [
        'V10__c.sql',
        'V9__b.sql',
        'V1_1__a.sql',
        'V1.0.1__a.sql',
        'B2__all.sql',
        'R__z.sql',
        'R__y.sql',
        'U9__b.sql',
      ],
      'V10__c.sql',
      ['V1.0.1__a.sql', 'V1_1__a.sql', 'V9__b.sql', 'V10__c.sql', 'R__y.sql', 'R__z.sql'],
    ],
    ['Flyway: from a baseline', ['B5__all.sql', 'V6__a.sql'], 'V6__a.sql', ['B5__all.sql', 'V6__a.sql']],
    [
      'golang-migrate: by number, without down files',
      ['10_c.up.sql', '9_b.up.sql', '9_b.down.sql', 'x.up.sql', '11_d.sql'],
      '9_b.up.sql',
      ['9_b.up.sql', '10_c.up.sql'],
    ],
    ['Atlas: by name', ['10.sql', '9_a.sql', '9_b.down.sql', 'atlas.sum'], '9_a.sql', ['10.sql', '9_a.sql']],
    [
      'Atlas: a checkpoint only where nothing is before it',
      ['1_checkpoint.sql', '2_a.sql', '3_checkpoint.sql', 'atlas.sum'],
      '2_a.sql',
      ['1_checkpoint.sql', '2_a.sql'],
    ],
  ];
  for (const [what, names, file, order] of cases) {
    it(what, () => {
      const text = '-- atlas:checkpoint\n\nSELECT 1;\n';
      const tree = memoryTree(Object.fromEntries(names.map((name) => [`/p/${name}`, text])));
      const project = recognise(`/p/${file}`, tree);
      deepEqual(
        project.runner.migrations(project, tree),
        order.map((name) => `/p/${name}`),
      );
    });
  }
});

describe('before a file that is no migration ran', () => {
  const cases: readonly [what: string, Files, file: string, before: readonly string[] | undefined][] = [
    [
      'a down file: its up file',
      { '/p/1_a.up.sql': '', '/p/2_b.up.sql': '' },
      '/p/1_a.down.sql',
      ['/p/1_a.up.sql'],
    ],
    ['a down file without its up file', { '/p/2_b.up.sql': '' }, '/p/1_a.down.sql', undefined],
    [
      'an undo migration',
      { '/p/V1__a.sql': '', '/p/V1.5__b.sql': '', '/p/V2__c.sql': '' },
      '/p/U1.5__b.sql',
      ['/p/V1__a.sql', '/p/V1.5__b.sql'],
    ],
    ['a baseline', { '/p/V1__a.sql': '' }, '/p/B1__all.sql', []],
    [
      'down.sql',
      { '/p/2026-01-01-000000_a/up.sql': '', '/p/2026-01-02-000000_b/up.sql': '' },
      '/p/2026-01-01-000000_a/down.sql',
      ['/p/2026-01-01-000000_a/up.sql'],
    ],
  ];
  for (const [what, files, file, before] of cases) {
    it(what, () => {
      const tree = memoryTree({ ...files, [file]: '' });
      const project = recognise(file, tree);
      deepEqual(project.runner.before?.(file, project, tree), before);
    });
  }
});

describe('the name of a new migration goes on as the others', () => {
  const cases: readonly [names: readonly string[], created: readonly string[]][] = [
    [['V1__a.sql'], ['V2__next.sql']],
    [['V001__a.sql'], ['V002__next.sql']],
    [['V1.9__a.sql', 'V1.10__b.sql'], ['V1.11__next.sql']],
    [['V2.15.0.20231002112232__a.sql'], ['V2.15.0.20260301100000__next.sql']],
    [['V20990101000000__a.sql'], ['V20990101000001__next.sql']],
    [['B7__a.sql'], ['V8__next.sql']],
    [['000009_a.up.sql'], ['000010_next.up.sql']],
    [
      ['000009_a.up.sql', '000009_a.down.sql'],
      ['000010_next.up.sql', '000010_next.down.sql'],
    ],
    [['9_a.up.sql'], ['10_next.up.sql']],
    [['1579713176_a.up.sql'], ['1772359200_next.up.sql']],
    [['20260211083000_a.up.sql'], ['20260301100000_next.up.sql']],
  ];
  for (const [names, created] of cases) {
    it(names.join(', '), () => {
      const files = Object.fromEntries(names.map((name) => [`/p/${name}`, '']));
      const tree = memoryTree(files);
      const project = recognise(`/p/${names[0] ?? ''}`, tree);
      const site = { project, tree, now: new Date('2026-03-01T10:00:00Z') };
      const after = applyChanges(files, project.runner.newMigration('next', site));
      deepEqual(
        Object.keys(after).filter((name) => !(name in files)),
        created.map((name) => `/p/${name}`),
      );
    });
  }
});
