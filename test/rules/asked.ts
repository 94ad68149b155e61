import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { rules } from '../../server/src/rules';

/**
 * Whoever writes a rule asks for it alone, as `RULE=drop-column npm test -- test/rules/rules.test.ts`: its examples and
 * its fixtures are tested, and with UPDATE=1 no other is written.
 */
const only = process.env['RULE'];
assert.ok(only === undefined || rules.some(({ id }) => id === only), `There is no rule ${only ?? ''}.`);

/** All fixtures, by their file names. */
export const allFixtures: readonly string[] = readdirSync(__dirname).filter(
  (name) => name.endsWith('.sql') && name !== 'earlier.sql',
);

/** Those that are asked for. */
export const fixtures = allFixtures.filter((name) => isAsked(ruleOf(name)));

export function isAsked(rule: string): boolean {
  return only === undefined || only === rule;
}

/** The rule that a fixture is about: `create-index-not-concurrent.supabase.sql` is one of several. */
export function ruleOf(fixture: string): string {
  return fixture.slice(0, fixture.indexOf('.'));
}
