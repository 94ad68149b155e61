import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Diagnostic, Range } from 'vscode-languageserver/node';
import { Client } from './client';

const first = 'migrations/001_a.sql';
const second = 'migrations/002_b.sql';
/** Fails in a transaction, which goose opens and psql does not; goose stops at it where its marker is missing. */
const concurrent = 'create index concurrently i on users (id);\n';

function rulesOf(diagnostics: readonly Diagnostic[]): readonly unknown[] {
  return diagnostics.map(({ code }) => code);
}

function line(start: number, end: number): Range {
  return { start: { line: start, character: 0 }, end: { line: end, character: 0 } };
}

describe('a migration of goose that is being written', () => {
  let client: Client;
  before(async () => {
    client = await Client.start();
    client.settings = { lenses: true };
    await client.write(first, '');
    await client.write(second, concurrent);
    await client.open(first, '\n');
    assert.ok(!rulesOf(await client.open(second, concurrent)).includes('runner-marker-without-effect'));
  });
  after(() => client.stop());

  async function labelOf(file: string): Promise<string> {
    return ((await client.command('lockstep.status', client.uri(file))) as { label: string }).label;
  }

  it('is one with the last letter of its marker, and so is the one beside it; nothing has to be saved', async () => {
    const neighbour = client.diagnostics(client.uri(second));
    const found = await client.change(first, line(0, 1), `-- +goose Up\n${concurrent}`);
    assert.ok(rulesOf(found).includes('concurrently-in-transaction'), JSON.stringify(found));
    const beside = await neighbour;
    assert.ok(rulesOf(beside).includes('runner-marker-without-effect'), JSON.stringify(beside));
    assert.deepEqual(await Promise.all([first, second].map(labelOf)), [
      'goose · PostgreSQL 14',
      'goose · PostgreSQL 14',
    ]);
  });

  it('is none any more when the marker is deleted', async () => {
    const neighbour = client.diagnostics(client.uri(second));
    const found = await client.change(first, line(0, 1), '');
    assert.ok(!rulesOf(found).includes('concurrently-in-transaction'), JSON.stringify(found));
    assert.ok(!rulesOf(await neighbour).includes('runner-marker-without-effect'));
    assert.equal(await labelOf(second), 'psql · PostgreSQL 14');
  });

  it('has statements that end at its markers, and at none when it is no more', async () => {
    // The semicolon of the first statement is missing.
    const undone = '-- +goose U\ncreate table a (id int)\n-- +goose Down\ndrop table a;\n';
    const letter = { line: 0, character: '-- +goose U'.length };
    const hasError = (found: readonly Diagnostic[]): boolean => rulesOf(found).includes('syntax-error');
    const found = [
      await client.change(first, line(0, 2), undone),
      await client.change(first, { start: letter, end: letter }, 'p'),
      await client.change(first, { start: letter, end: { ...letter, character: letter.character + 1 } }, ''),
    ];
    assert.deepEqual(found.map(hasError), [true, false, true]);
    await client.change(first, line(0, 4), concurrent);
  });

  it('has the lenses of the one beside it asked for again, each time once', async () => {
    const before = client.lensRefreshes;
    const neighbour = client.diagnostics(client.uri(second));
    await client.change(first, line(0, 0), '-- +goose Up\n');
    await neighbour;
    await labelOf(second);
    assert.equal(client.lensRefreshes - before, 1);
  });
});
