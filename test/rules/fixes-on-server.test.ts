// Group: pglite
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import type { AnalysedStatement, Analysis } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import { allFixes, type OfferedFix } from '../../server/src/features/fix';
import { loadGrammar } from '../../server/src/sql/parse';
import { type Catalog, differences, readCatalog } from '../postgres/instruments/catalog';
import { startPglite } from '../pglite';
import { applyChanges, movedTo } from '../runners/tree';
import { fixtures } from './asked';
import { changesSchema } from './fix-checks';
import { withoutMarks } from './fixture';
import { analyse, migrationsBefore, siteOf, type World, worldFor, worldOn } from './world';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

const leftOpen = 'transaction-left-open';

describe('a fixed migration leaves the same catalog in a real PostgreSQL', () => {
  for (const fixture of fixtures) {
    test(fixture, async (t) => {
      await checkFixes(t, worldFor(withoutMarks(readFileSync(path.join(__dirname, fixture), 'utf8'))));
    });
  }
});

/** What cannot run before the index that stands above it. */
const needIndex: readonly string[] = [
  'INSERT INTO events (id) VALUES (1) ON CONFLICT (id) DO NOTHING;',
  'INSERT INTO events AS e VALUES (1) ON CONFLICT (id) DO UPDATE SET payload = e.payload;',
  'WITH told AS (INSERT INTO events VALUES (1) ON CONFLICT (id) DO NOTHING RETURNING id) TABLE told;',
  'WITH told AS (INSERT INTO events VALUES (1) ON CONFLICT (id) DO NOTHING RETURNING id) DELETE FROM users USING told;',
  'EXPLAIN INSERT INTO events (id) VALUES (1) ON CONFLICT (id) DO NOTHING;',
  'DO $$ BEGIN INSERT INTO events VALUES (1) ON CONFLICT (id) DO NOTHING; END $$;',
  'ALTER TABLE events REPLICA IDENTITY USING INDEX events_id;',
  'ALTER TABLE events ADD CONSTRAINT events_key UNIQUE USING INDEX events_id;',
  'CREATE TABLE told (event_id bigint REFERENCES events (id));',
  'ALTER TABLE order_items ADD COLUMN event_id bigint REFERENCES events (id);',
  'CLUSTER events USING events_id;',
];

describe('what needs the index comes after it', () => {
  for (const [runner, version] of [
    ['supabase', '2.109.1'],
    ...['goose', 'dbmate', 'flyway', 'golang-migrate', 'node-pg-migrate', 'psql', 'sqlx', 'tern'].map(
      (runner) => [runner, ''] as const,
    ),
  ] as const) {
    for (const sql of needIndex) {
      test(`${runner}: ${sql}`, async (t) => {
        const setup = 'ALTER TABLE events ALTER id SET NOT NULL;';
        const world = worldOn(
          runner,
          version,
          `CREATE UNIQUE INDEX events_id ON events (id);\n${sql}`,
          setup,
        );
        assert.ok((await checkFixes(t, world, 'create-index-not-concurrent')) > 0);
      });
    }
  }
});

/** What TRUNCATE … CASCADE stands behind, and how it says whom it empties. */
const truncations: readonly (readonly [before: string, sql: string])[] = [
  ['', 'TRUNCATE orders CASCADE;'],
  ['', 'TRUNCATE public.orders, users CASCADE;'],
  ['SET search_path = billing, public;', 'TRUNCATE orders CASCADE;'],
  ['SET search_path = billing, public;', 'TRUNCATE public.orders CASCADE;'],
  ['', 'TRUNCATE billing."Order" RESTART IDENTITY CASCADE;'],
];

