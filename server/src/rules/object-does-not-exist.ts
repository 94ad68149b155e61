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
        'A statement drops, renames or validates an index, constraint, trigger, policy, type or function that does ' +
        'not exist.',
      why:
        'PostgreSQL fails with `constraint "…" does not exist`, and the migration with it. This is an error if the ' +
        'migrations create the table, so that all its constraints, triggers and policies are known, or if one of them ' +
        'has dropped or renamed the object. An index that no migration creates may be older than the first one: that ' +
        'is a warning.',
      instead:
        'Correct the name, or leave the statement out. With `IF EXISTS` it does nothing if the object does not exist.',
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
            ? `Write ${quoted(meant)}, if you mean that.`
            : `Write ${quoted(meant)}.`;
      yield {
        range: place,
        message:
          former !== undefined
            ? `${kind} ${quoted(name)} does not exist: ${whatBecame(former, catalog)}.`
            : owner === undefined
              ? `No migration creates the ${kind} ${quoted(name)}.`
              : `${kind} ${quoted(name)} ${kind === 'constraint' ? 'of relation' : 'for table'} ${quoted(owner.name)} does not exist.`,
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
