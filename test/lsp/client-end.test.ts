import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../shared';

const server = path.join(root, 'dist/server.js');

/** The server ends within this time, also on a busy machine; without a watch it never does. In milliseconds. */
const patience = 30_000;

/** Loaded into the server before its own code: on a signal its main thread never comes back. */
const endlessLoop = `
if (require('node:worker_threads').isMainThread) process.on('SIGUSR2', () => { for (;;); });
`;

/** A client that starts a server, introduces itself, prints the number of the server's process, and waits. */
const client = `
const { fork, spawn } = require('node:child_process');
const [, server, transport, introduction] = process.argv;
const processId = introduction === 'named' ? process.pid : null;
const params = { processId, rootUri: null, capabilities: {} };
const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params };
const started = (child, answers) => answers.once(answers === child ? 'message' : 'data', () => console.log(child.pid));
if (transport === '--node-ipc') {
  const child = fork(server, [transport], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  started(child, child);
  child.send(initialize);
} else {
  const child = spawn(process.execPath, [server, ...(transport === 'none' ? [] : [transport])], { stdio: ['pipe', 'pipe', 'inherit'] });
  started(child, child.stdout);
  const content = JSON.stringify(initialize);
  child.stdin.write('Content-Length: ' + content.length + '\\r\\n\\r\\n' + content);
}
setInterval(() => undefined, 1e6);
`;

describe('a server whose client was killed', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-end-'));
  const loop = path.join(folder, 'loop.cjs');
  const started: number[] = [];
  before(() => {
    writeFileSync(loop, endlessLoop);
  });
  after(() => {
    for (const processId of started) kill(processId);
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts a client and with it a server; returns the client and the number of the server's process. */
  async function start(
    transport: string,
    introduction: string,
  ): Promise<{ parent: ChildProcess; pid: number }> {
    const parent = spawn(process.execPath, ['-e', client, server, transport, introduction], {
      env: { ...process.env, NODE_OPTIONS: `--require ${loop}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve, reject) => {
      parent.stdout.once('data', (data: Buffer) => {
        resolve(Number(data.toString()));
      });
      parent.once('exit', () => {
        reject(new Error('The client has ended before its server answered.'));
      });
    });
    started.push(pid, parent.pid ?? pid);
    return { parent, pid };
  }

  const ways: readonly (readonly [name: string, transport: string, introduction: string])[] = [
    ['over stdio', '--stdio', 'named'],
    ['over stdio, without an option', 'none', 'named'],
    ['over stdio, by a client that tells no process', '--stdio', 'nameless'],
    ['over IPC, as VS Code does', '--node-ipc', 'named'],
  ];
  for (const [name, transport, introduction] of ways) {
    it(`ends, started ${name}`, async () => {
      const { parent, pid } = await start(transport, introduction);
      assert.ok(isRunning(pid));
      parent.kill('SIGKILL');
      await ended(pid);
    });

    it(`ends while it is busy and reads nothing, started ${name}`, async () => {
      const { parent, pid } = await start(transport, introduction);
      process.kill(pid, 'SIGUSR2');
      await sleep(1500);
      assert.ok(isRunning(pid), 'a busy server stays as long as its client');
      parent.kill('SIGKILL');
      await ended(pid);
    });
  }

  it('ends also when another process had started it', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1e6)'], { stdio: 'ignore' });
    const child = fork(server, ['--node-ipc'], { execArgv: ['--require', loop] });
    assert.ok(other.pid !== undefined && child.pid !== undefined);
    started.push(other.pid, child.pid);
    const answered = new Promise((resolve) => child.once('message', resolve));
    const params = { processId: other.pid, rootUri: null, capabilities: {} };
    child.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
    await answered;
    child.kill('SIGUSR2');
    await sleep(1500);
    assert.ok(isRunning(child.pid), 'a busy server stays as long as its client');
    other.kill('SIGKILL');
    await ended(child.pid);
  });
});

function kill(processId: number): void {
  try {
    process.kill(processId, 'SIGKILL');
  } catch {
    // It has ended, as it should.
  }
}

async function ended(processId: number): Promise<void> {
  const deadline = Date.now() + patience;
  while (isRunning(processId)) {
    assert.ok(Date.now() < deadline, `the server still runs after ${patience / 1000} s`);
    await sleep(100);
  }
}

/** Whether a process runs. One that has ended stays in the list until its parent, here the system's, has asked for it. */
function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
  } catch {
    return false;
  }
  const status = `/proc/${processId}/stat`;
  return !existsSync(status) || !readFileSync(status, 'utf8').includes(') Z ');
}
