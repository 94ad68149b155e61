// Group: fast
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import {
  CancellationTokenSource,
  type CompletionItem,
  CompletionItemKind,
  CompletionRequest,
  DidChangeTextDocumentNotification,
  DidSaveTextDocumentNotification,
  InitializedNotification,
  type InitializeParams,
  InsertReplaceEdit,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import { describe as describeError, guarded } from '../../server/src/lsp/guard';
import { Client } from './client';

async function serve(context: TestContext, capabilities?: InitializeParams['capabilities']): Promise<Client> {
  const client = await Client.serveHere(capabilities);
  context.after(() => client.stop());
  return client;
}

test('the server says what it can do', async (context) => {
  const { served } = await serve(context);
  assert.deepEqual(served.textDocumentSync, { openClose: true, change: 2, save: true });
  const { triggerCharacters, resolveProvider } = served.completionProvider ?? {};
  assert.deepEqual([triggerCharacters, resolveProvider], [['.', '"', "'", '(', ':', '+'], true]);
  assert.equal(served.hoverProvider, true);
  assert.deepEqual(served.codeActionProvider, { codeActionKinds: ['quickfix'] });
  assert.equal(served.executeCommandProvider?.commands.includes('lockstep.rollback'), true);
});

test('a server without a folder, and of documents that it does not have, goes on', async (context) => {
  const client = await Client.serveHere({}, null);
  context.after(() => client.stop());
  const uri = client.uri('1.sql');
  const textDocument = { uri, version: 2 };
  const contentChanges = [{ text: 'drop table b;' }];
  await client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument,
    contentChanges,
  });
  await client.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument });
  assert.equal(await client.hover('1.sql', { line: 0, character: 0 }), null);
  await client.close('1.sql');
  const rules = (await client.open('1.sql', 'drop table a;\n')).map(({ code }) => code);
  assert.equal(rules[0], 'drop-table');
  assert.deepEqual(client.logs, []);
});

describe('the server asks to be told of', () => {
  const dynamicRegistration = true;
  const [settings, files] = ['workspace/didChangeConfiguration', 'workspace/didChangeWatchedFiles'];
  for (const [workspace, asked] of [
    [{}, []],
    [{ didChangeConfiguration: { dynamicRegistration } }, [settings]],
    [{ didChangeWatchedFiles: { dynamicRegistration } }, [files]],
    [{ didChangeConfiguration: { dynamicRegistration: false }, didChangeWatchedFiles: {} }, []],
  ] as const) {
    test(`${asked.join() || 'nothing'}, of an editor with ${JSON.stringify(workspace)}`, async (context) => {
      const client = await serve(context, { workspace });
      await client.connection.sendNotification(InitializedNotification.type, {});
      await client.command('lockstep.ping');
      assert.deepEqual(client.registrations, asked);
      assert.deepEqual(client.logs, []);
    });
  }
});

describe('a migration is judged again by those before it', () => {
  const earlier = 'supabase/migrations/20260101000000_a.sql';
  const later = 'supabase/migrations/20260102000000_b.sql';
  const made = 'create table a (id int);\n';
  const other = 'create table z (id int);\n';

  async function opened(context: TestContext, onDisk: string): Promise<[Client, () => Promise<string[]>]> {
    const client = await serve(context);
    client.settings = { lenses: true };
    write(client, onDisk);
    await client.open(later, made);
    const rules = async (): Promise<string[]> =>
      (await client.settled(later)).map(({ code }) => String(code)).filter((code) => code.includes('exists'));
    return [client, rules];
  }

  /** Nobody tells the server. */
  function write(client: Client, text: string): void {
    const place = path.join(client.folder, earlier);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, text);
  }

  test('when one of them is closed without having been saved', async (context) => {
    const [client, rules] = await opened(context, made);
    assert.deepEqual(await rules(), ['object-already-exists']);
    await client.open(earlier, other);
    assert.deepEqual(await rules(), []);
    await client.close(earlier);
    assert.deepEqual(await rules(), ['object-already-exists']);
  });

  test('when a document is saved, by which the editor may have written others', async (context) => {
    const [client, rules] = await opened(context, other);
    assert.deepEqual(await rules(), []);
    write(client, made);
    assert.deepEqual(await rules(), []);
    const textDocument = { uri: client.uri(later) };
    await client.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument });
    assert.deepEqual(await rules(), ['object-already-exists']);
  });

  test('when the editor tells of a file', async (context) => {
    const [client, rules] = await opened(context, other);
    assert.deepEqual(await rules(), []);
    const { lensRefreshes } = client;
    await client.write(earlier, made);
    assert.deepEqual(await rules(), ['object-already-exists']);
    assert.equal(client.lensRefreshes > lensRefreshes, true);
  });
});

