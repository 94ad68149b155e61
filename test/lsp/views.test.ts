import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type CodeLens,
  CodeLensRefreshRequest,
  CodeLensRequest,
  type DocumentSymbol,
  DocumentSymbolRequest,
  FoldingRangeRequest,
} from 'vscode-languageserver/node';
import type { TimelineView } from '../../server/src/lsp/protocol';
import { root } from '../shared';
import { Client, rangeOf } from './client';

const file = 'supabase/migrations/20260211083000_billing_analytics.sql';
const text = readFileSync(path.join(root, 'examples/supabase', file), 'utf8');

describe('what the language server shows of a document', () => {
  let client: Client;
  before(async () => {
    client = await Client.start('supabase');
    await client.open(file, text);
  });
  after(() => client.stop());

  it('is its statements as a tree', async () => {
    const sql = 'alter table a\n  add column b int,\n  drop column c;\ncreate table d (e int);\n';
    await client.open('outline.sql', sql);
    const symbols = async (name: string): Promise<readonly DocumentSymbol[]> => {
      const textDocument = { uri: client.uri(name) };
      const answer = await client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument });
      return (answer ?? []).filter((symbol): symbol is DocumentSymbol => 'selectionRange' in symbol);
    };
    const [alter, create] = await symbols('outline.sql');
    assert.equal(alter?.name, 'ALTER TABLE a');
    assert.deepEqual(alter.selectionRange, rangeOf(sql, 'alter table'));
    assert.deepEqual(
      alter.children?.map(({ name }) => name),
      ['add column b int', 'drop column c'],
    );
    assert.deepEqual(
      create?.children?.map(({ name }) => name),
      ['e int'],
    );
    assert.deepEqual(
      (await symbols(file)).map(({ name }) => name),
      [
        'CREATE UNIQUE INDEX credit_operations_stripe_uq on credit_operations',
        'CREATE VIEW billing_by_day',
        'REVOKE',
        'GRANT',
      ],
    );
    assert.deepEqual(await symbols('nowhere.sql'), []);
  });

  it('can be folded', async () => {
    const sql = '-- a\n-- b\nbegin;\ncreate table d (\n  e int\n);\ncommit;\n';
    await client.open('folds.sql', sql);
    const textDocument = { uri: client.uri('folds.sql') };
    const ranges = (await client.connection.sendRequest(FoldingRangeRequest.type, { textDocument })) ?? [];
    assert.deepEqual(
      ranges.map(({ startLine, endLine, kind }) => [startLine, endLine, kind]),
      [
        [0, 1, 'comment'],
        [3, 5, undefined],
        [2, 6, undefined],
      ],
    );
  });
});

describe('lenses', () => {
  let client: Client;
  before(async () => {
    client = await Client.start('supabase');
    await client.open(file, text);
  });
  after(() => client.stop());

  async function lenses(): Promise<readonly CodeLens[]> {
    const textDocument = { uri: client.uri(file) };
    return (await client.connection.sendRequest(CodeLensRequest.type, { textDocument })) ?? [];
  }

  async function set(settings: unknown): Promise<void> {
    client.settings = settings;
    const refreshed = new Promise<void>((resolve) => {
      client.connection.onRequest(CodeLensRefreshRequest.type, () => {
        resolve();
      });
    });
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await refreshed;
  }

  it('are off until they are asked for, and stand above what others feel', async () => {
    assert.deepEqual(await lenses(), []);
    await set({ lenses: true });
    const [lens, ...others] = await lenses();
    assert.deepEqual(others, []);
    assert.equal(lens?.command?.title, 'SHARE on credit_operations · blocks writes · scans');
    assert.deepEqual(lens.range, rangeOf(text, 'create unique index'));
    const { command, arguments: parameters = [] } = lens.command;
    assert.equal(await client.command(command, ...(parameters as unknown[])), null);
    assert.match(client.messages.at(-1) ?? '', /^CREATE UNIQUE INDEX on credit_operations\n\s*SHARE/);
    await set({ lenses: false });
    assert.deepEqual(await lenses(), []);
  });
});

describe('the timeline', () => {
  it('is data, and Markdown for who draws nothing', async () => {
    const client = await Client.start('supabase');
    try {
      await client.open(file, text);
      const timeline = (await client.command('lockstep.timeline', client.uri(file))) as TimelineView;
      assert.equal(timeline.title, path.basename(file));
      assert.ok(timeline.relations.includes('credit_operations'));
      const [transaction] = timeline.transactions;
      assert.deepEqual(transaction?.statements[0], {
        position: { line: 2, character: 0 },
        title: 'CREATE UNIQUE INDEX on credit_operations',
        notes: ['scans', 'builds an index', 'may fail on rows'],
        isSlow: true,
      });
      assert.equal(transaction.bars[0]?.mode, 'SHARE');
      assert.equal(transaction.bars[0].blocks, 'writes');
      assert.match(timeline.markdown, /```mermaid\ngantt/);
      assert.equal(await client.command('lockstep.timeline', 'file:///nowhere.sql'), null);
      assert.equal(await client.command('lockstep.timeline'), null);
    } finally {
      await client.stop();
    }
  });
});
