import type { Constraint, Relation } from '../catalog/relation';
import { indent } from '../sql/layout';
import { printColumn, printConstraint, printIndex } from './definitions';
import { printFacts } from './facts';
import { type InverseContext, type Inverted, notPossible, printFull, schemaOnly } from './inverse';

/** CREATE TABLE, and the indexes, of a table of the catalog; without its rows. */
export function restoreTable(relation: Relation, context: InverseContext): Inverted {
  const { name } = relation;
  if (!relation.isComplete) return notPossible(`Not all columns of "${name}" are known.`);
  if (relation.kind !== 'table' || relation.parents.length > 0) {
    return notPossible(`What "${name}" inherits, or how it is partitioned, is not known well enough.`);
  }
  const columns = relation.columns.map((column) => printColumn(column, context, true));
  const constraints = relation.constraints
    // A column says itself that it is NOT NULL.
    .filter(({ type, columns: [column] }) => type !== 'NOT NULL' || !isNotNull(relation, column))
    .map((constraint) => ({ constraint, printed: printConstraint(constraint, relation, context) }));
  const indexes = relation.indexes
    .filter(({ constraint }) => constraint === undefined)
    .map((index) => printIndex(index, relation, context, false));
  const parts = [...columns, ...constraints.map(({ printed }) => printed)];
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length)
    return notPossible(`Not all columns and constraints of "${name}" are known.`);

  const unlogged = relation.persistence === 'unlogged' ? ' UNLOGGED' : '';
  const table = printFull(relation, context.before);
  // CREATE TABLE takes NOT VALID for a word without meaning: there are no rows.
  const isLater = ({ isValid, enforced }: Constraint): boolean => !isValid && enforced;
  const later = constraints.flatMap(({ constraint, printed }) =>
    printed !== undefined && isLater(constraint) ? [printed] : [],
  );
  const body = known
    .filter((part) => !later.includes(part))
    .map(({ sql }) => indent(sql, 2))
    .join(',\n  ');
  const sql = [
    `CREATE${unlogged} TABLE ${table} (\n  ${body}\n);`,
    ...later.map((part) => `ALTER TABLE ${table} ADD ${part.sql} NOT VALID;`),
    ...indexes.map((index) => index.sql),
    ...printFacts(relation, context),
  ].join('\n');
  return schemaOnly(
    sql,
    `The rows of "${name}" are not restored.`,
    ...missing('Rules', relation.rules ?? []),
    ...missing('Statistics', relation.statistics ?? []),
    ...[...known, ...indexes].flatMap(({ notes }) => notes),
  );
}

function missing(what: string, things: readonly { readonly name: string }[]): readonly string[] {
  if (things.length === 0) return [];
  return [`${what} have to be recreated: ${things.map(({ name }) => `"${name}"`).join(', ')}.`];
}

function isNotNull(relation: Relation, column: string | undefined): boolean {
  return relation.columns.find(({ name }) => name === column)?.notNull === true;
}
