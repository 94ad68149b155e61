import { deepEqual, equal } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readBranch } from '../../server/src/workspace/git-branch';
import { git as runGit } from '../git';

describe('the files of a branch', () => {
  let root = '';
  const git = (...words: readonly string[]): string => runGit(root, words);
  const listed = (branch: string, folder: string): readonly string[] =>
    git('ls-tree', '-r', '--name-only', `${branch}:${folder}`)
      .split('\n')
      .filter((name) => name !== '');
  const found = (branch: string, folder = 'db/migrations'): readonly string[] | undefined => {
    const there = readBranch(path.join(root, folder), branch);
    return there === undefined ? undefined : [...there.files].sort();
  };
  const write = (name: string, text: string): void => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  const commit = (): void => {
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
  };

  before(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lockstep-git-'));
    git('init', '-q', '-b', 'main');
    // Many versions of a large folder, so that trees are stored as what changed.
    for (let round = 0; round < 6; round++) {
      for (let number = 0; number < 60; number++) {
        write(`db/migrations/${round * 60 + number}_a.sql`, `SELECT ${number};\n`.repeat(50));
      }
      write(`db/migrations/sub/${round}.sql`, 'SELECT 1;\n');
      commit();
    }
    git('branch', 'release');
    git('checkout', '-q', '-b', 'feature');
    write('db/migrations/999_new.sql', 'SELECT 2;\n');
    commit();
    write('db/migrations/1000_not_added.sql', 'SELECT 3;\n');
  });
  after(() => {
    rmSync(root, { recursive: true });
  });

  it('from loose objects', () => {
    equal(found('main')?.length, 366);
    deepEqual(found('main'), [...listed('main', 'db/migrations')].sort());
    deepEqual(found('feature'), [...listed('feature', 'db/migrations')].sort());
  });

  it('from packs, with deltas, and packed references', () => {
    git('gc', '-q', '--aggressive', '--prune=now');
    for (const branch of ['main', 'feature', 'release']) {
      deepEqual(found(branch), [...listed(branch, 'db/migrations')].sort());
    }
    equal(found('main', 'db')?.length, 366);
  });

  it('by the default branch', () => {
    deepEqual(found('auto'), found('main'));
    git('update-ref', 'refs/remotes/origin/trunk', 'feature');
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
    deepEqual(found('auto'), found('feature'));
  });

  it('by an annotated tag', () => {
    git('tag', '-a', 'v1', '-m', 'x', 'main');
    deepEqual(found('v1'), found('main'));
  });

  it('in a work tree of its own', () => {
    const other = path.join(root, 'elsewhere');
    git('worktree', 'add', '-q', other, 'release');
    deepEqual(
      [...(readBranch(path.join(other, 'db/migrations'), 'main')?.files ?? [])].sort(),
      found('main'),
    );
  });

  it('of a folder that the branch does not have', () => {
    deepEqual(found('main', 'nowhere'), []);
  });

  it('of what is none', () => {
    equal(found('nothing'), undefined);
    equal(found('../../../etc/passwd'), undefined);
    equal(readBranch(tmpdir(), 'main'), undefined);
  });

  it('of a repository that is broken', () => {
    write('.git/refs/heads/broken', 'f'.repeat(40));
    equal(found('broken'), undefined);
    write('.git/refs/heads/worse', 'this is no id');
    equal(found('worse'), undefined);
  });
});