describe('a TRUNCATE that names its tables empties those that CASCADE did', () => {
  // A table of the same name stands in either schema; only one of each pair refers to the named ones.
  const setup = `
    CREATE SCHEMA billing;
    CREATE TABLE billing.invoices (id int PRIMARY KEY, order_id bigint REFERENCES public.orders);
    CREATE TABLE public.invoices (id int PRIMARY KEY);
    CREATE TABLE billing."Order" (id int PRIMARY KEY);
    CREATE TABLE public."Lines" (id int, order_id int REFERENCES billing."Order");
    CREATE TABLE billing."Lines" (id int);
    CREATE TABLE billing.rows (id int REFERENCES billing.invoices);
    CREATE TABLE billing.order_items (id int);
    INSERT INTO orders VALUES (1, 1, '', 1, 1);
    INSERT INTO order_items VALUES (1, 1, 'p');
    INSERT INTO users VALUES (1, 'a', 'b');
    INSERT INTO billing.invoices VALUES (1, 1);
    INSERT INTO public.invoices VALUES (1);
    INSERT INTO billing."Order" VALUES (1);
    INSERT INTO public."Lines" VALUES (1, 1);
    INSERT INTO billing."Lines" VALUES (1);
    INSERT INTO billing.rows VALUES (1);
    INSERT INTO billing.order_items VALUES (1);`;

  async function emptied(world: World, sql: string): Promise<readonly string[]> {
    await runEarlier(world);
    await database.exec(`${sql}; RESET search_path;`);
    const { rows } = await database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname IN ('public', 'billing') ORDER BY 1`,
    );
    const empty: string[] = [];
    for (const { name } of rows) {
      const { rows: left } = await database.query(`SELECT FROM ${name}`);
      if (left.length === 0) empty.push(name);
    }
    return empty;
  }

  for (const [before, sql] of truncations) {
    test(`${before} ${sql}`.trim(), async () => {
      const world = worldOn('psql', '', `${before}\n${sql}`, setup);
      const [fix] = allFixes(analyse(world), siteOf(world)).filter(
        ({ rule }) => rule === 'truncate-cascades',
      );
      assert.ok(fix);
      const text = applyChanges(world.files, fix.changes)[world.path] ?? '';
      assert.doesNotMatch(text, /cascade/i);
      assert.deepEqual(await emptied(world, text), await emptied(world, world.files[world.path] ?? ''));
    });
  }
});

/** Runs each fix of a migration, those of one rule if it is named; how many there were. */
async function checkFixes(t: TestContext, world: World, rule?: string): Promise<number> {
  const analysis = analyse(world);
  const known = new Map<number | undefined, Wanted>();
  const isLeftOpen = diagnose(analysis).some(({ rule }) => rule === leftOpen);
  let checked = 0;
  for (const fix of allFixes(analysis, siteOf(world))) {
    if (fix.refusal !== undefined || changesSchema.has(fix.rule)) continue;
    if (rule !== undefined && fix.rule !== rule) continue;
    // What a transaction does that nothing commits leads to no schema.
    if (isLeftOpen && fix.rule !== leftOpen) continue;
    const target = analysis.statements.findIndex(
      ({ source }) => source.start <= fix.range.start && fix.range.end <= source.end,
    );
    const { statement, refusal } = analysis.statements[target] ?? {};
    const refused = refusal === undefined ? undefined : target;
    const wanted = known.get(refused) ?? (await naive(world, analysis, refused));
    known.set(refused, wanted);
    // Of a table that is not there, no more can be learned.
    if (statement === undefined || wanted.failing.has(statement.text)) continue;
    checked++;
    await t.test(`${fix.rule}: ${fix.title}`, async () => {
      const got = await fixed(world, fix, wanted.failing);
      assert.deepEqual(differences(wanted.catalog, got), []);
    });
  }
  return checked;
}

interface Wanted {
  readonly catalog: Catalog;
  /** The statements that this server cannot run, such as those of unknown tables. */
  readonly failing: ReadonlySet<string>;
}

/** The catalog that the author wants. Of the statements that the runner refuses, only `refused` is run. */
async function naive(world: World, { statements }: Analysis, refused: number | undefined): Promise<Wanted> {
  await runEarlier(world);
  const failing = new Set<string>();
  const rolledBack = new Set(
    statements.flatMap(({ statement, schedule }) =>
      statement?.kind === 'TransactionControl' && statement.action === 'rollback'
        ? [schedule.transaction]
        : [],
    ),
  );
  for (const [index, { statement, schedule, refusal }] of statements.entries()) {
    if (statement === undefined || statement.kind === 'TransactionControl') continue;
    if (schedule.transaction !== null && rolledBack.has(schedule.transaction)) continue;
    if (refusal !== undefined && index !== refused) continue;
    try {
      await database.exec(statement.text);
    } catch {
      failing.add(statement.text);
    }
  }
  return { catalog: await readCatalog(database), failing };
}

/** The catalog that the fixed files lead to, sent as the runner sends them. Nothing in them may fail. */
async function fixed(world: World, fix: OfferedFix, failing: ReadonlySet<string>): Promise<Catalog> {
  const changed: World = {
    ...world,
    files: applyChanges(world.files, fix.changes),
    path: movedTo(world.path, fix.changes),
  };
  await runEarlier(world);
  const { all } = migrationsBefore(changed, changed.path);
  for (const change of fix.changes) {
    // What is to be run by hand is run before.
    if (change.kind === 'create' && change.path.endsWith('.sql') && !all.includes(change.path)) {
      for (const { source } of analyse({ ...world, files: { ...world.files, [world.path]: change.text } })
        .statements) {
        await database.exec(change.text.slice(source.start, source.end));
      }
    }
  }
  const at = all.indexOf(changed.path);
  for (const file of at < 0 ? [changed.path] : all.slice(at)) {
    await send(analyse(changed, file).statements, failing);
  }
  return readCatalog(database);
}

async function runEarlier(world: World): Promise<void> {
  await database.exec(
    `ROLLBACK; DO $$ DECLARE name text; BEGIN
       FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
       LOOP EXECUTE format('DROP SCHEMA %I CASCADE', name); END LOOP;
     END $$; CREATE SCHEMA public; DISCARD TEMP; RESET ALL;`,
  );
  const { before: earlier } = migrationsBefore(world, world.path);
  for (const file of earlier) await database.exec(world.files[file] ?? '');
}

/** Sends statements in the transactions that the runner's schedule has. */
async function send(statements: readonly AnalysedStatement[], failing: ReadonlySet<string>): Promise<void> {
  let open: number | null = null;
  let isOurs = false;
  for (const { statement, schedule, refusal } of statements) {
    if (statement === undefined || refusal !== undefined || failing.has(statement.text)) continue;
    if (schedule.transaction !== open) {
      if (isOurs) await database.exec('COMMIT');
      open = schedule.transaction;
      isOurs = open !== null && statement.kind !== 'TransactionControl';
      if (isOurs) await database.exec('BEGIN');
    }
    await database.exec(statement.text);
    if (statement.kind === 'TransactionControl' && statement.action !== 'begin') {
      open = null;
      isOurs = false;
    }
  }
  if (isOurs) await database.exec('COMMIT');
}
