// Group: tables
import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { recognise } from '../../server/src/runners';
import type { Placement, Project } from '../../server/src/runners/runner';
import { loadGrammar, parseFile } from '../../server/src/sql/parse';
import { allCases, caseOf, plans, settings, shapes } from './projects';
import { applyChanges, type Files, memoryTree } from './tree';

before(loadGrammar);

/** The project's migrations after `placement`, in the order in which they run, without those that were not touched. */
function written(files: Files, after: Files, project: Project): readonly (readonly [string, string])[] {
  const order = project.runner.migrations(project, memoryTree(after));
  return order.flatMap((path) => (after[path] === files[path] ? [] : [[path, after[path] ?? ''] as const]));
}

function changesOf(placement: Placement): Extract<Placement, { how: string }> {
  if ('refusal' in placement) throw new Error(placement.refusal.reason);
  return placement;
}

describe('every placement, for every runner, file and plan', () => {
  for (const lineBreak of ['\n', '\r\n']) {
    it(lineBreak === '\n' ? 'with \\n' : 'with \\r\\n', () => {
      let placements = 0;
      let refusals = 0;
      for (const { name, files, site, steps, others } of allCases(lineBreak)) {
        // A file of one line has no line break to keep to.
        const ownBreak = site.file.text.includes('\r\n') ? lineBreak : '\n';
        const { project } = site;
        const places = project.runner.places(steps, site);
        places.forEach((placement, option) => {
          const label = `${name}, option ${option}`;
          if ('refusal' in placement) {
            equal(option, 0, label);
            refusals++;
            return;
          }
          placements++;
          const after = applyChanges(files, placement.changes);
          const result = written(files, after, project);
          // What a file beside them says of the migrations is part of the project.
          const read = recognise(site.path, memoryTree(after));
          // SQL that only a migration in JavaScript can run as it must stands in literals of it.
          const scripts = placement.changes.flatMap((change) =>
            change.kind === 'create' && change.path.endsWith('.js')
              ? [[change.path, change.text] as const]
              : [],
          );
          const texts =
            scripts.length === 0 ? result : [...result, ...scripts].sort(([a], [b]) => (a < b ? -1 : 1));
          const all = texts.map(([, text]) => text).join(lineBreak);
          for (const [path, text] of result) {
            const file = parseFile(text, project.runner);
            const schedule = project.runner.schedule(file, read, path);
            ok(file.statements.length > 0, `${label}: ${path} is empty`);
            for (const [index, { parsed }] of file.statements.entries()) {
              if (parsed.statement === undefined) throw new Error(`${label}: ${path}\n${text}`);
              const refusal = project.runner.refuses(parsed.statement, index, schedule, read);
              equal(refusal, undefined, `${label}: ${path}\n${text}`);
            }
            const actions = file.statements.flatMap(({ parsed: { statement } }) =>
              statement?.kind === 'TransactionControl' ? [statement.action] : [],
            );
            const count = (action: string): number => actions.filter((other) => other === action).length;
            equal(count('begin'), count('commit'), `${label}: ${path}\n${text}`);
          }
          // New migrations run behind all others, in the order in which they are given.
          const created = placement.changes.flatMap((change) =>
            change.kind === 'create' ? [change.path] : [],
          );
          const order = project.runner.migrations(project, memoryTree(after));
          const added = created.filter((path) => order.includes(path));
          deepEqual(order.slice(order.length - added.length), added, label);
          // Nothing of the author's is lost or doubled, and it stays in order.
          let position = -1;
          const found = others.map((sql) => all.indexOf(sql));
          others.forEach((sql) => {
            equal(all.split(sql).length, 2, `${label}: ${sql} in\n${all}`);
          });
          if (site.file.text.includes('-- By user.')) {
            ok(all.includes('-- By user.'), `${label}: the comment in\n${all}`);
          }
          equal(/-- soon/.test(site.file.text), all.includes('-- soon'), label);
          const needsIndex = others.findIndex((sql) => sql.includes('REFERENCES'));
          if (placement.how !== 'by hand before the deploy') {
            for (const { sql } of steps) {
              const at = all.indexOf(sql.replaceAll('\n', ownBreak));
              ok(at > position, `${label}: ${sql} in\n${all}`);
              position = at;
            }
            if (needsIndex >= 0) ok((found[needsIndex] ?? 0) > position, `${label}: order in\n${all}`);
          }
          if (ownBreak === '\r\n') {
            for (const [path, text] of result) {
              // Atlas finds the end of its header by a line feed, and tern that of its marker.
              const body = text
                .replace('-- atlas:txmode none\n\n', '')
                .replace('---- tern: disable-tx ----\n', '');
              ok(!/[^\r]\n/.test(body), `${label}: ${path}`);
            }
          }
        });
      }
      ok(placements > 500, `${placements} placements`);
      ok(refusals < placements / 10, `${refusals} refusals of ${placements}`);
    });
  }

  const impossible: readonly (readonly [runner: string, statement: RegExp])[] = [
    ['Supabase CLI 2.114.0', /^DROP INDEX CONCURRENTLY/],
    // It would cut the body into pieces.
    ['golang-migrate with x-multi-statement', /^DO /],
    // All that is not committed is one transaction; these need one that has no other step.
    ['graphile-migrate', /^(?:SET LOCAL|LOCK TABLE)/],
  ];
  it('is refused only where the runner cannot run a statement at all', () => {
    for (const { name, site, steps } of allCases()) {
      const [first] = site.project.runner.places(steps, site);
      if (!('refusal' in first)) continue;
      const known = impossible.find(([runner]) => name.startsWith(`${runner},`));
      ok(
        steps.some(({ sql }) => known?.[1].test(sql)),
        name,
      );
    }
  });
});

