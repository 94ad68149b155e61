import { isSame } from '../catalog/relation';
import type { AlterTable, ConstraintType } from '../sql/statement';
import { fileWords } from '../rewrites/rewrite';
import { quoted, whatWaits } from './questions/what-waits';
import { defineRule, fixBySteps } from './rule';

export default defineRule({
  id: 'validate-in-same-transaction',
  meta: {
    category: 'locking',
    severity: 'warning',
    addedIn: '0.1.0',
    remedy: 'Validate it in a later transaction.',
    docs: {
      summary: 'A constraint is validated in the transaction that added it as `NOT VALID`.',
      why:
        '`ADD CONSTRAINT … NOT VALID` holds its strong lock until the transaction ends: `ACCESS EXCLUSIVE` for a ' +
        '`CHECK`, `SHARE ROW EXCLUSIVE` on both tables for a foreign key. `VALIDATE CONSTRAINT` alone would block ' +
        'neither reads nor writes, but in the same transaction it scans the table under that lock, as if `NOT VALID` ' +
        'had been left out.',
      instead:
        'Validate in a transaction of its own, which is a migration of its own when the runner sends each file in one ' +
        'transaction.',
      references: ['https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-NOTES'],
    },
    examples: [
      {
        bad:
          'BEGIN;\nALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n' +
          'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;\nCOMMIT;',
        good:
          'BEGIN;\n' +
          'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n' +
          'COMMIT;\n' +
          '\n' +
          'ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;',
      },
    ],
  },

  on: ['AlterTable'],

  *check(statement, context) {
    const { catalog } = context;
    if (catalog.isNew(statement.relation)) return;
    const relation = catalog.relation(statement.relation);
    const owner = catalog.resolve(statement.relation);
    for (const action of statement.actions) {
      if (action.type !== 'ValidateConstraint') continue;
      const name = action.constraint.text;
      const added = addedHere(statement, name);
      const known = relation?.constraints.find((constraint) => constraint.name === name);
      if (added === undefined && (known === undefined || !catalog.isLockedBy(owner, name))) continue;
      const isForeignKey = (added ?? known?.type) === 'FOREIGN KEY';
      const referenced = known?.references?.relation;
      const isOther = referenced !== undefined && !catalog.isNew(referenced) && !isSame(referenced, owner);
      const relations = isForeignKey && isOther ? [owner, referenced] : [owner];
      yield {
        range: action.range,
        message: `Validating ${quoted(name)} blocks ${whatWaits(context, relations)} until it is done, as this transaction still holds the lock that added it.`,
        subject: statement,
      };
    }
  },

  fixes({ subject: statement }) {
    const isAlone = statement.actions.every(({ type }) => type === 'ValidateConstraint');
    if (!isAlone) return [];
    const names = statement.actions.flatMap((action) =>
      action.type === 'ValidateConstraint' ? [action.constraint.text] : [],
    );
    return fixBySteps('Validate it after the commit', [
      { sql: `${statement.text};`, transaction: 'own', why: '', name: fileWords('validate', ...names) },
    ]);
  },
});

/** The type of the constraint, when the statement itself adds it. */
function addedHere({ actions }: AlterTable, name: string): ConstraintType | undefined {
  for (const action of actions) {
    if (action.type === 'AddConstraint' && action.constraint.name?.text === name)
      return action.constraint.type;
  }
  return undefined;
}
