import { insert } from '../sql/text';
import { fixName, type MissingName, nearName, whatBecame } from './questions/missing-names';
import { objectsMissing } from './questions/objects-missing';
import { quoted } from './questions/what-waits';
import { defineRule, type Finding } from './rule';

interface Subject extends MissingName {
  readonly ifExistsAt: number | undefined;
}

/** So many indexes say that the migrations make them all, and that what is missing is missing. */
const manyIndexes = 10;

export default defineRule({
  id: 'object-does-not-exist',
  meta: {
    category: 'existence',
    severity: 'error',
    addedIn: '0.1.0',
    docs: {
      summary:
        'A statement drops, renames or validates an index, constraint, trigger, policy, type or function that is not there.',
      why:
        'The server stops with `constraint "…" does not exist`, and the migration with it. This is an error where the ' +
        'migrations make the table, so that all its constraints, triggers and policies are known, or where one of them ' +
        'has dropped or renamed the object. An index that no migration makes may have been made before the first one: ' +
        'that is a warning.',
      instead:
        'Correct the name, or leave the statement out. `IF EXISTS` makes it do nothing where nothing is there.',
      references: ['https://www.postgresql.org/docs/current/errcodes-appendix.html'],
    },
    examples: [
      {
        bad: 'ALTER TABLE order_items DROP CONSTRAINT order_items_order_fkey;',
        good: 'ALTER TABLE order_items DROP CONSTRAINT IF EXISTS order_items_order_fkey;',
      },
    ],
  },

  on: ['Drop', 'AlterTable', 'Rename', 'Other'],

  *check(statement, { catalog, inBody }): Iterable<Finding<Subject>> {
    if (inBody === 'conditional') return;
    for (const { kind, name, owner, former, isSure, range, ifExistsAt, others, hint } of objectsMissing(
      statement,
      catalog,
    )) {
      const renamed =
        former?.to !== undefined && others.includes(former.to.name) ? former.to.name : undefined;
      const meant = renamed ?? nearName(name, others);
      if (!isSure && meant === undefined && others.length < manyIndexes) continue;
      const place = range();
      const remedy =
        meant === undefined
          ? (hint ?? 'Leave this out, or correct the name.')
          : renamed === undefined
            ? `Write ${quoted(meant)}, if that is meant.`
            : `Write ${quoted(meant)}.`;
      yield {
        range: place,
        message:
          former !== undefined
            ? `There is no ${kind} ${quoted(name)} any more: ${whatBecame(former, catalog)}.`
            : owner === undefined
              ? `No migration makes the ${kind} ${quoted(name)}.`
              : `${quoted(owner.name)} has no ${kind} ${quoted(name)}.`,
        remedy,
        severity: isSure ? 'error' : 'warning',
        subject: { range: place, meant, isSure: renamed !== undefined, ifExistsAt },
      };
    }
  },

  fixes({ subject }, { statement }) {
    const named = fixName(subject, statement.text);
    if (subject.ifExistsAt === undefined) return named;
    const edits = [insert(subject.ifExistsAt, 'IF EXISTS ')];
    return [...named, { title: 'Add IF EXISTS', safety: 'review', change: { kind: 'edits', edits } }];
  },
});
