// Group: fast
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { watchedFiles } from '../../server/src/lsp/watched-files';
import { runners } from '../../server/src/runners';
import { settings } from '../runners/projects';

/** The pattern as an editor reads it, for those that occur here. */
function matches(pattern: string, path: string): boolean {
  const written: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*' };
  const source = pattern
    .replace(/[.+]/g, '\\$&')
    .replace(/\*\*\/|\*\*|\*/g, (star) => written[star] ?? star)
    .replace(/\{([^{}]*)\}/g, (_, names: string) => `(?:${names.replaceAll(',', '|')})`);
  return new RegExp(`^${source}$`).test(path);
}

function isWatched(path: string): boolean {
  return watchedFiles.some((pattern) => matches(pattern, path));
}

describe('the files that editors are asked to watch', () => {
  it('are all by which the runner of a project is known', () => {
    for (const { name, files } of settings) {
      for (const path of Object.keys(files(''))) assert.ok(isWatched(path), `${name}: ${path}`);
    }
  });

  it('are also those with its settings, those of npm, and those of git', () => {
    for (const path of [
      '/p/supabase/.temp/postgres-version',
      '/p/drizzle.prod.config.ts',
      '/p/db/V1__a.sql.conf',
      '/p/src/main/resources/application.yml',
      '/p/db/db.changelog-master.xml',
      '/p/.gmrc.js',
      '/p/pnpm-lock.yaml',
      '/p/docker-compose.yml',
      '/p/lockstep.json',
      '/p/.git/HEAD',
      '/p/.git/refs/remotes/origin/main',
    ])
      assert.ok(isWatched(path), path);
    for (const path of ['/p/node_modules/a/index.js', '/p/README.md', '/p/.git/index'])
      assert.ok(!isWatched(path), path);
  });

  it('have names that can stand together in one pattern', () => {
    for (const { id, watches } of runners)
      for (const name of watches) assert.doesNotMatch(name, /[{},]|^\/|\*\*/, id);
  });
});
