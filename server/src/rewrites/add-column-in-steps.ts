import type { Step } from '../runners/runner';
import { terminated } from '../sql/layout';
import { dollarQuote, quoteIdentifier } from '../sql/print';
import type { AlterTable, AlterTableAction, ConstraintDefinition, ConstraintType } from '../sql/statement';
import { applyEdits } from '../sql/text';
import { addConstraintNotValid } from './add-constraint-not-valid';
import { addPrimaryKeyUsingIndex } from './add-primary-key-using-index';
import { addUniqueUsingIndex } from './add-unique-using-index';
import { asStatement, type InlineConstraint, withoutConstraints } from './inline-constraint';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { notNullSteps } from './set-not-null-by-check';
import { alterPrefix, slice } from './statement-text';
import { primaryKeyOf } from './unique-key';

/** One ADD COLUMN of a statement. */
interface AddedColumn {
  readonly statement: AlterTable;
  readonly action: Extract<AlterTableAction, { type: 'AddColumn' }>;
  /** Rows of one transaction of the backfill. 10,000 when omitted. */
  readonly batchSize?: number;
}

/** Adds a column with a default that differs from row to row, without a rewrite of the table. */
export const addColumnInSteps: Rewrite<AddedColumn> = {
  id: 'add-column-in-steps',
  docs: {
    summary: 'Adds the column empty, sets its default, and fills the existing rows in batches.',
    why:
      'A volatile default such as `gen_random_uuid()` rewrites the table and all its indexes under ' +
      '`ACCESS EXCLUSIVE`. Without a default the column is only an entry in the catalog; the default then serves new ' +
      'rows, and batches fill the others with short row locks.',
  },

  steps({ statement, action, batchSize = 10_000 }, context) {
    const { column } = action;
    const find = (wanted: ConstraintType): ConstraintDefinition | undefined =>
      column.constraints.find(({ type }) => type === wanted);
    const defaultValue = find('DEFAULT');
    // A primary key sees to it by itself.
    const notNull = find('PRIMARY KEY') === undefined ? find('NOT NULL') : undefined;
    if (defaultValue?.expression === undefined || !canBeAddedEmpty(column)) return [];
    const later = column.constraints.filter(({ type }) => addedLater.has(type));
    const laterSteps = later.map((constraint) => stepsFor({ statement, action, constraint }, context));
    if (laterSteps.some((steps) => steps.length === 0)) return [];
    const prefix = alterPrefix(statement);
    const name = quoteIdentifier(column.name.text);
    const words = fileWords(statement.relation.name, column.name.text);
    const taken = column.constraints.filter(({ type }) => type === 'DEFAULT' || type === 'NOT NULL');
    const empty = applyEdits(statement.text, withoutConstraints(statement, [...taken, ...later]));
    return [
      {
        sql: `${terminated(empty)}\n${prefix} ALTER COLUMN ${name} SET DEFAULT ${defaultValue.expression.text};`,
        transaction: 'inherits',
        why: 'Without a default the table is not rewritten; the default that follows serves new rows.',
        name: fileWords('add', words),
      },
      backfill(statement, column.name.text, batchSize, context),
      ...(notNull === undefined ? [] : notNullSteps(prefix, statement, column.name.text, context)),
      ...laterSteps.flat(),
    ];
  },
};

/** Constraints that would scan the empty column, or need its values. */
const addedLater: ReadonlySet<ConstraintType> = new Set(['CHECK', 'UNIQUE', 'PRIMARY KEY']);

/** Only a plain column: what identity and generated columns need cannot come later. */
function canBeAddedEmpty(column: AddedColumn['action']['column']): boolean {
  return (
    !/serial/.test(column.type.name) &&
    column.constraints.every(
      ({ type }) => addedLater.has(type) || ['DEFAULT', 'NOT NULL', 'NULL', 'FOREIGN KEY'].includes(type),
    )
  );
}

/** The steps for a constraint that comes when the column is full; empty when there are none. */
function stepsFor(subject: InlineConstraint, context: RewriteContext): readonly Step[] {
  const added = asStatement(subject, context);
  if (added === undefined) return [];
  return [addConstraintNotValid, addUniqueUsingIndex, addPrimaryKeyUsingIndex].flatMap((rewrite) =>
    rewrite.steps(added, context),
  );
}

function backfill(
  statement: AlterTable,
  column: string,
  batchSize: number,
  { catalog }: RewriteContext,
): Step {
  const table = slice(statement, statement.relation.range);
  const name = quoteIdentifier(column);
  const [key, ...others] = primaryKeyOf(catalog.relation(statement.relation)).map(quoteIdentifier);
  const body =
    key !== undefined && others.length === 0
      ? byKey(table, name, key, batchSize)
      : byPlace(table, name, batchSize);
  return {
    sql: `DO ${dollarQuote(body)};`,
    transaction: 'none',
    why: `Fills "${column}" in the existing rows, ${batchSize.toLocaleString('en-US')} per transaction: row locks end with each batch.`,
    name: fileWords('backfill', statement.relation.name, column),
  };
}

/** Goes through the table once, along its primary key. */
function byKey(table: string, column: string, key: string, batchSize: number): string {
  return `
DECLARE
  first_key ${table}.${key}%TYPE;
  last_key ${table}.${key}%TYPE;
BEGIN
  SELECT ${key} INTO first_key FROM ${table} ORDER BY ${key} LIMIT 1;
  WHILE FOUND LOOP
    SELECT ${key} INTO last_key
    FROM (SELECT ${key} FROM ${table} WHERE ${key} >= first_key ORDER BY ${key} LIMIT ${batchSize}) AS batch
    ORDER BY ${key} DESC LIMIT 1;
    UPDATE ${table} SET ${column} = DEFAULT
    WHERE ${key} BETWEEN first_key AND last_key AND ${column} IS NULL;
    COMMIT;
    SELECT ${key} INTO first_key FROM ${table} WHERE ${key} > last_key ORDER BY ${key} LIMIT 1;
  END LOOP;
END
`;
}

/** Without a key of one column each batch looks for the next rows from the start of the table. */
function byPlace(table: string, column: string, batchSize: number): string {
  return `
BEGIN
  LOOP
    UPDATE ${table} SET ${column} = DEFAULT
    WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM ${table} WHERE ${column} IS NULL LIMIT ${batchSize});
    EXIT WHEN NOT FOUND;
    COMMIT;
  END LOOP;
END
`;
}
