import { terminated } from '../sql/layout';
import { applyEdits, insert } from '../sql/text';
import { addConstraintNotValid } from './add-constraint-not-valid';
import { addUniqueUsingIndex } from './add-unique-using-index';
import { asStatement, type InlineConstraint, withoutConstraints } from './inline-constraint';
import { fileWords, type Rewrite } from './rewrite';
import { alterPrefix } from './statement-text';

/** Takes a constraint out of ADD COLUMN, and adds it the way that a constraint is added to a table in use. */
export const addColumnThenConstraint: Rewrite<InlineConstraint> = {
  id: 'add-column-then-constraint',
  docs: {
    summary:
      'Adds the column without the constraint; a `CHECK` or a foreign key as `NOT VALID` beside it, to be validated ' +
      'later, a unique constraint from an index that is built with `CONCURRENTLY`.',
    why:
      'A column is only an entry in the catalog, but a `CHECK` in `ADD COLUMN` scans the table although every row has ' +
      'the same value there, a foreign key does when there is a default, and `UNIQUE` builds its index, all under ' +
      '`ACCESS EXCLUSIVE`. A table constraint beside the column can be `NOT VALID`; a column constraint cannot.',
  },

  steps(subject, context) {
    const { statement, action, constraint } = subject;
    const added = asStatement(subject, context);
    if (added === undefined) return [];
    const edits = [...withoutConstraints(statement, [constraint])];
    const column = action.column.name.text;
    if (constraint.type === 'UNIQUE') {
      const steps = addUniqueUsingIndex.steps(added, context);
      if (steps.length === 0) return [];
      return [
        {
          sql: terminated(applyEdits(statement.text, edits)),
          transaction: 'inherits',
          why: 'Without the constraint no index is built under this lock.',
          name: fileWords('add', statement.relation.name, column),
        },
        ...steps,
      ];
    }
    const [notValid, ...validation] = addConstraintNotValid.steps(added, context);
    if (notValid === undefined) return [];
    const definition = notValid.sql.slice(alterPrefix(statement).length, -';'.length).trimStart();
    edits.push(insert(action.range.end, `,${spaceBefore(statement.text, action.range.start)}${definition}`));
    return [{ ...notValid, sql: terminated(applyEdits(statement.text, edits)) }, ...validation];
  },
};

/** What stands before an action: a line break and its indentation, or a space. */
function spaceBefore(text: string, start: number): string {
  return /\r?\n[ \t]*$/.exec(text.slice(0, start))?.[0] ?? ' ';
}
