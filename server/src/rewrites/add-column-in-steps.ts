import type { Step } from '../runners/runner';
import { dollarQuote, quoteIdentifier } from '../sql/print';
import type { AlterTable, AlterTableAction, ConstraintDefinition } from '../sql/statement';
import { applyEdits, type Edit } from '../sql/text';
import { fileWords, type Rewrite, type RewriteContext } from './rewrite';
import { notNullSteps } from './set-not-null-by-check';
import { alterPrefix, slice } from './statement-text';
import { primaryKeyOf } from './unique-key';

/** One ADD COLUMN of a statement. */
export interface AddedColumn {
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
    const defaultValue = column.constraints.find(({ type }) => type === 'DEFAULT');
    const notNull = column.constraints.find(({ type }) => type === 'NOT NULL');
    if (defaultValue?.expression === undefined || !canBeAddedEmpty(column)) return [];
    const prefix = alterPrefix(statement);
    const name = quoteIdentifier(column.name.text);
    const words = fileWords(statement.relation.name, column.name.text);
    return [
      {
        sql:
          `${withoutConstraints(statement, [defaultValue, ...(notNull === undefined ? [] : [notNull])])};\n` +
          `${prefix} ALTER COLUMN ${name} SET DEFAULT ${defaultValue.expression.text};`,
        transaction: 'inherits',
        why: 'Without a default the table is not rewritten; the default that follows serves new rows.',
        name: fileWords('add', words),
      },
      backfill(statement, column.name.text, batchSize, context),
      ...(notNull === undefined ? [] : notNullSteps(prefix, statement, column.name.text, context)),
    ];
  },
};

/** Only a plain column: what identity, generated and key columns need cannot come later. */
function canBeAddedEmpty(column: AddedColumn['action']['column']): boolean {
  return (
    !/serial/.test(column.type.name) &&
    column.constraints.every(({ type }) => ['DEFAULT', 'NOT NULL', 'NULL', 'FOREIGN KEY'].includes(type))
  );
}

function withoutConstraints(statement: AlterTable, constraints: readonly ConstraintDefinition[]): string {
  const edits = constraints.map(({ range: { start, end } }): Edit => {
    const space = /\s*$/.exec(statement.text.slice(0, start))?.[0].length ?? 0;
    return { range: { start: start - space, end }, text: '' };
  });
  return applyEdits(statement.text, edits);
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
    why: `Fills "${column}" in the existing rows, ${batchSize.toLocaleString('en-US')} to a transaction, so that no row stays locked for long.`,
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
