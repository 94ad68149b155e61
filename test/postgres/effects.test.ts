// Alone: it measures who waits for whom.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { Catalog } from '../../server/src/catalog/catalog';
import { replay, startFile } from '../../server/src/catalog/replay';
import { displayName } from '../../server/src/catalog/relation';
import { effectsOf } from '../../server/src/effects/effects-of';
import type { Major } from '../../server/src/postgres/versions';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import type { Statement } from '../../server/src/sql/statement';
import { forms, schema } from './effect-forms';
import { type Measurement, measureStatement } from './instruments/locks';
import { testedMajors, useServer, withDatabase } from './servers';

before(loadGrammar);

for (const major of testedMajors) {
  describe(`PostgreSQL ${major}`, { timeout: 300_000 }, () => {
    const server = useServer(major);

    test('statements take the locks, rewrite and read the tables that are predicted', async () => {
      const catalog = catalogAfter(schema);
      await withDatabase(server(), schema, async (database) => {
        const problems: string[] = [];
        for (const form of forms) {
          const statement = statementOf(form);
          const measurement = await measureStatement(server(), database, form);
          // An emptied table has a new file too; that is no rewrite.
          const expected = inWords(
            statement.kind === 'Truncate' ? { ...measurement, rewrites: [], scans: [] } : measurement,
          );
          const actual = predicted(statement, catalog, major);
          const wrong = differencesOf(expected, actual);
          if (wrong.length > 0) problems.push([form, ...wrong].join('\n  '));
        }
        assert.deepEqual(problems, []);
      });
    });
  });
}

function catalogAfter(sql: string): Catalog {
  const catalog = new Catalog();
  startFile(catalog, 'schema.sql');
  parseFile(sql).statements.forEach(({ parsed }, index) => {
    if (parsed.statement === undefined) throw new Error(parsed.error.message);
    replay(parsed.statement, catalog, { file: 'schema.sql', statement: index });
  });
  startFile(catalog, 'migration.sql');
  return catalog;
}

function statementOf(sql: string): Statement {
  const parsed = parseFile(sql).statements[0]?.parsed;
  if (parsed?.statement === undefined) throw new Error(`${sql}: ${parsed?.error.message ?? ''}`);
  return parsed.statement;
}

type Words = Readonly<Record<'locks' | 'rewrites' | 'scans', readonly string[]>>;

function inWords(measurement: Measurement): Words {
  return {
    locks: measurement.locks
      .filter(({ kind, mode }) => kind !== 'index' || mode !== 'ACCESS SHARE')
      .map(({ relation, mode }) => `${relation} ${mode}`)
      .sort(),
    rewrites: [...measurement.rewrites].sort(),
    scans: [...measurement.scans].sort(),
  };
}

function predicted(statement: Statement, catalog: Catalog, major: Major): Words {
  const { locks, rewrites, scans, isKnown } = effectsOf(statement, new Catalog(catalog), major);
  assert.ok(isKnown, statement.text);
  return {
    locks: locks.map(({ relation, mode }) => `${displayName(relation)} ${mode}`).sort(),
    rewrites: rewrites.map(displayName).sort(),
    scans: scans.map(displayName).sort(),
  };
}

function differencesOf(expected: Words, actual: Words): readonly string[] {
  return (['locks', 'rewrites', 'scans'] as const).flatMap((key) => {
    const missing = expected[key].filter((word) => !actual[key].includes(word));
    const extra = actual[key].filter((word) => !expected[key].includes(word));
    return [
      ...missing.map((word) => `${key}: the server has ${word}`),
      ...extra.map((word) => `${key}: Lockstep has ${word}`),
    ];
  });
}
