import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
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
      '"003d_circle.sql" is a link that leads back to itself. Behind it, nothing is reported as missing or as there already.\n';
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
      'lockstep: Not all earlier migrations can be read: "003b_pipe.sql" is no file: a pipe, a socket or a device. ' +
      'Behind it, nothing is reported as missing or as there already.\n';
    assert.deepEqual(await place.run(['lint', '006_cleanup.sql']), { code: 1, out, error });
    const pipe = await place.run(['lint', '003b_pipe.sql']);
    assert.deepEqual(pipe, {
      code: 2,
      out: '',
      error: 'lockstep: 003b_pipe.sql is no file: a pipe, a socket or a device.\n',
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
