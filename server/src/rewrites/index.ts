import { addColumnInSteps } from './add-column-in-steps';
import { addColumnThenConstraint } from './add-column-then-constraint';
import { addConstraintNotValid } from './add-constraint-not-valid';
import { addPrimaryKeyUsingIndex } from './add-primary-key-using-index';
import { addUniqueUsingIndex } from './add-unique-using-index';
import { buildIndexConcurrently } from './build-index-concurrently';
import { buildIndexOnPartitions } from './build-index-on-partitions';
import { checkDuplicates } from './check-duplicates';
import { dropIndexConcurrently } from './drop-index-concurrently';
import { enforceNullsNotDistinct } from './enforce-nulls-not-distinct';
import { removeDuplicates } from './remove-duplicates';
import type { Rewrite } from './rewrite';
import { setLockTimeout } from './set-lock-timeout';
import { setNotNullByCheck } from './set-not-null-by-check';

/** All rewrites, for docs and tests; who needs one imports it. */
export const rewrites: readonly Pick<Rewrite<unknown>, 'id' | 'docs'>[] = [
  addColumnInSteps,
  addColumnThenConstraint,
  addConstraintNotValid,
  addPrimaryKeyUsingIndex,
  addUniqueUsingIndex,
  buildIndexConcurrently,
  buildIndexOnPartitions,
  checkDuplicates,
  dropIndexConcurrently,
  enforceNullsNotDistinct,
  removeDuplicates,
  setLockTimeout,
  setNotNullByCheck,
];
