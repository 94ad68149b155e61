import { sumOf } from '../../server/src/runners/atlas/sum';
import type { Setting } from './projects';
import type { Files } from './tree';

/** A project of a runner that takes whole files; the first migration is there already. */
function whole(name: string, path: string, others: Files): Setting {
  return { name, path, files: (text) => ({ ...others, [path]: text }) };
}

function crate(name: string, version: string): Files {
  return {
    '/p/Cargo.toml': `[package]\nname = "p"\n\n[dependencies]\n${name} = "${version}"\n`,
    '/p/Cargo.lock': `version = 4\n\n[[package]]\nname = "${name}"\nversion = "${version}"\n`,
  };
}

function atlas(): Setting {
  const names = ['20260105093000_init.sql', '20260211083000_billing.sql'];
  const [first = '', second = ''] = names.map((name) => `/p/migrations/${name}`);
  return {
    name: 'Atlas',
    path: second,
    files: (text) => {
      const files: Files = { [first]: 'SELECT 1;\n', [second]: text };
      return { ...files, '/p/migrations/atlas.sum': sumOf(names, (name) => files[`/p/migrations/${name}`]) };
    },
  };
}

/** The runners that take whole files, or one for each direction. */
export const fileSettings: readonly Setting[] = [
  whole('Flyway', '/p/src/main/resources/db/migration/V2__billing.sql', {
    '/p/build.gradle': "plugins { id 'org.flywaydb.flyway' version '11.8.2' }\n",
    '/p/src/main/resources/db/migration/V1__init.sql': 'SELECT 1;\n',
  }),
  whole('golang-migrate', '/p/migrations/000002_billing.up.sql', {
    '/p/go.mod': 'module p\n\nrequire github.com/golang-migrate/migrate/v4 v4.18.1\n',
    '/p/migrations/000001_init.up.sql': 'SELECT 1;\n',
    '/p/migrations/000001_init.down.sql': 'SELECT 1;\n',
    '/p/migrations/000002_billing.down.sql': '',
  }),
  whole('golang-migrate with x-multi-statement', '/p/migrations/2_billing.up.sql', {
    '/p/Makefile': 'up:\n\tmigrate -path migrations -database "postgres:///p?x-multi-statement=true" up\n',
    '/p/migrations/1_init.up.sql': 'SELECT 1;\n',
  }),
  whole('sqlx 0.8.6', '/p/migrations/20260211083000_billing.sql', {
    ...crate('sqlx', '0.8.6'),
    '/p/migrations/20260105093000_init.sql': 'SELECT 1;\n',
  }),
  whole('sqlx, reversible', '/p/migrations/20260211083000_billing.up.sql', {
    ...crate('sqlx', ''),
    '/p/migrations/20260105093000_init.up.sql': 'SELECT 1;\n',
    '/p/migrations/20260105093000_init.down.sql': 'SELECT 1;\n',
    '/p/migrations/20260211083000_billing.down.sql': '',
  }),
  whole('Diesel', '/p/migrations/2026-02-11-083000_billing/up.sql', {
    ...crate('diesel', '2.2.12'),
    '/p/migrations/2026-01-05-093000_init/up.sql': 'SELECT 1;\n',
    '/p/migrations/2026-01-05-093000_init/down.sql': 'SELECT 1;\n',
    '/p/migrations/2026-02-11-083000_billing/down.sql': '',
  }),
  whole('refinery', '/p/migrations/V2__billing.sql', {
    ...crate('refinery', '0.8.14'),
    '/p/migrations/V1__init.sql': 'SELECT 1;\n',
  }),
  atlas(),
];
