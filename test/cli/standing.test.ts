// Migrations beside those that everybody has: the default branch of a remote decides, as git keeps it on disk.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { renameSync, rmSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { git as runGit } from '../git';
import { Place } from './command';

const [first, late, last] = [
  'supabase/migrations/20260101000000_a.sql',
  'supabase/migrations/20260102000000_late.sql',
  'supabase/migrations/20260103000000_c.sql',
];

describe('a branch beside main', () => {
  const place = new Place();
  const git = (...words: readonly string[]): string => runGit(place.folder, words);
  const rulesIn = async (file: string): Promise<readonly string[]> => {
    const { out } = await place.run(['lint', '--format', 'json', file]);
    const { files } = JSON.parse(out) as { files: readonly { findings: readonly { rule: string }[] }[] };
    return files.flatMap(({ findings }) => findings.map(({ rule }) => rule));
  };

  before(() => {
    place.write('supabase/config.toml', '');
    place.write(first, 'CREATE TABLE a (id bigint PRIMARY KEY);\n');
    place.write(last, 'CREATE TABLE c (id bigint PRIMARY KEY);\n');
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    git('checkout', '-q', '-b', 'feature');
    // UTF-16 with its mark and carriage returns, as some editors of Windows save it.
    place.write(late, Buffer.from('\ufeffCREATE TABLE b (id bigint PRIMARY KEY);\r\n', 'utf16le'));
    place.write('supabase/rollbacks/20260102000000_late.sql', 'DROP TABLE b;\n');
  });
  after(() => {
    place.remove();
  });

  it('says nothing as long as nobody else has main', async () => {
    deepEqual(await rulesIn(late), []);
    place.write(first, 'CREATE TABLE a (id integer PRIMARY KEY);\n');
    deepEqual(await rulesIn(first), []);
    git('checkout', '-q', first);
  });

  it('finds the migration that is late once there is a remote', async () => {
    git('init', '-q', '--bare', 'remote.git');
    git('remote', 'add', 'origin', './remote.git');
    git('push', '-q', 'origin', 'main');
    const { code, out } = await place.run(['lint', late]);
    equal(code, 1);
    match(out, /error.*sorts before 20260103000000_c\.sql, which main already has/);
    deepEqual(await rulesIn(last), []);
  });

  it('prints the way out as a patch that git takes', async () => {
    const { out } = await place.run(['fix', '--rule', 'migration-version-order', '--diff', first]);
    equal(out, '');
    rmSync(place.path(late));
    place.write(late, 'CREATE TABLE b (id bigint PRIMARY KEY);\n');
    const patch = await place.run(['fix', '--rule', 'migration-version-order', '--diff', late]);
    runGit(place.folder, ['apply', '--check'], patch.out);
    match(patch.out, /\+\+\+ \/dev\/null/);
  });

  it('renames it, with its rollback, byte for byte', async () => {
    const bytes = Buffer.from('\ufeffCREATE TABLE b (id bigint PRIMARY KEY);\r\n', 'utf16le');
    place.write(late, bytes);
    const { code, out } = await place.run(['fix', '--rule', 'migration-version-order', '--write', late]);
    equal(code, 0, out);
    const names = Object.keys(place.snapshot()).filter((name) => name.includes('_late.sql'));
    equal(names.length, 2, names.join());
    const [renamed = '', rollback = ''] = [...names].sort();
    ok(names.every((name) => !name.includes('20260102')) && rollback.includes('rollbacks'), names.join());
    ok(place.bytes(renamed).equals(bytes));
    deepEqual(await rulesIn(renamed), []);
  });

  it('finds a migration of main that was changed, and brings it back', async () => {
    place.write(first, '-- A note.\nCREATE TABLE a (id bigint PRIMARY KEY);\n');
    deepEqual(await rulesIn(first), []);
    place.write(first, '-- A note.\nCREATE TABLE a (id integer PRIMARY KEY);\n');
    deepEqual(await rulesIn(first), ['applied-migration-edited']);
    await place.run(['fix', '--rule', 'applied-migration-edited', '--write', first]);
    equal(place.read(first), 'CREATE TABLE a (id bigint PRIMARY KEY);\n');
  });

  it('goes by the branch that somebody names', async () => {
    git('branch', '-q', 'release', 'main');
    git('push', '-q', 'origin', 'release');
    renameSync(place.path(last), place.path('supabase/migrations/20260100000000_c.sql'));
    const { out } = await place.run(['lint', '--default-branch', 'release', 'supabase/migrations']);
    match(out, /20260100000000_c\.sql.*\n?.*sorts before 20260101000000_a\.sql, which release already has/);
  });
});