describe('commands', () => {
  test('pass over what is no position', async (context) => {
    const client = await serve(context);
    await client.open('1.sql', 'drop table a;\n');
    for (const value of [
      undefined,
      null,
      3,
      'x',
      {},
      { line: 0 },
      { character: 0 },
      { line: 0.5, character: 0 },
      { line: '0', character: '0' },
    ]) {
      await client.command('lockstep.explain', client.uri('1.sql'), value);
      await client.command('lockstep.precheck', client.uri('1.sql'), value);
    }
    assert.deepEqual([client.messages, client.edits, client.logs], [[], [], []]);
    await client.command('lockstep.explain', client.uri('1.sql'), { line: 0, character: 3 });
    assert.match(client.messages.join(), /ACCESS EXCLUSIVE/);
  });

  test('show notes, and pass over what is no note', async (context) => {
    const client = await serve(context);
    for (const value of [undefined, null, 'x', [], [3, null]]) await client.command('lockstep.notes', value);
    assert.deepEqual(client.messages, []);
    await client.command('lockstep.notes', ['One.', 2, 'Two.']);
    assert.deepEqual(client.messages, ['One. Two.']);
  });

  test('show the file in front, and pass over what names none', async (context) => {
    const client = await serve(context);
    for (const value of [undefined, null, 'x', {}, { front: 3 }]) {
      await client.command('lockstep.fixed', value, ['Then deploy.']);
    }
    assert.deepEqual([client.shown.length, client.messages.length], [0, 5]);
    await client.command('lockstep.fixed', { front: client.uri('2.sql') });
    assert.deepEqual([client.shown, client.messages.length], [[client.uri('2.sql')], 5]);
  });

  test('show no file in an editor that cannot be asked to', async (context) => {
    const client = await serve(context, { window: {} });
    await client.command('lockstep.fixed', { front: client.uri('2.sql') }, ['Then deploy.']);
    assert.deepEqual([client.shown, client.messages], [[], ['Then deploy.']]);
  });

  test('about a document that is not open say so', async (context) => {
    const client = await serve(context);
    assert.equal(await client.command('lockstep.timeline', client.uri('1.sql')), null);
    assert.equal(await client.command('lockstep.rollback', 7), null);
    const notOpen = 'Open a migration (.sql) first.';
    assert.deepEqual(client.messages, [notOpen, notOpen]);
  });

  test('that find nothing to do say so', async (context) => {
    const client = await serve(context);
    await client.open('migrations/1.sql', '-- Later.\n');
    await client.command('lockstep.rollback', client.uri('migrations/1.sql'));
    assert.deepEqual([client.messages, client.edits], [['There is no statement in this file.'], []]);
  });

  test('that make files are refused where the editor cannot make any, or the document has no folder', async (context) => {
    const client = await serve(context, { workspace: { applyEdit: true } });
    await client.open('migrations/1.sql', 'create table a (id int);\n');
    await client.command('lockstep.rollback', client.uri('migrations/1.sql'));
    assert.deepEqual(client.edits, []);
    assert.deepEqual(client.messages, ['This editor cannot create new files for a language server.']);
  });
});

