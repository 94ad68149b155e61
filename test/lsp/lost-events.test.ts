import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Client } from './client';

const merged = 'supabase/migrations/20260211083000_billing_analytics.sql';
const edited = 'applied-migration-edited';

/**
 * Editors lose events: on a busy machine VS Code hears of a new folder, and of nothing that is put into it before the
 * folder is watched. What lies outside of the folder that is open it does not watch at all. Here nobody tells anything.
 */
describe('a change on disk of which the editor does not tell', () => {
  it('a first fetch finds the migration merged, at the very commit that was one’s own', async () => {
    await inRepository([], async (client, git) => {
      git('update-ref', 'refs/remotes/origin/main', 'main');
      await waitFor(client, merged, (rules) => rules.includes(edited));
    });
  });

  it('the references are packed, and a push of others moves the branch', async () => {
    await inRepository([], async (client, git) => {
      git('commit', '-q', '--allow-empty', '-m', 'x');
      git('update-ref', 'refs/remotes/origin/main', 'main');
      git('pack-refs', '--all');
      await waitFor(client, merged, (rules) => rules.includes(edited));
      git('rm', '-q', '--cached', merged);
      git('commit', '-q', '-m', 'x');
      git('update-ref', 'refs/remotes/origin/main', 'main');
      await waitFor(client, merged, (rules) => !rules.includes(edited));
    });
  });

  it('the remote gets another default branch', async () => {
    await inRepository([], async (client, git) => {
      git('update-ref', 'refs/remotes/origin/trunk', 'main');
      git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
      await waitFor(client, merged, (rules) => rules.includes(edited));
    });
  });

  it('the repository lies elsewhere and names its work tree, as that of a submodule does', async () => {
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), 'lockstep-git-'));
    try {
      await inRepository(['--separate-git-dir', path.join(elsewhere, 'git')], async (client, git) => {
        git('config', 'core.worktree', client.folder);
        git('update-ref', 'refs/remotes/origin/main', 'main');
        await waitFor(client, merged, (rules) => rules.includes(edited));
      });
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('a generator writes a migration into a folder of its own, writes it anew and deletes it', async () => {
    const client = await Client.start('prisma');
    try {
      const newest = 'prisma/migrations/20991231000000_last/migration.sql';
      const before = 'prisma/migrations/20991230000000_new/migration.sql';
      const twice = 'object-already-exists';
      const text = 'CREATE TABLE "Novelty" ("a" integer);\n';
      assert.ok(!rulesOf(await client.open(newest, text)).includes(twice));
      write(client, before, text);
      await waitFor(client, newest, (rules) => rules.includes(twice));
      write(client, before, text.replace('Novelty', 'Novelties'));
      await waitFor(client, newest, (rules) => !rules.includes(twice));
      write(client, before, text);
      await waitFor(client, newest, (rules) => rules.includes(twice));
      rmSync(path.dirname(path.join(client.folder, before)), { recursive: true });
      await waitFor(client, newest, (rules) => !rules.includes(twice));
    } finally {
      await client.stop();
    }
  });
});

type Git = (...words: readonly string[]) => void;

/** Runs `work` in a repository whose `main` has a migration that has been changed since, and which nobody shares yet. */
async function inRepository(
  options: readonly string[],
  work: (client: Client, git: Git) => Promise<void>,
): Promise<void> {
  const client = await Client.start('supabase');
  const git: Git = (...words) => {
    execFileSync('git', ['-c', 'user.name=x', '-c', 'user.email=x@x', ...words], { cwd: client.folder });
  };
  try {
    git('init', '-q', '-b', 'main', ...options);
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    const text = readFileSync(path.join(client.folder, merged), 'utf8');
    const rules = rulesOf(await client.open(merged, text.replace('billing_by_day', 'billing_by_month')));
    assert.ok(!rules.includes(edited), rules.join());
    await work(client, git);
  } finally {
    await client.stop();
  }
}

function write({ folder }: Client, file: string, content: string): void {
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, content);
}

function rulesOf(diagnostics: readonly { readonly code?: unknown }[]): readonly unknown[] {
  return diagnostics.map(({ code }) => code);
}

/** Waits until the rules of a document's diagnostics are as expected; without a limit of its own. */
async function waitFor(
  client: Client,
  file: string,
  isExpected: (rules: readonly unknown[]) => boolean,
): Promise<void> {
  const uri = client.uri(file);
  const known = client.published.findLast((parameters) => parameters.uri === uri);
  let said: readonly { readonly code?: unknown }[] = known?.diagnostics ?? [];
  while (!isExpected(rulesOf(said))) said = await client.diagnostics(uri);
}
