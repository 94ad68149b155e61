import type { Catalog } from '../catalog/catalog';
import { impliesNotNull } from '../catalog/expressions';
import { indexNameFor, nameOfNewIndex } from '../catalog/names';
import type { Relation, RelationName } from '../catalog/relation';
import { printDotted, quoteIdentifier } from '../sql/print';
import type { AlterTable, ConstraintDefinition, CreateIndex, Expression } from '../sql/statement';
import { slice } from './statement-text';

/** What a unique index, or the constraint above it, wants to be unique. */
export interface UniqueKey {
  /** The index's or the constraint's name. */
  readonly name: string;
  readonly relation: RelationName;
  /** The relation in the author's words, with ONLY where the index leaves children by inheritance alone. */
  readonly target: string;
  readonly elements: readonly KeyElement[];
  readonly predicate: Expression | undefined;
  readonly nullsNotDistinct: boolean;
}

interface KeyElement {
  /** The column, or the expression with its collation, ready for GROUP BY. */
  readonly sql: string;
  readonly column: string | undefined;
  readonly isNullable: boolean;
}

/** The key of a unique index; undefined for an index that is not unique. */
export function keyOfIndex(statement: CreateIndex, catalog: Catalog): UniqueKey | undefined {
  if (!statement.unique) return undefined;
  const relation = catalog.relation(statement.relation);
  return {
    name: nameOfNewIndex(statement, catalog),
    relation: catalog.resolve(statement.relation),
    target: targetOf(slice(statement, statement.relation.range), relation),
    elements: statement.columns.map(({ column, expression, collation }) => {
      const value = column === undefined ? (expression?.text ?? '') : quoteIdentifier(column);
      const collate = collation === undefined ? undefined : printDotted(collation);
      return {
        sql: collate === undefined ? value : `${value} COLLATE ${collate}`,
        column,
        isNullable: column === undefined || isNullable(column, relation, statement.predicate),
      };
    }),
    predicate: statement.predicate,
    nullsNotDistinct: statement.nullsNotDistinct,
  };
}

/** The key of ADD UNIQUE or ADD PRIMARY KEY; undefined for other constraints, and for USING INDEX. */
export function keyOfConstraint(
  statement: AlterTable,
  constraint: ConstraintDefinition,
  catalog: Catalog,
): UniqueKey | undefined {
  if (constraint.usingIndex !== undefined) return undefined;
  if (constraint.type !== 'UNIQUE' && constraint.type !== 'PRIMARY KEY') return undefined;
  const relation = catalog.relation(statement.relation);
  return {
    name: nameOfKeyConstraint(statement, constraint, catalog),
    relation: catalog.resolve(statement.relation),
    target: targetOf(slice(statement, statement.relation.range), relation),
    elements: constraint.columns.map((column) => ({
      sql: quoteIdentifier(column),
      column,
      isNullable: isNullable(column, relation, undefined),
    })),
    predicate: undefined,
    nullsNotDistinct: constraint.nullsNotDistinct,
  };
}

/** The name of a UNIQUE or PRIMARY KEY constraint, as the server chooses it when the author did not. */
export function nameOfKeyConstraint(
  statement: AlterTable,
  constraint: ConstraintDefinition,
  catalog: Catalog,
): string {
  if (constraint.name !== undefined) return constraint.name.text;
  const label = constraint.type === 'PRIMARY KEY' ? 'pkey' : 'key';
  // The server counts the columns of INCLUDE in: t_a_b_key for UNIQUE (a) INCLUDE (b).
  const columns = [...constraint.columns, ...constraint.include];
  return indexNameFor(catalog, catalog.resolve(statement.relation), columns, label);
}

/** What a row must fulfil to be able to have a duplicate: the predicate, and no NULL in the key. */
export function conditionsOf(key: UniqueKey): readonly string[] {
  const conditions = key.predicate === undefined ? [] : [asConjunct(key.predicate)];
  if (key.nullsNotDistinct) return conditions;
  return [
    ...conditions,
    ...key.elements.filter((element) => element.isNullable).map(({ sql }) => `${sql} IS NOT NULL`),
  ];
}

/** `WHERE a\n  AND b\n`, or nothing. */
export function whereClause(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : `WHERE ${conditions.join('\n  AND ')}\n`;
}

/** The key as people read it: `lead_id, lower(email)`. */
export function displayKey(key: UniqueKey): string {
  return key.elements.map(({ sql }) => sql).join(', ');
}

/** The columns of the relation's primary key; empty when it has none, or is not known. */
export function primaryKeyOf(relation: Relation | undefined): readonly string[] {
  return relation?.constraints.find(({ type }) => type === 'PRIMARY KEY')?.columns ?? [];
}

/** An expression that AND can stand beside. */
function asConjunct({ node, text }: Expression): string {
  return 'BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR' ? `(${text})` : text;
}

function isNullable(
  column: string,
  relation: Relation | undefined,
  predicate: Expression | undefined,
): boolean {
  if (predicate !== undefined && impliesNotNull(predicate.node, column)) return false;
  return relation?.columns.find(({ name }) => name === column)?.notNull !== true;
}

/** An index does not cover children by inheritance; partitions it does. */
function targetOf(written: string, relation: Relation | undefined): string {
  const hasChildren = relation?.kind === 'table' && relation.children.length > 0;
  return hasChildren ? `ONLY ${written}` : written;
}
