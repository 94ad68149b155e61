import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CancellationTokenSource,
  CodeActionRequest,
  CodeLensRequest,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DocumentSymbolRequest,
  ErrorCodes,
  FoldingRangeRequest,
  type Hover,
  HoverRequest,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver/node';
import type { Status } from '../../server/src/lsp/protocol';
import { Client, rangeOf } from './client';

const start = { line: 0, character: 0 };
const small = 'create table users (id int, name varchar(10));\n';

function rulesOf(diagnostics: readonly Diagnostic[]): readonly unknown[] {
  return diagnostics.map(({ code }) => code);
}

function messageOf(diagnostic: Diagnostic | undefined): string {
  return typeof diagnostic?.message === 'string' ? diagnostic.message : '';
}

function textOf(hover: Hover | null): string {
  return hover === null ? '' : (hover.contents as { value: string }).value;
}

/** What `pg_dump --schema-only` writes of so many tables. */
function schemaDump(tables: number): string {
  return Array.from(
    { length: tables },
    (_, index) =>
      `CREATE TABLE public.t${index} (\n    id bigint NOT NULL,\n    name text,\n    made_at timestamptz DEFAULT now()\n);\n` +
      `ALTER TABLE ONLY public.t${index} ADD CONSTRAINT t${index}_pkey PRIMARY KEY (id);\n` +
      `CREATE INDEX t${index}_name ON public.t${index} USING btree (name);\n`,
  ).join('');
}

/** More characters than are analysed. */
const rows = "INSERT INTO public.t0 VALUES (1, 'name', now());\n".repeat(1_050_000);

