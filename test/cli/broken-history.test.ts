import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Place, rulesOf } from './command';

const makesTable = 'CREATE TABLE users (id bigint, name text);\n';
/** Of a table that is not known; where the history is whole, that is an error. */
const usesOther = 'SELECT id FROM usrs;\n';

describe('lockstep lint, with a broken history', () => {
  let place: Place;
  beforeEach(() => {
    place = new Place();
  });
  afterEach(() => {
    place.remove();
  });

  function drizzle(journal: string): void {
    place.write('drizzle.config.ts', "export default { dialect: 'postgresql', out: './drizzle' };");
    place.write('drizzle/meta/_journal.json', journal);
    place.write('drizzle/0000_a.sql', makesTable);
    place.write('drizzle/0002_c.sql', usesOther);
  }
  const entries = (...tags: readonly string[]): string =>
    JSON.stringify({ dialect: 'postgresql', entries: tags.map((tag, idx) => ({ idx, when: idx, tag })) });

  it('a journal may list what is not there, or something twice', async () => {
    drizzle(entries('0000_a', '0000_a', '0002_c'));
    assert.deepEqual(rulesOf(await place.lint('drizzle/0002_c.sql')), ['relation-does-not-exist']);
    drizzle(entries('0000_a', '0001_gone', '0002_c'));
    const { out, error, code } = await place.run(['lint', 'drizzle']);
    assert.deepEqual([out, code], ['', 0]);
    assert.match(
      error,
      /^lockstep: Not all earlier migrations can be read: "0001_gone\.sql" does not exist\. [^\n]*\n$/,
    );
  });

  it('a journal may be in the middle of a merge', async () => {
    drizzle(`<<<<<<< HEAD\n${entries('0000_a')}\n=======\n${entries('0002_c')}\n>>>>>>> other\n`);
    const { out, code } = await place.run(['lint', 'drizzle']);
    assert.match(out, /0002_c\.sql:1:1: error: meta\/_journal\.json is not valid JSON\./);
    assert.equal(out.match(/_journal/g)?.length, 1, out);
    assert.equal(code, 1);
  });

  it('a plan may go round in circles, and name what is not there', async () => {
    const change = (name: string, needs: string): string =>
      `${name} [${needs}] 2020-01-01T00:00:00Z A <a@example.com> # x\n`;
    const changes = [change('a', 'b'), change('b', 'a'), change('gone', 'zz'), '][ # %\n', change('c', 'c')];
    place.write('sqitch.conf', '[core]\n engine = pg\n');
    place.write('sqitch.plan', `%syntax-version=1.0.0\n%project=p\n\n${changes.join('')}`);
    place.write('deploy/a.sql', makesTable);
    place.write('deploy/b.sql', usesOther);
    place.write('deploy/c.sql', usesOther);
    const { out, error } = await place.run(['lint', 'deploy']);
    assert.equal(out.match(/usrs/g)?.length, 1, out);
    assert.match(out, /deploy\/b\.sql:1:16: warning/);
    assert.match(error, /^[^\n]*"gone\.sql" does not exist[^\n]*\n$/);
  });

  it('changelogs may include each other', async () => {
    const changelog = (...files: readonly string[]): string =>
      `<databaseChangeLog>${files.map((file) => `<include file="${file}"/>`).join('')}</databaseChangeLog>`;
    place.write('a-changelog.xml', changelog('b-changelog.xml', '1.sql', 'gone.sql', '2.sql'));
    place.write('b-changelog.xml', changelog('a-changelog.xml', 'b-changelog.xml', 'gone-changelog.xml'));
    const changeset = (id: number, sql: string): string =>
      `--liquibase formatted sql\n--changeset a:${id}\n${sql}`;
    place.write('1.sql', changeset(1, makesTable));
    place.write('2.sql', changeset(2, usesOther));
    const { out, error, code } = await place.run(['lint', '.']);
    assert.deepEqual([out, code], ['', 0]);
    assert.match(error, /^[^\n]*"gone\.sql" does not exist[^\n]*\n$/);
  });

  it('versions may be longer than a number, and begin with zeros', async () => {
    for (const version of ['7', '010', '9007199254740993', '9007199254740992', '0000000000000000000001']) {
      place.write(`m/${version}_a.up.sql`, `CREATE TABLE t${BigInt(version)} (id bigint);\n`);
      place.write(`m/${version}_a.down.sql`, '');
    }
    place.write('m/9007199254740993_a.up.sql', 'DROP TABLE t9007199254740992, t1, t7, t10;\n');
    assert.deepEqual(rulesOf(await place.lint('m/9007199254740993_a.up.sql')), [
      'drop-table',
      'drop-table',
      'drop-table',
      'drop-table',
      'lock-timeout-missing',
    ]);
  });

  it('names may be of any letters', async () => {
    const names = ['001_ä 中文.sql', "002_it's & so.sql", '003_%41#?.sql', '004_[a]{b}(c)*.sql'];
    names.forEach((name, index) => {
      place.write(`m/${name}`, index === 0 ? makesTable : `CREATE INDEX users_${index} ON users (name);\n`);
    });
    const { files } = await place.lint('m');
    assert.deepEqual(
      files.map(({ path, findings }) => [path, findings.length > 0]),
      names.map((name, index) => [`m/${name}`, index > 0]),
    );
    for (const name of names) assert.equal((await place.lint(`m/${name}`)).files.length, 1, name);
  });

  it('a folder with the name of a file is none, also behind a link', async () => {
    place.write('m/001_a.sql', makesTable);
    place.write('m/002_folder.sql/notes.txt', 'no SQL');
    place.write('m/003_c.sql', 'CREATE INDEX users_name ON users (name);\n');
    symlinkSync('.', place.path('m/004_here.sql'));
    const { files } = await place.lint('.');
    assert.deepEqual(
      files.map(({ path, findings }) => [path, findings.length]),
      [
        ['m/001_a.sql', 0],
        ['m/003_c.sql', 1],
      ],
    );
  });
});
