import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { companionText, writePrecheck } from '../../server/src/features/files';
import { allFixes } from '../../server/src/features/fix';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { analysed } from '../features/analysed';
import { assertRepairs } from '../rules/fix-checks';
import { analyse, siteOf, worldFor } from '../rules/world';

before(loadGrammar);

/** Statements whose comments would swallow what is written behind them. */
const commented: readonly string[] = [
  'ALTER TABLE orders\n  ADD COLUMN token uuid -- for links\n    DEFAULT gen_random_uuid() -- made here\n    NOT NULL, -- always\n  ADD COLUMN note text;',
  'ALTER TABLE users\n  ADD COLUMN note text -- free\n  , ADD CONSTRAINT once UNIQUE (email);',
  "ALTER TABLE users ADD COLUMN note text -- free\n  CHECK (note <> '') -- but not empty\n  ;",
  'ALTER TABLE users ADD COLUMN note text -- free\n  UNIQUE -- and once\n  ;',
  "ALTER TABLE users ADD CHECK (name <> '' -- not empty\n  AND name <> '-- x' /* nor\n that */);",
  "CREATE UNIQUE INDEX -- of all\n  users_email ON users ( -- as written\n    lower(\n      email -- in small letters\n    )\n  ) WHERE name <> '' -- named\n  ;",
];

describe('comments of the author', () => {
  for (const sql of commented) {
    for (const lineBreak of ['\n', '\r\n']) {
      test(`swallow nothing that a fix writes: ${JSON.stringify(sql.replaceAll('\n', lineBreak))}`, () => {
        const world = worldFor(sql.replaceAll('\n', lineBreak));
        const fixes = allFixes(analyse(world), siteOf(world)).filter(({ refusal }) => refusal === undefined);
        assert.ok(fixes.length > 0);
        for (const fix of fixes) assertRepairs(fix, world);
      });
    }
  }
});

describe('what is written beside a migration', () => {
  const past = 'CREATE TABLE users (id int PRIMARY KEY, email text, age int NOT NULL);';

  test('a check above an expression of several lines is SQL, also with the line breaks of Windows', () => {
    const sql = "CREATE UNIQUE INDEX once ON users (lower(\r\n  email\r\n)) WHERE email <> 'a\r\nb';\r\n";
    const written = writePrecheck(analysed(sql, { past }), 0);
    assert.ok('changes' in written);
    const [change] = written.changes;
    assert.ok(change?.kind === 'edit');
    const text = change.edits[0]?.text ?? '';
    assert.doesNotMatch(text, /\r\r|[^\r]\n/);
    assertParses(text);
    assert.ok(text.includes("  WHERE email <> 'a\r\nb'\r\n"), text);
  });

  test('what waits for the values of a column is a comment in all its lines', () => {
    const named = 'CREATE TABLE "us\ners" (id int PRIMARY KEY, age int NOT NULL);';
    const sql = 'ALTER TABLE "us\ners" DROP COLUMN age;';
    const { text } = companionText('rollback', analysed(sql, { past: named }));
    assert.ok(
      text.includes('values are restored: ALTER TABLE "us\n-- ers" ALTER COLUMN age SET NOT NULL;\n'),
      text,
    );
    assertParses(text);
  });

  test('a name with a line break in it ends no comment', () => {
    const named =
      'CREATE TABLE "a\nDROP TABLE users" (id int PRIMARY KEY, email text);' +
      'CREATE TABLE "b\nDROP TABLE users" (a int UNIQUE REFERENCES "a\nDROP TABLE users");';
    const sql = 'CREATE UNIQUE INDEX "i\nDROP TABLE users" ON "a\nDROP TABLE users" (email);';
    const analysis = analysed(sql, { past: named });
    const texts = [companionText('rollback', analysis).text, companionText('validation', analysis).text];
    for (const { changes } of allFixes(analysis, {
      tree: { read: () => sql, list: () => [] },
      now: new Date(0),
    })) {
      for (const change of changes) {
        if (change.kind === 'create') texts.push(change.text);
        if (change.kind === 'edit') texts.push(...change.edits.map(({ text }) => text));
      }
    }
    assert.ok(texts.length > 4);
    for (const text of texts) {
      assertParses(text);
      assert.ok(
        parseFile(text).statements.every(({ parsed }) => parsed.statement?.command !== 'DROP TABLE'),
        text,
      );
    }
  });

  test('a column comes back with a collation that has a dot in its name, and with that of another schema', () => {
    const collated = 'CREATE TABLE t (id int, a text COLLATE "en_US.utf8", b text COLLATE "Shop".nat);';
    const { text } = companionText(
      'rollback',
      analysed('ALTER TABLE t DROP COLUMN a, DROP COLUMN b;', { past: collated }),
    );
    assert.match(text, /ADD COLUMN a text COLLATE "en_US\.utf8";/);
    assert.match(text, /ADD COLUMN b text COLLATE "Shop"\.nat;/);
  });

  test('an exclusion constraint comes back with all of its condition', () => {
    const excluded =
      "CREATE TABLE t (id int, note text, CONSTRAINT x EXCLUDE (id WITH =) WHERE (note <> 'not deferrable') DEFERRABLE);";
    const analysis = analysed('ALTER TABLE t DROP CONSTRAINT x;', { past: excluded });
    const statement = parseFile(excluded).statements[0]?.parsed.statement;
    const known = { ...analysis, surroundings: { ...analysis.surroundings, pastStatement: () => statement } };
    assert.match(
      companionText('rollback', known).text,
      /ADD CONSTRAINT x EXCLUDE \(id WITH =\) WHERE \(note <> 'not deferrable'\) DEFERRABLE;/,
    );
  });
});

function assertParses(text: string): void {
  for (const { parsed } of parseFile(text).statements) assert.equal(parsed.error, undefined, text);
}
