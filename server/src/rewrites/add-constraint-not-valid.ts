import { columnsIn } from '../catalog/expressions';
import { constraintNameFor } from '../catalog/names';
import { quoteIdentifier } from '../sql/print';
import type { AlterTable, AlterTableAction, ConstraintDefinition } from '../sql/statement';
import { applyEdits, insert } from '../sql/text';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { alterPrefix } from './statement-text';

/** One ADD CONSTRAINT of a statement. */
export interface AddedConstraint {
  readonly statement: AlterTable;
  readonly action: Extract<AlterTableAction, { type: 'AddConstraint' }>;
}

/** Adds a constraint for new rows, then has the existing ones checked while reads and writes go on. */
export const addConstraintNotValid: Rewrite<AddedConstraint> = {
  id: 'add-constraint-not-valid',
  docs: {
    summary: 'Adds the constraint as `NOT VALID`, and validates it in a transaction of its own.',
    why:
      '`NOT VALID` skips the scan, so that nothing is scanned under the strong lock. `VALIDATE CONSTRAINT` scans under ' +
      '`SHARE UPDATE EXCLUSIVE`, which blocks neither reads nor writes; in the same transaction it would run under ' +
      'the strong lock and gain nothing.',
  },

  steps({ statement, action }, context) {
    const { constraint } = action;
    if (!canBeNotValid(statement, constraint, context)) return [];
    const name = nameOfConstraint(statement, constraint, context);
    const edits = [insert(constraint.range.end, ' NOT VALID')];
    if (constraint.name === undefined) {
      edits.push(insert(constraint.range.start, `CONSTRAINT ${quoteIdentifier(name)} `));
    }
    return [
      {
        sql: `${applyEdits(statement.text, edits)};`,
        transaction: 'inherits',
        why: 'New rows are checked from here on; the existing ones are not scanned under this lock.',
        name: fileWords(name, 'not_valid'),
      },
      {
        sql: `${alterPrefix(statement)} VALIDATE CONSTRAINT ${quoteIdentifier(name)};`,
        transaction: 'own',
        why: 'Checks the existing rows while reads and writes go on.',
        name: fileWords('validate', name),
      },
    ];
  },
};

function canBeNotValid(
  { relation }: AlterTable,
  constraint: ConstraintDefinition,
  { catalog, postgresVersion }: RewriteContext,
): boolean {
  if (constraint.notValid || !constraint.enforced) return false;
  switch (constraint.type) {
    case 'CHECK':
      return true;
    case 'NOT NULL':
      return postgresVersion >= 18;
    case 'FOREIGN KEY':
      // 42809 up to 17: cannot add NOT VALID foreign key on partitioned table.
      return postgresVersion >= 18 || catalog.relation(relation)?.kind !== 'partitioned table';
    default:
      return false;
  }
}

/** The constraint's name, as the server chooses it when the author did not. */
export function nameOfConstraint(
  statement: AlterTable,
  constraint: ConstraintDefinition,
  { catalog }: Pick<RewriteContext, 'catalog'>,
): string {
  if (constraint.name !== undefined) return constraint.name.text;
  const table = catalog.resolve(statement.relation);
  if (constraint.type === 'FOREIGN KEY') return constraintNameFor(catalog, table, constraint.columns, 'fkey');
  if (constraint.type === 'NOT NULL')
    return constraintNameFor(catalog, table, constraint.columns, 'not_null');
  // The server names a CHECK after its column only when it has one.
  const columns = columnsIn(constraint.expression?.node);
  return constraintNameFor(catalog, table, columns.length === 1 ? columns : [], 'check');
}
