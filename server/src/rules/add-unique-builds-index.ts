import { addColumnThenConstraint } from '../rewrites/add-column-then-constraint';
import { addUniqueUsingIndex } from '../rewrites/add-unique-using-index';
import { withShortLocks } from '../rewrites/short-locks';
import { withoutPrecheck } from './questions/duplicates';
import { indexesBuilt } from './questions/new-constraints';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'add-unique-builds-index',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Build a unique index concurrently, then add the constraint with USING INDEX.',
    aliases: ['squawk:disallowed-unique-constraint', 'eugene:E7', 'atlas:PG105'],
    docs: {
      summary: 'A unique constraint builds its index on a table that already exists.',
      why:
        'PostgreSQL builds the index of the constraint under `ACCESS EXCLUSIVE`: reads and writes of the table wait ' +
        'until it is done. `CREATE UNIQUE INDEX` would block only writes.',
      instead:
        'Build the index with `CREATE UNIQUE INDEX CONCURRENTLY`, then add the constraint with `UNIQUE USING INDEX`, ' +
        'which builds nothing under its lock. An index without a constraint is just as unique; only `DEFERRABLE` ' +
        'needs the constraint.',
      references: [
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);',
        good:
          '-- A failed concurrent build leaves an invalid index.\n' +
          'DROP INDEX CONCURRENTLY IF EXISTS users_email_key;\n' +
          '\n' +
          '-- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an\n' +
          '-- invalid index: drop users_email_key before the next try.\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (email);\n' +
          '\n' +
          '-- The index exists, so this only writes the catalog.\n' +
          'BEGIN;\n' +
          "SET LOCAL lock_timeout = '5s';\n" +
          'ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;\n' +
          'COMMIT;',
      },
    ],
  },

  on: ['AlterTable'],

  check: (statement, context) => indexesBuilt(statement, 'UNIQUE', context),

  fixes({ subject: { statement, action, constraint, effects } }, context) {
    const title = 'Build the index concurrently, then add the constraint';
    if (action.type === 'AddConstraint') {
      const steps = addUniqueUsingIndex.steps({ statement, action }, context);
      return fixBySteps(title, withShortLocks(steps, context));
    }
    // With the same value in every row it can only fail.
    if (effects.failsOnRows.length > 0 || constraint.nullsNotDistinct) return [];
    const steps = addColumnThenConstraint.steps({ statement, action, constraint }, context);
    return fixBySteps(title, withShortLocks(withoutPrecheck(steps, action.column.name.text), context));
  },
});
