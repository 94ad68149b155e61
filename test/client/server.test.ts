import { FakeClient, FakeProcess } from './editor';
import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, mock, test } from 'node:test';
import type { ExtensionContext } from 'vscode';
import { Server, type Trouble } from '../../client/src/server';

/** Lets all run that only waits for its turn. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

/** Lets time go by, in steps in which answers can come. */
async function pass(milliseconds: number): Promise<void> {
  let left = milliseconds;
  do {
    const step = Math.min(left, 1000);
    mock.timers.tick(step);
    await settled();
    left -= step;
  } while (left > 0);
}

describe('a server that the client looks after', () => {
  let server: Server;
  let client: FakeClient;
  let troubles: (Trouble | undefined)[];

  before(() => {
    mock.timers.enable({ apis: ['setInterval', 'setTimeout', 'Date'] });
  });
  after(() => {
    mock.timers.reset();
  });
  beforeEach(() => {
    const context = { asAbsolutePath: (file: string) => `/e/${file}` };
    server = new Server(context as ExtensionContext, {});
    client = FakeClient.current;
    troubles = [];
    server.onDidChangeTrouble(() => troubles.push(server.trouble));
  });

  const crash = async (): Promise<void> => {
    client.state = 1;
    assert.equal(client.options.errorHandler.closed().action, 1);
    await settled();
  };

  test('is no trouble when it runs', async () => {
    await server.start();
    assert.deepEqual([client.starts, server.trouble, troubles], [1, undefined, []]);
    await server.stop();
  });

  for (const outcome of ['fails', 'ends at once'] as const) {
    test(`has ended when its start ${outcome}`, async () => {
      client.outcome = outcome;
      await server.start();
      assert.deepEqual([client.starts, troubles], [1, ['ended']]);
      await pass(60_000);
      assert.equal(client.starts, 1);
      await server.stop();
    });
  }

  test('is started again when it has ended, after a rest', async () => {
    await server.start();
    await crash();
    await pass(499);
    assert.equal(client.starts, 1);
    await pass(1);
    assert.deepEqual([client.starts, troubles], [2, []]);
    await server.stop();
  });

  test('that ends five times within three minutes is left alone, until somebody starts it', async () => {
    await server.start();
    for (let time = 1; time <= 5; time++) {
      assert.equal(server.trouble, undefined);
      await crash();
      await pass(40_000);
    }
    assert.deepEqual([client.starts, troubles], [5, ['ended']]);
    await server.restart();
    assert.deepEqual([client.starts, troubles], [6, ['ended', undefined]]);
    await crash();
    await pass(500);
    assert.deepEqual([client.starts, server.trouble], [7, undefined]);
    await server.stop();
  });

  test('that ends now and then is always started again', async () => {
    await server.start();
    for (let time = 1; time <= 8; time++) {
      await crash();
      await pass(50_000);
    }
    assert.deepEqual([client.starts, troubles], [9, []]);
    await server.stop();
  });

  test('is silent when it does not answer for three beats, until it does', async () => {
    client.isSlow = true;
    await server.start();
    await pass(5000);
    assert.equal(client.pings.length, 1);
    await pass(10_000);
    assert.deepEqual(troubles, []);
    await pass(5000);
    assert.deepEqual([client.pings.length, troubles], [1, ['silent']]);
    client.pings[0]?.answer();
    await settled();
    assert.deepEqual(troubles, ['silent', undefined]);
    await pass(5000);
    client.pings[1]?.refuse();
    await settled();
    await pass(5000);
    assert.deepEqual([client.pings.length, troubles.length], [3, 2]);
    await server.stop();
  });

  test('is silent when its start takes so long', async () => {
    client.outcome = 'takes for ever';
    void server.start();
    await pass(14_999);
    assert.deepEqual(troubles, []);
    await pass(1);
    assert.deepEqual([client.pings.length, troubles], [0, ['silent']]);
    await server.stop();
  });

  test('is not asked while it does not run, and not after its end', async () => {
    client.isSlow = true;
    await pass(30_000);
    assert.deepEqual([client.pings.length, troubles], [0, []]);
    await server.start();
    await server.stop();
    client.state = 2;
    await pass(30_000);
    assert.equal(client.pings.length, 0);
  });

  test('is ended by force when it does not listen, and then started', async () => {
    await server.start();
    const program = (client.serverProcess = new FakeProcess());
    const both = Promise.all([server.restart(), server.restart()]);
    await settled();
    // Its end in the middle of that is what was asked for.
    await crash();
    assert.deepEqual([client.stops, client.starts, program.kills], [1, 1, []]);
    client.state = 1;
    await pass(1000);
    assert.deepEqual(program.kills, ['SIGKILL']);
    await pass(0);
    await both;
    assert.deepEqual([client.starts, troubles], [2, []]);
    client.serverProcess = undefined;
    await server.stop();
  });

  test('that ends as it was asked to is not killed', async () => {
    await server.start();
    const program = (client.serverProcess = new FakeProcess());
    const done = server.restart();
    await settled();
    program.exitCode = 0;
    program.emit('close');
    await settled();
    await pass(0);
    await done;
    assert.deepEqual([program.kills, client.starts], [[], 2]);
    client.serverProcess = undefined;
    await server.stop();
  });

  test('is not waited for when the window closes: what ends then is no crash', async () => {
    await server.start();
    await server.stop();
    await crash();
    await pass(60_000);
    assert.equal(client.starts, 1);
  });

  test('writes what goes wrong to the output only, and is stopped only when it runs', async () => {
    client.error('no', { data: 1 });
    assert.deepEqual(client.errors, [['no', { data: 1 }, false]]);
    await client.stop();
    assert.equal(client.stops, 0);
    await server.start();
    await client.stop();
    assert.equal(client.stops, 1);
    assert.equal(client.options.initializationFailedHandler(), false);
    await server.stop();
  });
});
