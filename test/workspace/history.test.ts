import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { finish } from '../../server/src/features/analyser';
import { defaultLockTimeout, type Surroundings } from '../../server/src/features/analysis';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { Boundary } from '../../server/src/workspace/boundary';
import { diskTree } from '../../server/src/workspace/disk';
import { type OpenFile, Workspace } from '../../server/src/workspace/workspace';

before(loadGrammar);

describe('a history that is replayed in steps', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'lockstep-history-'));
  after(() => {
    rmSync(root, { recursive: true });
  });
  const configuration = {
    postgresVersion: 17,
    runner: undefined,
    runnerVersion: undefined,
    lockTimeout: defaultLockTimeout,
    rules: {},
  };
  const count = 20;
  const file = (n: number): string => path.join(root, `${String(n).padStart(3, '0')}_a.sql`);
  const newest = file(count);
  let open: Map<string, OpenFile>;
  let workspace: Workspace;

  beforeEach(() => {
    for (let n = 0; n < count; n++) writeFileSync(file(n), `CREATE TABLE t${n} (id bigint);\n`);
    open = new Map();
    workspace = new Workspace(open);
  });

  function tables({ history }: Surroundings): string {
    return history
      .allRelations()
      .map(({ name }) => name)
      .sort()
      .join(' ');
  }

  function type(path: string, text: string): void {
    open.set(path, { text, file: parseFile(text) });
    workspace.changed(path);
  }

  it('is read once for all who wait for it', () => {
    const works = [newest, newest, file(5)].map((path) => workspace.surroundingsInSteps(path, configuration));
    const found: Surroundings[] = [];
    for (let rounds = 0; found.length < works.length; rounds++) {
      assert.ok(rounds < 1000, 'they keep each other from getting on');
      for (const work of works) {
        const step = work.next();
        if (step.done === true && (step.value as Surroundings | undefined) !== undefined)
          found.push(step.value);
      }
    }
    const [early, ...late] = [...found].sort((a, b) => tables(a).length - tables(b).length).map(tables);
    assert.equal(early, 't0 t1 t2 t3 t4');
    for (const all of late) assert.equal(all.split(' ').length, count);
  });

  it('begins again when one of its migrations is typed in', () => {
    finish(workspace.surroundingsInSteps(newest, configuration));
    type(file(3), 'CREATE TABLE before_typing (id bigint);');
    const work = workspace.surroundingsInSteps(newest, configuration);
    for (let steps = 0; steps < count + 3; steps++) work.next();
    type(file(3), 'CREATE TABLE typed (id bigint);');
    const expected = finish(new Workspace(open).surroundingsInSteps(newest, configuration));
    assert.equal(tables(finish(work)), tables(expected));
    assert.match(tables(expected), / t2 t4 .* typed$/);
  });

  it('ends with what is on the disk, when a checkout comes in between', () => {
    const work = workspace.surroundingsInSteps(newest, configuration);
    for (let steps = 0; steps < count + 5; steps++) work.next();
    for (let n = 2; n < count; n += 3) writeFileSync(file(n), `CREATE TABLE other${n} (id bigint);\n`);
    rmSync(file(7));
    workspace.refresh();
    const expected = tables(finish(new Workspace(open).surroundingsInSteps(newest, configuration)));
    assert.equal(tables(finish(work)), expected);
    assert.doesNotMatch(expected, /\bt7\b|\bt2\b/);
    assert.equal(tables(workspace.surroundingsOf(newest, configuration)), expected);
  });

  it('says what of it cannot be read, or is gone', () => {
    mkdirSync(file(30).replace('.sql', '.d'));
    rmSync(file(11));
    symlinkSync('nowhere.sql', file(11));
    const work = workspace.surroundingsInSteps(newest, configuration);
    work.next();
    rmSync(file(12));
    const { unreadable = [], doubt } = finish(work);
    rmSync(file(11));
    assert.deepEqual(
      unreadable.map((past) => [path.basename(past.path), past.problem]),
      [
        ['011_a.sql', 'is a link that leads nowhere'],
        ['012_a.sql', 'does not exist'],
      ],
    );
    assert.equal(doubt?.path, file(11));
  });
});

describe('folders that contain themselves', () => {
  it('are listed once', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'lockstep-links-'));
    const other = mkdtempSync(path.join(tmpdir(), 'lockstep-linked-'));
    mkdirSync(path.join(root, 'a'));
    for (const name of ['here', 'again']) symlinkSync('.', path.join(root, 'a', name));
    symlinkSync(root, path.join(root, 'a', 'above'));
    symlinkSync(other, path.join(root, 'a', 'elsewhere'));
    for (const name of ['back', 'and-forth']) symlinkSync(path.join(root, 'a'), path.join(other, name));
    const boundary = new Boundary([root, other]);
    for (const folder of [root, other]) boundary.admit(path.join(folder, '1.sql'));
    const tree = diskTree(new Map(), boundary);
    const below = (folder: string): readonly string[] =>
      tree
        .list(folder)
        .flatMap(({ name, isFolder }) => [name, ...(isFolder ? below(`${folder}/${name}`) : [])]);
    assert.deepEqual(below(root), ['a', 'elsewhere']);
    rmSync(root, { recursive: true });
    rmSync(other, { recursive: true });
  });
});
