// Group: pglite
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { rollback } from '../../server/src/features/rollback';
import type { Grade } from '../../server/src/inverses/inverse';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { differences, readCatalog } from '../postgres/instruments/catalog';
import { startPglite } from '../pglite';
import { catalogAfter, reset, runFile } from '../rewrites/bench';
import { checkExact, exactly, setup, undo } from './exact';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

for (const sql of exactly) {
  test(`exact: ${sql}`, () => checkExact(database, sql, 18));
}

/** The rows that it pointed at are gone, so the foreign key comes back unchecked. */
const notValid = [
  String.raw`constraint Shop.Orders.Orders_userId_fkey: definition was "FOREIGN KEY (\"userId\") REFERENCES public.users(id) ON DELETE CASCADE", is "FOREIGN KEY (\"userId\") REFERENCES public.users(id) ON DELETE CASCADE NOT VALID"`,
  'constraint Shop.Orders.Orders_userId_fkey: validated was true, is false',
];

/** The statement, and all that is different afterwards. */
const schemas: readonly (readonly [string, readonly string[]])[] = [
  ['ALTER TABLE logs DROP COLUMN b, DROP COLUMN a', []],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN at',
    ['column Shop.Orders.at: position was 5, is 6', 'column Shop.Orders.span: position was 6, is 5'],
  ],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN code',
    [
      'column Shop.Orders.at: position was 5, is 4',
      'column Shop.Orders.code: position was 3, is 6',
      'column Shop.Orders.span: position was 6, is 5',
      'column Shop.Orders.total: position was 4, is 3',
    ],
  ],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN total',
    [
      'column Shop.Orders.at: position was 5, is 4',
      'column Shop.Orders.span: position was 6, is 5',
      'column Shop.Orders.total: position was 4, is 6',
    ],
  ],
  [
    'ALTER TABLE "Shop"."Orders" DROP COLUMN "userId"',
    [
      'column Shop.Orders.at: position was 5, is 4',
      'column Shop.Orders.code: position was 3, is 2',
      'column Shop.Orders.span: position was 6, is 5',
      'column Shop.Orders.total: position was 4, is 3',
      // NOT NULL has to wait for the values.
      'column Shop.Orders.userId: notNull was true, is false',
      'column Shop.Orders.userId: position was 2, is 6',
      'constraint Shop.Orders.Orders_userId_not_null: is gone',
    ],
  ],
  // What CASCADE takes along besides keys and indexes is not restored.
  [
    'ALTER TABLE users DROP COLUMN id CASCADE',
    [
      'column public.names.id: is gone',
      'column public.users.email: position was 2, is 1',
      'column public.users.id: position was 1, is 2',
      'comment on view public.names: is gone',
      ...notValid,
      'relation public.names: is gone',
    ],
  ],
  ['DROP TABLE "Shop"."Orders"', []],
  ['DROP TABLE logs', []],
  ['DROP TABLE guarded', []],
  ['DROP MATERIALIZED VIEW counted', []],
  [
    'ALTER TABLE guarded DROP COLUMN note CASCADE',
    [
      'comment on policy own on public.guarded: is gone',
      'policy public.guarded.own: is gone',
      'publication told: tables was [{"attnames":["id","note"],"tablename":"guarded","schemaname":"public"}], is not set',
      'trigger public.guarded.Touch: is gone',
    ],
  ],
  [
    'DROP TABLE users CASCADE',
    [
      'column public.counted.n: is gone',
      'column public.names.id: is gone',
      'comment on index public.counted_n: is gone',
      'comment on view public.names: is gone',
      ...notValid,
      'index public.counted_n: is gone',
      'relation public.counted: is gone',
      'relation public.names: is gone',
    ],
  ],
  [
    'DROP TABLE tree CASCADE',
    [
      'constraint public.leaves.leaves_tree_fkey: definition was "FOREIGN KEY (tree) REFERENCES public.tree(id)", is "FOREIGN KEY (tree) REFERENCES public.tree(id) NOT VALID"',
      'constraint public.leaves.leaves_tree_fkey: validated was true, is false',
    ],
  ],
  ['CREATE TEMP TABLE mine (a int); DROP TABLE mine, logs', []],
  ['DROP VIEW names', []],
  ['ALTER TABLE "Shop"."Orders" ALTER at TYPE date', []],
];
for (const [sql, expected] of schemas) {
  test(`schema only: ${sql}`, async () => {
    const { text, grade } = undo(sql);
    assert.equal(grade, 'schema only');
    await reset(database, setup);
    const was = await readCatalog(database);
    await runFile(database, sql);
    await runFile(database, text);
    assert.deepEqual(differences(was, await readCatalog(database)), expected);
  });
}

