import { deepEqual, equal, match, ok } from 'node:assert/strict';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import { sumOf } from '../../server/src/runners/atlas/sum';
import type { Placement } from '../../server/src/runners/runner';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { needsShared, shared } from '../shared';
import { fileSettings } from './file-settings';
import { caseOf, plans, shapes } from './projects';
import { applyChanges, diskTree, type Files, memoryTree } from './tree';

before(loadGrammar);

const create = 'CREATE INDEX CONCURRENTLY i ON t (a);';
const drop = 'DROP INDEX CONCURRENTLY i;';
const reindex = 'REINDEX INDEX CONCURRENTLY i;';
const insert = 'INSERT INTO t VALUES (1);';
const set = "SET lock_timeout = '5s';";
const lock = 'LOCK TABLE t;';

/** The numbers of the transactions; `-` for none, `!` behind what the server will refuse, `v` before what undoes. */
function outcome(file: string, files: Files): string {
  const project = recognise(file, memoryTree(files));
  const source = parseFile(files[file] ?? '', project.runner);
  const schedule = project.runner.schedule(source, project, file);
  const statements = source.statements.map(({ parsed: { statement } }, index) => {
    const { transaction = 0, section } = schedule.statements[index] ?? {};
    const refusal = statement && project.runner.refuses(statement, index, schedule, project);
    return `${section === 'down' ? 'v' : ''}${transaction ?? '-'}${refusal === undefined ? '' : '!'}`;
  });
  return `${project.runner.id}: ${statements.join(' ')}`;
}

const flywayGroup: Files = { '/p/flyway.toml': '[flyway]\nlocations = ["filesystem:m"]\ngroup = true\n' };
const flywayMixed: Files = { '/p/flyway.conf': 'flyway.locations=filesystem:m\nflyway.mixed=true\n' };
const flywayNone: Files = { '/p/flyway.conf': 'flyway.executeInTransaction=false\n' };
const script: Files = { '/p/m/V2__a.sql.conf': '# REINDEX\nexecuteInTransaction=false\n' };
const sqlx = (version: string): Files => ({
  '/p/Cargo.toml': '[dependencies]\nsqlx = { version = "0.8", features = ["postgres"] }\n',
  ...(version === '' ? {} : { '/p/Cargo.lock': `[[package]]\nname = "sqlx"\nversion = "${version}"\n` }),
});
const diesel: Files = { '/p/Cargo.toml': '[dependencies]\ndiesel = "2.2"\n' };
const metadata: Files = { '/p/m/1_a/metadata.toml': 'run_in_transaction = false\n' };
const refinery: Files = { '/p/Cargo.toml': '[dependencies]\nrefinery = "0.8"\n' };
const atlasFiles = (mode: string): Files => ({
  '/p/m/atlas.sum': 'h1:\n',
  ...(mode === '' ? {} : { '/p/Makefile': `up:\n\tatlas migrate apply --tx-mode ${mode}\n` }),
});

