import { endsInLineComment } from '../sql/layout';
import { parseFile } from '../sql/parse';
import { tokenize } from '../sql/scanner';
import type { AlterTable, AlterTableAction, ConstraintDefinition, ConstraintType } from '../sql/statement';
import type { Edit } from '../sql/text';
import { type AddedConstraint, nameOfConstraint } from './add-constraint-not-valid';
import type { RewriteContext } from './rewrite';
import { alterPrefix, columnList, slice } from './statement-text';
import { nameOfKeyConstraint } from './unique-key';

/** A constraint that ADD COLUMN brings along. */
export interface InlineConstraint {
  readonly statement: AlterTable;
  readonly action: Extract<AlterTableAction, { type: 'AddColumn' }>;
  readonly constraint: ConstraintDefinition;
}

/** The edits that take constraints out of the definition of a column. */
export function withoutConstraints(
  { text }: AlterTable,
  constraints: readonly ConstraintDefinition[],
): readonly Edit[] {
  return constraints.map(({ range: { start, end } }) => {
    const before = text.slice(0, start).trimEnd();
    // A comment at the end of the line before would swallow what follows.
    const isBehindComment = endsInLineComment(before);
    return { range: { start: isBehindComment ? start : before.length, end }, text: '' };
  });
}

/**
 * The constraint as a statement of its own, in the author's words: `ALTER TABLE users ADD UNIQUE (slug)`. undefined
 * when it cannot be told apart from the column, or would get another name.
 */
export function asStatement(subject: InlineConstraint, context: RewriteContext): AddedConstraint | undefined {
  const { statement, action } = subject;
  // Where the column is there already, its constraints are not added either.
  if (action.ifNotExists) return undefined;
  const sql = `${alterPrefix(statement)} ADD ${asTableConstraint(subject)}`;
  const parsed = parseFile(sql).statements[0]?.parsed.statement;
  if (parsed?.kind !== 'AlterTable') return undefined;
  const [added, ...others] = parsed.actions;
  if (added?.type !== 'AddConstraint' || others.length > 0) return undefined;
  return keepsItsName(subject, context) ? { statement: parsed, action: added } : undefined;
}

/** A column's constraint names no column; a table's does. */
function asTableConstraint({ statement, action, constraint }: InlineConstraint): string {
  const text = slice(statement, constraint.range);
  const columns = columnList([action.column.name.text]);
  const from = constraint.name === undefined ? 0 : constraint.name.range.end - constraint.range.start;
  const tokens = tokenize(text).filter(({ start }) => start >= from);
  switch (constraint.type) {
    case 'FOREIGN KEY':
      return `${text.slice(0, tokens[0]?.start)}FOREIGN KEY ${columns} ${text.slice(tokens[0]?.start)}`;
    case 'UNIQUE':
    case 'PRIMARY KEY': {
      // PRIMARY KEY, UNIQUE, UNIQUE NULLS DISTINCT, UNIQUE NULLS NOT DISTINCT.
      const distinct = tokens.findIndex(({ text: word }) => word === 'distinct');
      const last = distinct >= 0 ? distinct : constraint.type === 'UNIQUE' ? 0 : 1;
      const end = tokens[last]?.end ?? text.length;
      return `${text.slice(0, end)} ${columns}${text.slice(end)}`;
    }
    default:
      return text;
  }
}

/** Whether no other constraint of the statement would take the name that the server chooses for this one. */
function keepsItsName({ statement, constraint }: InlineConstraint, context: RewriteContext): boolean {
  if (constraint.name !== undefined) return true;
  const nameOf = (one: ConstraintDefinition): string =>
    one.type === 'UNIQUE' || one.type === 'PRIMARY KEY'
      ? nameOfKeyConstraint(statement, one, context.catalog)
      : nameOfConstraint(statement, one, context);
  const name = nameOf(constraint);
  const all = statement.actions.flatMap((action) => {
    if (action.type === 'AddConstraint') return [action.constraint];
    return action.type === 'AddColumn' ? action.column.constraints : [];
  });
  const named = new Set<ConstraintType>(['CHECK', 'FOREIGN KEY', 'UNIQUE', 'PRIMARY KEY']);
  return all.every((other) => other === constraint || !named.has(other.type) || nameOf(other) !== name);
}