describe('how many files it takes', () => {
  const cases: readonly [string, string, string, number, string][] = [
    ['Supabase CLI 2.109.1', 'the only statement', 'a concurrent build', 1, ''],
    ['Supabase CLI 2.109.1', 'the only statement', 'a drop and a build', 2, 'here and in a new migration'],
    ['Supabase CLI 2.109.1', 'the only statement', 'everything', 4, 'here and in 3 new migrations'],
    ['Supabase CLI 2.109.1', 'behind another', 'a concurrent build', 2, 'in a migration of its own'],
    ['Supabase CLI 2.109.1', 'behind another', 'a drop and a build', 3, 'in 2 migrations of their own'],
    [
      'Supabase CLI 2.109.1',
      'before one that needs it',
      'a drop and a build',
      3,
      'here and in a new migration',
    ],
    ['Supabase CLI 2.109.1', 'behind another', 'a statement before', 1, ''],
    ['Supabase CLI 2.116.0', 'the only statement', 'everything', 1, ''],
    ['Supabase CLI 2.116.0', 'behind another', 'duplicates first', 2, 'here and in a new migration'],
    // The drop is a pipeline of its own there, as long as nothing stands before it.
    ['Supabase CLI 2.115.0', 'the only statement', 'a drop and a build', 1, ''],
    ['Prisma Migrate 6.1.0', 'the only statement', 'a concurrent build', 1, ''],
    ['Prisma Migrate 6.1.0', 'between others', 'a drop and a build', 3, 'in 2 migrations of their own'],
    ['Prisma Migrate 7.8.0', 'between others', 'a concurrent build', 2, 'in a migration of its own'],
    ['Prisma Migrate 7.8.0', 'the only statement', 'a constraint at last', 3, 'here and in 2 new migrations'],
    ['psql', 'in a block', 'everything', 1, ''],
    ['Drizzle 0.45.4', 'behind another', 'a drop and a build', 1, 'by hand before the deploy'],
    ['Flyway', 'the only statement', 'a drop and a build', 1, ''],
    ['Flyway', 'the only statement', 'everything', 3, 'here and in 2 new migrations'],
    ['Flyway', 'behind another', 'a concurrent build', 2, 'in a migration of its own'],
    ['golang-migrate', 'the only statement', 'a concurrent build', 1, ''],
    ['golang-migrate', 'the only statement', 'a drop and a build', 2, 'here and in a new migration'],
    ['golang-migrate', 'in a block', 'a concurrent build', 2, 'in a migration of its own'],
    ['sqlx 0.8.6', 'the only statement', 'a concurrent build', 1, ''],
    ['sqlx 0.8.6', 'behind another', 'a drop and a build', 3, 'in 2 migrations of their own'],
    ['Diesel', 'the only statement', 'a concurrent build', 1, ''],
    ['Diesel', 'behind another', 'a drop and a build', 3, 'in 2 migrations of their own'],
    ['refinery', 'behind another', 'a statement before', 1, ''],
    ['refinery', 'behind another', 'a drop and a build', 1, 'by hand before the deploy'],
    ['Atlas', 'the only statement', 'a drop and a build', 1, ''],
    ['Atlas', 'behind another', 'everything', 2, 'here and in a new migration'],
  ];
  for (const [name, shape, plan, count, how] of cases) {
    it(`${name}, ${shape}, ${plan}`, () => {
      const setting = settings.find((candidate) => candidate.name === name);
      const breakpoint = name.startsWith('Drizzle') ? '--> statement-breakpoint' : '';
      const text = (shapes[shape] ?? '').replaceAll('|', breakpoint);
      if (setting === undefined) throw new Error(name);
      const { site, steps, files } = caseOf(name, setting, text, plans[plan] ?? []);
      const placement = changesOf(site.project.runner.places(steps, site)[0]);
      const after = applyChanges(files, placement.changes);
      equal(written(files, after, site.project).length, count);
      equal(placement.how, how);
    });
  }
});

