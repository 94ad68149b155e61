// What each runner makes of migrations that do not fit the others, and what repairs it.
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import type { StandingProblem } from '../../server/src/runners/standing/bookkeeping';
import { changedPlace } from '../../server/src/runners/standing/changed';
import { standingOf } from '../../server/src/runners/standing/standing';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { applyChanges, type Files, memoryTree, movedTo } from './tree';

before(loadGrammar);

const now = new Date('2026-03-01T00:00:00Z');

/** The problems of one file, when main has `released`. */
function problemsOf(
  files: Files,
  path: string,
  released?: readonly string[],
  runner?: string,
): readonly StandingProblem[] {
  const tree = memoryTree(files);
  const project = recognise(path, tree, runner);
  const branch = {
    branch: 'main',
    has: (file: string) => released?.includes(file),
    read: (file: string) => files[file],
  };
  return standingOf(path, {
    project,
    migrations: project.runner.migrations(project, tree),
    tree,
    released: released === undefined ? undefined : branch,
    parse: (text) => parseFile(text, project.runner),
  }).problems;
}

/** The project after the repair, and where the file is then. */
function repaired(files: Files, path: string, { repair }: StandingProblem): readonly [Files, string] {
  ok(repair !== undefined, 'There is a repair.');
  const tree = memoryTree(files);
  const changes = repair.changes({ project: recognise(path, tree), tree, now });
  return [applyChanges(files, changes), movedTo(path, changes)];
}

interface Case {
  readonly runner: string;
  /** The first, the one that is late, the last. */
  readonly names: readonly [string, string, string];
  readonly text?: string;
  readonly marks?: Files;
  readonly late: RegExp | undefined;
  /** Another name with the version of the first; undefined where versions are no matter. */
  readonly same: string | undefined;
  readonly twice: RegExp | undefined;
  /** What the late one is called after the repair. */
  readonly renamed: string;
}

const stamps = ['20260101000000', '20260102000000', '20260103000000'] as const;
const stamped = (folder: string, sign = '_', end = '.sql'): [string, string, string] => [
  `${folder}/${stamps[0]}${sign}a${end}`,
  `${folder}/${stamps[1]}${sign}b${end}`,
  `${folder}/${stamps[2]}${sign}c${end}`,
];

