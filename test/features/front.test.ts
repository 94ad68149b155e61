import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { Analyser, finish } from '../../server/src/features/analyser';
import { allFixes, type OfferedFix } from '../../server/src/features/fix';
import type { FileChange } from '../../server/src/runners/runner';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { Workspace } from '../../server/src/workspace/workspace';
import { root } from '../shared';

const examples = path.join(root, 'examples');
const folders = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const build = /\bcreate\s+(?:unique\s+)?index\s+concurrently\b/i;

describe('the file in front after a fix', () => {
  before(loadGrammar);

  for (const example of folders) {
    it(`is the one with the build, in examples/${example}`, () => {
      const several = fixesIn(path.join(examples, example)).filter(({ changes }) => changes.length > 1);
      for (const { title, changes, front } of several) {
        const written = new Map(changes.map((change) => [change.path, textOf(change)]));
        const text = written.get(front ?? '');
        assert.ok(text !== undefined, `${title}: ${String(front)} is none of its files`);
        if ([...written.values()].some((other) => build.test(other))) assert.match(text, build, title);
      }
    });
  }

  it('has been asked for in several examples', () => {
    const built = folders.filter((example) =>
      fixesIn(path.join(examples, example)).some(
        ({ changes }) => changes.length > 1 && changes.some((change) => build.test(textOf(change))),
      ),
    );
    assert.ok(built.length > 3, built.join());
  });
});

function textOf(change: FileChange): string {
  if (change.kind === 'create') return change.text;
  return change.kind === 'edit' ? change.edits.map(({ text }) => text).join('\n') : '';
}

/** All fixes of all migrations below a folder. */
function fixesIn(folder: string): readonly OfferedFix[] {
  const workspace = new Workspace(new Map());
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sql'),
  );
  return files.flatMap((name) => {
    const file = path.join(folder, name);
    const surroundings = workspace.surroundingsOf(file, {
      postgresVersion: undefined,
      runner: undefined,
      runnerVersion: undefined,
      lockTimeout: '5s',
      rules: {},
    });
    const parsed = parseFile(readFileSync(file, 'utf8'), surroundings.project.runner);
    const analysis = finish(new Analyser().steps(parsed, surroundings));
    return allFixes(analysis, { tree: workspace.tree, now: new Date() });
  });
}
