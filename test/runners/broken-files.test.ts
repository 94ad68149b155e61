import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { settings } from './projects';
import { type Files, memoryTree } from './tree';

before(loadGrammar);

/** What becomes of a file that nobody has looked after: by its text, in all ways in which one may be broken. */
function* broken(text: string): Generator<string> {
  yield* ['[', '{"a":', '{a: ', '- ', 'a:\n '].map((open) => open.repeat(20_000));
  yield Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n');
  yield* ['', ' \n', '\u0000\u0001\u0002', '{', '[[[', '<a><', 'null', '7', '[]', '[null]', '"text"'];
  yield text.slice(0, text.length / 2);
  yield `<<<<<<< HEAD\n${text}=======\n${text}>>>>>>> other\n`;
  yield text.repeat(2);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Not of that language; in others, values that stand where they do not belong are other letters.
    yield text.replace(/["'[\]{}()]/g, '');
    yield text.replace(/\w+/g, '1');
    return;
  }
  for (const wrong of [null, 7, 'text', [], [null], {}]) yield* withOne(parsed, wrong);
}

/** A value with `wrong` at each of its places in turn, as JSON. */
function* withOne(value: unknown, wrong: unknown): Generator<string> {
  yield JSON.stringify(wrong);
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    for (const text of withOne(inner, wrong)) {
      const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<
        string,
        unknown
      >;
      copy[key] = JSON.parse(text);
      yield JSON.stringify(copy);
    }
  }
}

/** Asks a runner everything that it answers from the files around. */
function ask(path: string, files: Files): void {
  const tree = memoryTree(files);
  const project = recognise(path, tree);
  const { runner } = project;
  const file = parseFile(files[path] ?? '', runner);
  const schedule = runner.schedule(file, project, path);
  assert.equal(schedule.statements.length, file.statements.length);
  runner.migrations(project, tree);
  runner.before?.(path, project, tree);
  runner.newMigration('more', { project, tree, now: new Date(0) });
  runner.companion('rollback', path, project, file);
  runner.bookkeeping.entry?.(path, project, tree);
}

it('Sqitch: a plan of 20,000 changes is read at once', () => {
  const plan = `%project=a\n${'a 2026-01-01T00:00:00Z A <a@b>\n'.repeat(20_000)}`;
  const files = { '/p/sqitch.plan': plan, '/p/deploy/a.sql': 'select 1;\n' };
  const start = process.cpuUsage().user;
  ask('/p/deploy/a.sql', files);
  const time = (process.cpuUsage().user - start) / 1000;
  assert.ok(time < 1500, `${time} ms`);
});

describe('projects with a broken file', () => {
  for (const { name, path, files } of settings) {
    it(name, () => {
      const whole = files('CREATE INDEX orders_idx ON orders (id);\n');
      for (const [other, text] of Object.entries(whole)) {
        if (other.endsWith('.sql')) continue;
        for (const instead of broken(text)) {
          try {
            ask(path, { ...whole, [other]: instead });
          } catch (error: unknown) {
            assert.fail(`${other} as ${JSON.stringify(instead)}: ${String((error as Error).stack)}`);
          }
        }
      }
    });
  }
});
