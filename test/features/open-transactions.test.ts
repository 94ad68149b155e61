import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { diagnose } from '../../server/src/features/diagnose';
import { allFixes } from '../../server/src/features/fix';
import { loadGrammar } from '../../server/src/sql/parse';
import { settings } from '../runners/projects';
import { applyChanges, type Files } from '../runners/tree';
import { analyse, siteOf, type World } from '../rules/world';

before(loadGrammar);

function worldAt(path: string, files: Files): World {
  return { files, path, postgresVersion: 17, runner: undefined };
}

/** The marked text of each finding of a transaction that is left open. */
function leftOpen(world: World): readonly string[] {
  const text = world.files[world.path] ?? '';
  return diagnose(analyse(world))
    .filter(({ rule }) => rule === 'transaction-left-open')
    .map(({ severity, range }) => `${severity} ${text.slice(range.start, range.end)}`);
}

function inPsql(text: string, others: Files = {}): readonly string[] {
  return leftOpen(worldAt('/w/p/002_more.sql', { '/w/p/002_more.sql': text, ...others }));
}

describe('a transaction that a file leaves open is an error', () => {
  for (const text of [
    'BEGIN;\nSELECT 1;',
    'BEGIN WORK;\nSELECT 1;',
    'SELECT 1;\nSTART TRANSACTION ISOLATION LEVEL SERIALIZABLE;\nSELECT 1;\n',
    'BEGIN;\nSELECT 1;\nCOMMIT;\nBEGIN;\nSELECT 1;\n',
    'BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;\nSELECT 1;\n',
    'BEGIN;\nSAVEPOINT a;\nSELECT 1;\nRELEASE a;\n',
    'BEGIN;\nSAVEPOINT a;\nSELECT 1;\nROLLBACK TO a;\n',
    "BEGIN;\nSELECT 'COMMIT;';\n-- COMMIT;\n",
    'BEGIN;\nCREATE TABEL a (id int);\n',
    '\\i roles.sql\nBEGIN;\nSELECT 1;\n',
  ]) {
    test(JSON.stringify(text), () => {
      const found = inPsql(text);
      assert.equal(found.length, 1, 'It is not found.');
      assert.match(found[0] ?? '', /^error (?:BEGIN|START TRANSACTION|COMMIT)/);
    });
  }
});

describe('nothing is said of a transaction that may be ended', () => {
  for (const text of [
    'BEGIN;\nSELECT 1;\nEND;',
    'BEGIN;\nSELECT 1;\nABORT;\n',
    "BEGIN;\nSELECT 1;\nPREPARE TRANSACTION 'a';\n",
    'BEGIN;\nBEGIN;\nSELECT 1;\nCOMMIT;\n',
    'BEGIN;\nSELECT 1;\nCOMMIT AND CHAIN;\nSELECT 1;\nROLLBACK;\n',
    // The semicolon is missing, which is said.
    'BEGIN;\nUPDATE a SET b = 1\nCOMMIT;\n',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;\n',
    'DO $$\nBEGIN\n  PERFORM 1;\nEND\n$$;\n',
    // Nobody knows what is in there.
    'BEGIN;\n\\i more.sql\n',
    'BEGIN;\n\\ir more.sql\n',
    '\\if :dry\nBEGIN;\n\\endif\nSELECT 1;\n\\if :dry\nROLLBACK;\n\\endif\n',
    // A string that is being typed hides what follows.
    "BEGIN;\nSELECT 'a;\nCOMMIT;\n",
  ]) {
    test(JSON.stringify(text), () => {
      assert.deepEqual(inPsql(text), []);
    });
  }

  test('a file that another script includes is not sent on its own', () => {
    const text = 'BEGIN;\nSELECT 1;\n';
    assert.deepEqual(inPsql(text, { '/w/p/all.sql': "\\ir 002_more.sql\n\\ir '003_end.sql'\n" }), []);
    assert.deepEqual(inPsql(text, { '/w/all.psql': '\\i p/002_more.sql\n' }), []);
    assert.deepEqual(inPsql(text, { '/w/p/all.sql': '\\ir 003_end.sql\n' }), ['error BEGIN']);
  });

  test('what verifies a change of Sqitch leaves nothing', () => {
    const setting = settings.find(({ name }) => name === 'Sqitch');
    const files = setting?.files('SELECT 1;\n') ?? {};
    const text = 'BEGIN;\nSELECT 1;\n';
    assert.deepEqual(leftOpen(worldAt('/p/verify/init.sql', { ...files, '/p/verify/init.sql': text })), []);
    assert.deepEqual(leftOpen(worldAt('/p/revert/init.sql', { ...files, '/p/revert/init.sql': text })), [
      'error BEGIN',
    ]);
  });
});

/** The runners that open the transaction of a file themselves, and end it. */
const managed =
  /^(?:Supabase CLI 2\.114|Drizzle|goose|dbmate|sql-migrate|tern|Flyway|sqlx|Diesel|refinery|Atlas|node-pg-migrate|graphile|Liquibase)/;

describe('every runner', () => {
  for (const { name, path, files } of settings) {
    test(name, () => {
      const world = worldAt(path, files('BEGIN;\nCREATE TABLE a (id integer);\n'));
      const isManaged = managed.test(name);
      assert.deepEqual(leftOpen(world), isManaged ? [] : ['error BEGIN']);
      const fix = allFixes(analyse(world), siteOf(world)).find(
        ({ rule }) => rule === 'transaction-left-open',
      );
      if (isManaged) return;
      assert.ok(fix, 'No fix is offered.');
      const after = { ...world, files: applyChanges(world.files, fix.changes) };
      assert.match(after.files[path] ?? '', /BEGIN;\nCREATE TABLE a \(id integer\);\nCOMMIT;\n/);
      assert.deepEqual(leftOpen(after), []);
    });
  }
});

describe('without the transaction of the runner', () => {
  const cases: Readonly<Record<string, readonly [path: string, text: string, fixed: string]>> = {
    dbmate: [
      '/p/db/migrations/20260101000000_a.sql',
      '-- migrate:up transaction:false\nBEGIN;\nSELECT 1;\n\n-- migrate:down transaction:false\nBEGIN;\nSELECT 2;\nCOMMIT;\n',
      '-- migrate:up transaction:false\nBEGIN;\nSELECT 1;\nCOMMIT;\n\n-- migrate:down transaction:false\nBEGIN;\nSELECT 2;\nCOMMIT;\n',
    ],
    'goose, in its down section': [
      '/p/migrations/20260101000000_a.sql',
      '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n\n-- +goose Down\nbegin;\nselect 2;\n',
      '-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n\n-- +goose Down\nbegin;\nselect 2;\ncommit;\n',
    ],
  };
  for (const [name, [path, text, fixed]] of Object.entries(cases)) {
    test(name, () => {
      const world = worldAt(path, { [path]: text });
      assert.equal(leftOpen(world).length, 1);
      const [fix] = allFixes(analyse(world), siteOf(world)).filter(
        ({ rule }) => rule === 'transaction-left-open',
      );
      assert.ok(fix, 'No fix is offered.');
      assert.equal(applyChanges(world.files, fix.changes)[path], fixed);
    });
  }
});
