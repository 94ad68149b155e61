import type { AddedConstraint } from './add-constraint-not-valid';
import { keyUsingIndexSteps } from './add-key-using-index';
import type { Rewrite } from './rewrite';

/** Adds a unique constraint whose index was built while writes went on. */
export const addUniqueUsingIndex: Rewrite<AddedConstraint> = {
  id: 'add-unique-using-index',
  docs: {
    summary: 'Builds the unique index with `CONCURRENTLY`, then makes it the index of the constraint.',
    why:
      '`ADD UNIQUE` builds its index under `ACCESS EXCLUSIVE`: reads and writes wait. With `USING INDEX` the index ' +
      'already exists, so the statement only writes the catalog.',
  },

  steps(subject, context) {
    return subject.action.constraint.type === 'UNIQUE' ? keyUsingIndexSteps(subject, context) : [];
  },
};
