import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, before, beforeEach, describe, it } from 'node:test';
import { defaultLockTimeout, type Surroundings } from '../../server/src/features/analysis';
import { sumOf } from '../../server/src/runners/atlas/sum';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { type OpenFile, Workspace } from '../../server/src/workspace/workspace';

before(loadGrammar);

/** Each is what a person types into the first of two empty migrations, and the runner that both then belong to. */
const typed: readonly (readonly [runner: string, marker: string])[] = [
  ['goose', '-- +goose Up\n'],
  ['dbmate', '-- migrate:up\n'],
  ['sql-migrate', '-- +migrate Up\n'],
  ['tern', '---- create above / drop below ----\n'],
  ['rambler', '-- rambler up\n'],
];

describe('the runner of a file whose text is being typed', () => {
  const configuration = {
    postgresVersion: 17,
    runner: undefined,
    runnerVersion: undefined,
    lockTimeout: defaultLockTimeout,
    rules: {},
  };
  let root: string;
  let open: Map<string, OpenFile>;
  let workspace: Workspace;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lockstep-typed-'));
    open = new Map();
    workspace = new Workspace(open);
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  function write(name: string, text: string): string {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Opens a file that is on the disk. */
  function opened(name: string, text: string): string {
    const file = write(name, text);
    open.set(file, { text, file: parseFile(text) });
    workspace.refresh();
    return file;
  }

  function type(file: string, text: string): void {
    open.set(file, { text, file: parseFile(text) });
    workspace.changed(file);
  }

  function around(file: string): Surroundings {
    return workspace.surroundingsOf(file, configuration);
  }

  function runnerOf(file: string): string {
    return around(file).project.runner.id;
  }

  function saidOf(file: string): readonly string[] {
    return around(file).standing?.problems.map(({ message }) => message) ?? [];
  }

  for (const [runner, marker] of typed) {
    it(`is ${runner} with the last letter of its marker, for its neighbour too, and is not when one is deleted`, () => {
      const file = opened('001_a.sql', '\n');
      const neighbour = opened('002_b.sql', 'select 1;\n');
      assert.deepEqual([file, neighbour].map(runnerOf), ['psql', 'psql']);
      type(file, marker);
      assert.deepEqual([file, neighbour].map(runnerOf), [runner, runner]);
      type(file, marker.replace(/\w\W*$/, ''));
      assert.deepEqual([file, neighbour].map(runnerOf), ['psql', 'psql']);
    });
  }

  it('is Liquibase with the header, and its neighbour is then among the migrations before it no more', () => {
    const first = opened('1.sql', 'create table a (id int);\n');
    const second = opened('2.sql', 'create table b (id int);\n');
    const tables = (file: string): readonly string[] =>
      around(file)
        .history.allRelations()
        .map(({ name }) => name);
    assert.deepEqual(tables(second), ['a']);
    type(second, '--liquibase formatted sql\n--changeset x:1\ncreate table b (id int);\n');
    assert.deepEqual([runnerOf(first), runnerOf(second)], ['psql', 'liquibase']);
    assert.deepEqual(tables(second), []);
    type(first, '--liquibase formatted sql\n--changeset x:1\ncreate table a (id int);\n');
    assert.deepEqual(tables(second), ['a']);
  });

  it('divides its migrations, open or not, as it does: for those that run after them, too', () => {
    // The semicolon of the first statement is missing.
    const undone = '\ncreate table a (id int)\n-- +goose Down\ndrop table a;\n';
    write('001_a.sql', undone);
    opened('002_b.sql', undone.replaceAll('table a', 'table b'));
    const last = opened('003_c.sql', 'select 1;\n');
    const tables = (): readonly string[] => {
      const { history, project } = around(last);
      return history
        .allRelations()
        .map(({ name, origin }) => `${name}:${workspace.lineOf(origin, project)}`)
        .sort();
    };
    assert.deepEqual(tables(), []);
    type(last, '-- +goose Up\nselect 1;\n');
    assert.deepEqual(tables(), ['a:2', 'b:2']);
    type(last, '-- +goose U\nselect 1;\n');
    assert.deepEqual(tables(), []);
  });

  it('is looked for in what is open, not in what is on the disk', () => {
    const file = opened('001_a.sql', '-- +goose Up\n');
    const neighbour = opened('002_b.sql', 'select 1;\n');
    type(file, 'select 1;\n');
    workspace.refresh();
    assert.deepEqual([file, neighbour].map(runnerOf), ['psql', 'psql']);
    open.delete(file);
    workspace.refresh();
    assert.deepEqual([file, neighbour].map(runnerOf), ['goose', 'goose']);
  });

  it('is that of a file which is not on the disk yet', () => {
    const neighbour = opened('002_b.sql', 'select 1;\n');
    assert.equal(runnerOf(neighbour), 'psql');
    type(path.join(root, '001_a.sql'), '-- +goose Up\ncreate table a (id int);\n');
    assert.equal(runnerOf(neighbour), 'goose');
    assert.equal(around(neighbour).history.allRelations().length, 1);
  });

  it('leaves everything as it is, and is not looked for again, when other letters are typed', () => {
    const file = opened('001_a.sql', '-- +goose Up\nselect 1;\n');
    const neighbour = opened('000_b.sql', '-- +goose Up\nselect 2;\n');
    const before = [file, neighbour].map(around);
    type(file, '-- +goose Up\nselect 12;\n');
    [file, neighbour].map(around).forEach((now, index) => {
      assert.equal(now, before[index]);
    });
  });

  it('has a folder that Atlas sums up, of which each letter counts, also for the files behind it', () => {
    const texts: Readonly<Record<string, string>> = {
      '1_a.sql': 'create table a (id int);\n',
      '2_b.sql': 'create table b (id int);\n',
    };
    write(
      'atlas.sum',
      sumOf(Object.keys(texts), (name) => texts[name]),
    );
    const [first = '', second = ''] = Object.entries(texts).map(([name, text]) => opened(name, text));
    assert.deepEqual([saidOf(first), saidOf(second)], [[], []]);
    type(first, 'create table aa (id int);\n');
    assert.equal(saidOf(first).length, 1);
    const unfit = around(first);
    type(first, 'create table aaa (id int);\n');
    assert.equal(around(first), unfit, 'what is said stays the same');
    type(first, texts['1_a.sql'] ?? '');
    type(second, 'create table bb (id int);\n');
    assert.deepEqual([saidOf(first).length, saidOf(second).length], [0, 1]);
  });

  it('has checkpoints of Atlas, which are no migrations, by the header that is typed', () => {
    write('atlas.sum', 'h1:\n');
    opened('1_a.sql', 'create table a (id int);\n');
    const checkpoint = opened('2_checkpoint.sql', 'create table b (id int);\n');
    const last = opened('3_c.sql', 'select 1;\n');
    assert.equal(around(last).history.allRelations().length, 2);
    type(checkpoint, '-- atlas:checkpoint\n\ncreate table b (id int);\n');
    assert.equal(around(last).history.allRelations().length, 1);
  });

  it('has hashes of graphile-migrate, which are those of the text as it is typed', () => {
    write('.gmrc', '{}');
    const text = '--! Previous: -\n--! Hash: sha1:0\n\nselect 1;\n';
    const file = opened('migrations/committed/000001.sql', text);
    assert.match(saidOf(file).join(), /is not what its "--! Hash" says/);
    type(file, text.replace('sha1:0', 'sha1:0\n--! AllowInvalidHash'));
    assert.deepEqual(saidOf(file), []);
  });
});
