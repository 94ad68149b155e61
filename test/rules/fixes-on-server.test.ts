import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PGlite } from '@electric-sql/pglite';
import type { AnalysedStatement, Analysis } from '../../server/src/features/analysis';
import { diagnose } from '../../server/src/features/diagnose';
import { allFixes, type OfferedFix } from '../../server/src/features/fix';
import { loadGrammar } from '../../server/src/sql/parse';
import { type Catalog, differences, readCatalog } from '../postgres/instruments/catalog';
import { startPglite } from '../rewrites/bench';
import { applyChanges, movedTo } from '../runners/tree';
import { changesSchema } from './fix-checks';
import { withoutMarks } from './fixture';
import { analyse, migrationsBefore, siteOf, type World, worldFor } from './world';

let database: PGlite;
before(async () => {
  await loadGrammar();
  database = await startPglite();
});
after(() => database.close());

const leftOpen = 'transaction-left-open';

const fixtures = readdirSync(__dirname).filter((name) => name.endsWith('.sql') && name !== 'earlier.sql');

describe('a fixed migration leaves the same catalog in a real PostgreSQL', () => {
  for (const fixture of fixtures) {
    test(fixture, async (t) => {
      const world = worldFor(withoutMarks(readFileSync(path.join(__dirname, fixture), 'utf8')));
      const analysis = analyse(world);
      const known = new Map<number | undefined, Wanted>();
      const isLeftOpen = diagnose(analysis).some(({ rule }) => rule === leftOpen);
      for (const fix of allFixes(analysis, siteOf(world))) {
        if (fix.refusal !== undefined || changesSchema.has(fix.rule)) continue;
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
        await t.test(`${fix.rule}: ${fix.title}`, async () => {
          const got = await fixed(world, fix, wanted.failing);
          assert.deepEqual(differences(wanted.catalog, got), []);
        });
      }
    });
  }
});

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