describe('what no migration should be', () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
    await client.open('small.sql', small);
  });
  after(() => client.stop());

  /** The server is there, and knows the small document. */
  async function isAlive(): Promise<void> {
    assert.match(textOf(await client.hover('small.sql', start)), /^\*\*CREATE TABLE\*\* `users`/);
  }

  it('half a statement is an error of that statement alone', async () => {
    const text = 'create table a (b int);\nalter table a add\n\n;\ncreate index on users (id';
    const found = await client.open('half.sql', text);
    assert.deepEqual(
      found.map(({ code, range }) => [code, range.start.line]),
      [
        ['syntax-error', 1],
        ['syntax-error', 4],
      ],
    );
    assert.match(textOf(await client.hover('half.sql', start)), /CREATE TABLE/);
    assert.equal(await client.hover('half.sql', { line: 4, character: 3 }), null);
  });

  it('a quote that nobody closes is said where it begins, and heals', async () => {
    const text =
      'select 1;\ncreate function f() returns int language sql as $body$\n  select 2;\nselect 3;\n';
    const [error, ...others] = await client.open('quote.sql', text);
    assert.equal(messageOf(error), 'Nothing closes this quote: $body$.');
    assert.deepEqual(error?.range.start, rangeOf(text, '$body$').start);
    assert.deepEqual(others, []);
    const end = { line: 4, character: 0 };
    assert.deepEqual(await client.change('quote.sql', { start: end, end }, '$body$;\n'), []);
  });

  it('binary bytes have an answer', async () => {
    const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, index) => (index * 7919) % 256));
    assert.ok((await client.open('binary.sql', bytes.toString('latin1'))).length > 0);
    assert.ok((await client.open('invalid.sql', bytes.toString('utf8'))).length > 0);
    assert.ok((await client.open('utf16.sql', Buffer.from(small, 'utf16le').toString('latin1'))).length > 0);
    await client.open('surrogates.sql', "select '\ud800'; select '\udfff\ud800'; -- \udc00\n");
    await isAlive();
  });

  it('a dump of 50 MB is not read, and that is said', async () => {
    assert.ok(rows.length > 50_000_000);
    const [only, ...others] = await client.open('rows.sql', rows);
    assert.equal(only?.code, 'file-too-large');
    assert.match(messageOf(only), /^This file has 51 million characters\./);
    assert.deepEqual(others, []);
    assert.equal(await client.hover('rows.sql', start), null);
    const [typed] = await client.change('rows.sql', { start, end: start }, '-- a\n');
    assert.equal(typed?.code, 'file-too-large');
    const status = (await client.command('lockstep.status', client.uri('rows.sql'))) as { label: string };
    assert.match(status.label, /PostgreSQL 14$/);
    await client.command('lockstep.rollback', client.uri('rows.sql'));
    assert.equal(client.messages.at(-1), 'This file is too large to be analysed.');
    await client.close('rows.sql');
    await isAlive();
  });

  it('what is too large is analysed as soon as it is small enough', async () => {
    const large = await client.open('shrinking.sql', `alter table users add column a b c;\n${rows}`);
    assert.deepEqual(rulesOf(large), ['file-too-large']);
    const end = { line: 1_050_001, character: 0 };
    const cut = await client.change('shrinking.sql', { start: { line: 1, character: 0 }, end }, '');
    assert.deepEqual(rulesOf(cut), ['syntax-error']);
  });

  it('while a large document is read, others are answered, and it can be typed in', async () => {
    const text = schemaDump(4000);
    const uri = client.uri('schema.sql');
    /** What came, in the order in which it came. */
    const arrived: string[] = [];
    const note = async <Result>(name: string, answer: Promise<Result>): Promise<Result> => {
      const result = await answer;
      arrived.push(name);
      return result;
    };
    let large: Promise<readonly Diagnostic[]> | undefined;
    let outline: Promise<readonly unknown[] | null> | undefined;
    let typed: Promise<readonly Diagnostic[]> | undefined;
    const alive: Promise<void>[] = [];
    await client.atOnce(() => {
      large = note('large', client.open('schema.sql', text));
      outline = client.connection.sendRequest(DocumentSymbolRequest.type, { textDocument: { uri } });
      for (let times = 0; times < 5; times++) alive.push(note('hover', isAlive()));
      typed = note('other', client.open('other.sql', 'alter table users alter column id set not nul;\n'));
      void client.change('schema.sql', { start, end: start }, 'selekt 1;\n');
      alive.push(note('hover', isAlive()));
    });
    const [error, ...others] = (await large) ?? [];
    // Nobody waited for the large document, and it can be typed in.
    assert.deepEqual(arrived.toSorted(), [...Array<string>(6).fill('hover'), 'large', 'other']);
    assert.equal(arrived.at(-1), 'large');
    await Promise.all(alive);
    assert.deepEqual(rulesOf((await typed) ?? []), ['syntax-error']);
    assert.equal(error?.code, 'syntax-error');
    assert.deepEqual(error.range.start, start);
    assert.deepEqual(others, []);
    assert.equal((await outline)?.length, 3 * 4000);
    const healed = await client.change('schema.sql', { start, end: { line: 1, character: 0 } }, '');
    assert.deepEqual(healed, []);
    assert.match(textOf(await client.hover('schema.sql', start)), /`public.t0`|`t0`/);
    await client.close('schema.sql');
  });

  it('a large document that is closed while it is read is forgotten', async () => {
    const uri = client.uri('closed.sql');
    const cleared = client.open('closed.sql', schemaDump(4000));
    await client.close('closed.sql');
    assert.deepEqual(await cleared, []);
    await isAlive();
    assert.deepEqual(await client.open('closed.sql', 'selekt 1;').then(rulesOf), ['syntax-error']);
    assert.equal(client.published.findLast((parameters) => parameters.uri === uri)?.diagnostics.length, 1);
  });

  it('a flood of changes ends with what the text then is', async () => {
    const text = 'create index on users (id);\n'.repeat(50);
    await client.open('flood.sql', text);
    const uri = client.uri('flood.sql');
    const seen = client.published.length;
    const word = 'alter table users add column flooded integer;\n';
    await client.atOnce(() => {
      for (let round = 0; round < 40; round++) {
        for (const [character, typed] of word.split(/(?!^)/u).entries()) {
          void client.connection.sendNotification(DidChangeTextDocumentNotification.type, {
            textDocument: { uri, version: 100 + round * word.length + character },
            contentChanges: [
              { range: { start: { line: 0, character }, end: { line: 0, character } }, text: typed },
            ],
          });
        }
      }
    });
    const hover = await client.hover('flood.sql', start);
    assert.match(textOf(hover), /^\*\*ALTER TABLE\*\* `users`/);
    const sent = client.published.slice(seen).filter((parameters) => parameters.uri === uri);
    assert.ok(sent.length < word.length * 4, `${sent.length} answers to ${40 * word.length} changes`);
    await client.change('flood.sql', { start, end: start }, 'select 1;\n');
    const last = await client.settled('flood.sql');
    await client.close('flood.sql');
    const fresh = await client.open('flood.sql', `select 1;\n${word.repeat(40)}${text}`);
    assert.deepEqual(rulesOf(last), rulesOf(fresh));
  });

  it('requests that are cancelled, or ask for nothing, are answered', async () => {
    const source = new CancellationTokenSource();
    const textDocument = { uri: client.uri('small.sql') };
    const requests = Array.from({ length: 50 }, () =>
      client.connection.sendRequest(HoverRequest.type, { textDocument, position: start }, source.token),
    );
    source.cancel();
    const answered = await Promise.allSettled(requests);
    const codes = answered.flatMap((result) =>
      result.status === 'rejected' ? [(result.reason as ResponseError).code] : [],
    );
    // The first ones may be answered before the server hears that nobody wants to know.
    for (const code of codes) assert.equal(code, LSPErrorCodes.RequestCancelled);
    for (const result of answered) {
      if (result.status === 'fulfilled') assert.match(textOf(result.value), /^\*\*CREATE TABLE\*\*/);
    }
    const nowhere = { uri: client.uri('nowhere.sql') };
    const range = { start, end: start };
    const context = { diagnostics: [] };
    const { connection } = client;
    assert.equal(
      await connection.sendRequest(HoverRequest.type, { textDocument: nowhere, position: start }),
      null,
    );
    for (const type of [DocumentSymbolRequest.type, FoldingRangeRequest.type, CodeLensRequest.type]) {
      assert.deepEqual(await connection.sendRequest<unknown>(type.method, { textDocument: nowhere }), []);
    }
    const actions = { textDocument: nowhere, range, context };
    assert.deepEqual(await connection.sendRequest(CodeActionRequest.type, actions), []);
    for (const [at, answer] of [
      [-1, /^\*\*CREATE TABLE\*\*/],
      [1e9, /^$/],
    ] as const) {
      const position = { line: at, character: at };
      assert.match(
        textOf(await connection.sendRequest(HoverRequest.type, { textDocument, position })),
        answer,
      );
    }
    await isAlive();
  });

  it('messages that no editor should send do no harm', async () => {
    const { connection } = client;
    await assert.rejects(
      connection.sendRequest('textDocument/unheardOf', {}),
      (error) => error instanceof ResponseError && error.code === ErrorCodes.MethodNotFound,
    );
    await assert.rejects(connection.sendRequest('textDocument/hover', 7));
    for (const parameters of [undefined, [], [7], ['no uri'], [client.uri('small.sql'), 'x'], [null, null]]) {
      for (const command of ['rollback', 'validation', 'precheck', 'migration', 'status', 'status.show']) {
        await connection.sendRequest('workspace/executeCommand', {
          command: `lockstep.${command}`,
          arguments: parameters,
        });
      }
    }
    await client.command('lockstep.unheardOf');
    const textDocument = { uri: client.uri('never-opened.sql'), version: 3 };
    await connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument,
      contentChanges: [{ range: { start, end: start }, text: 'x' }],
    });
    await client.close('never-opened.sql');
    await client.open('twice.sql', 'selekt 1;');
    assert.deepEqual(rulesOf(await client.open('twice.sql', 'select 1;')), []);
    await isAlive();
  });
});