const cases: readonly Case[] = [
  {
    runner: 'supabase',
    names: stamped('/p/supabase/migrations'),
    marks: { '/p/supabase/config.toml': '' },
    late: /refuses to push it without --include-all/,
    same: '/p/supabase/migrations/20260101000000_z.sql',
    twice: /cannot record the second/,
    renamed: '/p/supabase/migrations/20260301000000_b.sql',
  },
  {
    runner: 'prisma',
    names: stamped('/p/prisma/migrations', '_', '/migration.sql'),
    marks: { '/p/prisma/migrations/migration_lock.toml': 'provider = "postgresql"\n' },
    late: undefined,
    same: '/p/prisma/migrations/20260101000000_z/migration.sql',
    twice: undefined,
    renamed: '',
  },
  {
    runner: 'goose',
    names: ['/p/migrations/00001_a.sql', '/p/migrations/00002_b.sql', '/p/migrations/00003_c.sql'],
    text: '-- +goose Up\nSELECT 1;\n',
    late: /unless -allow-missing is given/,
    same: '/p/migrations/1_z.sql',
    twice: /stops at two migrations of one version/,
    renamed: '/p/migrations/00004_b.sql',
  },
  {
    runner: 'dbmate',
    names: stamped('/p/db/migrations'),
    text: '-- migrate:up\nSELECT 1;\n-- migrate:down\n',
    late: undefined,
    same: '/p/db/migrations/20260101000000_z.sql',
    twice: /stops at the other or passes over it/,
    renamed: '',
  },
  {
    runner: 'sql-migrate',
    names: stamped('/p/migrations', '-'),
    text: '-- +migrate Up\nSELECT 1;\n',
    late: undefined,
    same: '/p/migrations/20260101000000-z.sql',
    twice: undefined,
    renamed: '',
  },
  {
    runner: 'rambler',
    names: ['/p/migrations/01_a.sql', '/p/migrations/02_b.sql', '/p/migrations/03_c.sql'],
    text: '-- rambler up\nSELECT 1;\n',
    late: /out of order/,
    same: '/p/migrations/01_z.sql',
    twice: undefined,
    renamed: '/p/migrations/04_b.sql',
  },
  {
    runner: 'flyway',
    names: ['/p/db/migration/V1__a.sql', '/p/db/migration/V2__b.sql', '/p/db/migration/V3__c.sql'],
    late: /unless outOfOrder is set/,
    same: '/p/db/migration/V1.0__z.sql',
    twice: /stops at two migrations of one version/,
    renamed: '/p/db/migration/V4__b.sql',
  },
  {
    runner: 'golang-migrate',
    names: ['/p/migrations/1_a.up.sql', '/p/migrations/2_b.up.sql', '/p/migrations/3_c.up.sql'],
    marks: { '/p/migrations/2_b.down.sql': 'SELECT 2;\n' },
    late: /never runs it/,
    same: '/p/migrations/01_z.up.sql',
    twice: /stops at two migrations of one version/,
    renamed: '/p/migrations/4_b.up.sql',
  },
  {
    runner: 'sqlx',
    names: stamped('/p/migrations'),
    marks: { '/p/Cargo.toml': '[dependencies]\nsqlx = "0.8"\n' },
    late: undefined,
    same: '/p/migrations/20260101000000_z.sql',
    twice: /stops at the second/,
    renamed: '',
  },
  {
    runner: 'diesel',
    names: [
      '/p/migrations/2026-01-01-000000_a/up.sql',
      '/p/migrations/2026-01-02-000000_b/up.sql',
      '/p/migrations/2026-01-03-000000_c/up.sql',
    ],
    marks: { '/p/diesel.toml': '' },
    late: undefined,
    same: '/p/migrations/20260101000000_z/up.sql',
    twice: /runs one of them, and never the other/,
    renamed: '',
  },
  {
    runner: 'refinery',
    names: ['/p/migrations/V1__a.sql', '/p/migrations/V2__b.sql', '/p/migrations/V3__c.sql'],
    marks: { '/p/Cargo.toml': '[dependencies]\nrefinery = "0.8"\n' },
    late: /set_abort_missing/,
    same: '/p/migrations/V1__z.sql',
    twice: /stops at two migrations of one version/,
    renamed: '/p/migrations/V4__b.sql',
  },
  {
    runner: 'atlas',
    names: stamped('/p/migrations'),
    marks: { '/p/atlas.hcl': 'env "p" {\n  migration {\n    dir = "file://migrations"\n  }\n}\n' },
    late: /unless --exec-order allows it/,
    same: undefined,
    twice: undefined,
    renamed: '/p/migrations/20260301000000_b.sql',
  },
  {
    runner: 'node-pg-migrate',
    names: [
      '/p/migrations/1767225600000_a.sql',
      '/p/migrations/1767312000000_b.sql',
      '/p/migrations/1767398400000_c.sql',
    ],
    marks: { '/p/package.json': '{ "dependencies": { "node-pg-migrate": "^9.0.0" } }' },
    late: /unless --no-check-order is given/,
    same: '/p/migrations/1767225600000_z.sql',
    twice: undefined,
    renamed: '/p/migrations/1772323200000_b.sql',
  },
];

