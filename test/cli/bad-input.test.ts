import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Place } from './command';

describe('lockstep lint, given what is no migration', () => {
  let place: Place;
  beforeEach(() => {
    place = new Place('plain');
  });
  afterEach(() => {
    place.remove();
  });

  it('goes on with the other files, and ends with 2', async () => {
    place.write('000_binary.sql', Buffer.from([0, 1, 2, 255, 254, 0]));
    const { code, out, error } = await place.run(['lint']);
    assert.equal(error, 'lockstep: 000_binary.sql is not a text file.\n');
    assert.match(out, /004_email_required\.sql:4:42: warning/);
    assert.equal(code, 2);
    const ofFix = await place.run(['fix', '000_binary.sql', '--write']);
    assert.deepEqual([ofFix.code, ofFix.error], [2, error]);
    const input = await place.run(['lint', '-'], Buffer.from([0, 1, 2]));
    assert.deepEqual(input, { code: 2, out: '', error: 'lockstep: Standard input is not text.\n' });
  });

  it('reads folders with names of files, dangling links and circles', async () => {
    const { out } = await place.run(['lint']);
    mkdirSync(place.path('003b_folder.sql'));
    symlinkSync('nowhere.sql', place.path('003c_dangling.sql'));
    symlinkSync('003d_circle.sql', place.path('003d_circle.sql'));
    mkdirSync(place.path('below'));
    symlinkSync('..', place.path('below/above'));
    symlinkSync('..', place.path('below/over'));
    const again = await place.run(['lint']);
    const said =
      'lockstep: Not all earlier migrations can be read: "003c_dangling.sql" is a link that leads nowhere; ' +
      '"003d_circle.sql" is a link that leads back to itself. From there on, missing and duplicate objects are not reported.\n';
    assert.deepEqual(again, { code: 1, out, error: said });
    for (const [file, problem] of [
      ['003b_folder.sql/', undefined],
      ['003c_dangling.sql', 'is a link that leads nowhere'],
      ['003d_circle.sql', 'is a link that leads back to itself'],
    ] as const) {
      const error =
        problem === undefined
          ? `lockstep: There is no .sql file in "${file}".\n`
          : `lockstep: ${file} ${problem}.\n`;
      const code = problem === undefined ? 0 : 2;
      assert.deepEqual(await place.run(['lint', file]), { code, out: '', error });
    }
  });

  it('does not wait for a pipe', { skip: process.platform === 'win32' && 'there are none' }, async () => {
    const { out } = await place.run(['lint', '006_cleanup.sql']);
    execFileSync('mkfifo', [place.path('003b_pipe.sql')]);
    const error =
      'lockstep: Not all earlier migrations can be read: "003b_pipe.sql" is not a file: a pipe, a socket or a device. ' +
      'From there on, missing and duplicate objects are not reported.\n';
    assert.deepEqual(await place.run(['lint', '006_cleanup.sql']), { code: 1, out, error });
    const pipe = await place.run(['lint', '003b_pipe.sql']);
    assert.deepEqual(pipe, {
      code: 2,
      out: '',
      error: 'lockstep: 003b_pipe.sql is not a file: a pipe, a socket or a device.\n',
    });
  });

  it('reads text in other encodings', async () => {
    const text = place.read('004_email_required.sql');
    const { out } = await place.run(['lint', '004_email_required.sql']);
    const write = (bytes: Buffer): void => {
      place.write('004_email_required.sql', bytes);
    };
    for (const encoding of ['utf8', 'utf16le'] as const) {
      write(Buffer.from(`\ufeff${text}`, encoding));
      assert.deepEqual(
        await place.run(['lint', '004_email_required.sql']),
        { code: 1, out, error: '' },
        encoding,
      );
    }
    write(Buffer.from(`\ufeff${text}`, 'utf16le').swap16());
    assert.deepEqual(await place.run(['lint', '004_email_required.sql']), { code: 1, out, error: '' });
    write(Buffer.from(text.replaceAll('\n', '\r\n')));
    assert.deepEqual(await place.run(['lint', '004_email_required.sql']), { code: 1, out, error: '' });
    write(Buffer.from(text.replace('\n', ' caf\u00e9\n'), 'latin1'));
    assert.deepEqual(await place.run(['lint', '004_email_required.sql']), {
      code: 1,
      out,
      error: 'lockstep: 004_email_required.sql is not valid UTF-8; what is not was read as "\ufffd".\n',
    });
  });

  it('does not count a byte order mark as a column', async () => {
    place.write('one/1.sql', 'create table t (id int);');
    place.write('one/2.sql', '\ufeffcreate index i on t (id);');
    const [file] = (await place.lint('one/2.sql')).files;
    assert.deepEqual(file?.findings[0]?.start, { line: 1, column: 1 });
    assert.deepEqual(file.statements[0]?.start, { line: 1, column: 1 });
  });

  it('says that a file is too large, at once', async () => {
    place.write('dump.sql', 'insert into t values (1);\n'.repeat(200_001));
    const { code, out, error } = await place.run(['lint', 'dump.sql']);
    assert.deepEqual([code, out], [2, '']);
    assert.equal(error, 'lockstep: dump.sql is too large: more than 5000000 characters.\n');
    const input = await place.run(['lint', '-'], place.read('dump.sql'));
    assert.deepEqual(input, { code, out, error: error.replace('dump.sql', 'stdin.sql') });
  });

  it('reads an earlier dump for its schema', async () => {
    const rows = 'insert into customers values (1);\n'.repeat(200_000);
    place.write('000_dump.sql', `create table legacy (id int);\n${rows}`);
    place.write('007_index.sql', 'create index legacy_id on legacy (id);');
    const { out } = await place.run(['lint', '007_index.sql']);
    assert.match(out, /blocks every write to "legacy"/);
  });
});

