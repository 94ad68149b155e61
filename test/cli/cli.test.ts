import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import manifest from '../../package.json';
import { Place, rulesOf } from './command';

const billing = 'supabase/migrations/20260211083000_billing_analytics.sql';

describe('lockstep lint', () => {
  let place: Place;
  before(() => {
    place = new Place('supabase');
  });
  after(() => {
    place.remove();
  });

  it('prints a line for each finding', async () => {
    const { code, out, error } = await place.run(['lint', billing]);
    assert.equal(
      out.split('\n')[0],
      `${billing}:3:1: warning: Building this index blocks every write to "credit_operations" until it is done. Build it with CONCURRENTLY, outside a transaction. [create-index-not-concurrent]`,
    );
    assert.equal(error, '');
    assert.equal(code, 1);
  });

  it('prints the object that other programs read', async () => {
    const report = await place.lint(billing);
    assert.deepEqual(Object.keys(report), ['version', 'files']);
    assert.equal(report.version, 1);
    const [file] = report.files;
    assert.deepEqual(Object.keys(file ?? {}), ['path', 'runner', 'findings', 'statements']);
    assert.equal(file?.path, billing);
    assert.equal(file.runner, 'supabase');
    const [finding] = file.findings;
    assert.deepEqual(Object.keys(finding ?? {}), ['rule', 'severity', 'message', 'start', 'end', 'fixes']);
    assert.deepEqual(finding?.start, { line: 3, column: 1 });
    assert.deepEqual(finding.end, { line: 3, column: 20 });
    assert.deepEqual(finding.fixes[0], {
      title: 'Build concurrently, in 2 migrations of their own (Supabase CLI 2.109)',
      safety: 'review',
    });
    const [statement] = file.statements;
    assert.deepEqual(statement?.start, { line: 3, column: 1 });
    assert.equal(statement.command, 'CREATE INDEX');
    assert.equal(statement.section, 'up');
    assert.equal(typeof statement.transaction, 'number');
    assert.deepEqual(statement.effects?.locks, [{ relation: 'public.credit_operations', mode: 'SHARE' }]);
    assert.deepEqual(statement.effects.scans, ['public.credit_operations']);
    assert.deepEqual(statement.effects.rewrites, []);
    assert.equal(statement.effects.transactional, true);
    const transactions = new Set(file.statements.map(({ transaction }) => transaction));
    assert.equal(transactions.size, 1, 'the Supabase CLI sends the file in one transaction');
  });

  it('ends statements at the comments of the runner whose project it is, and of no other', async () => {
    const errorsIn = async (text: string, runner: string): Promise<readonly number[]> => {
      place.write('other/1.sql', text);
      const { files } = await place.lint('other/1.sql', '--runner', runner);
      const findings = files[0]?.findings ?? [];
      return findings.filter(({ rule }) => rule === 'syntax-error').map(({ start }) => start.line);
    };
    const comment = 'CREATE TABLE t (\n  id int,\n  -- rambler up to 2019 wrote this column\n  b int\n);\n';
    assert.deepEqual(await errorsIn(comment, 'psql'), []);
    const marker = '-- rambler up\nCREATE TABLE t (id int)\n-- rambler down\nDROP TABLE t;\n';
    assert.deepEqual(await errorsIn(marker, 'psql'), [4]);
    assert.deepEqual(await errorsIn(marker, 'rambler'), []);
  });

  it('counts lines from 1, and columns from 1 in UTF-16 units', async () => {
    const own = new Place();
    const table = 'create table "größe" (id int);';
    own.write('001_a.sql', `${table}\n`);
    own.write(
      '002_b.sql',
      `/* 🐘é */ create index i on "größe" (id);\r\n  alter table nix.t add column x int;\r\n`,
    );
    const [file] = (await own.lint('002_b.sql', '--postgres', '14')).files;
    const index = file?.findings.find(({ rule }) => rule === 'create-index-not-concurrent');
    assert.deepEqual(index?.start, { line: 1, column: 11 });
    assert.deepEqual(index.end, { line: 1, column: 23 });
    assert.deepEqual(
      file?.statements.map(({ start, end }) => [start, end]),
      [
        [
          { line: 1, column: 11 },
          { line: 1, column: 41 },
        ],
        [
          { line: 2, column: 3 },
          { line: 2, column: 37 },
        ],
      ],
    );
    assert.deepEqual(file.statements[0]?.effects?.locks[0]?.relation, 'public.größe');
    assert.deepEqual(file.statements[1]?.effects?.locks, [{ relation: 'nix.t', mode: 'ACCESS EXCLUSIVE' }]);
    assert.deepEqual(
      file.statements.map(({ transaction }) => transaction),
      [null, null],
      'psql -f sends each statement on its own',
    );
    own.remove();
  });

  it('ends as --fail-on says', async () => {
    const code = async (...words: string[]): Promise<number | null> =>
      (await place.run(['lint', ...words])).code;
    assert.equal(await code(billing), 1);
    assert.equal(await code(billing, '--fail-on', 'warning'), 1);
    assert.equal(await code(billing, '--fail-on', 'error'), 0);
    assert.equal(await code(billing, '--fail-on=never'), 0);
    assert.equal(await code('supabase/migrations/20260105093000_profiles.sql'), 0, 'information only');
    place.write('broken/001.sql', 'create tabl t ();');
    assert.equal(await code('broken', '--fail-on', 'error'), 1);
    assert.equal(await code('broken', '--fail-on', 'never'), 0);
  });

  it('takes files, folders, globs, and the current folder', async () => {
    const all = ['20260105093000', '20260112141500', '20260120101000', '20260203160000', '20260211083000'];
    const versions = async (...words: string[]): Promise<readonly string[]> =>
      (await place.lint(...words)).files.flatMap(({ path }) => /\d{14}/.exec(path)?.[0] ?? []);
    assert.deepEqual(await versions(), all);
    assert.deepEqual(await versions('supabase'), all);
    assert.deepEqual(await versions('supabase/**/*.sql'), all);
    assert.deepEqual(await versions('**/202602*.sql'), all.slice(3));
    const twice = [billing, place.path(billing), 'supabase/migrations/20260203160000_job_stages_unique.sql'];
    assert.deepEqual(await versions(...twice), all.slice(3), 'each file once, in the order of their paths');
  });

  it('says when a folder has nothing to read', async () => {
    place.write('empty/readme.md', '');
    const { code, error } = await place.run(['lint', 'empty']);
    assert.equal(error, 'lockstep: There is no .sql file in "empty".\n');
    assert.equal(code, 0);
  });

  it('does not take the rollbacks and validations of migrations for migrations', async () => {
    const prisma = new Place('prisma');
    const before = await prisma.lint();
    await prisma.run(['rollback', 'prisma', '--write']);
    await prisma.run(['validate', 'prisma', '--write']);
    assert.deepEqual(await prisma.lint(), before);
    prisma.remove();
  });

  it('reads standard input, in the project of --stdin-filename', async () => {
    const sql = 'create index credit_operations_note on credit_operations (note);';
    const alone = await place.run(['lint', '-'], sql);
    assert.match(alone.out, /^stdin\.sql:1:1: warning: Building this index/);
    assert.equal(alone.code, 1);

    const inProject = async (name: string): Promise<string> =>
      (await place.run(['lint', '-', '--format', 'json', '--stdin-filename', name], sql)).out;
    const late = JSON.parse(await inProject('supabase/migrations/20270101000000_note.sql')) as {
      files: { runner: string; path: string; findings: unknown[] }[];
    };
    assert.equal(late.files[0]?.runner, 'supabase');
    assert.equal(late.files[0].path, 'supabase/migrations/20270101000000_note.sql');

    // A file that is not there yet stands where its name puts it: before this one, the table is made.
    const unique =
      'create table credit_operations (id int); create unique index u on credit_operations (id);';
    const early = ['lint', '-', '--stdin-filename', 'supabase/migrations/20250101000000_first.sql'];
    assert.deepEqual(await place.run(early, unique), { code: 0, out: '', error: '' });

    const replaced = await place.run(['lint', '--stdin-filename', billing], 'select 1;');
    assert.deepEqual(replaced, { code: 0, out: '', error: '' }, 'the text on disk does not count');
  });

  it('is told the server and the runner', async () => {
    const sql =
      'begin; alter table t add column x int default 1; create index concurrently i on t (x); commit;';
    place.write('plain/1.sql', 'create table t (id int);');
    place.write('plain/2.sql', sql);
    const [plain] = (await place.lint('plain/2.sql')).files;
    assert.equal(plain?.runner, 'psql');
    const [chosen] = (await place.lint('plain/2.sql', '--runner', 'supabase')).files;
    assert.equal(chosen?.runner, 'supabase');

    const concurrent = 'supabase/migrations/20270101000000_later.sql';
    const text = 'select 1;\ncreate index concurrently later on credit_operations (note);\n';
    place.write(concurrent, text);
    assert.ok(rulesOf(await place.lint(concurrent)).includes('concurrently-in-transaction'));
    const newer = await place.lint(concurrent, '--runner-version', '2.117.0');
    assert.ok(!rulesOf(newer).includes('concurrently-in-transaction'), 'sent alone since 2.116');

    const nulls = 'supabase/migrations/20270102000000_nulls.sql';
    place.write(nulls, 'create unique index concurrently n on credit_operations (note, kind);\n');
    const titles = async (postgres: string): Promise<string> =>
      JSON.stringify((await place.lint(nulls, '--postgres', postgres, '--runner-version', '3.0')).files);
    assert.doesNotMatch(await titles('14'), /NULLS NOT DISTINCT/);
    assert.match(await titles('15'), /NULLS NOT DISTINCT/);
  });
});

