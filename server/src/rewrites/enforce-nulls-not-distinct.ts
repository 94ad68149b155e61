import { tokenize } from '../sql/scanner';
import type { AlterTable, ConstraintDefinition, CreateIndex } from '../sql/statement';
import { applyEdits, type Edit, insert } from '../sql/text';
import { nameOfNewIndex } from '../catalog/names';
import { fileWords, type Rewrite } from './rewrite';
import { nameOfKeyConstraint } from './unique-key';

/** A unique index, or a unique constraint of a statement. */
type UniqueDefinition =
  | { readonly statement: CreateIndex; readonly constraint?: undefined }
  | { readonly statement: AlterTable; readonly constraint: ConstraintDefinition };

/** Lets two rows with a NULL in the key count as duplicates. */
export const enforceNullsNotDistinct: Rewrite<UniqueDefinition> = {
  id: 'enforce-nulls-not-distinct',
  docs: {
    summary: 'Adds `NULLS NOT DISTINCT` to a unique index or constraint (PostgreSQL 15 and later).',
    why:
      'By default NULLs are distinct: rows with a NULL in the key are never duplicates of each other, and the index ' +
      'does not stop them.',
  },

  steps(subject, { catalog, postgresVersion }) {
    const edit = nullsNotDistinctEdit(subject);
    if (postgresVersion < 15 || edit === undefined) return [];
    const name =
      subject.constraint === undefined
        ? nameOfNewIndex(subject.statement, catalog)
        : nameOfKeyConstraint(subject.statement, subject.constraint, catalog);
    return [
      {
        sql: `${applyEdits(subject.statement.text, [edit])};`,
        transaction: 'inherits',
        why: 'Two rows with a NULL in the key are duplicates, too.',
        name: fileWords(name),
      },
    ];
  },
};

/** The edit that adds the words; undefined when the author said already how NULLs compare. */
export function nullsNotDistinctEdit({ statement, constraint }: UniqueDefinition): Edit | undefined {
  const tokens = tokenize(statement.text);
  if (constraint !== undefined) {
    if (constraint.type !== 'UNIQUE' || constraint.nullsNotDistinct || constraint.usingIndex !== undefined) {
      return undefined;
    }
    const { start, end } = constraint.range;
    // Behind the name, which may be "unique" itself.
    const from = constraint.name?.range.end ?? start;
    const unique = tokens.findIndex(
      (token) => token.start >= from && token.end <= end && token.text === 'unique',
    );
    const keyword = tokens[unique];
    return keyword === undefined || tokens[unique + 1]?.text === 'nulls'
      ? undefined
      : insert(keyword.end, ' NULLS NOT DISTINCT');
  }
  if (!statement.unique || statement.nullsNotDistinct) return undefined;
  let last = tokens.findIndex((token) => token.end === statement.columnList.end);
  if (tokens[last + 1]?.text === 'include') {
    let depth = 0;
    for (last += 2; last < tokens.length; last++) {
      if (tokens[last]?.text === '(') depth++;
      else if (tokens[last]?.text === ')' && --depth === 0) break;
    }
  }
  const place = tokens[last];
  if (place === undefined || tokens[last + 1]?.text === 'nulls') return undefined;
  return insert(place.end, ' NULLS NOT DISTINCT');
}
