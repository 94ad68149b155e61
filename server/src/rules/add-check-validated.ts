import { addColumnThenConstraint } from '../rewrites/add-column-then-constraint';
import { addConstraintNotValid } from '../rewrites/add-constraint-not-valid';
import { withShortLocks } from '../rewrites/short-locks';
import { constraintsAdded, type NewConstraint } from './questions/new-constraints';
import { whatWaits } from './questions/what-waits';
import { keywordsOf } from './questions/words';
import { defineRule, type Finding, fixBySteps } from './rule';

export default defineRule({
  id: 'add-check-validated',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Add it NOT VALID, and validate it in a later transaction.',
    aliases: ['squawk:constraint-missing-not-valid', 'eugene:E1', 'atlas:PG305'],
    docs: {
      summary: 'A `CHECK` constraint is added to a table that already exists, without `NOT VALID`.',
      why:
        'PostgreSQL checks the existing rows under `ACCESS EXCLUSIVE`: reads and writes of the table wait until it ' +
        'has read all of it, and one row that breaks the check makes the migration fail with `23514`. This is also ' +
        'true of a check in `ADD COLUMN`, although every row has the same value there.',
      instead:
        'Add the constraint as `NOT VALID`: new rows are checked from then on. Then run `VALIDATE CONSTRAINT` in ' +
        'another transaction, which checks the existing rows while reads and writes go on. In the same transaction it ' +
        'would run under the strong lock.',
      references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);',
        good:
          '-- New rows are checked from here on; the existing ones are not scanned under this lock.\n' +
          "SET lock_timeout = '5s';\n" +
          'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n' +
          'RESET lock_timeout;\n' +
          '\n' +
          '-- Checks the existing rows while reads and writes go on.\n' +
          'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, context): Iterable<Finding<NewConstraint>> {
    const { catalog } = context;
    for (const added of constraintsAdded(statement, ['CHECK'], context)) {
      const { constraint, effects } = added;
      if (constraint.notValid || effects.scans.length === 0) continue;
      yield {
        range: keywordsOf(statement.text, constraint),
        message: `Checking the existing rows blocks ${whatWaits(context, [catalog.resolve(statement.relation)])} until it is done.`,
        subject: added,
      };
    }
  },

  fixes({ subject: { statement, action, constraint } }, context) {
    const steps =
      action.type === 'AddConstraint'
        ? addConstraintNotValid.steps({ statement, action }, context)
        : addColumnThenConstraint.steps({ statement, action, constraint }, context);
    return fixBySteps('Add it as NOT VALID, then validate it', withShortLocks(steps, context));
  },
});
