// Group: tables
// Each fix of each rule, for each runner: what is written is legal there, leads to the same schema, and repairs.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { allFixes } from '../../server/src/features/fix';
import { rules } from '../../server/src/rules';
import { loadGrammar } from '../../server/src/sql/parse';
import { assertRepairs } from './fix-checks';
import { analyse, runnerIds, siteOf, type World, worldOn } from './world';

before(loadGrammar);

/** Those that differ by their version. */
const versions: Readonly<Record<string, readonly string[]>> = {
  supabase: ['2.109.1', '2.114.0', '3.1.0'],
  prisma: ['6.1.0', '7.8.0'],
  drizzle: ['0.45.4'],
  sqlx: ['0.8.2'],
};

/** Runners that leave transactions to the author. */
const takesBlocks = new Set(['psql', 'prisma', 'sqitch', 'golang-migrate', 'supabase']);

/** How many examples were offered something, by runner and version. */
const answered = new Map<string, number>();

for (const runner of runnerIds) {
  for (const version of versions[runner] ?? ['']) {
    describe(`fixes for ${`${runner} ${version}`.trim()}`, () => {
      for (const { id, meta } of rules) {
        meta.examples.forEach(({ around, setup, bad }, index) => {
          if (around !== undefined) return;
          test(`${id}, example ${index + 1}`, () => {
            const isAnswered = check(id, worldOn(runner, version, bad, setup));
            const key = `${runner} ${version}`;
            // A runner with transactions of its own ends what a file leaves open.
            if (id === 'transaction-left-open') return;
            answered.set(key, (answered.get(key) ?? 0) + Number(isAnswered));
          });
          if (!takesBlocks.has(runner) || /\b(?:begin|commit|concurrently)\b/i.test(bad)) return;
          test(`${id}, example ${index + 1}, in a transaction block`, () => {
            check(id, worldOn(runner, version, `BEGIN;\n${bad}\nCOMMIT;`, setup));
          });
        });
      }
    });
  }
}

test('every runner is offered something for as many examples as psql', () => {
  const expected = answered.get('psql ') ?? 0;
  assert.ok(expected > 30, String(expected));
  // It takes a concurrent build out of the author's own block, so that there is nothing to repair.
  const fewer: Readonly<Record<string, number>> = { 'supabase 2.114.0': 1 };
  for (const [runner, count] of answered) assert.equal(count, expected - (fewer[runner] ?? 0), runner);
});

/**
 * Fails when a fix of this rule does anything but repair its finding, or says nothing of why it cannot. Whether there is
 * any.
 */
function check(id: string, world: World): boolean {
  const offered = allFixes(analyse(world), siteOf(world)).filter(({ rule }) => rule === id);
  for (const fix of offered) {
    if (fix.refusal !== undefined) {
      assert.match(`${fix.refusal.reason} ${fix.refusal.instead}`, /^[A-Za-z"-].*[.] .*[.]$/s);
      continue;
    }
    // Migrations in JavaScript are not read back.
    const isReadable = !fix.changes.some(({ path }) => path.endsWith('.js'));
    try {
      assertRepairs(fix, world, { isReadable });
    } catch (error: unknown) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`${fix.title}: ${message}\n${JSON.stringify(fix.changes, null, 1)}`, { cause: error });
    }
  }
  return offered.length > 0;
}