describe('the command line', () => {
  let place: Place;
  before(() => {
    place = new Place('plain');
  });
  after(() => {
    place.remove();
  });

  it('explains itself', async () => {
    const { code, out, error } = await place.run(['--help']);
    assert.match(out, /^Usage: lockstep COMMAND/);
    for (const command of ['lint', 'fix', 'rollback', 'validate'])
      assert.match(out, new RegExp(`^ {2}${command}`, 'm'));
    assert.deepEqual([code, error], [0, '']);
    assert.deepEqual(await place.run(['fix', '-h']), { code, out, error });
    assert.equal((await place.run(['--version'])).out, `${manifest.version}\n`);
  });

  const mistakes: Readonly<Record<string, RegExp>> = {
    'nonsense .': /There is no command "nonsense"/,
    'lint --nonsense': /Unknown option '--nonsense'/,
    'lint --format': /--format/,
    'lint --format --write': /--format/,
    'lint --format xml': /--format is one of text, json, not "xml"/,
    'lint --fail-on hint': /--fail-on is one of error, warning, never/,
    'lint --postgres 9': /--postgres is one of 14, 15/,
    'lint --postgres fifteen': /--postgres is one of/,
    'lint --runner flyaway': /--runner is one of supabase, prisma, drizzle, [a-z, -]*psql, not "flyaway"/,
    'lint --runner-version new': /--runner-version is a version/,
    'lint --lock-timeout soon': /--lock-timeout is a duration/,
    'lint --write': /"lockstep lint" has no option --write/,
    'rollback --diff 001_customers.sql': /"lockstep rollback" has no option --diff/,
    'lint nowhere.sql': /There is no file "nowhere\.sql"/,
    'lint nowhere/*.sql': /There is no file "nowhere\/\*\.sql"/,
    fix: /"lockstep fix" needs a path/,
    'fix . --rule nonsense': /There is no rule "nonsense"/,
    'fix . --policy nonsense': /--policy is one of keep-newest, keep-oldest/,
    'fix . --write --diff': /choose one/,
    'fix - --write': /leave out --write/,
    'rollback - --write': /leave out --write/,
  };
  for (const [words, message] of Object.entries(mistakes)) {
    it(`refuses "${words}" in one line`, async () => {
      const before = place.snapshot();
      const { code, out, error } = await place.run(words.split(' '));
      assert.match(error, message);
      assert.match(error, /^lockstep: [^\n]+\n$/);
      assert.deepEqual([code, out], [2, '']);
      assert.deepEqual(place.snapshot(), before);
    });
  }

  it('ends quietly when nobody reads on', async () => {
    const lines = Array.from({ length: 600 }, (_, index) => `create index on orders_${index} (id);\n`);
    const text = lines.join('');
    place.write('long.sql', text);
    for (const format of ['text', 'json']) {
      const { out, error } = await place.shell(
        `lockstep lint long.sql --format ${format} | head -1; echo "\${PIPESTATUS[0]}"`,
      );
      assert.match(out, /\n1\n$/, 'the exit code is that of the findings');
      assert.equal(error, '');
    }
    const closed = await place.shell('lockstep lint long.sql | true; lockstep lint nowhere 2>&1 | true');
    assert.equal(closed.error, '');
  });
});