describe('a migration among the others', () => {
  for (const { runner, names, text = 'SELECT 1;\n', marks = {}, late, same, twice, renamed } of cases) {
    const [first, middle, last] = names;
    const files: Files = { ...marks, [first]: text, [middle]: text, [last]: text };

    it(`${runner}: late`, () => {
      equal(recognise(middle, memoryTree(files)).runner.id, runner);
      const problems = problemsOf(files, middle, [first, last]);
      if (late === undefined) {
        deepEqual(problems, []);
        return;
      }
      const [problem] = problems;
      ok(problem !== undefined && problems.length === 1, JSON.stringify(problems));
      match(problem.message, late);
      match(problem.message, /^This migration sorts before \S*c\S*, which main already has\./);
      const [after, path] = repaired(files, middle, problem);
      equal(path, renamed);
      deepEqual(problemsOf(after, path, [first, last]), []);
      equal(Object.keys(after).length, Object.keys(files).length);
      ok(!Object.keys(after).some((file) => file.includes('2_b')), 'All files of the migration are renamed.');
    });

    it(`${runner}: in time, of old, or in no repository`, () => {
      deepEqual(problemsOf(files, middle, [first, middle, last]), []);
      deepEqual(problemsOf(files, last, [first, middle]), []);
      deepEqual(problemsOf(files, middle, []), []);
      deepEqual(problemsOf(files, middle), []);
    });

    it(`${runner}: the version of another`, () => {
      if (same === undefined) return;
      const both = { ...files, [same]: text };
      const problems = problemsOf(both, same, [first, middle, last]).filter(({ kind }) => kind === 'order');
      if (twice === undefined) {
        ok(problems.every(({ message }) => !message.includes('the version')));
        return;
      }
      const [problem] = problems;
      ok(problem !== undefined && problems.length === 1, JSON.stringify(problems));
      match(problem.message, twice);
      // Said of the one that can still be renamed.
      deepEqual(problemsOf(both, first, [first, middle, last]), []);
      const unknown = [first, same].flatMap((file) => problemsOf(both, file));
      equal(unknown.length, 1, 'Without a repository, of one of them.');
      const [after, path] = repaired(both, same, problem);
      deepEqual(problemsOf(after, path, [first, middle, last]), []);
    });
  }

  it('is late by choice', () => {
    const flyway = {
      '/p/flyway.conf': 'flyway.outOfOrder=true\n',
      '/p/db/migration/V1__a.sql': 'SELECT 1;',
      '/p/db/migration/V2__b.sql': 'SELECT 1;',
    };
    deepEqual(problemsOf(flyway, '/p/db/migration/V1__a.sql', ['/p/db/migration/V2__b.sql']), []);
    const supabase = {
      '/p/supabase/config.toml': '',
      '/p/package.json': '{ "scripts": { "deploy": "supabase db push --include-all" } }',
      '/p/supabase/migrations/1_a.sql': 'SELECT 1;',
      '/p/supabase/migrations/2_b.sql': 'SELECT 1;',
    };
    deepEqual(problemsOf(supabase, '/p/supabase/migrations/1_a.sql', ['/p/supabase/migrations/2_b.sql']), []);
    const repeatable = { ...flyway, '/p/flyway.conf': '', '/p/db/migration/R__views.sql': 'SELECT 1;' };
    deepEqual(problemsOf(repeatable, '/p/db/migration/R__views.sql', ['/p/db/migration/V2__b.sql']), []);
  });
});

