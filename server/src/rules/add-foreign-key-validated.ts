import { addColumnThenConstraint } from '../rewrites/add-column-then-constraint';
import { addConstraintNotValid } from '../rewrites/add-constraint-not-valid';
import { withShortLocks } from '../rewrites/short-locks';
import { constraintsAdded, type NewConstraint } from './questions/new-constraints';
import { relationsThatWait, whatWaits } from './questions/what-waits';
import { keywordsOf } from './questions/words';
import { defineRule, type Finding, fixBySteps } from './rule';

export default defineRule({
  id: 'add-foreign-key-validated',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Add it NOT VALID, and validate it in a later transaction.',
    aliases: ['squawk:adding-foreign-key-constraint', 'eugene:E1', 'atlas:PG306'],
    docs: {
      summary: 'A foreign key is added to a table that already exists, without `NOT VALID`.',
      why:
        'PostgreSQL takes `SHARE ROW EXCLUSIVE` on the table and on the one that it references, then looks up every ' +
        'existing row. Writes to both tables wait until that is done; reads go on. One row without a match makes the ' +
        'migration fail with `23503`.',
      instead:
        'Add the constraint as `NOT VALID`: new rows are checked from then on, and nothing is scanned under the ' +
        'locks. Then run `VALIDATE CONSTRAINT` in another transaction, which looks up the existing rows while writes ' +
        'go on. A partitioned table takes `NOT VALID` foreign keys from PostgreSQL 18 on.',
      references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id);',
        good:
          '-- New rows are checked from here on; the existing ones are not scanned under this lock.\n' +
          "SET lock_timeout = '5s';\n" +
          'ALTER TABLE orders ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;\n' +
          'RESET lock_timeout;\n' +
          '\n' +
          '-- Checks the existing rows while reads and writes go on.\n' +
          'ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, context): Iterable<Finding<NewConstraint>> {
    for (const added of constraintsAdded(statement, ['FOREIGN KEY'], context)) {
      const { constraint, effects } = added;
      if (constraint.notValid || effects.scans.length === 0) continue;
      yield {
        range: keywordsOf(statement.text, constraint),
        message: `Checking the existing rows blocks ${whatWaits(context, relationsThatWait(effects, context.catalog))} until it is done.`,
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
