import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Agreement } from './truth';

/** Catalogs of Lockstep that were those of a server: what they were is recorded, so that the next one needs no server. */
export function agreements(kind: 'regression' | 'projects'): {
  /** What was recorded of a test. */
  readonly recorded: (name: string) => Agreement;
  /** Compares with what was recorded; with UPDATE=1 records it. */
  readonly assertAgreed: (name: string, agreement: Agreement) => void;
} {
  const file = path.join(__dirname, `agreed-${kind}.json`);
  const read = (): Readonly<Record<string, Agreement | undefined>> =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Agreement>) : {};
  const advice = `UPDATE=1 npm test -- test/catalog/${kind === 'projects' ? 'truth' : kind}.test.ts records it.`;
  return {
    recorded: (name) => {
      const found = read()[name];
      assert.ok(found, advice);
      return found;
    },
    assertAgreed: (name, agreement) => {
      if (process.env['UPDATE'] !== '1') {
        assert.deepEqual(agreement, read()[name], advice);
        return;
      }
      const all = Object.entries({ ...read(), [name]: agreement }).sort(([a], [b]) => (a < b ? -1 : 1));
      const lines = all.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
      writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
    },
  };
}
