import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Configuration,
  configured,
  findConfigurationFile,
  readConfigurationFile,
} from '../../server/src/workspace/configuration';
import { memoryTree } from '../runners/tree';
import { root } from '../shared';

const settings: Configuration = {
  postgresVersion: 15,
  runner: 'psql',
  runnerVersion: undefined,
  lockTimeout: '5s',
  defaultBranch: 'auto',
  rules: { 'drop-column': 'hint', 'drop-table': 'off' },
};

const read = (text: string) => readConfigurationFile('/p/lockstep.json', text);

describe('lockstep.json', () => {
  it('is that of the nearest folder', () => {
    const tree = memoryTree({
      '/lockstep.json': '{"postgres": 14}',
      '/a/lockstep.json': '{"postgres": 16}',
      '/a/b/c.sql': '',
    });
    const found = (folder: string) => findConfigurationFile(folder, tree);
    assert.deepEqual(found('/a/b')?.path, '/a/lockstep.json');
    assert.deepEqual(found('/a/b')?.values, { postgresVersion: 16 });
    assert.deepEqual(found('/other')?.path, '/lockstep.json');
    assert.equal(findConfigurationFile('/a', memoryTree({})), undefined);
  });

  it('wins over settings, rule by rule, and the command line over it', () => {
    const file = read(
      '{"postgres": "17", "runner": "goose", "runnerVersion": "v3.1", "lockTimeout": "2s", "defaultBranch": false, "rules": {"drop-column": "error"}}',
    );
    assert.deepEqual(file.problems, []);
    assert.deepEqual(configured(settings, file), {
      postgresVersion: 17,
      runner: 'goose',
      runnerVersion: '3.1.0',
      lockTimeout: '2s',
      defaultBranch: false,
      rules: { 'drop-column': 'error', 'drop-table': 'off' },
    });
    const commandLine = { postgresVersion: 18, runner: undefined };
    const all = configured(settings, file, commandLine);
    assert.deepEqual([all.postgresVersion, all.runner], [18, 'goose']);
    assert.deepEqual(configured(settings, undefined), settings);
  });

  it('says what is not as it should be, and ignores that alone', () => {
    const { values, problems } = read(
      '{"$schema": "x", "postgres": 9, "runner": "none", "runnerVersion": 3, "lockTimeout": "x; drop", "defaultBranch": true, "rules": {"drop-column": "loud", "drop-tables": "off", "drop-table": "off"}, "released": "hide"}',
    );
    assert.deepEqual(values, { rules: { 'drop-table': 'off' } });
    assert.deepEqual(problems, [
      '"postgres" is one of 14, 15, 16, 17, 18, not 9; it is ignored.',
      '"runner" is the id of a runner, not "none"; it is ignored.',
      '"runnerVersion" is a version such as 2.109.1, not 3; it is ignored.',
      '"lockTimeout" is a duration such as 5s, not "x; drop"; it is ignored.',
      '"defaultBranch" is the name of a branch, "auto" or false, not true; it is ignored.',
      '"drop-column" is one of error, warning, information, hint, off, not "loud"; it is ignored.',
      'There is no rule "drop-tables".',
      'There is no key "released"; it is ignored.',
    ]);
  });

  it('survives whatever it holds', () => {
    const deep = '['.repeat(400_000);
    for (const text of ['', '{', 'null', '[]', '3', deep, `{"rules": ${deep}`, ' '.repeat(1_000_001)]) {
      const { values, problems } = read(text);
      assert.deepEqual([values, problems.length], [{}, 1], text.slice(0, 20));
    }
    const key = fc.constantFrom(
      'runner',
      'runnerVersion',
      'postgres',
      'lockTimeout',
      'defaultBranch',
      'rules',
      '__proto__',
    );
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(key, fc.string()), fc.jsonValue()), (content) => {
        const { values, problems } = read(JSON.stringify(content));
        for (const problem of problems) assert.ok(problem.length < 400);
        assert.equal(typeof configured(settings, { path: '', values, problems }).rules, 'object');
      }),
    );
  });

  it('has a schema that knows the same keys', () => {
    const schema = JSON.parse(readFileSync(path.join(root, 'lockstep.schema.json'), 'utf8')) as {
      properties: Readonly<Record<string, unknown>>;
    };
    for (const name of Object.keys(schema.properties)) {
      const { problems } = read(JSON.stringify({ [name]: null }));
      assert.doesNotMatch(problems.join(), /There is no key/, name);
    }
  });
});