/** A file of a runner, what stands beside it, and what becomes of its statements. */
const rows: readonly [runner: string, file: string, text: readonly string[], beside: Files, string][] = [
  ['a transaction for each file', '/p/m/V2__a.sql', [insert, lock], {}, 'flyway: 1 1'],
  ['what Flyway sees', '/p/m/V2__a.sql', [create], {}, 'flyway: -'],
  ['several of it', '/p/m/V2__a.sql', [drop, create, 'VACUUM t;'], {}, 'flyway: - - -'],
  ['both kinds', '/p/m/V2__a.sql', [set, create], {}, 'flyway: 1 1!'],
  ['both kinds, mixed', '/p/m/V2__a.sql', [set, create], flywayMixed, 'flyway: - -'],
  ['both kinds, with a script configuration', '/p/m/V2__a.sql', [set, create], script, 'flyway: 1 1!'],
  ['what Flyway does not see', '/p/m/V2__a.sql', [reindex], {}, 'flyway: 1!'],
  ['the same, with a script configuration', '/p/m/V2__a.sql', [set, reindex], script, 'flyway: - -'],
  ['the same, by the project', '/p/m/V2__a.sql', [set, reindex], flywayNone, 'flyway: - -'],
  ['grouped', '/p/m/V2__a.sql', [insert], flywayGroup, 'flyway: 1'],
  ['an undo migration', '/p/m/U2__a.sql', [insert], {}, 'flyway: v1'],
  ['a repeatable migration', '/p/m/R__a.sql', [insert], {}, 'flyway: 1'],

  ['one query', '/p/m/1_a.up.sql', [insert, create], {}, 'golang-migrate: 1 1!'],
  ['one statement', '/p/m/1_a.up.sql', [create], {}, 'golang-migrate: -'],
  ['own block', '/p/m/1_a.up.sql', ['BEGIN;', insert, 'COMMIT;'], {}, 'golang-migrate: 1 1 1'],
  ['down', '/p/m/1_a.down.sql', [insert, drop], {}, 'golang-migrate: v1 v1!'],
  [
    'cut at semicolons',
    '/p/m/1_a.up.sql',
    [insert, create, 'DO $$ BEGIN NULL; END $$;'],
    { '/p/docker-compose.yml': 'command: -database postgres://db/p?x-multi-statement=true up\n' },
    'golang-migrate: - - -!',
  ],

  ['a transaction', '/p/m/1_a.sql', [insert, create], sqlx('0.8.6'), 'sqlx: 1 1!'],
  ['its mark', '/p/m/1_a.sql', ['-- no-transaction', create], sqlx('0.8.6'), 'sqlx: -'],
  ['its mark, two', '/p/m/1_a.sql', ['-- no-transaction', drop, create], sqlx('0.8.6'), 'sqlx: 1! 1!'],
  ['its mark too late', '/p/m/1_a.sql', ['', '-- no-transaction', create], sqlx('0.8.6'), 'sqlx: 1!'],
  ['its mark before 0.8', '/p/m/1_a.sql', ['-- no-transaction', create], sqlx('0.7.4'), 'sqlx: 1!'],
  ['version unknown', '/p/m/1_a.sql', ['-- no-transaction', create], sqlx(''), 'sqlx: -'],
  ['down', '/p/m/1_a.down.sql', [insert], sqlx('0.8.6'), 'sqlx: v1'],

  ['a transaction', '/p/m/1_a/up.sql', [create], diesel, 'diesel: 1!'],
  ['metadata.toml', '/p/m/1_a/up.sql', [create], { ...diesel, ...metadata }, 'diesel: -'],
  ['metadata.toml, two', '/p/m/1_a/up.sql', [drop, create], { ...diesel, ...metadata }, 'diesel: 1! 1!'],
  [
    'metadata.toml, empty',
    '/p/m/1_a/up.sql',
    [create],
    { ...diesel, '/p/m/1_a/metadata.toml': '' },
    'diesel: -',
  ],
  [
    'metadata.toml, a comment',
    '/p/m/1_a/up.sql',
    [create],
    { ...diesel, '/p/m/1_a/metadata.toml': '# run_in_transaction = true\n' },
    'diesel: -',
  ],
  [
    'metadata.toml, true',
    '/p/m/1_a/up.sql',
    [create],
    { ...diesel, '/p/m/1_a/metadata.toml': 'run_in_transaction = true\n' },
    'diesel: 1!',
  ],
  [
    'metadata.toml, no boolean',
    '/p/m/1_a/up.sql',
    [create],
    { ...diesel, '/p/m/1_a/metadata.toml': 'run_in_transaction = 0\n' },
    'diesel: 1!',
  ],
  [
    'metadata.toml, no TOML',
    '/p/m/1_a/up.sql',
    [create],
    { ...diesel, '/p/m/1_a/metadata.toml': 'x y z\n' },
    'diesel: 1!',
  ],
  ['down', '/p/m/1_a/down.sql', [drop], { ...diesel, ...metadata }, 'diesel: v-'],

  ['always a transaction', '/p/m/V1__a.sql', [insert, create], refinery, 'refinery: 1 1!'],
  ['always a transaction', '/p/m/U1__a.sql', [create], refinery, 'refinery: 1!'],

  ['a transaction', '/p/m/1_a.sql', [insert, create], atlasFiles(''), 'atlas: 1 1!'],
  [
    'its header',
    '/p/m/1.sql',
    ['-- atlas:txmode none', '', set, create, create],
    atlasFiles(''),
    'atlas: - - -',
  ],
  [
    'a header of two',
    '/p/m/1.sql',
    ['-- A.', '-- atlas:txmode none', '', create],
    atlasFiles(''),
    'atlas: -',
  ],
  ['no blank line', '/p/m/1.sql', ['-- atlas:txmode none', create], atlasFiles(''), 'atlas: 1!'],
  ['too late', '/p/m/1.sql', [insert, '', '-- atlas:txmode none', '', create], atlasFiles(''), 'atlas: 1 1!'],
  ['all in one', '/p/m/1.sql', ['-- atlas:txmode none', '', create], atlasFiles('all'), 'atlas: 1!'],
  ['none at all', '/p/m/1.sql', [insert, create], atlasFiles('none'), 'atlas: - -'],
];

