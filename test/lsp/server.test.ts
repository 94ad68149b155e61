import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Diagnostic } from 'vscode-languageserver/node';
import { root } from '../shared';
import { Client, rangeOf } from './client';

const file = 'supabase/migrations/20260211083000_billing_analytics.sql';
const text = readFileSync(path.join(root, 'examples/supabase', file), 'utf8');

function rulesOf(diagnostics: readonly Diagnostic[]): readonly unknown[] {
  return diagnostics.map(({ code }) => code);
}

describe('the language server', () => {
  let client: Client;
  let found: readonly Diagnostic[];
  before(async () => {
    client = await Client.start('supabase');
    found = await client.open(file, text);
  });
  after(() => client.stop());

  it('reports what the index does, on the words to change', () => {
    const index = found.find(({ code }) => code === 'create-index-not-concurrent');
    assert.deepEqual(index?.range, rangeOf(text, 'create unique index'));
    assert.equal(
      index.message,
      'Building this index blocks every write to "credit_operations" until it is done.',
    );
    assert.equal(index.source, 'lockstep');
    assert.match(index.codeDescription?.href ?? '', /^file:.*docs\/rules\/create-index-not-concurrent\.md$/);
    assert.ok(rulesOf(found).includes('unique-index-without-precheck'));
  });

  it('explains the statement in a hover', async () => {
    const hover = await client.hover(file, rangeOf(text, 'unique index').start);
    const { value } = hover?.contents as { value: string };
    assert.match(value, /\*\*CREATE UNIQUE INDEX\*\* on `credit_operations`/);
    assert.match(value, /\| credit_operations \| `SHARE` \| INSERT, UPDATE, DELETE/);
    assert.match(value, /SELECT goes on/);
    assert.match(value, /Fails if/);
  });

  it('explains a lock mode where one is named, also in a body, but not in a comment', async () => {
    const sql =
      'lock table orders in share row exclusive mode; -- access exclusive\n' +
      'do $$ begin lock table a, b in access exclusive mode nowait; end $$;\n';
    await client.open('locks.sql', sql);
    const say = async (words: string): Promise<string> => {
      const hover = await client.hover('locks.sql', rangeOf(sql, words).start);
      return hover === null ? '' : (hover.contents as { value: string }).value;
    };
    assert.match(await say('row exclusive'), /^\*\*SHARE ROW EXCLUSIVE\*\* blocks .*CREATE TRIGGER/s);
    assert.match(await say('exclusive mode nowait'), /^\*\*ACCESS EXCLUSIVE\*\* blocks SELECT/);
    assert.equal(await say('access exclusive\n'), '');
    assert.match(await say('lock table orders'), /^\*\*LOCK TABLE\*\*/);
  });

  it('offers the whole fix, as one edit of several files', async () => {
    const index = found.find(({ code }) => code === 'create-index-not-concurrent');
    assert.ok(index);
    const actions = await client.codeActions(file, index);
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    assert.match(
      preferred?.title ?? '',
      /^Build concurrently, in 2 migrations of their own \(Supabase CLI 2\.109\)$/,
    );
    const changes = preferred?.edit?.documentChanges ?? [];
    assert.ok(changes.some((change) => 'kind' in change && change.kind === 'create'));
    assert.ok(actions.some(({ title }) => title === 'Ignore create-index-not-concurrent here'));
  });

  it('shows the build after a fix of several files, and nothing after a fix in the file', async () => {
    const index = found.find(({ code }) => code === 'create-index-not-concurrent');
    assert.ok(index);
    const actions = await client.codeActions(file, index);
    const { command, arguments: parameters = [] } =
      actions.find(({ isPreferred }) => isPreferred)?.command ?? {};
    assert.equal(command, 'lockstep.fixed');
    await client.command(command, ...(parameters as unknown[]));
    assert.equal(client.shown.length, 1);
    assert.match(client.shown[0] ?? '', /_credit_operations_stripe_uq_concurrently\.sql$/);
    assert.equal(actions.find(({ title }) => title.startsWith('Ignore'))?.command, undefined);
    for (const nonsense of [[], [null], [{ front: 1 }, 'x'], ['']]) {
      await client.command('lockstep.fixed', ...nonsense);
    }
    assert.equal(client.shown.length, 1);
  });

  it('follows the text as it is typed', async () => {
    const at = rangeOf(text, 'credit_operations_stripe_uq');
    const comment = '-- lockstep-ignore create-index-not-concurrent: the table is small\n';
    const start = rangeOf(text, 'create unique index').start;
    const silenced = await client.change(file, { start, end: start }, comment);
    assert.ok(!rulesOf(silenced).includes('create-index-not-concurrent'));
    const broken = await client.change(
      file,
      { start: { line: at.start.line + 1, character: 7 }, end: { line: at.start.line + 1, character: 13 } },
      'unik',
    );
    assert.ok(rulesOf(broken).includes('syntax-error'));
    const restored = await client.change(
      file,
      { start: { line: at.start.line + 1, character: 7 }, end: { line: at.start.line + 1, character: 11 } },
      'unique',
    );
    assert.ok(!rulesOf(restored).includes('syntax-error'));
    const again = await client.change(file, { start, end: { line: start.line + 1, character: 0 } }, '');
    assert.deepEqual(again, found);
  });

  it('runs its commands', async () => {
    const uri = client.uri(file);
    assert.deepEqual(await client.command('lockstep.status', uri), {
      label: 'Supabase CLI 2.109.1 · PostgreSQL 15',
      details: ((await client.command('lockstep.status', uri)) as { details: string[] }).details,
    });
    await client.command('lockstep.rollback', uri);
    await client.command('lockstep.validation', uri);
    await client.command('lockstep.precheck', uri, rangeOf(text, 'create unique').start);
    await client.command('lockstep.migration', uri, 'Add Order Notes');
    assert.equal(client.edits.length, 4, client.messages.join(' '));
    const [rollback, validation, precheck, migration] = client.edits.map((edit) => JSON.stringify(edit));
    assert.match(rollback ?? '', /DROP INDEX/i);
    assert.equal(
      rollback?.match(/Undoes supabase\/migrations\/20260211083000/g)?.length,
      1,
      'the header stands once',
    );
    assert.match(validation ?? '', /indisvalid/);
    assert.match(precheck ?? '', /stripe_session_id/);
    assert.match(migration ?? '', /\d{14}_add_order_notes\.sql/);
    assert.match(client.shown.at(-1) ?? '', /_add_order_notes\.sql$/);
  });

  it('has a clear answer for what is no migration', async () => {
    assert.deepEqual(await client.open('empty.sql', ''), []);
    assert.deepEqual(rulesOf(await client.open('half.sql', 'create index on')), ['syntax-error']);
    assert.ok((await client.open('binary.sql', '\u0000\u0001\ufffd'.repeat(1000))).length > 0);
    assert.deepEqual(rulesOf(await client.open('dump.sql', 'insert into t values (1);\n'.repeat(400_000))), [
      'file-too-large',
    ]);
    const next = await client.hover(file, { line: 10_000, character: 5 });
    assert.equal(next, null, 'the server is still there');
    assert.equal(await client.command('lockstep.rollback', 'file:///nowhere.sql'), null);
    assert.equal(await client.command('lockstep.precheck', client.uri(file), 'no position'), null);
  });

  it('does as it is set', async () => {
    client.settings = {
      rules: { 'create-index-not-concurrent': 'off' },
      postgresVersion: '17',
      runner: 'psql',
    };
    const uri = client.uri(file);
    const answer = client.diagnostics(uri);
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    assert.ok(!rulesOf(await answer).includes('create-index-not-concurrent'));
    const { label } = (await client.command('lockstep.status', uri)) as { label: string };
    assert.match(label, /PostgreSQL 17/);
  });
});
