import { isSame, type Column, type Relation } from '../catalog/relation';
import { commentedOut } from '../sql/layout';
import { printDotted, quoteIdentifier } from '../sql/print';
import type { AlterTableAction, TypeName } from '../sql/statement';
import { constraintComment, indexComment, printColumnFacts } from './facts';
import { printColumn, printConstraint, printIndex, printType } from './definitions';
import {
  type ActionSite,
  exact,
  type Inverted,
  nothing,
  notPossible,
  printFull,
  schemaOnly,
} from './inverse';

type ColumnAction = Extract<
  AlterTableAction,
  {
    type:
      | 'AddColumn'
      | 'DropColumn'
      | 'SetNotNull'
      | 'DropNotNull'
      | 'SetDefault'
      | 'DropDefault'
      | 'AlterColumnType';
  }
>;

/** Undoes an action on one column. */
export function undoColumn(action: ColumnAction, site: ActionSite): Inverted {
  const { before, prefix, statement } = site;
  const relation = before.relation(statement.relation);
  const name = action.type === 'AddColumn' ? action.column.name.text : action.column.text;
  const column = relation?.columns.find((other) => other.name === name);
  const alter = `${prefix} ALTER COLUMN ${quoteIdentifier(name)}`;
  if (action.type === 'AddColumn') {
    return action.ifNotExists && column !== undefined
      ? nothing
      : exact(`${prefix} DROP COLUMN ${quoteIdentifier(name)};`);
  }
  if (relation === undefined || column === undefined) {
    if (action.type === 'DropColumn' && action.ifExists && relation?.isComplete === true) return nothing;
    return notPossible(`No earlier migration defines column "${name}".`);
  }
  switch (action.type) {
    case 'DropColumn':
      return restoreColumn(column, relation, site);
    case 'SetNotNull':
      return column.notNull ? nothing : exact(`${alter} DROP NOT NULL;`);
    case 'DropNotNull':
      return column.notNull
        ? exact(`${alter} SET NOT NULL;`, `It fails if "${name}" contains NULLs.`)
        : nothing;
    case 'SetDefault':
    case 'DropDefault':
      return column.default === undefined
        ? exact(`${alter} DROP DEFAULT;`)
        : exact(`${alter} SET DEFAULT ${column.default.text};`);
    case 'AlterColumnType':
      return castBack(column, action.dataType, alter);
  }
}

/** The column, with the constraints and indexes that went with it. */
function restoreColumn(column: Column, relation: Relation, site: ActionSite): Inverted {
  const { after, prefix, statement } = site;
  const canBeNotNull = column.default !== undefined && column.identity === undefined;
  const definition = printColumn(column, site, canBeNotNull);
  if (definition === undefined) return notPossible(`The full definition of "${column.name}" is not known.`);
  const left = after.relation(statement.relation);
  // A key goes with each of its columns, those of INCLUDE too.
  const included = relation.indexes.filter(({ include }) => include.includes(column.name));
  const lostConstraints = relation.constraints.filter(
    ({ name, type }) =>
      type !== 'NOT NULL' &&
      (left?.constraints.every((other) => other.name !== name) === true ||
        included.some((index) => index.constraint === name)),
  );
  const lostIndexes = relation.indexes.filter(
    ({ name, constraint }) =>
      constraint === undefined && left?.indexes.every((other) => other.name !== name) === true,
  );
  const constraints = lostConstraints.flatMap((constraint) => {
    const printed = printConstraint(constraint, relation, site);
    const notValid = constraint.isValid || !constraint.enforced ? '' : ' NOT VALID';
    return printed === undefined ? [] : [{ ...printed, sql: `${prefix} ADD ${printed.sql}${notValid};` }];
  });
  const indexes = lostIndexes.map((index) => printIndex(index, relation, site, false));
  const references = lostReferences(relation, site);
  const needsNotNull =
    column.notNull && !canBeNotNull && column.identity === undefined && column.sequence === undefined;
  const setNotNull = `${prefix} ALTER COLUMN ${quoteIdentifier(column.name)} SET NOT NULL;`;
  const all = [...constraints, ...indexes, ...references];
  return schemaOnly(
    [
      `${prefix} ADD COLUMN ${definition.sql};`,
      // Existing rows have no value, so NOT NULL would fail on them.
      ...(needsNotNull ? [commentedOut(`After its values are restored: ${setNotNull}`)] : []),
      ...all.map(({ sql }) => sql),
      ...lostConstraints.flatMap((constraint) => constraintComment(constraint, relation, site)),
      ...relation.indexes
        .filter(({ name }) => left?.indexes.every((other) => other.name !== name) === true)
        .flatMap((index) => indexComment(index, relation, site)),
      ...printColumnFacts(column, relation, site),
    ].join('\n'),
    `The values of "${column.name}" are not restored, and it is the last column now.`,
    ...(needsNotNull
      ? [`"${column.name}" was NOT NULL; this has to wait until its values are restored.`]
      : []),
    ...[definition, ...all].flatMap(({ notes }) => notes),
  );
}

/** The foreign keys of other tables that CASCADE took with a key of this one. */
function lostReferences(
  relation: Relation,
  site: ActionSite,
): readonly { readonly sql: string; readonly notes: readonly string[] }[] {
  const { before, after } = site;
  return relation.referencedBy.flatMap((name) => {
    const other = before.relation(name);
    if (other === undefined || isSame(name, relation)) return [];
    const left = after.relation(name)?.constraints ?? [];
    return other.constraints.flatMap((constraint) => {
      if (constraint.references === undefined || left.some((one) => one.name === constraint.name)) return [];
      const printed = printConstraint(constraint, other, site);
      const table = printFull(other, before);
      return printed === undefined
        ? []
        : [{ ...printed, sql: `ALTER TABLE ${table} ADD ${printed.sql} NOT VALID;` }];
    });
  });
}

/** Integers and numbers of bytes that hold every value of those before them. */
const integers = ['int2', 'int4', 'int8'];
const texts = ['varchar', 'text'];

function castBack(column: Column, now: TypeName, alter: string): Inverted {
  const { type: was, name } = column;
  if (was === undefined) return notPossible(`The previous type of "${name}" is not known.`);
  const type = printType(was);
  const collation = column.collation === undefined ? '' : ` COLLATE ${printDotted(column.collation)}`;
  const sql = `${alter} TYPE ${type}${collation} USING ${quoteIdentifier(name)}::${type};`;
  const notes = [`It rewrites the table, and fails if a value of "${name}" no longer fits.`];
  return isWidening(was, now)
    ? exact(sql, ...notes)
    : schemaOnly(
        sql,
        `What the change of type removed from the values of "${name}" is not restored.`,
        ...notes,
      );
}

/** Whether every value of `from` is the same value in `to`, so that casting back gives it again. */
function isWidening(from: TypeName, to: TypeName): boolean {
  if (from.isArray || to.isArray) return false;
  const isInteger = integers.includes(from.name) && integers.indexOf(to.name) >= integers.indexOf(from.name);
  if (isInteger) return true;
  if (!texts.includes(from.name) || !texts.includes(to.name)) return false;
  const [length = Infinity] = from.modifiers;
  const [room = Infinity] = to.modifiers;
  return room >= length;
}