for (const [what, file, text, beside, expected] of rows) {
  it(`${expected.split(':')[0] ?? ''}, ${what}: ${text.join(' ')}`, () => {
    equal(outcome(file, { ...beside, [file]: `${text.join('\n')}\n` }), expected);
  });
}

describe('what a refusal says', () => {
  const cases: readonly [file: string, text: readonly string[], beside: Files, RegExp, RegExp][] = [
    ['/p/m/V2__a.sql', [set, create], {}, /^Flyway runs a migration that has other statements/, /of its own/],
    ['/p/m/V2__a.sql', [reindex], {}, /does not know/, /executeInTransaction=false/],
    ['/p/m/V2__a.sql', ['BEGIN;', reindex], script, /opens a transaction block with BEGIN/, /of its own/],
    ['/p/m/1_a.up.sql', [set, create], {}, /as one query, which is a transaction/, /of its own/],
    ['/p/m/1_a.sql', [create], sqlx('0.8.6'), /^sqlx 0\.8 sends the file in a transaction/, /no-transaction/],
    ['/p/m/1_a.sql', [create], sqlx('0.7.4'), /^sqlx 0\.7 sends/, /Upgrade to sqlx 0\.8/],
    ['/p/m/1_a.sql', ['-- no-transaction', set, create], sqlx(''), /one query/, /of its own\.$/],
    ['/p/m/1_a/up.sql', [create], diesel, /^Diesel sends/, /metadata\.toml/],
    ['/p/m/1_a/up.sql', [set, create], { ...diesel, ...metadata }, /one query/, /of its own\.$/],
    ['/p/m/V1__a.sql', [create], refinery, /every file in a transaction/, /by hand/],
    ['/p/m/1.sql', [create], atlasFiles(''), /^Atlas runs the file/, /atlas:txmode none/],
    ['/p/m/1.sql', [create], atlasFiles('all'), /--tx-mode all/, /--tx-mode file/],
  ];
  for (const [file, text, beside, reason, instead] of cases) {
    it(`${file}: ${text.join(' ')}`, () => {
      const files = { ...beside, [file]: `${text.join('\n')}\n` };
      const project = recognise(file, memoryTree(files));
      const source = parseFile(files[file] ?? '', project.runner);
      const schedule = project.runner.schedule(source, project, file);
      const last = source.statements.length - 1;
      const statement = source.statements[last]?.parsed.statement;
      const refusal = statement && project.runner.refuses(statement, last, schedule, project);
      match(refusal?.reason ?? '', reason);
      match(refusal?.instead ?? '', instead);
    });
  }
});

describe('where a migration says that it needs no transaction', () => {
  const place = (name: string, text: string, plan: string): Files => {
    const setting = fileSettings.find((candidate) => candidate.name === name);
    if (setting === undefined) throw new Error(name);
    const { site, steps, files } = caseOf(name, setting, text, plans[plan] ?? []);
    const after = applyChanges(files, changesOf(site.project.runner.places(steps, site)[0]).changes);
    return Object.fromEntries(Object.entries(after).filter(([file, content]) => files[file] !== content));
  };
  const only = shapes['the only statement'] ?? '';
  const build =
    '-- Writes go on while the index is built.\nCREATE UNIQUE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);\n';
  const dropped =
    '-- A failed concurrent build leaves an invalid index.\nDROP INDEX CONCURRENTLY IF EXISTS orders_user_idx;\n';

  it('Flyway: nowhere, it sees that by itself', () => {
    deepEqual(place('Flyway', only, 'a concurrent build'), {
      '/p/src/main/resources/db/migration/V2__billing.sql': build,
    });
  });

  it('golang-migrate: nowhere; a new migration is a pair', () => {
    deepEqual(place('golang-migrate', only, 'a drop and a build'), {
      '/p/migrations/000002_billing.up.sql': dropped,
      '/p/migrations/000003_orders_user_idx_concurrently.up.sql': build,
      '/p/migrations/000003_orders_user_idx_concurrently.down.sql': '',
    });
  });

  it('sqlx: in the first bytes', () => {
    deepEqual(place('sqlx 0.8.6', only, 'a drop and a build'), {
      '/p/migrations/20260211083000_billing.sql': `-- no-transaction\n${dropped}`,
      '/p/migrations/20260301100000_orders_user_idx_concurrently.sql': `-- no-transaction\n${build}`,
    });
  });

  it('Diesel: in a metadata.toml', () => {
    const folder = '/p/migrations/2026-03-01-100000_orders_user_idx_concurrently';
    deepEqual(place('Diesel', only, 'a drop and a build'), {
      '/p/migrations/2026-02-11-083000_billing/up.sql': dropped,
      '/p/migrations/2026-02-11-083000_billing/metadata.toml': 'run_in_transaction = false\n',
      [`${folder}/up.sql`]: build,
      [`${folder}/down.sql`]: '',
      [`${folder}/metadata.toml`]: 'run_in_transaction = false\n',
    });
  });

  it('Atlas: in the header, with the sum of the folder', () => {
    const files = place('Atlas', `-- By user.\n${only}`, 'a concurrent build');
    equal(files['/p/migrations/20260211083000_billing.sql'], `-- atlas:txmode none\n\n-- By user.\n${build}`);
    const names = ['20260105093000_init.sql', '20260211083000_billing.sql'];
    const texts = ['SELECT 1;\n', files['/p/migrations/20260211083000_billing.sql']];
    equal(
      files['/p/migrations/atlas.sum'],
      sumOf(names, (name) => texts[names.indexOf(name)]),
    );
  });

  it('what an author already says is kept', () => {
    const metadataPath = '/p/m/1_a/metadata.toml';
    const file = '/p/m/1_a/up.sql';
    const files: Files = { ...diesel, [metadataPath]: 'run_in_transaction = true\n# why\n', [file]: only };
    const project = recognise(file, memoryTree(files));
    const { site, steps } = caseOf(
      '',
      { name: '', path: file, files: () => files },
      only,
      plans['a concurrent build'] ?? [],
    );
    const after = applyChanges(files, changesOf(project.runner.places(steps, site)[0]).changes);
    equal(after[metadataPath], 'run_in_transaction = false\n# why\n');
  });
});

