import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type CompletionItem,
  CompletionRequest,
  CompletionResolveRequest,
  DefinitionRequest,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  type Location,
  type Position,
  ReferencesRequest,
  WorkspaceSymbolRequest,
} from 'vscode-languageserver/node';
import { root } from '../shared';
import { Client, rangeOf } from './client';

const file = 'supabase/migrations/20260211083000_billing_analytics.sql';
const text = readFileSync(path.join(root, 'examples/supabase', file), 'utf8');
const made = '20260112141500_credit_operations.sql';

describe('names, to the language server', () => {
  let client: Client;
  before(async () => {
    client = await Client.start('supabase');
    await client.open(file, text);
  });
  after(() => client.stop());

  const at = (name: string, position: Position) => ({ textDocument: { uri: client.uri(name) }, position });

  async function items(name: string, position: Position): Promise<readonly CompletionItem[]> {
    const answer = await client.connection.sendRequest(CompletionRequest.type, at(name, position));
    return answer === null ? [] : 'items' in answer ? answer.items : answer;
  }

  it('are completed from the migrations before, with documentation when it is asked for', async () => {
    const sql = 'alter table credit_operations drop column ';
    await client.open('supabase/migrations/20260301000000_next.sql', sql);
    const found = await items('supabase/migrations/20260301000000_next.sql', {
      line: 0,
      character: sql.length,
    });
    const column = found.find(({ label }) => label === 'stripe_session_id');
    assert.ok(column, found.map(({ label }) => label).join(', '));
    assert.equal(column.labelDetails?.description, 'credit_operations');
    assert.equal(column.documentation, undefined);
    const resolved = await client.connection.sendRequest(CompletionResolveRequest.type, column);
    const { value } = resolved.documentation as { value: string };
    assert.match(value, /^\*\*column\*\* `credit_operations\.stripe_session_id`/);
    assert.match(value, new RegExp(`\\[${made}\\]\\(file:.*${made}#L4\\)`));
  });

  it('are links to the migration that made them', async () => {
    const parameters = { textDocument: { uri: client.uri(file) } };
    const links = (await client.connection.sendRequest(DocumentLinkRequest.type, parameters)) ?? [];
    const [first] = links;
    const { start, end } = rangeOf(text, 'on credit_operations');
    assert.deepEqual(first?.range, { start: { ...start, character: start.character + 3 }, end });
    assert.match(first.target ?? '', new RegExp(`^file:.*/${made}#L\\d+$`));
    assert.equal(first.tooltip, `Created in ${made}`);
  });

  it('lead to their definition in another file', async () => {
    const { start } = rangeOf(text, 'stripe_session_id');
    const answer = (await client.connection.sendRequest(DefinitionRequest.type, at(file, start))) as Location;
    assert.equal(answer.uri, client.uri(`supabase/migrations/${made}`));
    const target = readFileSync(path.join(root, 'examples/supabase/supabase/migrations', made), 'utf8');
    assert.deepEqual(answer.range, rangeOf(target, 'stripe_session_id'));
  });

  it('are found wherever the project has them', async () => {
    const { start } = rangeOf(text, 'credit_operations (');
    const parameters = { ...at(file, start), context: { includeDeclaration: true } };
    const found = (await client.connection.sendRequest(ReferencesRequest.type, parameters)) ?? [];
    const files = new Set(found.map(({ uri }) => uri.split('/').at(-1)));
    assert.ok(files.has(made) && files.has('20260211083000_billing_analytics.sql'), [...files].join(', '));
    const others = { ...parameters, context: { includeDeclaration: false } };
    const uses = (await client.connection.sendRequest(ReferencesRequest.type, others)) ?? [];
    assert.equal(uses.length, found.length - 1);
    const marked = await client.connection.sendRequest(DocumentHighlightRequest.type, at(file, start));
    assert.equal(marked?.length, found.filter(({ uri }) => uri === client.uri(file)).length);
  });

  it('say in a hover what they name, and the command what it does', async () => {
    const say = async (position: Position): Promise<string> =>
      ((await client.hover(file, position))?.contents as { value: string }).value;
    const table = await say(rangeOf(text, 'credit_operations (').start);
    assert.match(
      table,
      /^\*\*table\*\* `credit_operations` · \[20260112141500_credit_operations\.sql\]\(file:/,
    );
    assert.match(table, /stripe_session_id +text\n/);
    assert.match(table, /- `credit_operations_profile_idx` `\(profile_id, created_at DESC\)`/);
    assert.match(await say(rangeOf(text, 'unique index').start), /^\*\*CREATE UNIQUE INDEX\*\*/);
  });

  it('are symbols of the workspace', async () => {
    const found =
      (await client.connection.sendRequest(WorkspaceSymbolRequest.type, { query: 'creditop' })) ?? [];
    assert.ok(
      found.some(({ name, containerName }) => name === 'credit_operations' && containerName === made),
    );
  });

  it('are not asked of what is not open, and there is an answer at any place', async () => {
    const nowhere = at('other.sql', { line: 3, character: 1 });
    assert.deepEqual(await client.connection.sendRequest(CompletionRequest.type, nowhere), {
      items: [],
      isIncomplete: false,
    });
    assert.equal(await client.connection.sendRequest(DefinitionRequest.type, nowhere), null);
    const behind = at(file, { line: 10_000, character: 10_000 });
    assert.ok(await client.connection.sendRequest(CompletionRequest.type, behind));
    assert.equal(await client.connection.sendRequest(DefinitionRequest.type, behind), null);
  });
});
