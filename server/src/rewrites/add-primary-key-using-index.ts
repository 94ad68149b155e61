import type { AddedConstraint } from './add-constraint-not-valid';
import { keyUsingIndexSteps } from './add-key-using-index';
import type { Rewrite } from './rewrite';
import { isProvenNotNull, notNullSteps } from './set-not-null-by-check';
import { alterPrefix } from './statement-text';

/** Adds a primary key whose index was built while writes went on. */
export const addPrimaryKeyUsingIndex: Rewrite<AddedConstraint> = {
  id: 'add-primary-key-using-index',
  docs: {
    summary:
      'Builds the unique index with `CONCURRENTLY`, makes the columns NOT NULL safely, then adds the primary key.',
    why:
      '`ADD PRIMARY KEY` builds its index, and looks for NULLs, under `ACCESS EXCLUSIVE`. With an existing index and ' +
      'columns proven NOT NULL it only writes the catalog.',
  },

  steps(subject, context) {
    const { statement, action } = subject;
    if (action.constraint.type !== 'PRIMARY KEY') return [];
    const relation = context.catalog.relation(statement.relation);
    const nullable = action.constraint.columns.filter((column) => {
      const isNotNull = relation?.columns.find(({ name }) => name === column)?.notNull === true;
      return !isNotNull && !isProvenNotNull(statement, column, context.catalog);
    });
    const before = nullable.flatMap((column) =>
      notNullSteps(alterPrefix(statement), statement, column, context),
    );
    return keyUsingIndexSteps(subject, context, before);
  },
};
