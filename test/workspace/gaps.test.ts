import { deepEqual } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { Analyser } from '../../server/src/features/analyser';
import { defaultLockTimeout } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { Workspace } from '../../server/src/workspace/workspace';

before(loadGrammar);

/** The findings about what is there and is not, in the last of some files. */
function found(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(path.join(tmpdir(), 'lockstep-gaps-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    const file = path.join(root, Object.keys(files).at(-1) ?? '');
    const surroundings = new Workspace(new Map()).surroundingsOf(file, {
      postgresVersion: 17,
      runner: undefined,
      runnerVersion: undefined,
      lockTimeout: defaultLockTimeout,
      defaultBranch: undefined,
      rules: {},
    });
    const analysis = new Analyser().analyse(
      parseFile(readFileSync(file, 'utf8'), surroundings.project.runner),
      surroundings,
    );
    return diagnose(analysis).flatMap(({ rule }) => (/exist/.test(rule) ? [rule] : []));
  } finally {
    rmSync(root, { recursive: true });
  }
}

const first = { 'sql/0001_init.sql': 'CREATE TABLE orders (id bigint PRIMARY KEY);\n' };
const last = 'SELECT coupon FROM orders;\nSELECT id FROM ordrs;\n';

describe('what is missing is reported where the history is whole', () => {
  it('numbered files', () => {
    deepEqual(found({ ...first, 'sql/0002_more.sql': last }), [
      'column-does-not-exist',
      'relation-does-not-exist',
    ]);
  });

  const gaps: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'a migration in another language': {
      ...first,
      'sql/0002_coupons.go': 'package sql',
      'sql/0003_more.sql': last,
    },
    'a statement that cannot be read': {
      ...first,
      'sql/0002_coupons.sql': 'ALTER TABLE orders ADD COLUMN coupon text WITH SOMETHING;',
      'sql/0003_more.sql': last,
    },
    'a file that psql reads': {
      ...first,
      'sql/0002_all.sql': '\\i ../coupons.sql\n',
      'sql/0003_more.sql': last,
    },
    'names that are filled in later': {
      ...first,
      'sql/0002_all.sql': 'CREATE TABLE ${prefix}rs (id bigint);\n',
      'sql/0003_more.sql': last,
    },
    'files in no order': { 'sql/orders.sql': first['sql/0001_init.sql'], 'sql/totals.sql': last },
    'one file, and what it does not make itself': {
      'sql/0001_init.sql': 'CREATE INDEX ON orders (id);\nDROP TABLE legacy;\n',
    },
  };
  for (const [name, files] of Object.entries(gaps)) {
    it(`not with ${name}`, () => {
      deepEqual(found(files), []);
    });
  }

  it('in the file itself, unless something before it is not read or is taken back', () => {
    const before = 'CREATE TABLE orders (id bigint);\n';
    deepEqual(found({ 'a.sql': `${before}SELECT coupon FROM orders;\n` }), ['column-does-not-exist']);
    for (const statement of [
      'ALTER TABLE orders ADD COLUMN coupon text WITH SOMETHING;',
      '\\i coupons.sql',
      'ALTER TABLE ${table} ADD COLUMN ${column} text;',
    ]) {
      deepEqual(found({ 'a.sql': `${before}${statement}\nSELECT coupon FROM orders;\n` }), [], statement);
    }
    deepEqual(found({ 'a.sql': `${before}CREATE TABEL x (id int);\nSELECT coupon FROM orders;\n` }), [
      'column-does-not-exist',
    ]);
    deepEqual(
      found({ 'a.sql': `${before}BEGIN;\nDROP TABLE orders;\nROLLBACK;\nSELECT id FROM orders;\n` }),
      [],
    );
  });
});
