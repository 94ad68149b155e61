import { addPrimaryKeyUsingIndex } from '../rewrites/add-primary-key-using-index';
import { withShortLocks } from '../rewrites/short-locks';
import { indexesBuilt } from './questions/new-constraints';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'add-primary-key-builds-index',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Build a unique index concurrently, then add the key with USING INDEX.',
    aliases: ['atlas:PG104'],
    docs: {
      summary: 'A primary key builds its index on a table that already exists.',
      why:
        'PostgreSQL builds the index under `ACCESS EXCLUSIVE`, and scans columns that can be NULL for NULLs: reads ' +
        'and writes of the table wait until both are done.',
      instead:
        'Build the index with `CREATE UNIQUE INDEX CONCURRENTLY`, make the columns `NOT NULL` without a scan, then ' +
        'add the constraint with `PRIMARY KEY USING INDEX`, which scans and builds nothing under its lock.',
      references: [
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-ADD-TABLE-CONSTRAINT-USING-INDEX',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);',
        good:
          '-- New rows need "id" from here on; the existing ones are not scanned under this lock.\n' +
          "SET lock_timeout = '5s';\n" +
          'ALTER TABLE events ADD CONSTRAINT events_id_is_not_null CHECK (id IS NOT NULL) NOT VALID;\n' +
          'RESET lock_timeout;\n' +
          '\n' +
          '-- Looks for a NULL in "id" while reads and writes go on.\n' +
          'ALTER TABLE events VALIDATE CONSTRAINT events_id_is_not_null;\n' +
          '\n' +
          '-- The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed\n' +
          '-- any more.\n' +
          'BEGIN;\n' +
          "SET LOCAL lock_timeout = '5s';\n" +
          'ALTER TABLE events ALTER COLUMN id SET NOT NULL;\n' +
          'ALTER TABLE events DROP CONSTRAINT events_id_is_not_null;\n' +
          'COMMIT;\n' +
          '\n' +
          '-- A failed concurrent build leaves an invalid index.\n' +
          'DROP INDEX CONCURRENTLY IF EXISTS events_pkey;\n' +
          '\n' +
          '-- Writes go on while the index is built. A build that fails, also by lock_timeout, leaves an\n' +
          '-- invalid index: drop events_pkey before the next try.\n' +
          'CREATE UNIQUE INDEX CONCURRENTLY events_pkey ON events (id);\n' +
          '\n' +
          '-- The index exists, so this only writes the catalog.\n' +
          'BEGIN;\n' +
          "SET LOCAL lock_timeout = '5s';\n" +
          'ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY USING INDEX events_pkey;\n' +
          'COMMIT;',
      },
    ],
  },

  on: ['AlterTable'],

  check: (statement, context) => indexesBuilt(statement, 'PRIMARY KEY', context),

  fixes({ subject: { statement, action } }, context) {
    // A new column whose rows have no values of their own can be no key, however it is added.
    if (action.type !== 'AddConstraint') return [];
    const steps = addPrimaryKeyUsingIndex.steps({ statement, action }, context);
    return fixBySteps(
      'Build the index concurrently, then add the constraint',
      withShortLocks(steps, context),
    );
  },
});