describe('what other files say of a migration', () => {
  const one = (files: Files, path: string): StandingProblem => {
    const problems = problemsOf(files, path);
    const [problem] = problems;
    ok(problem !== undefined && problems.length === 1, JSON.stringify(problems));
    return problem;
  };
  const fixes = (files: Files, path: string, message: RegExp): Files => {
    const problem = one(files, path);
    match(problem.message, message);
    const [after, moved] = repaired(files, path, problem);
    deepEqual(problemsOf(after, moved), []);
    return after;
  };

  it('the journal of Drizzle', () => {
    const entry = (idx: number, when: number): object => ({
      idx,
      version: '7',
      when,
      tag: `000${idx}_a`,
      breakpoints: true,
    });
    const journal = (...entries: readonly object[]): string =>
      JSON.stringify({ version: '7', dialect: 'postgresql', entries }, null, 2);
    const files = { '/p/drizzle/0000_a.sql': 'SELECT 1;', '/p/drizzle/0001_a.sql': 'SELECT 1;' };
    const at = '/p/drizzle/meta/_journal.json';
    const listed = fixes(
      { ...files, [at]: journal(entry(0, 5000)) },
      '/p/drizzle/0001_a.sql',
      /does not list this migration/,
    );
    match(listed[at] ?? '', /"tag": "0001_a"/);
    fixes(
      { ...files, [at]: journal(entry(0, 5000), entry(1, 4000)) },
      '/p/drizzle/0001_a.sql',
      /dates it before 0000_a/,
    );
    deepEqual(
      problemsOf({ ...files, [at]: journal(entry(0, 5000), entry(1, 6000)) }, '/p/drizzle/0001_a.sql'),
      [],
    );
  });

  it('the plan of Sqitch', () => {
    const files = {
      '/p/sqitch.conf': '[core]\n\tengine = pg\n[user]\n\tname = Ann\n\temail = ann@example.com\n',
      '/p/sqitch.plan':
        '%syntax-version=1.0.0\n%project=p\n\na 2026-01-01T00:00:00Z Ann <ann@example.com> # a\n',
      '/p/deploy/a.sql': 'SELECT 1;',
      '/p/deploy/b.sql': 'SELECT 1;',
      '/p/revert/b.sql': 'SELECT 1;',
    };
    const after = fixes(files, '/p/deploy/b.sql', /sqitch\.plan has no change "b"/);
    match(after['/p/sqitch.plan'] ?? '', /\nb 2026-03-01T00:00:00Z Ann <ann@example\.com> # b\n$/);
    deepEqual(problemsOf(files, '/p/deploy/a.sql'), []);
    deepEqual(problemsOf(files, '/p/revert/b.sql'), []);
  });

  it('a changelog of Liquibase, in XML and in YAML', () => {
    const sql = '--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n';
    const files = { '/p/db/a.sql': sql, '/p/db/b.sql': sql };
    const xml = '<databaseChangeLog>\n  <include file="db/a.sql"/>\n</databaseChangeLog>\n';
    const inXml = fixes(
      { ...files, '/p/changelog.xml': xml },
      '/p/db/b.sql',
      /changelog\.xml does not include this file/,
    );
    match(inXml['/p/changelog.xml'] ?? '', /a\.sql"\/>\n {2}<include file="db\/b\.sql"\/>\n/);
    const yaml = 'databaseChangeLog:\n  - include:\n      file: db/a.sql\n';
    const inYaml = fixes(
      { ...files, '/p/changelog.yaml': yaml },
      '/p/db/b.sql',
      /changelog\.yaml does not include/,
    );
    equal(inYaml['/p/changelog.yaml'], `${yaml}  - include:\n      file: db/b.sql\n`);
    deepEqual(problemsOf(files, '/p/db/b.sql'), []);
  });

  it('the sum of Atlas', () => {
    const sum = 'h1:Uid8EQZTXfdjQkFNMB8F0XgnOFxTBrlXlgqHlN4BBuo=\n';
    const files = {
      '/p/migrations/atlas.sum': sum,
      '/p/migrations/20260101000000_a.sql': 'SELECT 1;\n',
      '/p/migrations/20260102000000_b.sql': 'SELECT 1;\n',
    };
    const after = fixes(files, '/p/migrations/20260101000000_a.sql', /atlas\.sum does not fit this file/);
    // Of the second nothing is said as long as the first does not fit.
    deepEqual(problemsOf(files, '/p/migrations/20260102000000_b.sql'), []);
    one(after, '/p/migrations/20260102000000_b.sql');
    one(
      { ...after, '/p/migrations/20260101000000_a.sql': 'SELECT 2;\n' },
      '/p/migrations/20260101000000_a.sql',
    );
  });

  it('the numbers of tern', () => {
    const files = {
      '/p/tern.conf': '',
      '/p/001_a.sql': 'SELECT 1;',
      '/p/003_b.sql': 'SELECT 1;',
      '/p/004_c.sql': 'SELECT 1;',
    };
    const after = fixes(files, '/p/003_b.sql', /there is no migration 2 before this one/);
    ok('/p/002_b.sql' in after);
    deepEqual(problemsOf(files, '/p/004_c.sql'), []);
    match(
      one({ ...files, '/p/001_z.sql': 'SELECT 1;' }, '/p/001_z.sql').message,
      /001_a\.sql has the version 1, too/,
    );
  });

  it('the names of the Supabase CLI', () => {
    const files = {
      '/p/supabase/config.toml': '',
      '/p/supabase/seed.sql': '',
      '/p/supabase/migrations/add-note.sql': 'SELECT 1;',
    };
    const after = fixes(files, '/p/supabase/migrations/add-note.sql', /skips "add-note\.sql"/);
    ok('/p/supabase/migrations/20260301000000_add_note.sql' in after);
    deepEqual(problemsOf(files, '/p/supabase/seed.sql'), []);
  });

  it('the hashes of graphile-migrate', () => {
    const hash = (text: string): string => `sha1:${createHash('sha1').update(text).digest('hex')}`;
    const [a, b] = [hash('SELECT 1;\n'), hash(`${hash('SELECT 1;\n')}\nSELECT 2;\n`)];
    const files = {
      '/p/.gmrc': '{}',
      '/p/migrations/committed/000001.sql': `--! Previous: -\n--! Hash: ${a}\n\nSELECT 1;\n`,
      '/p/migrations/committed/000002-x.sql': `--! Previous: ${a}\n--! Hash: ${b}\n--! Message: x\n\nSELECT 2;\n`,
      '/p/migrations/current.sql': '',
    };
    const said = (path: string, text: string): string => one({ ...files, [path]: text }, path).message;
    for (const path of Object.keys(files)) deepEqual(problemsOf(files, path), [], path);
    const [first, second] = [
      '/p/migrations/committed/000001.sql',
      '/p/migrations/committed/000002-x.sql',
    ] as const;
    match(said(first, files[first].replace('SELECT 1', 'SELECT 3')), /is not what its "--! Hash" says/);
    match(said(second, files[second].replace(a, hash('x'))), /is not the hash of 000001\.sql/);
    match(said(second, 'SELECT 2;\n'), /has "--! Previous" and "--! Hash"/);
    const allowed = files[first]
      .replace('\n\n', '\n--! AllowInvalidHash\n\n')
      .replace('SELECT 1', 'SELECT 3');
    deepEqual(problemsOf({ ...files, [first]: allowed }, first), []);
  });
});

describe('a migration that main has', () => {
  const isChanged = (files: Files, path: string, then: string, now: string): boolean => {
    const tree = memoryTree({ ...files, [path]: now });
    const project = recognise(path, tree);
    const { released } = standingOf(path, {
      project,
      migrations: project.runner.migrations(project, tree),
      tree,
      released: { branch: 'main', has: () => true, read: () => then },
      parse: (text) => parseFile(text, project.runner),
    });
    return (
      released !== undefined &&
      changedPlace(parseFile(now, project.runner), released, project, path) !== undefined
    );
  };
  const supabase = { '/p/supabase/config.toml': '' };
  const place = '/p/supabase/migrations/1_a.sql';
  const sql = 'CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n';

  it('may get comments, spaces and line breaks where only statements count', () => {
    for (const same of [
      sql,
      `-- a note\n${sql}`,
      sql.replace(/\n/g, '\r\n'),
      sql.replace('(id', '(\n  id'),
      sql.replace('CREATE', 'create'),
    ]) {
      equal(isChanged(supabase, place, sql, same), false, same);
    }
    for (const other of [
      sql.replace('int', 'bigint'),
      `${sql}SELECT 1;`,
      'CREATE TABLE a (id int);',
      '',
      sql.replace('b (', '"B" ('),
    ]) {
      equal(isChanged(supabase, place, sql, other), true, other);
    }
  });

  it('may get another way back', () => {
    const goose = '-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;\n';
    equal(isChanged({}, '/p/migrations/1_a.sql', goose, goose.replace('2', '3')), false);
    equal(isChanged({}, '/p/migrations/1_a.sql', goose, goose.replace('1', '3')), true);
  });

  it('may get nothing but other line breaks where there is a checksum', () => {
    const path = '/p/db/migration/V1__a.sql';
    equal(isChanged({}, path, sql, sql.replace(/\n/g, '\r\n')), false);
    equal(isChanged({}, path, sql, `${sql}-- a note\n`), true);
    equal(isChanged({}, '/p/db/migration/R__a.sql', sql, ''), false);
  });

  it('may get more changesets', () => {
    const one = '--liquibase formatted sql\n--changeset ann:1\nSELECT 1;\n';
    equal(isChanged({}, '/p/a.sql', one, `${one}--changeset ann:2\nSELECT 2;\n`), false);
    equal(isChanged({}, '/p/a.sql', one, one.replace('SELECT 1', 'SELECT 2')), true);
    const again = one.replace('ann:1', 'ann:1 runOnChange:true');
    equal(isChanged({}, '/p/a.sql', again, again.replace('SELECT 1', 'SELECT 2')), false);
  });

  it('may be reworked in Sqitch', () => {
    const plan = '%project=p\n\na 2026-01-01T00:00:00Z A <a@a> # a\n@v1 2026-01-01T00:00:00Z A <a@a> # v1\n';
    const files = { '/p/sqitch.conf': '[core]\n\tengine = pg\n', '/p/sqitch.plan': plan };
    equal(isChanged(files, '/p/deploy/a.sql', 'SELECT 1;', 'SELECT 2;'), true);
    const reworked = {
      ...files,
      '/p/sqitch.plan': `${plan}a [a@v1] 2026-01-02T00:00:00Z A <a@a> # a\n`,
      '/p/deploy/a@v1.sql': 'SELECT 1;',
    };
    equal(isChanged(reworked, '/p/deploy/a.sql', 'SELECT 1;', 'SELECT 2;'), false);
  });
});
