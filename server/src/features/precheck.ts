import type { Catalog } from '../catalog/catalog';
import { checkDuplicates, duplicateQuery } from '../rewrites/check-duplicates';
import { nullQuery } from '../rewrites/set-not-null-by-check';
import { keyOfConstraint, keyOfIndex, type UniqueKey } from '../rewrites/unique-key';
import { slice } from '../rewrites/statement-text';
import type { ScheduledStatement } from '../runners/runner';
import type { Major } from '../postgres/versions';
import { commentedOut } from '../sql/layout';
import { quoteIdentifier } from '../sql/print';
import { comment } from '../sql/visible';
import type { AlterTable, ConstraintDefinition, Statement } from '../sql/statement';

/** What is to be looked at before a statement runs. */
interface Precheck {
  /** A query that lists the rows that would make the statement fail; none when all is well. */
  readonly query: string;
  /** What can be put before the statement: the query as a comment, then a block that stops the migration. */
  readonly text: string;
}

/** What a precheck is written for. A `RuleContext` is one. */
interface PrecheckContext {
  readonly catalog: Catalog;
  readonly postgresVersion: Major;
  readonly schedule: ScheduledStatement;
  readonly lockTimeout: string;
}

/** The checks for the rows that can make a statement fail; empty for a statement that rows cannot make fail. */
export function prechecks(statement: Statement, context: PrecheckContext): readonly Precheck[] {
  const { catalog } = context;
  if (statement.kind === 'CreateIndex') {
    const key = keyOfIndex(statement, catalog);
    return key === undefined ? [] : [duplicatePrecheck(key, context)];
  }
  if (statement.kind !== 'AlterTable' || statement.objectType !== 'TABLE') return [];
  return statement.actions.flatMap((action): readonly Precheck[] => {
    if (action.type === 'SetNotNull') {
      return [
        queryOnly(nullQuery(statement, action.column.text, catalog), `NULLs in "${action.column.text}"`),
      ];
    }
    if (action.type !== 'AddConstraint') return [];
    const key = keyOfConstraint(statement, action.constraint, catalog);
    if (key !== undefined) return [duplicatePrecheck(key, context)];
    const query = violatingRows(statement, action.constraint, catalog);
    return query === undefined ? [] : [queryOnly(query, 'rows that the constraint forbids')];
  });
}

function duplicatePrecheck(key: UniqueKey, context: PrecheckContext): Precheck {
  const query = duplicateQuery(key, context.catalog);
  const guards = checkDuplicates.steps(key, context).map(({ sql, why }) => `${comment(why)}\n${sql}\n`);
  return { query, text: `${asComment(query, 'duplicates')}${guards.join('')}` };
}

function queryOnly(query: string, what: string): Precheck {
  return { query, text: asComment(query, what) };
}

function asComment(query: string, what: string): string {
  return `${comment(`To look at ${what} first:`)}\n${commentedOut(query, '--   ')}\n`;
}

function violatingRows(
  statement: AlterTable,
  { type, expression, columns, references }: ConstraintDefinition,
  catalog: Catalog,
): string | undefined {
  const table = slice(statement, statement.relation.range);
  if (type === 'CHECK' && expression !== undefined) {
    return `SELECT *\nFROM ${table}\nWHERE NOT (${expression.text})\nLIMIT 100;`;
  }
  if (type !== 'FOREIGN KEY' || references === undefined) return undefined;
  const primaryKey = catalog
    .relation(references.relation)
    ?.constraints.find((constraint) => constraint.type === 'PRIMARY KEY')?.columns;
  const referenced = references.columns.length > 0 ? references.columns : (primaryKey ?? []);
  if (referenced.length !== columns.length) return undefined;
  const target = slice(statement, references.relation.range);
  const matches = columns.map(
    (column, index) =>
      `referenced.${quoteIdentifier(referenced[index] ?? '')} = referring.${quoteIdentifier(column)}`,
  );
  const present = columns.map((column) => `referring.${quoteIdentifier(column)} IS NOT NULL`);
  return (
    `SELECT *\nFROM ${table} AS referring\nWHERE ${present.join('\n  AND ')}\n` +
    `  AND NOT EXISTS (SELECT FROM ${target} AS referenced WHERE ${matches.join(' AND ')})\nLIMIT 100;`
  );
}
