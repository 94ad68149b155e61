// Requests that nobody waits for any more, and answers of the client that come late.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CancellationTokenSource,
  CodeActionRequest,
  CodeLensRequest,
  CompletionRequest,
  ConfigurationRequest,
  DefinitionRequest,
  DidChangeConfigurationNotification,
  DocumentSymbolRequest,
  ExecuteCommandRequest,
  HoverRequest,
  LSPErrorCodes,
  ResponseError,
  ShutdownRequest,
} from 'vscode-languageserver/node';
import { Client } from './client';

const start = { line: 0, character: 0 };
const sql = 'drop table users;\n';

describe('requests that are cancelled', () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
    await client.open('small.sql', sql);
  });
  after(() => client.stop());

  for (const type of [
    HoverRequest.type,
    CodeActionRequest.type,
    CompletionRequest.type,
    DefinitionRequest.type,
    DocumentSymbolRequest.type,
    CodeLensRequest.type,
    ExecuteCommandRequest.type,
  ]) {
    it(`are answered so: ${type.method}`, async () => {
      const uri = client.uri('small.sql');
      const parameters = {
        textDocument: { uri },
        position: start,
        range: { start, end: start },
        context: { diagnostics: [] },
        command: 'lockstep.status',
        arguments: [uri],
      };
      const source = new CancellationTokenSource();
      let requests: readonly Promise<unknown>[] = [];
      await client.atOnce(() => {
        requests = Array.from({ length: 30 }, () =>
          client.connection.sendRequest(type.method, parameters, source.token),
        );
        source.cancel();
      });
      for (const request of requests) {
        await assert.rejects(
          request,
          (error) => error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled,
        );
      }
    });
  }
});

describe('settings', () => {
  const off = { rules: { 'drop-table': 'off' } };
  const file = 'late.sql';
  /** Answers to the questions for settings, which the test gives when it likes. */
  let answers: ((settings: unknown) => void)[];
  let client: Client;
  before(async () => {
    client = await Client.start();
    client.connection.onRequest(
      ConfigurationRequest.type,
      ({ items }) =>
        new Promise((resolve) => {
          answers.push((settings) => {
            resolve(items.map(() => settings));
          });
        }),
    );
  });
  after(() => client.stop());

  async function asked(count: number): Promise<void> {
    while (answers.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  function change(): Promise<void> {
    return client.connection.sendNotification(DidChangeConfigurationNotification.type, { settings: null });
  }

  async function isReported(): Promise<boolean> {
    const found = await client.change(file, { start, end: start }, '\n');
    return found.some(({ code }) => code === 'drop-table');
  }

  it('that come late are obeyed then, and what is typed meanwhile is judged without them', async () => {
    answers = [];
    const opened = client.open(file, sql);
    await asked(1);
    assert.equal(await isReported(), true);
    await opened;
    const then = client.diagnostics(client.uri(file));
    answers[0]?.(off);
    assert.deepEqual(
      (await then).filter(({ code }) => code === 'drop-table'),
      [],
    );
    assert.equal(await isReported(), false);
    await client.close(file);
  });

  it('that are changed are obeyed when the answer is there, without a keystroke', async () => {
    answers = [];
    const opened = client.open(file, sql);
    await asked(1);
    answers[0]?.({});
    assert.ok((await opened).some(({ code }) => code === 'drop-table'));
    await change();
    await asked(2);
    const then = client.diagnostics(client.uri(file));
    answers[1]?.(off);
    assert.ok(!(await then).some(({ code }) => code === 'drop-table'));
    await client.close(file);
  });

  it('that were asked for before a change do not replace those of after it', async () => {
    answers = [];
    const opened = client.open(file, sql);
    await asked(1);
    await change();
    await asked(2);
    answers[1]?.(off);
    await opened;
    assert.equal(await isReported(), false);
    answers[0]?.({});
    assert.equal(await isReported(), false);
    await change();
    await change();
    await asked(4);
    answers[3]?.({});
    answers[2]?.(off);
    await client.command('lockstep.ping');
    assert.equal(await isReported(), true);
    await client.close(file);
  });
});

describe('an editor that takes its leave', () => {
  it('is told nothing any more, also of what was under way', async () => {
    const client = await Client.start();
    try {
      await client.open('small.sql', sql);
      assert.notEqual(await client.hover('small.sql', start), null);
      const before = client.published.length;
      // It takes longer to read than a slice is.
      void client.open('large.sql', 'create table t (id int, name text);\n'.repeat(5000));
      await client.connection.sendRequest(ShutdownRequest.type);
      assert.equal(await client.hover('small.sql', start), null);
      assert.equal(await client.hover('large.sql', start), null);
      assert.equal(client.published.length, before);
    } finally {
      await client.stop();
    }
  });
});
