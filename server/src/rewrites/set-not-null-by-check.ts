import { constraintNameFor } from '../catalog/names';
import { impliesNotNull } from '../catalog/expressions';
import type { Catalog } from '../catalog/catalog';
import { objectName } from '../catalog/names';
import type { Step } from '../runners/runner';
import { quoteIdentifier } from '../sql/print';
import type { AlterTable, AlterTableAction } from '../sql/statement';
import { applyEdits } from '../sql/text';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { alterPrefix, replaceAction, slice } from './statement-text';
import { primaryKeyOf } from './unique-key';

/** One SET NOT NULL of a statement. */
interface NotNull {
  readonly statement: AlterTable;
  readonly action: Extract<AlterTableAction, { type: 'SetNotNull' }>;
}

/** Makes a column NOT NULL without a scan under ACCESS EXCLUSIVE. */
export const setNotNullByCheck: Rewrite<NotNull> = {
  id: 'set-not-null-by-check',
  docs: {
    summary:
      'Proves first, with a constraint that is validated while writes go on, that the column has no NULL.',
    why:
      '`SET NOT NULL` scans the whole table under `ACCESS EXCLUSIVE`, unless a valid `CHECK (column IS NOT NULL)` ' +
      'proves that there is nothing to find. From PostgreSQL 18 a `NOT NULL … NOT VALID` constraint does the same in ' +
      'two steps.',
  },

  steps({ statement, action }, context) {
    const column = action.column.text;
    const first = (constraint: string, name: string): Step => ({
      sql: `${applyEdits(statement.text, [replaceAction(action, `ADD ${constraint}`)])};`,
      transaction: 'inherits',
      why: `New rows need "${column}" from here on; the existing ones are not scanned under this lock.`,
      name: fileWords(name, 'not_valid'),
    });
    return notNullSteps(alterPrefix(statement), statement, column, context, first);
  },
};

/** The rows that would make SET NOT NULL fail, for people to look at. */
export function nullQuery(statement: AlterTable, column: string, catalog: Catalog): string {
  const columns = primaryKeyOf(catalog.relation(statement.relation)).map(quoteIdentifier);
  return (
    `SELECT ${columns.length > 0 ? columns.join(', ') : '*'}\nFROM ${slice(statement, statement.relation.range)}\n` +
    `WHERE ${quoteIdentifier(column)} IS NULL\nLIMIT 100;`
  );
}

/**
 * The steps that make `column` NOT NULL. `first` wraps the definition of the constraint that the first of them adds;
 * `prefix` is `ALTER TABLE` and the relation, for all the others.
 */
export function notNullSteps(
  prefix: string,
  { relation }: Pick<AlterTable, 'relation'>,
  column: string,
  { catalog, postgresVersion }: RewriteContext,
  first: (constraint: string, name: string) => Step = (constraint, name) => ({
    sql: `${prefix} ADD ${constraint};`,
    transaction: 'inherits',
    why: `New rows need "${column}" from here on; the existing ones are not scanned under this lock.`,
    name: fileWords(name, 'not_valid'),
  }),
): readonly Step[] {
  const table = catalog.resolve(relation);
  const setNotNull = `${prefix} ALTER COLUMN ${quoteIdentifier(column)} SET NOT NULL;`;
  const byHand = { again: setNotNull, ignores: ['set-not-null-scans'] };
  const validate = (name: string): Step => ({
    sql: `${prefix} VALIDATE CONSTRAINT ${quoteIdentifier(name)};`,
    transaction: 'own',
    why: `Looks for a NULL in "${column}" while reads and writes go on.`,
    name: fileWords('validate', name),
  });
  if (postgresVersion >= 18) {
    const name = constraintNameFor(catalog, table, [column], 'not_null');
    return [
      {
        ...first(`CONSTRAINT ${quoteIdentifier(name)} NOT NULL ${quoteIdentifier(column)} NOT VALID`, name),
        again: '',
      },
      { ...validate(name), ...byHand },
    ];
  }
  // Not `…_not_null`: PostgreSQL 18 gives that name to the constraint that SET NOT NULL makes.
  const name = freeCheckName(catalog, table, column);
  return [
    {
      ...first(
        `CONSTRAINT ${quoteIdentifier(name)} CHECK (${quoteIdentifier(column)} IS NOT NULL) NOT VALID`,
        name,
      ),
      again: '',
    },
    { ...validate(name), again: '' },
    {
      ...byHand,
      sql: `${setNotNull}\n${prefix} DROP CONSTRAINT ${quoteIdentifier(name)};`,
      transaction: 'own',
      why: 'The valid constraint proves that there is no NULL, so nothing is scanned, and it is not needed any more.',
      name: fileWords(table.name, column, 'not_null'),
    },
  ];
}

/** Whether a valid constraint proves already that the column has no NULL, so that SET NOT NULL is free. */
export function isProvenNotNull(
  { relation }: Pick<AlterTable, 'relation'>,
  column: string,
  catalog: Catalog,
): boolean {
  return (
    catalog.relation(relation)?.constraints.some(({ type, isValid, enforced, expression, columns }) => {
      if (!isValid || !enforced) return false;
      if (type === 'NOT NULL') return columns.includes(column);
      return type === 'CHECK' && expression !== undefined && impliesNotNull(expression.node, column);
    }) === true
  );
}

function freeCheckName(
  catalog: Catalog,
  table: { readonly schema: string; readonly name: string },
  column: string,
): string {
  for (let attempt = 0; ; attempt++) {
    const name = objectName(table.name, column, `is_not_null${attempt === 0 ? '' : attempt}`);
    if (!catalog.constraintIsTaken({ schema: table.schema, name })) return name;
  }
}
