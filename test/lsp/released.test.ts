// The light bulb on a migration that the default branch has: databases have run it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import type { CodeAction, Diagnostic } from 'vscode-languageserver/node';
import { Client } from './client';

const billing = 'supabase/migrations/20260211083000_billing_analytics.sql';
const rule = 'create-index-not-concurrent';

function release(cwd: string): void {
  const git = (...words: readonly string[]): void => {
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...words], { cwd });
  };
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '--no-gpg-sign', '-m', 'x');
  git('init', '-q', '--bare', '.git/remote.git');
  git('remote', 'add', 'origin', './.git/remote.git');
  git('push', '-q', 'origin', 'main');
}

async function actionsFor(
  client: Client,
  diagnostics: readonly Diagnostic[],
): Promise<readonly CodeAction[]> {
  const diagnostic = diagnostics.find(({ code }) => code === rule);
  assert.ok(diagnostic);
  const actions = await client.codeActions(billing, diagnostic);
  return actions.filter(({ title }) => !title.startsWith('Ignore'));
}

describe('a released migration in the editor', () => {
  it('has no quick fix, with the reason, until lockstep.json says that no branch counts', async () => {
    const client = await Client.start('supabase');
    try {
      release(client.folder);
      const diagnostics = await client.open(billing, readFileSync(path.join(client.folder, billing), 'utf8'));
      const released = await actionsFor(client, diagnostics);
      assert.ok(released.length > 0);
      for (const { disabled, edit, title } of released) {
        const reason = 'main already has this migration. Write the change into a new migration.';
        assert.deepEqual([disabled?.reason, edit], [reason, undefined], title);
      }
      const answer = client.diagnostics(client.uri(billing));
      await client.write('lockstep.json', '{ "defaultBranch": false, "rules": { "drop-column": "loud" } }');
      const pending = await actionsFor(client, await answer);
      assert.ok(pending.some(({ disabled, edit }) => disabled === undefined && edit !== undefined));
      assert.match(client.messages.join('\n'), /lockstep\.json: "drop-column" is one of/);
      assert.match(
        JSON.stringify(await client.command('lockstep.status', client.uri(billing))),
        /lockstep\.json/,
      );
    } finally {
      await client.stop();
    }
  });
});