describe('the files', () => {
  const place = (name: string, text: string, plan: string, option = 0): Files => {
    const setting = settings.find((candidate) => candidate.name === name);
    if (setting === undefined) throw new Error(name);
    const { site, steps, files } = caseOf(name, setting, text, plans[plan] ?? []);
    const placement = site.project.runner.places(steps, site)[option];
    if (placement === undefined) throw new Error(`no option ${option}`);
    const after = applyChanges(files, changesOf(placement).changes);
    return Object.fromEntries(Object.entries(after).filter(([path, content]) => files[path] !== content));
  };

  it('Supabase: a file for each concurrent statement, and one for what needs them', () => {
    const text = shapes['before one that does not, and one that does'] ?? '';
    deepEqual(place('Supabase CLI 2.109.1', text.replaceAll('|', ''), 'a drop and a build'), {
      '/p/supabase/migrations/20260211083000_billing.sql':
        'ALTER TABLE orders ADD COLUMN note text;\nCREATE TABLE x (id int);\n',
      '/p/supabase/migrations/20260301100000_orders_user_idx_leftover.sql':
        '-- A failed concurrent build leaves an invalid index.\nDROP INDEX CONCURRENTLY IF EXISTS orders_user_idx;\n',
      '/p/supabase/migrations/20260301100001_orders_user_idx_concurrently.sql':
        '-- By user.\n-- Writes go on while the index is built.\nCREATE UNIQUE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);\n',
      '/p/supabase/migrations/20260301100002_billing_continued.sql':
        '-- Its key.\nCREATE TABLE y (user_id bigint REFERENCES orders (user_id));\nCREATE TABLE z (id int);\n',
    });
  });

  it('psql: behind the COMMIT of the author', () => {
    const text = shapes['in a block, before one that needs it'] ?? '';
    deepEqual(place('psql', text, 'a concurrent build'), {
      '/p/002_billing.sql':
        '-- By user.\n-- Writes go on while the index is built.\nCREATE UNIQUE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);\n\n' +
        'BEGIN;\nCREATE TABLE y (user_id bigint REFERENCES orders (user_id));\nCOMMIT;\nCREATE TABLE x (id int);\n',
    });
  });

  it('psql: a block that holds nothing else goes', () => {
    deepEqual(place('psql', shapes['the only statement, in a block'] ?? '', 'a concurrent build'), {
      '/p/002_billing.sql':
        '-- Writes go on while the index is built.\nCREATE UNIQUE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);\n',
    });
  });

  it('Drizzle: a COMMIT at a breakpoint', () => {
    const text = (shapes['behind another'] ?? '').replaceAll('|', '--> statement-breakpoint');
    deepEqual(place('Drizzle 0.45.4', text, 'a concurrent build', 1), {
      '/p/drizzle/0001_billing.sql':
        '-- A note.\nALTER TABLE orders ADD COLUMN note text;--> statement-breakpoint\n\n' +
        '-- Ends the transaction that Drizzle opened, for what follows.\nCOMMIT;--> statement-breakpoint\n' +
        '-- By user.\n-- Writes go on while the index is built.\nCREATE UNIQUE INDEX CONCURRENTLY orders_user_idx ON orders (user_id);--> statement-breakpoint\n' +
        '-- Drizzle ends this one.\nBEGIN;\n',
    });
  });

  it('Drizzle: by hand, in a file that neither Drizzle nor its journal knows', () => {
    const files = place('Drizzle 0.45.4', shapes['the only statement'] ?? '', 'a drop and a build');
    equal(
      files['/p/drizzle/0001_billing.sql'],
      '-- Built by hand before the deploy; here for databases where it was not.\nCREATE UNIQUE INDEX IF NOT EXISTS orders_user_idx ON orders (user_id);\n',
    );
    const manual = files['/p/drizzle/manual/0001_billing_orders_user_idx_concurrently.sql'] ?? '';
    ok(manual.includes('\nDROP INDEX CONCURRENTLY') && manual.includes('\nCREATE UNIQUE INDEX CONCURRENTLY'));
    equal(Object.keys(files).length, 2);
  });
});

