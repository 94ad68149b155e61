import { setNotNullByCheck } from '../rewrites/set-not-null-by-check';
import { withShortLocks } from '../rewrites/short-locks';
import type { AlterTable, AlterTableAction } from '../sql/statement';
import type { Range } from '../sql/text';
import { effectsOfAction } from './questions/effects-of-action';
import { quoted, whatWaits } from './questions/what-waits';
import { keywordsOf, rangeOfWords } from './questions/words';
import { defineRule, type Finding, fixBySteps } from './rule';

interface Subject {
  readonly statement: AlterTable;
  readonly action: AlterTableAction;
}

export default defineRule({
  id: 'set-not-null-scans',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Add CHECK (… IS NOT NULL) NOT VALID and validate it first; then nothing is scanned.',
    aliases: ['squawk:adding-not-nullable-field', 'eugene:E2', 'atlas:PG303'],
    docs: {
      summary: '`SET NOT NULL` scans a table that already exists.',
      why:
        '`SET NOT NULL` reads the whole table under `ACCESS EXCLUSIVE` to see that no row has a NULL there: reads and ' +
        'writes wait meanwhile. With one NULL it fails with `23502`. PostgreSQL skips the scan if a valid `CHECK ' +
        '(column IS NOT NULL)` proves that there is none; one that is `NOT VALID` proves nothing. `ADD PRIMARY KEY ' +
        'USING INDEX` does the same for each of its columns.',
      instead:
        'Add `CHECK (column IS NOT NULL) NOT VALID`, validate it in a transaction of its own, which blocks neither ' +
        'reads nor writes, then `SET NOT NULL` and drop the check. From PostgreSQL 18 on, add the constraint as ' +
        '`NOT NULL column NOT VALID` and validate it.',
      references: [
        'https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL',
      ],
    },
    examples: [
      {
        bad: 'ALTER TABLE orders ALTER COLUMN coupon SET NOT NULL;',
        good:
          '-- New rows need "coupon" from here on; the existing ones are not scanned under this lock.\n' +
          "SET lock_timeout = '5s';\n" +
          'ALTER TABLE orders ADD CONSTRAINT orders_coupon_is_not_null CHECK (coupon IS NOT NULL) NOT VALID;\n' +
          'RESET lock_timeout;\n' +
          '\n' +
          '-- Looks for a NULL in "coupon" while reads and writes go on.\n' +
          'ALTER TABLE orders VALIDATE CONSTRAINT orders_coupon_is_not_null;\n' +
          '\n' +
          '-- The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed\n' +
          '-- any more.\n' +
          'BEGIN;\n' +
          "SET LOCAL lock_timeout = '5s';\n" +
          'ALTER TABLE orders ALTER COLUMN coupon SET NOT NULL;\n' +
          'ALTER TABLE orders DROP CONSTRAINT orders_coupon_is_not_null;\n' +
          'COMMIT;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, context): Iterable<Finding<Subject>> {
    const { catalog } = context;
    if (catalog.isNew(statement.relation)) return;
    for (const action of statement.actions) {
      const found = notNullIn(statement, action);
      if (found === undefined) continue;
      const effects = effectsOfAction(statement, action, context);
      if (effects.scans.length === 0) continue;
      yield {
        range: found.range,
        message: `Looking for NULLs${found.where} blocks ${whatWaits(context, [catalog.resolve(statement.relation)])} until it is done; one NULL makes it fail.`,
        subject: { statement, action },
      };
    }
  },

  fixes({ subject: { statement, action } }, context) {
    if (action.type !== 'SetNotNull') return [];
    const title =
      context.postgresVersion >= 18
        ? 'Add NOT NULL as NOT VALID, then validate it'
        : 'Add a CHECK as NOT VALID, validate it, then SET NOT NULL';
    const steps = setNotNullByCheck.steps({ statement, action }, context);
    return fixBySteps(title, withShortLocks(steps, context));
  },
});

/** Where an action says that columns are to be NOT NULL, openly or by a primary key. */
function notNullIn(
  { text }: AlterTable,
  action: AlterTableAction,
): { readonly range: Range; readonly where: string } | undefined {
  if (action.type === 'SetNotNull') {
    const range = rangeOfWords(text, action.range, ['set', 'not', 'null']) ?? action.range;
    return { range, where: ` in ${quoted(action.column.text)}` };
  }
  if (action.type !== 'AddConstraint' || action.constraint.usingIndex === undefined) return undefined;
  return { range: keywordsOf(text, action.constraint), where: '' };
}
