import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DocumentSymbol, DocumentSymbolRequest, FoldingRangeRequest } from 'vscode-languageserver/node';
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