describe('a new migration', () => {
  const create = (name: string): readonly [Files, Files] => {
    const setting = settings.find((candidate) => candidate.name === name);
    if (setting === undefined) throw new Error(name);
    const { site, files } = caseOf(name, setting, 'CREATE UNIQUE INDEX i ON t (a);\n', []);
    const after = applyChanges(files, site.project.runner.newMigration('Add Orders!', site));
    return [files, after];
  };

  it('Supabase', () => {
    equal(create('Supabase CLI 3.1.0')[1]['/p/supabase/migrations/20260301100000_add_orders.sql'], '');
  });

  it('Prisma', () => {
    equal(
      create('Prisma Migrate 7.8.0')[1]['/p/prisma/migrations/20260301100000_add_orders/migration.sql'],
      '',
    );
  });

  it('psql', () => {
    equal(create('psql')[1]['/p/003_add_orders.sql'], '');
  });

  it('Drizzle 0.x: with its entry in the journal and its snapshot, as drizzle-kit generate --custom', () => {
    const [before, after] = create('Drizzle 0.45.4');
    equal(after['/p/drizzle/0002_add_orders.sql'], '-- Custom SQL migration file, put your code below! --\n');
    const journal = '/p/drizzle/meta/_journal.json';
    const entry =
      ',\n    {\n      "idx": 2,\n      "version": "7",\n      "when": 2000000000999,\n      "tag": "0002_add_orders",\n      "breakpoints": true\n    }\n  ]\n}';
    equal(after[journal], (before[journal] ?? '').replace(/\n {2}\]\n\}$/, entry));
    const snapshot = JSON.parse(after['/p/drizzle/meta/0002_snapshot.json'] ?? '{}') as Record<
      string,
      unknown
    >;
    equal(snapshot['prevId'], 'b');
    ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(String(snapshot['id'])));
  });

  it('Drizzle 1.0: a folder with a snapshot in which nothing changes', () => {
    const [, after] = create('Drizzle 1.0.0-rc.5');
    const folder = '/p/drizzle/20260301100000_add_orders';
    equal(after[`${folder}/migration.sql`], '-- Custom SQL migration file, put your code below! --\n');
    const snapshot = JSON.parse(after[`${folder}/snapshot.json`] ?? '{}') as Record<string, unknown>;
    notEqual(snapshot['id'], 'b');
    deepEqual(
      { ...snapshot, id: '' },
      { type: 'diff', version: '9', dialect: 'postgres', id: '', prevIds: ['b'], footprints: [], deltas: [] },
    );
  });
});

