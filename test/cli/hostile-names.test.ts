// Whatever tables and files are called, a terminal and the log of a pipeline get lines of Lockstep's own and nothing else.
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { structureOf } from '../hostile';
import { type Outcome, Place } from './command';

const esc = '\u001b]0;title\u0007\u001b[31m';
const names = [
  `a${esc}`,
  'b\n::error file=x.sql,line=1::x\n',
  'c ##vso[task.setvariable]x',
  '![](https://e.test/a.png)',
];
const sql = names.map((name, at) => `create unique index i${at} on "${name}" (id, "${name}");\n`).join('');
const files = [
  `1${esc}.sql`,
  '::error::2.sql',
  '3\n4.sql:1:1: error: x.sql',
  '##vso[task.complete]5.sql',
  '##[error]6.sql',
  '7\u202e`|![](e.test).sql',
];

/** Checks that nothing is obeyed, and returns the lines. */
function linesOf({ out, error }: Pick<Outcome, 'out' | 'error'>): readonly string[] {
  const lines = `${out}${error}`.split('\n');
  for (const line of lines) {
    assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/);
    assert.doesNotMatch(line, /^\s*::|##[a-z]*\[/i);
  }
  return lines.filter((line) => line !== '');
}

describe('hostile names on the command line', () => {
  const place = new Place();
  before(() => {
    for (const file of files) place.write(`m/${file}`, sql);
  });
  after(() => {
    place.remove();
  });

  it('findings are a line each, that begins with the file and the place', async () => {
    const outcome = await place.run(['lint', 'm']);
    const lines = linesOf(outcome);
    assert.ok(lines.length >= files.length * names.length);
    for (const line of lines) {
      assert.match(line, /^m\/[^\n]*?:\d+:\d+: (?:error|warning|information|hint): .*\[[a-z-]+\]$/);
    }
    const begun = new Set(lines.map((line) => line.slice(2, line.search(/:\d+:\d+: /))));
    assert.deepEqual([...begun].sort(), [
      '1\\u001b]0;title\\u0007\\u001b[31m.sql',
      '3\\n4.sql\\u003a1\\u003a1: error: x.sql',
      '7\\u202e`|![](e.test).sql',
      '::error::2.sql',
      '\\u0023#[error]6.sql',
      '\\u0023#vso[task.complete]5.sql',
    ]);
  });

  it('JSON says the same names, in escapes', async () => {
    const { out } = await place.run(['lint', '--format', 'json', 'm']);
    linesOf({ out, error: '' });
    const { files: judged } = JSON.parse(out) as {
      files: { path: string; statements: { effects: unknown }[] }[];
    };
    assert.deepEqual(judged.map(({ path }) => path).sort(), files.map((file) => `m/${file}`).sort());
    assert.match(JSON.stringify(judged[0]?.statements[0]?.effects), /a\\u001b\]0;title/);
  });

  it('explanations are text, and pages without an image', async () => {
    linesOf(await place.run(['explain', 'm']));
    const page = await place.run(['explain', '--format', 'markdown', 'm']);
    linesOf(page);
    assert.ok(structureOf(page.out).length > 10);
  });

  it('what was written, and what could not be read, is told in a line each', async () => {
    const copy = new Place();
    for (const file of files) copy.write(`m/${file}`, `${sql}create index i on "${names[0] ?? ''}" (id);\n`);
    symlinkSync('nowhere', copy.path(`m/0${esc}\n::error::.sql`));
    const unreadable = linesOf(await copy.run(['lint', 'm']));
    assert.match(unreadable.join('\n'), /^lockstep: .*0\\u001b\]0;title.*leads nowhere/m);
    const missing = linesOf(await copy.run(['lint', `nothing${esc}\n::error::x.sql`]));
    assert.equal(missing.length, 1);
    linesOf(await copy.run(['lint', `--postgres=${esc}\n::error::x`]));
    copy.write('lockstep.json', JSON.stringify({ [`a${esc}\n::error::x`]: 1, runner: esc }));
    const told = linesOf(await copy.run(['lint', 'm']));
    assert.equal(told.filter((line) => line.startsWith('lockstep: lockstep.json: ')).length, 2);
    linesOf(await copy.run(['fix', '--write', '--policy', 'keep-newest', 'm']));
    copy.remove();
  });

  it('a patch names the files so that git finds them', async () => {
    const copy = new Place();
    for (const [at, file] of files.entries()) copy.write(`m/${file}`, `create index i${at} on t (c${at});\n`);
    const { out, error } = await copy.run(['fix', '--diff', 'm']);
    assert.equal(out.match(/^\+\+\+ /gm)?.length, files.length, error);
    copy.write('fix.patch', out);
    assert.deepEqual(await copy.shell('git apply fix.patch'), { code: 0, out: '', error: '' });
    for (const file of files) assert.match(copy.read(`m/${file}`), /concurrently/i, file);
    copy.remove();
  });
});