describe('notes', () => {
  const notesFor = (files: Files, file: string): readonly string[] => {
    const setting = { name: '', path: file, files: () => files };
    const { site, steps } = caseOf('', setting, '', plans['a concurrent build'] ?? []);
    return changesOf(site.project.runner.places(steps, site)[0]).notes;
  };
  const target = shapes['the only statement'] ?? '';

  it('Flyway holds a transaction open that CONCURRENTLY waits for', () => {
    const file = '/p/db/migration/V2__a.sql';
    ok(notesFor({ [file]: target }, file).some((note) => note.includes('transactional.lock=false')));
    const set = { '/p/flyway.toml': '[flyway.postgresql.transactional]\nlock = false\n', [file]: target };
    deepEqual(notesFor(set, file), []);
  });

  it('Flyway runs what is pending together, when it is grouped', () => {
    const file = '/p/m/V2__a.sql';
    ok(notesFor({ ...flywayGroup, [file]: target }, file).some((note) => note.includes('flyway.group')));
  });

  it('a file that was applied must not change, but the newest is most often new', () => {
    const [first, second] = ['/p/m/V1__a.sql', '/p/m/V2__b.sql'];
    const files = { [first]: target, [second]: target };
    ok(notesFor(files, first).some((note) => note.includes('checksum')));
    ok(!notesFor(files, second).some((note) => note.includes('checksum')));
  });

  it('an atlas.sum that does not fit is left to Atlas', () => {
    const isLeft = (file: string, text = target): boolean =>
      notesFor({ ...atlasFiles(''), [file]: text }, file).some((note) => note.includes('atlas migrate hash'));
    ok(isLeft('/p/m/1_a.sql'));
    // Of the runners for which Atlas can write migrations, too.
    ok(isLeft('/p/m/1_a.sql', `-- +goose Up\n${target}`));
    ok(isLeft('/p/m/1_a.sql', `-- migrate:up\n${target}`));
    ok(isLeft('/p/m/V2__a.sql'));
  });
});

describe('atlas.sum', { skip: needsShared('corpus') }, () => {
  const folder = path.join(shared, 'corpus/atlas/openmeterio__openmeter/tools/migrate/migrations');
  const text = diskTree.read(path.join(folder, 'atlas.sum')) ?? '';

  it('is what Atlas has written', () => {
    const names = [...text.matchAll(/^(\S+) h1:/gm)].map(([, name = '']) => name);
    equal(names.length, 269);
    equal(
      sumOf(names, (name) => diskTree.read(path.join(folder, name))),
      text,
    );
  });

  it('of a folder of pairs lists those that go up', () => {
    const project = recognise(folder, diskTree);
    const changes = project.runner.newMigration('more', {
      project,
      tree: diskTree,
      now: new Date('2026-11-21T07:00:00Z'),
    });
    deepEqual(
      changes.map(({ kind, path: file }) => `${kind} ${path.basename(file)}`),
      ['create 20261121070000_more.up.sql', 'create 20261121070000_more.down.sql', 'edit atlas.sum'],
    );
  });
});

function changesOf(placement: Placement): Extract<Placement, { how: string }> {
  if ('refusal' in placement) throw new Error(placement.refusal.reason);
  return placement;
}
