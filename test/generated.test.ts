// Group: programs
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { root } from './shared';

test('every generated file is as it would be generated now', () => {
  const script = ['--import', 'tsx', 'scripts/generate.mjs', '--check'];
  const { status, stdout, stderr } = spawnSync(process.execPath, script, { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0, `Run npm run generate.\n${stdout}${stderr}`);
});
