import type { Setting } from './projects';

/** A project of a runner whose files have sections, with what undoes the migration in each. */
function sections(
  name: string,
  folder: string,
  files: readonly [first: string, second: string],
  frame: (up: string, down: string) => string,
  marks: Readonly<Record<string, string>> = {},
): Setting {
  const [first, second] = files.map((file) => `${folder}/${file}`);
  const path = second ?? '';
  return {
    name,
    path,
    files: (text) => {
      const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
      const write = (up: string, down: string): string => frame(up, down).replace(/\r?\n/g, lineBreak);
      return {
        ...marks,
        [first ?? '']: write('SELECT 1;\n', ''),
        [path]: write(text.endsWith('\n') ? text : `${text}\n`, 'DROP INDEX orders_user_idx;\n'),
      };
    },
  };
}

const timestamps = ['20260105093000_init.sql', '20260211083000_billing.sql'] as const;

function sqitch(): Setting {
  const path = '/p/deploy/billing.sql';
  return {
    name: 'Sqitch',
    path,
    files: (text) => ({
      '/p/sqitch.conf': '[core]\n\tengine = pg\n',
      '/p/sqitch.plan':
        '%syntax-version=1.0.0\n%project=p\n\ninit 2026-01-05T09:30:00Z Ann <ann@example.org> # First.\nbilling [init] 2026-02-11T08:30:00Z Ann <ann@example.org> # Billing.\n',
      '/p/deploy/init.sql': 'SELECT 1;\n',
      '/p/revert/init.sql': 'SELECT 1;\n',
      '/p/verify/init.sql': 'SELECT 1;\n',
      [path]: text,
    }),
  };
}

function graphileMigrate(): Setting {
  const path = '/p/migrations/current.sql';
  return {
    name: 'graphile-migrate',
    path,
    files: (text) => ({
      '/p/.gmrc': '{ "pgSettings": {} }\n',
      '/p/migrations/committed/000001.sql': '--! Previous: -\n--! Hash: sha1:abc\n\nSELECT 1;\n',
      [path]: text,
    }),
  };
}

/** The runners whose files have sections or markers of their own. */
export const sectionSettings: readonly Setting[] = [
  sections(
    'goose',
    '/p/migrations',
    timestamps,
    (up, down) => `-- +goose Up\n${up}\n-- +goose Down\n${down}`,
  ),
  sections(
    'goose, enclosed',
    '/p/migrations',
    timestamps,
    (up, down) =>
      `-- +goose Up\n-- +goose StatementBegin\n${up}-- +goose StatementEnd\n\n-- +goose Down\n-- +goose StatementBegin\n${down}-- +goose StatementEnd\n`,
  ),
  sections(
    'sql-migrate',
    '/p/migrations',
    ['20260105093000-init.sql', '20260211083000-billing.sql'],
    (up, down) => `-- +migrate Up\n${up}\n-- +migrate Down\n${down}`,
  ),
  sections(
    'tern',
    '/p/migrations',
    ['001_init.sql', '002_billing.sql'],
    (up, down) => `${up}\n---- create above / drop below ----\n\n${down}`,
  ),
  sections(
    'rambler',
    '/p/migrations',
    ['001_init.sql', '002_billing.sql'],
    (up, down) => `-- rambler up\n${up}\n-- rambler down\n${down}`,
  ),
  sections(
    'node-pg-migrate',
    '/p/migrations',
    ['1767605400000_init.sql', '1770798600000_billing.sql'],
    (up, down) => `-- Up Migration\n${up}\n-- Down Migration\n${down}`,
    { '/p/package.json': '{ "dependencies": { "node-pg-migrate": "9.0.0" } }' },
  ),
  sections(
    'Liquibase',
    '/p/changelog',
    ['001-init.sql', '002-billing.sql'],
    (up, down) =>
      `--liquibase formatted sql\n\n--changeset ann:billing\n${up}--rollback ${down}\n\n--changeset ann:after\nSELECT 2;\n`,
  ),
  sqitch(),
  graphileMigrate(),
  sections(
    'dbmate',
    '/p/db/migrations',
    timestamps,
    (up, down) => `-- migrate:up\n${up}\n-- migrate:down\n${down}`,
  ),
];
