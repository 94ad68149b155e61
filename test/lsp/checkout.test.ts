import assert from 'node:assert/strict';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import {
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  FileChangeType,
} from 'vscode-languageserver/node';
import { Client } from './client';

const count = 300;
const name = (n: number): string => `m/${String(n).padStart(4, '0')}_a.sql`;
const newest = name(count);
/** What is said of the newest migration depends on two of the others. */
const text = `ALTER TABLE t150 ALTER COLUMN name TYPE varchar(20);\nCREATE INDEX t7_name ON t7 (name);\n-- \n`;

function table(n: number, length: number): string {
  return `CREATE TABLE t${n} (id bigint PRIMARY KEY, name varchar(${length}));\nCREATE INDEX ON t${n} (name, id);\n`;
}

function write(client: Client, n: number, content: string): void {
  const file = path.join(client.folder, name(n));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
}

async function tell(client: Client, numbers: readonly number[], type: FileChangeType): Promise<void> {
  const changes = numbers.map((n) => ({ uri: client.uri(name(n)), type }));
  await client.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
}

function said(diagnostics: readonly Diagnostic[]): readonly unknown[] {
  return diagnostics.map(({ code, message, range }) => [code, message, range.start]);
}

/** What a server says that knows nothing of what was there before. */
async function saidAfresh(folder: string): Promise<readonly unknown[]> {
  const client = await Client.start();
  try {
    cpSync(path.join(folder, 'm'), path.join(client.folder, 'm'), { recursive: true });
    return said(await client.open(newest, text));
  } finally {
    await client.stop();
  }
}

describe('files that change while they are read', () => {
  it('a branch is switched in the middle of the replay, and somebody types', async () => {
    const client = await Client.start();
    try {
      for (let n = 0; n < count; n++) write(client, n, table(n, 10));
      void client.open(newest, text);
      for (let from = 0; from < count; from += 30) {
        const burst = Array.from({ length: 30 }, (_, index) => from + index);
        for (const n of burst) {
          if (n % 7 === 0) rmSync(path.join(client.folder, name(n)));
          else write(client, n, table(n, 40));
        }
        await tell(client, burst, FileChangeType.Changed);
        const start = { line: 2, character: 3 };
        await client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
          textDocument: { uri: client.uri(newest), version: 10 + from },
          contentChanges: [{ range: { start, end: start }, text: 'x' }],
        });
      }
      const last = await client.settled(newest);
      assert.deepEqual(said(last), await saidAfresh(client.folder));
      assert.ok(last.some(({ code }) => code === 'alter-column-type-rewrites'));
      assert.deepEqual(client.messages, [], 'what is gone in a checkout is nothing to complain about');
    } finally {
      await client.stop();
    }
  });

  it('the folder is renamed and deleted while its newest migration is open', async () => {
    const client = await Client.start();
    try {
      for (let n = 0; n < count; n++) write(client, n, table(n, 40));
      const whole = said(await client.open(newest, text));
      renameSync(path.join(client.folder, 'm'), path.join(client.folder, 'renamed'));
      await tell(client, [0, 1], FileChangeType.Deleted);
      const without = said(await client.settled(newest));
      assert.notDeepEqual(without, whole);
      renameSync(path.join(client.folder, 'renamed'), path.join(client.folder, 'm'));
      await tell(client, [0, 1], FileChangeType.Created);
      assert.deepEqual(said(await client.settled(newest)), whole);
      rmSync(path.join(client.folder, 'm'), { recursive: true });
      await tell(client, [0, 1], FileChangeType.Deleted);
      assert.deepEqual(said(await client.settled(newest)), without);
    } finally {
      await client.stop();
    }
  });
});
