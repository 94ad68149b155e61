import type { Catalog } from '../catalog/catalog';
import { columnsIn } from '../catalog/expressions';
import type { Column, Constraint, Index, Relation, RelationName } from '../catalog/relation';
import { printFull } from '../inverses/inverse';
import { printType } from '../inverses/definitions';
import { conditionsOf, displayKey, type UniqueKey, whereClause } from '../rewrites/unique-key';
import { indent } from '../sql/layout';
import { dollarQuote, printNames, quoteLiteral } from '../sql/print';

/** A block that fails with `failure` unless `condition` holds. */
function block(condition: string, failure: string, success: string): string {
  const lines = [
    '',
    'BEGIN',
    `  IF NOT ${indent(condition, 2)} THEN`,
    `    RAISE EXCEPTION ${message(failure)};`,
    '  END IF;',
    `  RAISE NOTICE ${message(`ok: ${success}`)};`,
    'END',
    '',
  ];
  return `DO ${dollarQuote(lines.join('\n'))};`;
}

/** A text for RAISE, in which % would ask for a value. */
function message(text: string): string {
  return quoteLiteral(text.replaceAll('%', '%%'));
}

/** The relation's or index's id at run time; NULL when there is none. */
function oid(name: RelationName, catalog: Catalog): string {
  return `to_regclass(${quoteLiteral(printFull(name, catalog))})`;
}

/** The relation is there. */
export function exists(name: RelationName, catalog: Catalog): string {
  return block(`(${oid(name, catalog)} IS NOT NULL)`, `"${name.name}" is missing.`, `"${name.name}" exists`);
}

/** The relation or index is gone. */
export function isGone(name: RelationName, catalog: Catalog): string {
  return block(
    `(${oid(name, catalog)} IS NULL)`,
    `"${name.name}" still exists.`,
    `"${name.name}" does not exist`,
  );
}

/** The index is there, on its table, valid and maintained. */
export function index(name: RelationName, relation: RelationName, unique: boolean, catalog: Catalog): string {
  const conditions = [
    `indexrelid = ${oid(name, catalog)}`,
    `indrelid = ${oid(relation, catalog)}`,
    'indisvalid',
    'indisready',
    ...(unique ? ['indisunique'] : []),
  ];
  const state = unique ? 'valid and unique' : 'valid';
  return block(
    `EXISTS (\n  SELECT FROM pg_index\n  WHERE ${conditions.join('\n    AND ')}\n)`,
    `Index "${name.name}" is missing, or not ${state}.`,
    `index "${name.name}" is ${state}`,
  );
}

/** The column is there, with its type and nullability. */
export function column(relation: RelationName, { name, type, notNull }: Column, catalog: Catalog): string {
  const arrays = type?.isArray === true && !type.text.includes('[') ? '[]' : '';
  const conditions = [
    `attrelid = ${oid(relation, catalog)}`,
    `attname = ${quoteLiteral(name)}`,
    'NOT attisdropped',
    notNull ? 'attnotnull' : 'NOT attnotnull',
    ...(type === undefined ? [] : [`atttypid = ${quoteLiteral(printType(type) + arrays)}::regtype`]),
  ];
  const what = `column "${name}" of "${relation.name}"`;
  return block(
    `EXISTS (\n  SELECT FROM pg_attribute\n  WHERE ${conditions.join('\n    AND ')}\n)`,
    `C${what.slice(1)} is missing, or has another type, or is${notNull ? ' not' : ''} NOT NULL.`,
    `${what} is ${type?.text ?? 'there'}${notNull ? ' and NOT NULL' : ''}`,
  );
}

/** The column is gone. */
export function columnIsGone(relation: RelationName, name: string, catalog: Catalog): string {
  return block(
    `NOT EXISTS (\n  SELECT FROM pg_attribute\n  WHERE attrelid = ${oid(relation, catalog)}\n` +
      `    AND attname = ${quoteLiteral(name)}\n    AND NOT attisdropped\n)`,
    `Column "${name}" of "${relation.name}" still exists.`,
    `column "${name}" of "${relation.name}" does not exist`,
  );
}

/** The constraint is there, and validated when it should be. */
export function constraint(relation: RelationName, { name, isValid }: Constraint, catalog: Catalog): string {
  const valid = isValid ? '\n    AND convalidated' : '';
  return block(
    `EXISTS (\n  SELECT FROM pg_constraint\n  WHERE conrelid = ${oid(relation, catalog)}\n` +
      `    AND conname = ${quoteLiteral(name)}${valid}\n)`,
    `Constraint "${name}" of "${relation.name}" is missing${isValid ? ', or not validated' : ''}.`,
    `constraint "${name}" of "${relation.name}" is ${isValid ? 'validated' : 'there'}`,
  );
}

