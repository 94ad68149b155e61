import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { deflateSync } from 'node:zlib';
import { type Branch, readBranch } from '../../server/src/workspace/git-branch';

/** A repository that is written object by object, as git itself would never write it. */
class MadeRepository {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'lockstep-hostile-'));

  write(name: string, content: string | Buffer): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  object(type: string, data: Buffer): string {
    const content = Buffer.concat([Buffer.from(`${type} ${data.length}\0`), data]);
    const id = createHash('sha1').update(content).digest('hex');
    this.write(`.git/objects/${id.slice(0, 2)}/${id.slice(2)}`, deflateSync(content));
    return id;
  }

  tree(entries: readonly (readonly [mode: string, name: string, id: string])[]): string {
    const lines = entries.map(([mode, name, id]) =>
      Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]),
    );
    return this.object('tree', Buffer.concat(lines));
  }

  main(tree: string): void {
    const who = 'a <a> 1 +0000';
    const text = `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nx\n`;
    this.write('.git/refs/remotes/origin/main', `${this.object('commit', Buffer.from(text))}\n`);
    this.write('.git/HEAD', 'ref: refs/heads/x\n');
  }

  /** A pack whose two objects are each the difference to the other. */
  packInACircle(a: string, b: string): void {
    const delta = Buffer.from([1, 1, 0x90, 1]);
    const entryOf = (base: string) =>
      Buffer.concat([Buffer.from([(7 << 4) | delta.length]), Buffer.from(base, 'hex'), deflateSync(delta)]);
    const [first, second] = [entryOf(b), entryOf(a)];
    const head = Buffer.from('PACK\0\0\0\x02\0\0\0\x02', 'latin1');
    this.write('.git/objects/pack/p.pack', Buffer.concat([head, first, second, Buffer.alloc(20)]));
    const entries = [
      { id: a, offset: head.length },
      { id: b, offset: head.length + first.length },
    ].sort((one, other) => one.id.localeCompare(other.id));
    const fanout = Buffer.alloc(1024);
    for (let byte = 0; byte < 256; byte++) {
      fanout.writeUInt32BE(entries.filter(({ id }) => parseInt(id.slice(0, 2), 16) <= byte).length, byte * 4);
    }
    const offsets = Buffer.alloc(8);
    entries.forEach(({ offset }, index) => offsets.writeUInt32BE(offset, index * 4));
    const ids = Buffer.from(entries.map(({ id }) => id).join(''), 'hex');
    const mark = Buffer.from('ff744f6300000002', 'hex');
    this.write(
      '.git/objects/pack/p.idx',
      Buffer.concat([mark, fanout, ids, Buffer.alloc(8), offsets, Buffer.alloc(40)]),
    );
  }

  read(): { branch: Branch | undefined; problems: readonly string[] } {
    const problems: string[] = [];
    const branch = readBranch(this.folder, 'auto', undefined, (why) => problems.push(why));
    return { branch, problems };
  }
}

describe('a repository that somebody has made to harm', () => {
  let made: MadeRepository;
  beforeEach(() => {
    made = new MadeRepository();
  });
  afterEach(() => {
    rmSync(made.folder, { recursive: true, force: true });
  });

  const file = (): readonly [string, string, string] => [
    '100644',
    '1.sql',
    made.object('blob', Buffer.from('x')),
  ];

  it('has ten objects that stand for ten thousand million paths', () => {
    let [mode, id] = ['100644', made.object('blob', Buffer.from('select 1;'))];
    for (let level = 0; level < 10; level++) {
      const [entryMode, entryId] = [mode, id];
      id = made.tree(Array.from({ length: 10 }, (_, n) => [entryMode, `d${n}`, entryId] as const));
      mode = '40000';
    }
    made.main(id);
    const { branch, problems } = made.read();
    assert.equal(branch, undefined);
    assert.deepEqual(problems, ['It has more than 300000 files, or folders more than 200 deep.']);
  });

  it('has folders in folders without end', () => {
    let id = made.tree([file()]);
    for (let level = 0; level < 300; level++) id = made.tree([['40000', 'd', id]]);
    made.main(id);
    assert.deepEqual(made.read().problems, ['It has more than 300000 files, or folders more than 200 deep.']);
  });

  it('has a tree that is a few bytes and a hundred megabytes', () => {
    made.main(made.object('tree', Buffer.alloc(100 * 1024 * 1024)));
    assert.equal(made.read().branch, undefined);
  });

  it('has objects that are made of each other', () => {
    const [a, b] = ['a'.repeat(40), 'b'.repeat(40)];
    made.main(made.tree([['40000', 'd', a]]));
    made.packInACircle(a, b);
    const { branch, problems } = made.read();
    assert.equal(branch, undefined);
    assert.deepEqual(problems, [`The object ${a} is made of too many others.`]);
  });

  it('has a pipe where git has a file', { skip: process.platform === 'win32' && 'there are none' }, () => {
    const id = made.tree([file()]);
    for (const name of [
      'packed-refs',
      'commondir',
      'refs/remotes/origin/HEAD',
      'objects/info/alternates',
      'objects/pack/p.idx',
    ]) {
      const own = new MadeRepository();
      own.main(id);
      rmSync(path.join(own.folder, '.git', name), { force: true });
      mkdirSync(path.dirname(path.join(own.folder, '.git', name)), { recursive: true });
      execFileSync('mkfifo', [path.join(own.folder, '.git', name)]);
      // That it returns is the point.
      own.read();
      rmSync(own.folder, { recursive: true });
    }
  });

  it('names the repository of somebody else as its own', () => {
    made.main(made.tree([file()]));
    for (const pointer of ['.git', '.git/commondir']) {
      const own = new MadeRepository();
      if (pointer === '.git') own.write('.git', `gitdir: ${path.join(made.folder, '.git')}\n`);
      else {
        own.write('.git/HEAD', 'ref: refs/heads/x\n');
        own.write(pointer, `${path.join(made.folder, '.git')}\n`);
      }
      assert.equal(own.read().branch, undefined, pointer);
      rmSync(own.folder, { recursive: true });
    }
    assert.deepEqual([...(made.read().branch?.files ?? [])], ['1.sql']);
  });

  it('is not one with work trees and submodules, which lie elsewhere', () => {
    const git = (folder: string, ...words: string[]): void => {
      const who = ['-c', 'user.name=a', '-c', 'user.email=a', '-c', 'protocol.file.allow=always'];
      execFileSync('git', [...who, ...words], { cwd: folder, stdio: 'pipe' });
    };
    const { folder } = made;
    mkdirSync(path.join(folder, 'main'));
    const main = path.join(folder, 'main');
    git(main, 'init', '-q', '-b', 'main');
    writeFileSync(path.join(main, '1.sql'), 'select 1;');
    git(main, 'add', '.');
    git(main, 'commit', '-qm', 'one');
    git(main, 'worktree', 'add', '-q', '../tree', '-b', 'other');
    mkdirSync(path.join(folder, 'super'));
    git(path.join(folder, 'super'), 'init', '-q', '-b', 'main');
    git(path.join(folder, 'super'), 'submodule', 'add', '-q', '../main', 'part');
    symlinkSync('main', path.join(folder, 'linked'));
    for (const name of ['main', 'tree', 'super/part', 'linked']) {
      const branch = readBranch(path.join(folder, name), 'main');
      assert.deepEqual([...(branch?.files ?? [])], ['1.sql'], name);
    }
  });
});
