import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { root } from '../shared';

const folder = path.join(root, 'examples/supabase');
const file = 'supabase/migrations/20260211083000_billing_analytics.sql';

async function lockstep(...words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, 'dist/cli.js'), ...words], {
    cwd: folder,
    maxBuffer: 10_000_000,
  });
  return stdout;
}

interface Lock {
  readonly relation: string;
  readonly mode: string;
}

interface Printed {
  readonly version: number;
  readonly files: readonly {
    readonly path: string;
    readonly statements: readonly { readonly effects: { readonly locks: readonly Lock[] } & object }[];
    readonly timeline: readonly {
      readonly transaction: number | null;
      readonly strongest: Lock | null;
      readonly locks: readonly Lock[];
      readonly slow: readonly { readonly statement: number; readonly under: readonly Lock[] }[];
    }[];
  }[];
}

describe('lockstep explain', () => {
  it('prints what the hover says, as text', async () => {
    const text = await lockstep('explain', file);
    assert.match(text, /^supabase\/migrations\/\w+\.sql · Supabase CLI 2\.109\.1 · PostgreSQL 15\n/);
    assert.match(
      text,
      /\n 3 {2}CREATE UNIQUE INDEX on credit_operations\n {4}SHARE {2}credit_operations {2}blocks INSERT, UPDATE, DELETE/,
    );
    assert.match(text, /\n {4}Fails if two rows share a "stripe_session_id"\.\n/);
    assert.match(
      text,
      /\nTransaction, line 3 to 17\n {2}credit_operations +SHARE +line 3 to 17 +blocks writes\n/,
    );
    assert.match(text, /Line 3, CREATE UNIQUE INDEX on credit_operations: its time grows with the rows/);
  });

  it('prints all that lint prints of a statement, and the timeline, as JSON', async () => {
    const explained = JSON.parse(await lockstep('explain', file, '--format', 'json')) as Printed;
    const linted = JSON.parse(
      await lockstep('lint', file, '--format', 'json', '--fail-on', 'never'),
    ) as Printed;
    assert.equal(explained.version, 1);
    const [one] = explained.files;
    const [other] = linted.files;
    assert.equal(one?.path, file);
    assert.ok(other !== undefined && other.statements.length > 0);
    assert.equal(one.statements.length, other.statements.length);
    one.statements.forEach((statement, index) => {
      for (const [key, value] of Object.entries(other.statements[index]?.effects ?? {})) {
        const locks = statement.effects.locks.map(({ relation, mode }) => ({ relation, mode }));
        const own = (statement.effects as Readonly<Record<string, unknown>>)[key];
        assert.deepEqual(key === 'locks' ? locks : own, value, key);
      }
    });
    const [transaction] = one.timeline;
    assert.equal(transaction?.strongest?.relation, 'public.credit_operations');
    assert.equal(transaction.strongest.mode, 'SHARE');
    assert.deepEqual(
      transaction.slow.map(({ statement, under }) => [statement, under.map(({ mode }) => mode)]),
      [[0, ['SHARE']]],
    );
  });

  it('prints a page with a diagram, as Markdown', async () => {
    const page = await lockstep('explain', file, '--format', 'markdown');
    assert.match(page, /^# supabase\/migrations\//);
    assert.match(page, /```mermaid\ngantt\n[^`]* {2}section credit_operations\n {2}SHARE :active, 0, \d/);
    assert.match(page, /\*\*CREATE UNIQUE INDEX\*\* on `credit_operations`/);
  });

  it('takes no format that another command has for itself', async () => {
    await assert.rejects(lockstep('lint', file, '--format', 'markdown'), /--format is one of text, json/);
    await assert.rejects(lockstep('explain', file, '--format', 'xml'), /one of text, json, markdown/);
    await assert.rejects(lockstep('explain', 'nowhere.sql'), /There is no file "nowhere\.sql"/);
  });
});