/** The constraint is gone. */
export function constraintIsGone(relation: RelationName, name: string, catalog: Catalog): string {
  return block(
    `NOT EXISTS (\n  SELECT FROM pg_constraint\n  WHERE conrelid = ${oid(relation, catalog)}\n` +
      `    AND conname = ${quoteLiteral(name)}\n)`,
    `Constraint "${name}" of "${relation.name}" still exists.`,
    `constraint "${name}" of "${relation.name}" does not exist`,
  );
}

/** No two rows have the same key. */
export function noDuplicates(key: UniqueKey): string {
  const elements = displayKey(key);
  return block(
    `NOT EXISTS (\n  SELECT FROM ${key.target}\n  ${indent(whereClause(conditionsOf(key)), 2)}` +
      `${conditionsOf(key).length > 0 ? '  ' : ''}GROUP BY ${elements}\n  HAVING count(*) > 1\n)`,
    `Rows of "${key.relation.name}" share (${elements}).`,
    `no rows of "${key.relation.name}" share (${elements})`,
  );
}

/**
 * A copy of a row is refused. Undefined when no copy can be made that only this key forbids. The copy never stays: it
 * is refused, or the error that reports that it was not takes it back.
 */
export function duplicateIsRefused(key: UniqueKey, relation: Relation): string | undefined {
  const columns = copiedColumns(key, relation);
  if (columns === undefined) return undefined;
  const list = printNames(columns);
  const name = quoteLiteral(key.name);
  const lines = [
    '',
    'DECLARE',
    '  copy_is_accepted boolean := false;',
    '  violated_constraint text;',
    '  copy_problem text;',
    'BEGIN',
    '  BEGIN',
    `    INSERT INTO ${key.target.replace(/^ONLY /, '')} (${list})`,
    `    SELECT ${list}`,
    `    FROM ${key.target}`,
    `    ${indent(whereClause(conditionsOf(key)), 4)}${conditionsOf(key).length > 0 ? '    ' : ''}LIMIT 1;`,
    '    IF NOT FOUND THEN',
    `      RAISE NOTICE ${message(`not tried: "${key.relation.name}" has no row that "${key.name}" holds`)};`,
    '      RETURN;',
    '    END IF;',
    '    copy_is_accepted := true;',
    "    RAISE EXCEPTION 'This undoes the copy.';",
    '  EXCEPTION WHEN OTHERS THEN',
    '    GET STACKED DIAGNOSTICS violated_constraint = CONSTRAINT_NAME, copy_problem = MESSAGE_TEXT;',
    '  END;',
    '  IF copy_is_accepted THEN',
    `    RAISE EXCEPTION ${message(`"${key.relation.name}" accepted a duplicate of (${displayKey(key)}).`)};`,
    `  ELSIF violated_constraint = ${name} THEN`,
    `    RAISE NOTICE ${message(`ok: "${key.name}" refuses a duplicate`)};`,
    '  ELSE',
    "    RAISE NOTICE 'not tried: the copy of a row fails otherwise: %', copy_problem;",
    '  END IF;',
    'END',
    '',
  ];
  return `-- Inserts a copy of a row, which has to fail; numbers of sequences may be used up.\nDO ${dollarQuote(lines.join('\n'))};`;
}

/** The columns for the copy: all but those that another unique index needs to be new. */
function copiedColumns(key: UniqueKey, relation: Relation): readonly string[] | undefined {
  if (relation.kind !== 'table' || !relation.isComplete || relation.children.length > 0) return undefined;
  const own = relation.indexes.find(({ name }) => name === key.name);
  // A deferrable constraint accepts the copy until COMMIT.
  const isDeferrable = relation.constraints.some(({ name, deferrable }) => name === key.name && deferrable);
  if (own === undefined || isDeferrable) return undefined;
  const needed = new Set([...indexedColumns(own), ...columnsIn(own.predicate?.node)]);
  const leftOut = new Set<string>();
  for (const other of relation.indexes) {
    if (other === own || (!other.unique && other.constraint === undefined)) continue;
    const free = indexedColumns(other).find(
      (name) => !needed.has(name) && canBeLeftOut(name, other, relation),
    );
    if (free === undefined) return undefined;
    leftOut.add(free);
  }
  return relation.columns
    .filter(({ name, generated, identity }) => {
      if (leftOut.has(name) || generated !== undefined) return false;
      return identity !== 'always' || needed.has(name);
    })
    .map(({ name }) => name);
}

/** Whether the column has a new value, or NULL, when INSERT does not name it. */
function canBeLeftOut(name: string, index: Index, relation: Relation): boolean {
  const column = relation.columns.find((other) => other.name === name);
  if (column === undefined || column.generated !== undefined) return false;
  if (column.identity !== undefined || column.default !== undefined) return true;
  return !column.notNull && !index.nullsNotDistinct;
}

function indexedColumns({ columns }: Index): readonly string[] {
  return columns.flatMap(({ column, expression }) =>
    column === undefined ? columnsIn(expression?.node) : [column],
  );
}
