// Alone: it measures who waits for whom.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { loadGrammar } from '../../server/src/sql/parse';
import { statementsOf } from '../catalog/bench';
import { forms, schema } from '../effects/forms';
import { measuredOn, record, type Words } from '../effects/server-forms';
import { type Measurement, measureStatement } from './instruments/locks';
import { testedMajors, useServer, withDatabase } from './servers';

before(loadGrammar);

for (const major of testedMajors) {
  describe(`PostgreSQL ${major}`, { timeout: 300_000 }, () => {
    const server = useServer(major);

    test('statements take the locks, rewrite and read the tables that are recorded', async () => {
      const measured = new Map<string, Words>();
      await withDatabase(server(), schema, async (database) => {
        for (const form of forms) {
          measured.set(form, inWords(form, await measureStatement(server(), database, form)));
        }
      });
      if (process.env['UPDATE'] === '1') record(major, measured);
      else assert.deepEqual(measured, measuredOn(major), 'UPDATE=1 records it anew; git diff shows what.');
    });
  });
}

function inWords(form: string, { locks, rewrites, scans }: Measurement): Words {
  // An emptied table has a new file too; that is no rewrite.
  const isEmptied = statementsOf(form)[0]?.kind === 'Truncate';
  return {
    locks: locks
      .filter(({ kind, mode }) => kind !== 'index' || mode !== 'ACCESS SHARE')
      .map(({ relation, mode }) => `${relation} ${mode}`)
      .sort(),
    rewrites: isEmptied ? [] : [...rewrites].sort(),
    scans: isEmptied ? [] : [...scans].sort(),
  };
}
