import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Hover } from 'vscode-languageserver/node';
import { Client, rangeOf } from './client';

const start = { line: 0, character: 0 };

/** A hover takes milliseconds; this is for a machine on which others work. What hangs takes minutes. In milliseconds. */
const patience = 20_000;

const columns = Array.from(
  { length: 40 },
  (_, index) => `  column_${index} text not null default '',\n`,
).join('');

/** Valid texts, of which one backspace makes one with a syntax error. */
const typed: Readonly<Record<string, readonly [text: string, removed: string]>> = {
  'an unpaired $$ in a comment': [
    `create table invoices (\n  amount numeric, /* in $$, never in cents */\n  currency text not null,\n${columns}  a int\n);`,
    'null,',
  ],
  'an unpaired $tag$ in a comment': [
    `create table invoices (\n  amount numeric, -- in $usd$\n  currency text not null,\n${columns}  a int\n);`,
    'null,',
  ],
  'an unpaired $$ in a name': [`select a$$b${' '.repeat(2000)} from t where a = 1;`, 'where'],
  'an unpaired $$ in a quoted name': [
    `select "a$$b"\n${columns.replaceAll(/\S/g, ' ')} from t where a = 1;`,
    'where',
  ],
  'an unpaired $$ in a string': [
    `insert into t values ('costs $$',${'\n\t'.repeat(500)} 1) returning a;`,
    'returning',
  ],
  'a quote in a comment': [
    `create table invoices (\n  amount numeric, /* the customer's */\n  currency text not null,\n${columns}  a int\n);`,
    'null,',
  ],
};

describe('one backspace in a text', () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
    await client.open('small.sql', 'create table users (id int, name varchar(10));\n');
  });
  after(() => client.stop());

  for (const [name, [text, removed]] of Object.entries(typed)) {
    it(`with ${name} does not delay the hover on another document`, async () => {
      const file = `${name.replaceAll(/\W/g, '_')}.sql`;
      await within('opening it', client.open(file, text));
      const { start: first } = rangeOf(text, removed);
      const place = { line: first.line, character: first.character + removed.length - 2 };
      const changed = client.change(
        file,
        { start: place, end: { ...place, character: place.character + 1 } },
        '',
      );
      const hover: Hover | null = await within('the hover', client.hover('small.sql', start));
      assert.match((hover?.contents as { value: string }).value, /^\*\*CREATE TABLE\*\* `users`/);
      const diagnostics = await within('the diagnostics', changed);
      assert.ok(diagnostics.some(({ code }) => code === 'syntax-error'));
    });
  }
});

async function within<Result>(what: string, work: Promise<Result>): Promise<Result> {
  const late = new AbortController();
  const tooLate = sleep(patience, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${what} was not there after ${patience / 1000} s`);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    late.abort();
  }
}