describe('lockstep, in a folder that somebody has made to harm', () => {
  let place: Place;
  beforeEach(() => {
    place = new Place();
  });
  afterEach(() => {
    place.remove();
  });

  const secret = 'create table secret_table (leaked_column int);';
  const usesSecret = 'alter table secret_table add column leaked_column int;';

  /** A file beside a repository, which nothing in the repository may lead to. */
  const outside = (): string => {
    place.write('out/secret.sql', secret);
    place.write('repo/.git/HEAD', 'ref: refs/heads/main\n');
    return place.path('repo');
  };

  it('says that a statement is nested too deeply, once for each, and goes on', async () => {
    const nested = (levels: number): string => {
      let text = 'select 1;';
      for (let level = 0; level < levels; level++) text = `do $q${level}$ begin ${text} end $q${level}$;`;
      return text;
    };
    place.write('1_casts.sql', `select 1${'::int'.repeat(20_000)};`);
    place.write('2_few_blocks.sql', nested(20));
    place.write('3_blocks.sql', nested(200));
    place.write(
      '4_calls.sql',
      `alter table t add column b int default ${'abs('.repeat(20_000)}1${')'.repeat(20_000)};`,
    );
    place.write('5_open.sql', `select ${'('.repeat(20_000)};\nselect 2;`);
    place.write('6_seed.sql', `insert into t (a) select 1${'\nunion all select 1'.repeat(5000)};`);
    place.write('7_many_blocks.sql', nested(1000));
    place.write('8_wrong.sql', 'selekt 1;');
    const { code, out, error } = await place.run(['lint']);
    assert.equal(error, '');
    assert.deepEqual(
      out.split('\n').filter((line) => !line.includes('lock-timeout-missing')),
      [
        '1_casts.sql:1:1: information: This statement is nested too deeply to be analysed. [not-analysed]',
        '4_calls.sql:1:1: information: This statement is nested too deeply to be analysed. [not-analysed]',
        '5_open.sql:1:1: information: This statement is nested too deeply to be analysed. [not-analysed]',
        '8_wrong.sql:1:1: error: Syntax error at or near "selekt". [syntax-error]',
        '',
      ],
    );
    assert.equal(code, 1);
    assert.equal((await place.run(['lint', '1_casts.sql'])).code, 0);
  });

  it('reads chains of thousands of views', async () => {
    const views = Array.from({ length: 2500 }, (_, n) => `create view v${n + 1} as select * from v${n};`);
    place.write('1.sql', `create table v0 (a int);\n${views.join('\n')}`);
    place.write('2.sql', 'drop table v0 cascade;');
    place.write('3.sql', 'drop view v2500;');
    const { out, error } = await place.run(['lint']);
    assert.equal(error, '');
    assert.match(out, /3\.sql:1:11: error: .*relation-does-not-exist/);
  });

  it(
    'reads the other files when a name is not UTF-8',
    { skip: process.platform !== 'linux' && 'the system refuses it' },
    async () => {
      place.write('a.sql', 'selekt 1;\n');
      const folder = Buffer.from(`${place.folder}/`);
      writeFileSync(Buffer.concat([folder, Buffer.from([0xff]), Buffer.from('.sql')]), 'selekt 2;\n');
      const { code, out, error } = await place.run(['lint']);
      assert.equal(out, 'a.sql:1:1: error: Syntax error at or near "selekt". [syntax-error]\n');
      assert.equal(error, 'lockstep: \ufffd.sql has a name that is not UTF-8.\n');
      assert.equal(code, 2);
    },
  );

  it('enters no folder twice, however folders are linked', async () => {
    const count = 12;
    const names = Array.from({ length: count }, (_, index) => `d${index}`);
    for (const name of names) {
      place.write(`${name}/y.sql`, 'selekt 1;');
      for (const other of names)
        if (other !== name) symlinkSync(`../${other}`, place.path(`${name}/to-${other}`));
    }
    for (const words of [['lint'], ['lint', '**/*.sql']]) {
      const { out } = await place.run(words);
      assert.deepEqual(
        out
          .split('\n')
          .slice(0, -1)
          .map((line) => line.split(':')[0]),
        names.map((name) => `${name}/y.sql`).sort(),
      );
    }
  });

  it(
    'waits for no pipe in the place of a part of the repository',
    { skip: process.platform === 'win32' && 'there are none' },
    async () => {
      const parts = [
        '.git',
        '.git/packed-refs',
        '.git/HEAD',
        '.git/commondir',
        '.git/refs/heads/main',
        '.git/objects/info/alternates',
        'package.json',
        'supabase/config.toml',
        'drizzle/meta/_journal.json',
      ];
      for (const part of parts) {
        const own = new Place();
        own.write('migrations/1.sql', 'selekt 1;');
        mkdirSync(path.dirname(own.path(part)), { recursive: true });
        execFileSync('mkfifo', [own.path(part)]);
        const { code, out } = await own.run(['lint', 'migrations/1.sql']);
        assert.deepEqual([code, out.split('[')[1]], [1, 'syntax-error]\n'], part);
        own.remove();
      }
    },
  );

  it('reads no file outside the project that a journal names', async () => {
    outside();
    place.write('repo/drizzle.config.ts', "export default { dialect: 'postgresql', out: './drizzle' };");
    const entry = (idx: number, tag: string) => ({ idx, version: '7', when: idx, tag, breakpoints: true });
    for (const tag of ['../../out/secret', place.path('out/secret'), 'link/secret', 'linked']) {
      const entries = [entry(0, tag), entry(1, '0001_a')];
      place.write(
        'repo/drizzle/meta/_journal.json',
        JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
      );
      place.write('repo/drizzle/0001_a.sql', usesSecret);
      if (tag === 'link/secret') symlinkSync('../../out', place.path('repo/drizzle/link'));
      if (tag === 'linked') symlinkSync('../../out/secret.sql', place.path('repo/drizzle/linked.sql'));
      const { out } = await place.run(['lint', 'repo/drizzle/0001_a.sql', 'repo']);
      assert.doesNotMatch(out, /already/, tag);
    }
    const { error } = await place.run(['lint', 'repo']);
    assert.match(error, /linked\.sql leads out of the project/);
  });

  it('reads no migrations in a folder outside the project that a configuration or a link names', async () => {
    const configurations: Readonly<Record<string, string>> = {
      'repo/drizzle.config.ts': "export default { dialect: 'postgresql', out: '../out' };",
      'repo/flyway.toml': '[flyway]\nlocations = ["filesystem:../out"]\n',
      'repo/db/changelog.xml':
        '<databaseChangeLog><include file="../../out/secret.sql"/><include file="2.sql"/></databaseChangeLog>',
      'repo/atlas.hcl': 'env "local" {\n  migration { dir = "file://../out" }\n}\n',
    };
    for (const [name, text] of Object.entries(configurations)) {
      const own = new Place();
      own.write('out/1_secret.sql', secret);
      own.write('out/secret.sql', secret);
      own.write('repo/.git/HEAD', 'ref: refs/heads/main\n');
      own.write(name, text);
      own.write('repo/db/2.sql', usesSecret);
      symlinkSync('../../out/1_secret.sql', own.path('repo/db/1_linked.sql'));
      symlinkSync('../../out', own.path('repo/db/folder'));
      const { out } = await own.run(['lint', 'repo']);
      assert.doesNotMatch(out, /already|leaked_column" of|secret\.sql/, name);
      own.remove();
    }
  });

  it('reads what another folder of the same repository has', async () => {
    place.write('repo/.git/HEAD', 'ref: refs/heads/main\n');
    place.write(
      'repo/packages/db/drizzle.config.ts',
      "export default { dialect: 'postgresql', out: '../../migrations' };",
    );
    place.write('repo/migrations/0000_a.sql', secret);
    place.write('repo/migrations/0001_b.sql', usesSecret);
    const entries = ['0000_a', '0001_b'].map((tag, idx) => ({
      idx,
      version: '7',
      when: idx,
      tag,
      breakpoints: true,
    }));
    place.write(
      'repo/migrations/meta/_journal.json',
      JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
    );
    const { out } = await place.run(['lint', 'repo/migrations/0001_b.sql']);
    assert.match(out, /column "leaked_column" of relation "secret_table" already exists/);
  });

  it(
    'writes nothing through a link that leads out of the project',
    { skip: process.platform === 'win32' && 'links need rights' },
    async () => {
      outside();
      const text = 'create unique index i on t (a);\ndrop table t;\n';
      place.write('out/1.sql', text);
      place.write('repo/.git/HEAD', 'ref: refs/heads/main\n');
      place.write('repo/migrations/2.sql', text);
      symlinkSync('../../out/1.sql', place.path('repo/migrations/1.sql'));
      for (const folder of ['rollback', 'validation', 'rollbacks', 'validations']) {
        symlinkSync('../../out', place.path(`repo/migrations/${folder}`));
        symlinkSync('../out', place.path(`repo/${folder}`));
      }
      const before = readdirSync(place.path('out'));
      const fixed = await place.run(['fix', 'repo/migrations/1.sql', '--write', '--runner', 'psql']);
      assert.deepEqual([fixed.code, place.read('out/1.sql')], [2, text]);
      assert.match(
        fixed.error,
        /1\.sql lies outside the project, or a link leads there\. Nothing was written\./,
      );
      for (const command of ['rollback', 'validate']) {
        await place.run([command, 'repo/migrations/2.sql', '--write', '--runner', 'psql']);
        assert.deepEqual(readdirSync(place.path('out')), before, command);
      }
    },
  );
});