describe('proposals', () => {
  const sql =
    'create table a (id int not null, name text);\ncreate view v as select 1 as one;\nselect na from a;\n';

  async function proposals(client: Client): Promise<ReadonlyMap<string, CompletionItem>> {
    await client.open('1.sql', sql);
    const answer = await client.connection.sendRequest(CompletionRequest.type, {
      textDocument: { uri: client.uri('1.sql') },
      position: { line: 2, character: 8 },
    });
    const items = answer === null ? [] : 'items' in answer ? answer.items : answer;
    return new Map(items.map((item) => [item.label, item]));
  }
  const range = (start: number, end: number) => ({
    start: { line: 2, character: start },
    end: { line: 2, character: end },
  });

  test('replace the word before the cursor', async (context) => {
    const found = await proposals(await serve(context));
    assert.deepEqual(found.get('name')?.textEdit, { newText: 'name', range: range(7, 8) });
  });

  test('insert or replace, where the editor lets its user choose', async (context) => {
    const completion = { completionItem: { insertReplaceSupport: true } };
    const found = await proposals(await serve(context, { textDocument: { completion } }));
    const edit = found.get('name')?.textEdit;
    assert.deepEqual(edit, InsertReplaceEdit.create('name', range(7, 8), range(7, 9)));
  });

  test('say of a relation what kind it is, unless it is a table', async (context) => {
    const client = await serve(context);
    await client.open('1.sql', `${sql}select 1 from \n`);
    const position = { line: 3, character: 14 };
    const textDocument = { uri: client.uri('1.sql') };
    const answer = await client.connection.sendRequest(CompletionRequest.type, { textDocument, position });
    const items = answer === null || !('items' in answer) ? [] : answer.items;
    const details = (name: string) => {
      const { detail, labelDetails } = items.find(({ label }) => label === name) ?? {};
      return { detail, labelDetails };
    };
    assert.deepEqual(details('v'), { detail: 'view', labelDetails: { detail: ' view' } });
    assert.deepEqual(details('a'), { detail: undefined, labelDetails: undefined });
  });

  test('say what they are, only as far as that is known', async (context) => {
    const found = await proposals(await serve(context));
    const said = (label: string) => {
      const { kind, detail, labelDetails } = found.get(label) ?? {};
      return { kind, detail, labelDetails };
    };
    assert.deepEqual(said('name'), {
      kind: CompletionItemKind.Field,
      detail: 'text',
      labelDetails: { detail: ' text', description: 'a' },
    });
    assert.deepEqual(said('id').labelDetails, { detail: ' int NOT NULL', description: 'a' });
    for (const [label, { detail, labelDetails = { description: undefined } }] of found) {
      assert.notEqual(detail, '', label);
      assert.notDeepEqual(labelDetails, {}, label);
    }
  });
});

describe('a request', () => {
  const parameters = { textDocument: { uri: 'file:///p/1.sql' } };
  const { token } = new CancellationTokenSource();
  let answer: Promise<unknown> | undefined;

  function listening(): { readonly lines: string[]; readonly console: { error: (line: string) => void } } {
    const lines: string[] = [];
    return { lines, console: { error: (line) => lines.push(line) } };
  }

  test('whose handler fails is answered with nothing, and the log says where', async () => {
    const { lines, console } = listening();
    const failing = guarded('Hover', console as never, null, async () => {
      await Promise.resolve();
      throw new Error('out of paper');
    });
    assert.equal(await failing(parameters, token), null);
    assert.equal(await failing({}, token), null);
    assert.match(lines[0] ?? '', /^Hover failed for file:\/\/\/p\/1\.sql: Error: out of paper\n {4}at /);
    assert.match(lines[1] ?? '', /^Hover failed for the workspace: Error: out of paper/);
  });

  test('that was cancelled before its handler begins does not begin', async () => {
    const { lines, console } = listening();
    const source = new CancellationTokenSource();
    const never = guarded('Hover', console as never, null, () => assert.fail('was called'));
    const refused = never(parameters, source.token);
    source.cancel();
    const error = await refused;
    assert.ok(error instanceof ResponseError);
    assert.equal(error.code, LSPErrorCodes.RequestCancelled);
    assert.deepEqual(lines, []);
  });

  test('that is cancelled while its handler works has what that finds', async () => {
    const { lines, console } = listening();
    const source = new CancellationTokenSource();
    let finish: ((value: string) => void) | undefined;
    const begun = new Promise<void>((begin) => {
      const working = guarded('Hover', console as never, 'nothing', () => {
        begin();
        return new Promise<string>((resolve) => {
          finish = resolve;
        });
      });
      answer = working(parameters, source.token);
    });
    await begun;
    source.cancel();
    finish?.('found');
    assert.equal(await answer, 'found');
    assert.deepEqual(lines, []);
  });

  test('errors are described with their stack, without one by their message, and others as they are', () => {
    const error = new Error('no stack');
    delete error.stack;
    assert.equal(describeError(error), 'no stack');
    assert.equal(describeError('torn'), 'torn');
    assert.match(describeError(new Error('x')), /served\.test\./);
  });
});