describe('a companion', () => {
  const cases: readonly [string, string, string][] = [
    [
      'Supabase CLI 3.1.0',
      '/p/supabase/rollbacks/20260211083000_billing.sql',
      '/p/supabase/validations/20260211083000_billing.sql',
    ],
    [
      'Prisma Migrate 7.8.0',
      '/p/prisma/migrations/20260211083000_billing/rollback.sql',
      '/p/prisma/migrations/20260211083000_billing/validation.sql',
    ],
    ['Drizzle 0.45.4', '/p/drizzle/rollbacks/0001_billing.sql', '/p/drizzle/validations/0001_billing.sql'],
    [
      'Drizzle 1.0.0-rc.5',
      '/p/drizzle/20260211083000_billing/rollback.sql',
      '/p/drizzle/20260211083000_billing/validation.sql',
    ],
    ['psql', '/p/002_billing.rollback.sql', '/p/002_billing.validation.sql'],
    [
      'Flyway',
      '/p/src/main/resources/db/migration/U2__billing.sql',
      '/p/src/main/resources/db/validations/V2__billing.sql',
    ],
    [
      'golang-migrate',
      '/p/migrations/000002_billing.down.sql',
      '/p/migrations/validations/000002_billing.up.sql',
    ],
    [
      'sqlx 0.8.6',
      '/p/migrations/rollbacks/20260211083000_billing.sql',
      '/p/migrations/validations/20260211083000_billing.sql',
    ],
    [
      'Diesel',
      '/p/migrations/2026-02-11-083000_billing/down.sql',
      '/p/migrations/2026-02-11-083000_billing/validation.sql',
    ],
    ['refinery', '/p/rollbacks/V2__billing.sql', '/p/validations/V2__billing.sql'],
    ['Atlas', '/p/rollbacks/20260211083000_billing.sql', '/p/validations/20260211083000_billing.sql'],
  ];
  for (const [name, rollback, validation] of cases) {
    it(name, () => {
      const setting = settings.find((candidate) => candidate.name === name);
      if (setting === undefined) throw new Error(name);
      const { site, files } = caseOf(name, setting, 'CREATE UNIQUE INDEX i ON t (a);\n', []);
      const { runner } = site.project;
      const companion = runner.companion('rollback', setting.path, site.project);
      equal(companion.path, rollback);
      equal(runner.companion('validation', setting.path, site.project).path, validation);
      ok(companion.header.length > 0);
      // It must not become a migration.
      const before = runner.migrations(site.project, memoryTree(files));
      deepEqual(
        runner.migrations(site.project, memoryTree({ ...files, [rollback]: '', [validation]: '' })),
        before,
      );
    });
  }

  it('says in its first lines what it is for', () => {
    const headerOf = (name: string, kind: 'rollback' | 'validation'): string => {
      const setting = settings.find((candidate) => candidate.name === name);
      if (setting === undefined) throw new Error(name);
      const { site } = caseOf(name, setting, 'CREATE UNIQUE INDEX i ON t (a);\n', []);
      return site.project.runner.companion(kind, setting.path, site.project).header.join(' ');
    };
    const supabase = 'Supabase CLI 3.1.0';
    ok(headerOf(supabase, 'rollback').startsWith('Undoes supabase/migrations/20260211083000_billing.sql.'));
    ok(headerOf(supabase, 'rollback').includes('repair --status reverted 20260211083000'));
    ok(
      headerOf(supabase, 'validation').startsWith(
        'Checks what supabase/migrations/20260211083000_billing.sql',
      ),
    );
    ok(!headerOf(supabase, 'validation').includes('repair'));
  });

  it('of Sqitch is its revert or its verify script, in a block that keeps or takes back what it did', () => {
    const files = {
      '/p/sqitch.plan': '%syntax-version=1.0.0\n%project=p\n\nbilling 2026-01-01T00:00:00Z A <a@b.c> # x\n',
      '/p/sqitch.conf': '[core]\n\tengine = pg\n',
      '/p/deploy/billing.sql': 'BEGIN;\nCREATE TABLE t (a int);\nCOMMIT;\n',
    };
    const project = recognise('/p/deploy/billing.sql', memoryTree(files));
    equal(project.runner.id, 'sqitch');
    const both = (['rollback', 'validation'] as const).map((kind) =>
      project.runner.companion(kind, '/p/deploy/billing.sql', project),
    );
    deepEqual(
      both.map(({ path, header, frame }) => [path, header, frame?.('SELECT 1;\n').trim().split('\n').at(-1)]),
      [
        ['/p/revert/billing.sql', ['Revert billing from pg'], 'COMMIT;'],
        ['/p/verify/billing.sql', ['Verify billing on pg'], 'ROLLBACK;'],
      ],
    );
  });
});
