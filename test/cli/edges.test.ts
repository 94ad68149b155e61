import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { writeDrafts } from '../../server/src/cli/write';
import { Boundary } from '../../server/src/workspace/boundary';
import { Place } from './command';

function placeOf(context: TestContext, files: Readonly<Record<string, string | Buffer>>): Place {
  const place = new Place();
  context.after(() => {
    place.remove();
  });
  for (const [name, content] of Object.entries(files)) place.write(name, content);
  return place;
}

interface Explained {
  readonly files: readonly {
    readonly statements: readonly {
      readonly command: string | null;
      readonly effects: { readonly locks: readonly object[] } | null;
    }[];
  }[];
}

describe('the command line', () => {
  it('judges the other files when one cannot be read, and ends with 2', async (context) => {
    const place = placeOf(context, { '1.sql': 'drop table a;\n', '2.sql': Buffer.from([0, 1, 0, 2]) });
    for (const command of ['lint', 'explain', 'fix', 'rollback', 'validate']) {
      const { code, out, error } = await place.run([command, '1.sql', '2.sql']);
      assert.equal(code, 2, command);
      assert.match(error, /2\.sql/, command);
      assert.notEqual(out, '', command);
    }
  });

  it('says what is wrong, and nothing behind it where there is nothing to do', async (context) => {
    const place = placeOf(context, { '1.sql': 'selec 1;\n' });
    const { out } = await place.run(['lint', '1.sql']);
    assert.match(out, /^1\.sql:1:1: error: .* \[syntax-error\]\n$/);
    assert.doesNotMatch(out, /undefined|null/);
  });

  it('explains what it cannot read, and locks that block nobody, as nothing', async (context) => {
    const place = placeOf(context, { '1.sql': 'selec 1;\ncreate table t (id int);\nselect * from t;\n' });
    const { out } = await place.run(['explain', '--format', 'json', '1.sql']);
    const [broken, , reading] = (JSON.parse(out) as Explained).files[0]?.statements ?? [];
    assert.equal(broken?.command, null);
    assert.deepEqual(reading?.effects?.locks, [
      { relation: 'public.t', mode: 'ACCESS SHARE', role: 'source', isNew: true, blocks: null },
    ]);
  });

  it(
    'says on standard error that standard output is full',
    {
      skip: process.platform !== 'linux' && 'there is no /dev/full',
    },
    async (context) => {
      const place = placeOf(context, { '1.sql': 'drop table a;\n' });
      const { code, error } = await place.shell('lockstep lint 1.sql > /dev/full');
      assert.equal(code, 2);
      assert.match(error, /^lockstep: .*ENOSPC/);
    },
  );

  it('reads all of standard input', async (context) => {
    const place = placeOf(context, {});
    const { out } = await place.run(['fix', '-'], 'create index i on t (b);\nselect 2;\n');
    assert.match(out, /^create index concurrently i on t \(b\);\nselect 2;\n$/m);
    const report = await place.run(['explain', '-', '--format', 'json'], 'select 1;\nselect 2;\n');
    assert.equal((JSON.parse(report.out) as Explained).files[0]?.statements.length, 2);
  });

  it('standing at home does not take all of it for the project', async (context) => {
    const place = placeOf(context, {
      'elsewhere/1.sql': 'create table t (id int);\n',
      'shop/2.sql': 'create table t (id int);\n',
    });
    const link = 'ln -sf ../elsewhere/1.sql shop/1.sql';
    const { error } = await place.shell(`${link}; HOME="$PWD" lockstep lint shop`);
    assert.equal(error, 'lockstep: shop/1.sql leads out of the project.\n');
    const { out } = await place.shell('lockstep lint shop');
    assert.match(out, /^shop\/2\.sql:1:14: error: .* 1\.sql creates it/);
  });
});

describe('lockstep fix', () => {
  it('prints a file that ends without a line break, and the next one below it', async (context) => {
    const place = placeOf(context, {
      'db/1.sql': 'create table t (b int);\n',
      'db/2.sql': 'create index i on t (b);\nselect 1',
      'db/3.sql': 'create index j on t (b);\nselect 2',
    });
    const { out } = await place.run(['fix', '--runner', 'psql', 'db']);
    assert.match(out, /\nselect 1\n-- db\/3\.sql\n[^]*\nselect 2\n$/);
  });

  it('says why it cannot repair what it has found', async (context) => {
    const place = placeOf(context, {
      'db/1.sql': 'create table t (b int);\n',
      'db/2.sql': 'set search_path = public;\ncreate index i on t (b);\n',
    });
    const { error } = await place.run(['fix', '--runner', 'prisma', 'db/2.sql']);
    assert.match(error, /^lockstep: db\/2\.sql: create-index-not-concurrent: The file sets search_path/m);
  });
});

describe('writing', () => {
  it('brings back what it has removed, and removes the folders that it has made', (context) => {
    const place = placeOf(context, { 'a.sql': 'a', 'no-folder': '' });
    mkdirSync(place.path('empty'));
    const boundary = new Boundary([place.folder]);
    boundary.admit(place.path('a.sql'));
    const draft = (name: string, before: string | undefined, text: string | undefined) => ({
      ...{ path: place.path(name), name },
      ...{ before, text },
    });
    const before = place.snapshot();
    assert.throws(() => {
      writeDrafts(
        [
          draft('a.sql', 'a', undefined),
          draft('new/folder/b.sql', undefined, 'b'),
          draft('no-folder/c.sql', undefined, 'c'),
        ],
        boundary,
      );
    }, /Nothing was written: /);
    assert.deepEqual(place.snapshot(), before);
    assert.equal(boundary.holds(place.path('new')), true);
    assert.throws(() => place.read('new'), /ENOENT/);
  });
});
