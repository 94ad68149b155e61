// Group: pglite
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { allFixes } from '../../server/src/features/fix';
import { canReference, knownForeignKeyTypes } from '../../server/src/postgres/foreign-key-types';
import { rules } from '../../server/src/rules';
import { loadGrammar } from '../../server/src/sql/parse';
import { applyChanges } from '../runners/tree';
import { startPglite } from '../pglite';
import { codesOfExistence, judge } from './existence';
import { analyse, migrationsBefore, siteOf, type World, worldFor } from './world';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite({ citext });
});
after(() => database.close());

describe('what is reported as an error is refused by a real server, and what the fix writes is not', () => {
  for (const rule of rules) {
    const { id, meta } = rule;
    if (meta.category !== 'existence') continue;
    meta.examples.forEach(({ setup, bad, good }, index) => {
      test(`${id}, number ${index + 1}`, async () => {
        assert.ok(codesOfExistence.has(await outcome(worldFor(bad, setup))), bad);
        assert.equal(await outcome(worldFor(good, setup)), '', good);
        if (rule.fixes === undefined) return;
        const world = worldFor(bad, setup);
        for (const fix of allFixes(analyse(world), siteOf(world)).filter((fix) => fix.rule === id)) {
          const files = applyChanges(world.files, fix.changes);
          assert.equal(await outcome({ ...world, files }), '', fix.title);
        }
      });
    });
  }
});

/** Runs the last migration of a project behind the others; the SQLSTATE when the server refuses it. */
async function outcome(world: World): Promise<string> {
  await database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  for (const file of migrationsBefore(world, world.path).before) await database.exec(world.files[file] ?? '');
  return codeOf(world.files[world.path] ?? '');
}

async function codeOf(sql: string): Promise<string> {
  try {
    await database.exec(sql);
    return '';
  } catch (error: unknown) {
    return (error as { code?: string }).code ?? 'no code';
  }
}

test('nothing is reported that runs', async () => {
  const text = readFileSync(path.join(__dirname, 'existence/silent.sql'), 'utf8');
  const verdicts = await judge([{ file: '0001_silent.sql', text }]);
  assert.deepEqual(
    verdicts.filter(
      ({ refusal, errors, warnings }) => refusal !== undefined || errors.length + warnings.length > 0,
    ),
    [],
  );
});

test('foreign keys between any two types are accepted and refused as the table says', async () => {
  await database.exec('DROP SCHEMA public CASCADE; CREATE SCHEMA public; CREATE EXTENSION citext');
  const quoted = (type: string): string => (type === 'char' ? '"char"' : type);
  for (const type of knownForeignKeyTypes) {
    await database.exec(`CREATE TABLE referenced_${type} (key ${quoted(type)} PRIMARY KEY)`);
  }
  for (const from of knownForeignKeyTypes) {
    for (const to of knownForeignKeyTypes) {
      const code = await codeOf(
        `CREATE TABLE referencing (key ${quoted(from)} REFERENCES referenced_${to}); DROP TABLE referencing`,
      );
      // That of "char" to text ends in an error of the server's own.
      assert.ok(['', '42804', 'XX000'].includes(code), `${from} to ${to}: ${code}`);
      assert.equal(canReference(from, to), code === '', `${from} to ${to}`);
    }
  }
});