/** The statement, and what its rollback says of CASCADE. */
const losses: readonly (readonly [string, readonly string[]])[] = [
  ['ALTER TABLE users DROP COLUMN id CASCADE', ['CASCADE also dropped the view "names".']],
  [
    'DROP TABLE users CASCADE',
    ['CASCADE also dropped the view "names".', 'CASCADE also dropped the materialized view "counted".'],
  ],
  [
    'ALTER TABLE guarded DROP COLUMN note CASCADE',
    [
      'CASCADE also dropped the trigger "Touch" on "guarded".',
      'CASCADE also dropped the policy "own" on "guarded".',
    ],
  ],
  ['DROP VIEW names CASCADE', []],
  ['DROP TABLE users', []],
];
for (const [sql, expected] of losses) {
  test(`what CASCADE takes along is said: ${sql}`, () => {
    const { statements, text } = undo(sql);
    const notes = statements.flatMap((statement) => statement.notes).filter((note) => /CASCADE/.test(note));
    assert.deepEqual(notes, expected);
    for (const note of notes) assert.ok(text.includes(`-- Schema only: ${note}`), text);
  });
}

const impossible: readonly (readonly [string, RegExp])[] = [
  ['DELETE FROM logs', /rows that were deleted from logs/],
  ['UPDATE logs SET a = 1', /values that rows of logs had before/],
  ['INSERT INTO logs VALUES (1)', /cannot be told from others/],
  ['TRUNCATE logs, users', /rows of logs, users are not restored/],
  ['DO $$ BEGIN DELETE FROM logs; END $$', /DELETE/],
  ["DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'logs'; END $$", /that it executes at run time/],
  ['DROP INDEX unknown', /No earlier migration creates index "unknown"/],
  ['DROP TYPE mood', /Lockstep does not know/],
  ['REVOKE SELECT ON logs FROM PUBLIC', /before REVOKE/],
  ['CREATE EXTENSION IF NOT EXISTS citext', /may be older than the migration/],
  ['ALTER TABLE p DETACH PARTITION p1', /bounds/],
  ['ALTER TABLE unknown DROP COLUMN a', /No earlier migration defines column "a"/],
  ["SELECT pg_notify('a', 'b')", /pg_notify/],
  ['ALTER TABLE logs ALTER a SET STATISTICS 5', /SET STATISTICS/],
  ['SELEC 1', /cannot read/],
];
for (const [sql, reason] of impossible) {
  test(`not possible: ${sql}`, () => {
    const { grade, statements, text } = undo(sql);
    assert.equal(grade satisfies Grade, 'not possible');
    assert.match(statements[0]?.notes.join(' ') ?? '', reason);
    assert.match(text, /^-- Not complete: .*\n/);
  });
}

test('the text says what it undoes, how good it is, and how to run it', () => {
  const { text } = undo(
    'CREATE INDEX CONCURRENTLY i\n  ON logs (b);\nDELETE FROM logs;\r\nALTER TABLE logs ADD c int;',
  );
  assert.equal(
    text,
    `-- Not complete: the notes at each statement say what cannot be undone.
-- CONCURRENTLY cannot run in a transaction block: run it with psql -f, one statement at a time.

-- Undoes line 4: ALTER TABLE logs ADD c int
ALTER TABLE logs DROP COLUMN c;

-- Undoes line 3: DELETE FROM logs
-- Not undone: The rows that were deleted from logs are not kept.

-- Undoes line 1: CREATE INDEX CONCURRENTLY i ON logs (b)
DROP INDEX CONCURRENTLY IF EXISTS i;
`,
  );
});

test('what needs no word gets none', () => {
  const notesOf = (sql: string): readonly string[] => undo(sql).statements.flatMap(({ notes }) => notes);
  assert.deepEqual(notesOf('DROP INDEX "Shop".orders_total'), []);
  assert.deepEqual(notesOf('DROP INDEX logs_a'), ['It fails if there are duplicates.']);
  assert.match(undo('CREATE EXTENSION citext').text, /^DROP EXTENSION citext;$/m);
});

test('what hangs on a dropped table and is not made again is named', () => {
  const earlier = `${setup};
    CREATE RULE quiet AS ON DELETE TO logs DO INSTEAD NOTHING;
    CREATE STATISTICS together ON a, b FROM logs`;
  const file = parseFile('DROP TABLE logs');
  const catalog = catalogAfter(earlier);
  const { statements } = rollback({ file, catalogBefore: () => catalog, postgresVersion: 18, header: [] });
  const notes = statements.flatMap((one) => one.notes).join(' ');
  assert.match(notes, /Rules have to be recreated: "quiet"/);
  assert.match(notes, /Statistics have to be recreated: "together"/);
});

test('MAINTAIN is a privilege since 17', () => {
  const sql = 'REVOKE ALL ON guarded FROM pg_read_all_data';
  assert.match(undo(sql, 17).text, /MAINTAIN|GRANT ALL/);
  assert.doesNotMatch(undo(sql, 16).text, /MAINTAIN/);
  const one = 'REVOKE MAINTAIN ON guarded FROM pg_read_all_data';
  assert.match(undo(one, 17).text, /GRANT MAINTAIN ON guarded TO pg_read_all_data/);
});

test('without the statement that made an index, its storage parameters are not known', () => {
  const sql = 'DROP INDEX "Shop".orders_total';
  const file = parseFile(sql);
  const catalog = catalogAfter(setup);
  const { grade, statements } = rollback({
    file,
    catalogBefore: () => catalog,
    postgresVersion: 18,
    header: [],
  });
  assert.equal(grade, 'schema only');
  assert.match(statements[0]?.notes[0] ?? '', /storage parameters/);
});
