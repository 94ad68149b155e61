// Which diagnostics and edits a client gets for which documents.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  type CreateFile,
  type DeleteFile,
  type Diagnostic,
  DiagnosticSeverity,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  type Hover,
  HoverRequest,
  type RenameFile,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { Client, rangeOf } from './client';

const folder = 'supabase/migrations';
const first = `${folder}/20200101000000_first.sql`;
const next = `${folder}/20300101000000_next.sql`;

function textOf(hover: Hover | null): string {
  return hover === null ? '' : (hover.contents as { value: string }).value;
}

async function openUri(client: Client, uri: string, text: string): Promise<void> {
  const textDocument = { uri, languageId: 'sql', version: 1, text };
  await client.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
}

describe('documents by their URI', () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
    await client.write('supabase/config.toml', '[db]\nmajor_version = 15\n');
  });
  after(() => client.stop());

  const sql = 'selekt 1;\n';
  const shown = (uri: string): readonly (readonly Diagnostic[])[] =>
    client.published.filter((other) => other.uri === uri).map(({ diagnostics }) => diagnostics);

  for (const [scheme, isJudged] of [
    ['git', false],
    ['gitlens', false],
    ['review', false],
    ['untitled', true],
  ] as const) {
    it(`of ${scheme}: ${isJudged ? 'get diagnostics' : 'are explained, and get no diagnostics'}`, async () => {
      const query = JSON.stringify({ path: path.join(client.folder, first), ref: 'HEAD' });
      const place = URI.from({ scheme, path: `/${first}`, query: scheme === 'untitled' ? '' : query });
      const uri = place.toString();
      await openUri(client, uri, `${sql}create table a (id int);\n`);
      const hover = await client.connection.sendRequest(HoverRequest.type, {
        textDocument: { uri },
        position: { line: 1, character: 2 },
      });
      assert.match(textOf(hover), /CREATE TABLE/);
      // The file itself is judged all the same, and by then the other was read.
      assert.equal((await client.open(first, sql)).length, 1);
      assert.equal(shown(uri).flat().length, isJudged ? 1 : 0);
      await client.close(first);
    });
  }
});

describe('one file that is open under two URIs', () => {
  it('is the text in the editor as long as one of them is open, and edits name that one', async () => {
    const client = await Client.start();
    try {
      await client.write('supabase/config.toml', '[db]\nmajor_version = 15\n');
      await client.write(first, 'create table users (id int);\n');
      const one = client.uri(first);
      const other = one.replace('first', '%66irst');
      const text = 'create table users (id int, name varchar(10));\ncreate unique index i on users (id);\n';
      const widening = 'alter table users alter column name type varchar(20);\n';
      const said = async (): Promise<string> => {
        await client.open(next, widening);
        return textOf(await client.hover(next, rangeOf(widening, 'varchar').start));
      };
      for (const [closed, stays] of [
        [other, one],
        [one, other],
      ] as const) {
        await openUri(client, one, text);
        await openUri(client, other, text);
        await client.connection.sendNotification(DidCloseTextDocumentNotification.type, {
          textDocument: { uri: closed },
        });
        assert.match(await said(), /^\*\*varchar\(10\) → varchar\(20\)\*\*/);
        await client.command('lockstep.precheck', stays, { line: 1, character: 0 });
        assert.equal(client.shown.at(-1), stays);
        const named = client.edits
          .flatMap(urisOf)
          .filter((uri) => URI.parse(uri).path === URI.parse(one).path);
        assert.deepEqual([...new Set(named)], [stays]);
        client.edits.length = 0;
        await client.connection.sendNotification(DidCloseTextDocumentNotification.type, {
          textDocument: { uri: stays },
        });
        assert.match(await said(), /not known/);
      }
    } finally {
      await client.stop();
    }
  });
});

function urisOf({ documentChanges = [] }: WorkspaceEdit): readonly string[] {
  return documentChanges.flatMap((change) => {
    if ('textDocument' in change) return [change.textDocument.uri];
    return change.kind === 'rename' ? [change.oldUri, change.newUri] : [change.uri];
  });
}

describe('a file with more findings than an editor shows', () => {
  it('keeps the most severe ones, of those the first ones, in the order of the text', async () => {
    const client = await Client.start();
    try {
      const warning = 'drop table t;\n';
      const error = 'selekt 1;\n';
      const text = warning.repeat(700) + error.repeat(3) + warning.repeat(700) + error;
      const found = await client.open('many.sql', text);
      assert.equal(found.length, 1000);
      const lines = found.map(({ range }) => range.start.line);
      assert.deepEqual(
        lines,
        [...lines].sort((a, b) => a - b),
      );
      const linesOf = (severity: DiagnosticSeverity): readonly number[] =>
        found.filter((one) => one.severity === severity).map(({ range }) => range.start.line);
      assert.deepEqual(linesOf(DiagnosticSeverity.Error), [700, 701, 702, 1403]);
      const warned = linesOf(DiagnosticSeverity.Warning);
      const expected = text.split('\n').flatMap((line, number) => (`${line}\n` === warning ? [number] : []));
      assert.deepEqual(warned, expected.slice(0, 996));
    } finally {
      await client.stop();
    }
  });
});

describe('new files', () => {
  it('are never written over what is there', async () => {
    const client = await Client.start();
    try {
      await client.write('supabase/config.toml', '[db]\nmajor_version = 15\n');
      await client.write(first, 'create table users (id int);\n');
      const text = 'alter table users add note text;\ncreate unique index i on users (id);\n';
      const found = await client.open(next, text);
      for (const command of ['rollback', 'validation']) {
        await client.command(`lockstep.${command}`, client.uri(next));
      }
      await client.command('lockstep.migration', client.uri(next), 'more');
      const fixes = (await Promise.all(found.map((one) => client.codeActions(next, one)))).flat();
      const edits = [...client.edits, ...fixes.flatMap(({ edit }) => (edit === undefined ? [] : [edit]))];
      assert.ok(operationsIn(edits).filter(({ kind }) => kind === 'create').length > 5);
      assertSpare(edits);
    } finally {
      await client.stop();
    }
  });
});

describe('files that get another name', () => {
  it('are never moved over what is there', async () => {
    const client = await Client.start();
    try {
      await client.write('supabase/config.toml', '[db]\nmajor_version = 15\n');
      await client.write(first, 'create table users (id int);\n');
      await client.write(next, 'create table orders (id int);\n');
      // The version of another one.
      const late = next.replace('next', 'too');
      await client.write(late, 'alter table users add note text;\n');
      const found = await client.open(late, 'alter table users add note text;\n');
      const finding = found.find(({ code }) => code === 'migration-version-order');
      assert.ok(finding);
      const edits = (await client.codeActions(late, finding)).flatMap(({ edit }) => edit ?? []);
      assert.ok(operationsIn(edits).some(({ kind }) => kind === 'rename'));
      assertSpare(edits);
    } finally {
      await client.stop();
    }
  });
});

type Operation = CreateFile | RenameFile | DeleteFile;

function operationsIn(edits: readonly WorkspaceEdit[]): readonly Operation[] {
  return edits.flatMap(({ documentChanges = [] }) =>
    documentChanges.flatMap((change) => ('kind' in change ? [change] : [])),
  );
}

/** A client that may overwrite deletes a file; one that may ignore that it exists writes into its text. */
function assertSpare(edits: readonly WorkspaceEdit[]): void {
  for (const operation of operationsIn(edits)) {
    assert.ok(operation.kind !== 'delete');
    assert.notEqual(operation.options?.overwrite, true);
    assert.notEqual(operation.options?.ignoreIfExists, true);
  }
}
