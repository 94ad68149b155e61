// Whoever runs the tests from a hook of git, or with settings of their own, finds their repository as it was.
import { deepEqual, equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { git } from './git';
import { root } from './shared';

describe('a repository in whose hook the tests run', () => {
  let own = '';
  let other = '';
  const steering = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'LC_ALL'];
  const atFirst = Object.fromEntries(steering.map((name) => [name, process.env[name]]));

  before(() => {
    own = mkdtempSync(path.join(tmpdir(), 'lockstep-own-'));
    other = mkdtempSync(path.join(tmpdir(), 'lockstep-other-'));
    git(own, ['init', '-q', '-b', 'main']);
    git(own, ['commit', '-q', '--allow-empty', '-m', 'first']);
    // As git sets them for a hook.
    process.env['GIT_DIR'] = path.join(own, '.git');
    process.env['GIT_WORK_TREE'] = own;
    process.env['GIT_INDEX_FILE'] = path.join(own, '.git', 'index');
  });
  after(() => {
    for (const [name, value] of Object.entries(atFirst)) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    for (const folder of [own, other]) rmSync(folder, { recursive: true });
  });

  it('has the same commits after a test has made its own', () => {
    git(other, ['init', '-q', '-b', 'main']);
    writeFileSync(path.join(other, 'a.sql'), 'SELECT 1;\n');
    git(other, ['add', '-A']);
    git(other, ['commit', '-q', '-m', 'of a test']);
    equal(git(other, ['log', '--format=%s']), 'of a test\n');
    equal(git(own, ['log', '--format=%s']), 'first\n');
    equal(git(own, ['status', '--porcelain']), '');
  });

  it('is out of reach of what the tests start', () => {
    process.env['LC_ALL'] = 'xx_YY.UTF-8';
    const script = path.join(root, 'scripts', 'processes.mjs');
    const print = `import { testEnvironment } from ${JSON.stringify(pathToFileURL(script).href)};
      process.stdout.write(JSON.stringify(testEnvironment()));`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', print], {
      encoding: 'utf8',
    });
    const environment = JSON.parse(printed) as NodeJS.ProcessEnv;
    deepEqual(
      Object.keys(environment).filter((name) => name.startsWith('GIT_')),
      ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_NOSYSTEM'],
    );
    equal(environment['LC_ALL'], 'C.UTF-8');
  });
});