describe('folders as they are found', () => {
  const next = 'supabase/migrations/20300101000000_next.sql';
  /** A scan is all that remains of the change when the type so far is known. */
  const widening = 'alter table users alter column name type varchar(20);\n';

  async function inFolder(work: (client: Client) => Promise<void>, example?: string): Promise<void> {
    const client = await Client.start(example);
    try {
      await work(client);
    } finally {
      await client.stop();
    }
  }

  /** What is said of a change whose cost depends on an earlier migration. */
  async function typeChange(client: Client): Promise<string> {
    await client.open(next, widening);
    return textOf(await client.hover(next, rangeOf(widening, 'varchar').start));
  }

  for (const [encoding, bytes] of [
    ['CRLF', Buffer.from(small.replaceAll('\n', '\r\n'))],
    ['a byte order mark', Buffer.from(`\ufeff${small}`)],
    ['UTF-16', Buffer.from(`\ufeff${small}`, 'utf16le')],
    ['UTF-16, the other way round', Buffer.from(`\ufeff${small}`, 'utf16le').swap16()],
  ] as const) {
    it(`an earlier migration may be written with ${encoding}`, () =>
      inFolder(async (client) => {
        await client.write('supabase/config.toml', '[db]\nmajor_version = 15\n');
        await client.write('supabase/migrations/20200101000000_first.sql', bytes);
        assert.match(
          await typeChange(client),
          /^\*\*varchar\(10\) → varchar\(20\)\*\*.*No rewrite, no index/s,
        );
      }));
  }

  it('files that are no text are passed over, and that is said once', () =>
    inFolder(async (client) => {
      await client.write('supabase/config.toml', Buffer.from([0, 255, 0, 1, 2, 3]));
      await client.write('supabase/migrations/20200101000000_first.sql', small);
      await client.write('supabase/migrations/20200102000000_binary.sql', Buffer.from([0, 1, 2, 255, 254]));
      await client.write('supabase/migrations/20200103000000_empty.sql', '');
      await client.write('package.json', '{ "dependencies": [');
      assert.match(await typeChange(client), /^\*\*varchar\(10\) → varchar\(20\)\*\*/);
      const said =
        'Not all earlier migrations can be read: "20200102000000_binary.sql" is not a text file. ' +
        'From there on, missing and duplicate objects are not reported.';
      await client.write('supabase/migrations/20200103000000_empty.sql', ' ');
      await typeChange(client);
      assert.deepEqual(client.messages, [said]);
      const { details } = (await client.command('lockstep.status', client.uri(next))) as Status;
      assert.equal(details.at(-1), said);
    }));

  it('a dump of 50 MB may be the first migration, and nobody waits for it', () =>
    inFolder(async (client) => {
      await client.write('supabase/config.toml', '[db]\nmajor_version = 15\n');
      await client.write('supabase/migrations/20200101000000_dump.sql', `${small}${rows}`);
      await client.open('elsewhere/small.sql', small);
      const change = typeChange(client).then((text) => ({ text, at: performance.now() }));
      assert.match(textOf(await client.hover('elsewhere/small.sql', start)), /^\*\*CREATE TABLE\*\*/);
      const answered = performance.now();
      const { text, at } = await change;
      assert.ok(at > answered, 'the hover must not wait for the dump');
      assert.match(text, /^\*\*varchar\(10\) → varchar\(20\)\*\*/);
    }));

  it('a file that is deleted while it is open is still judged, until it is closed', () =>
    inFolder(async (client) => {
      const first = 'supabase/migrations/20200101000000_first.sql';
      await client.write('supabase/config.toml', '[db]\nmajor_version = 15\n');
      await client.write(first, small);
      await client.open(first, small);
      assert.match(await typeChange(client), /^\*\*varchar\(10\)/);
      await client.delete(first);
      assert.match(await typeChange(client), /^\*\*varchar\(10\)/);
      assert.deepEqual(rulesOf(await client.change(first, { start, end: start }, 'selekt 1;\n')), [
        'syntax-error',
      ]);
      await client.command('lockstep.rollback', client.uri(first));
      await client.close(first);
      assert.match(await typeChange(client), /whose current type is not known/);
    }));

  it('a large file that is open under two names is analysed under both', () =>
    inFolder(async (client) => {
      const uri = client.uri('Big.sql');
      const uris = [uri, uri.replace('Big', '%42ig')];
      const found = await Promise.all(
        uris.map(async (name) => {
          const answer = client.diagnostics(name);
          const textDocument = {
            uri: name,
            languageId: 'sql',
            version: 1,
            text: `selekt 1;\n${schemaDump(500)}`,
          };
          await client.connection.sendNotification('textDocument/didOpen', { textDocument });
          return answer;
        }),
      );
      assert.deepEqual(found.map(rulesOf), [['syntax-error'], ['syntax-error']]);
    }));

  it('a folder without a migration is told so, and gets its first one', () =>
    inFolder(async (client) => {
      assert.deepEqual(await client.open('notes.sql', ''), []);
      for (const command of ['rollback', 'validation']) {
        await client.command(`lockstep.${command}`, client.uri('notes.sql'));
      }
      assert.equal(client.messages.length + client.edits.length, 2, client.messages.join(' '));
      await client.command('lockstep.migration', client.uri('notes.sql'), 'first of all');
      assert.match(JSON.stringify(client.edits.at(-1) ?? client.messages.at(-1)), /first_of_all/);
    }));

  it('two projects in one editor are judged each as its own', () =>
    inFolder(async (client) => {
      const sql = 'select 1;\ncreate index concurrently on users (id);\n';
      const files = ['supabase/supabase/migrations/20300101000000_a.sql', 'plain/900_a.sql'] as const;
      const labels: string[] = [];
      for (const file of files) {
        await client.open(file, sql);
        const { label } = (await client.command('lockstep.status', client.uri(file))) as { label: string };
        labels.push(label);
      }
      assert.match(labels[0] ?? '', /^Supabase CLI 2\.109\.1 · PostgreSQL 15$/);
      assert.doesNotMatch(labels[1] ?? '', /Supabase/);
      const [ofSupabase, ofPlain] = files.map((file) =>
        client.published.findLast(({ uri }) => uri === client.uri(file)),
      );
      assert.ok(rulesOf(ofSupabase?.diagnostics ?? []).includes('concurrently-in-transaction'));
      assert.deepEqual(ofPlain?.diagnostics, []);
      await client.change(files[0], { start, end: start }, 'create table only_here (a int);\n');
      assert.doesNotMatch(
        textOf(await client.hover(files[1], { line: 0, character: 2 })),
        /only_here|has made it/,
      );
    }, '.'));
});
