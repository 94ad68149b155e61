import addCheckValidated from './add-check-validated';
import addColumnNotNullWithoutDefault from './add-column-not-null-without-default';
import addColumnRewrites from './add-column-rewrites';
import addForeignKeyValidated from './add-foreign-key-validated';
import addPrimaryKeyBuildsIndex from './add-primary-key-builds-index';
import addUniqueBuildsIndex from './add-unique-builds-index';
import alterColumnTypeRewrites from './alter-column-type-rewrites';
import concurrentlyInTransaction from './concurrently-in-transaction';
import createIndexConcurrentlyIfNotExists from './create-index-concurrently-if-not-exists';
import createIndexConcurrentlyPartitioned from './create-index-concurrently-partitioned';
import createIndexDuplicate from './create-index-duplicate';
import createIndexNotConcurrent from './create-index-not-concurrent';
import dropColumn from './drop-column';
import dropIndexNotConcurrent from './drop-index-not-concurrent';
import dropTable from './drop-table';
import lockOrderDeadlocks from './lock-order-deadlocks';
import lockTimeoutMissing from './lock-timeout-missing';
import type { Rule } from './rule';
import runnerMarkerWithoutEffect from './runner-marker-without-effect';
import setNotNullScans from './set-not-null-scans';
import slowStatementUnderLock from './slow-statement-under-lock';
import uniqueIndexNullsDistinct from './unique-index-nulls-distinct';
import uniqueIndexWithoutPrecheck from './unique-index-without-precheck';
import validateInSameTransaction from './validate-in-same-transaction';

/** All rules, in the order of their ids. */
export const rules: readonly Rule[] = [
  addCheckValidated,
  addColumnNotNullWithoutDefault,
  addColumnRewrites,
  addForeignKeyValidated,
  addPrimaryKeyBuildsIndex,
  addUniqueBuildsIndex,
  alterColumnTypeRewrites,
  concurrentlyInTransaction,
  createIndexConcurrentlyIfNotExists,
  createIndexConcurrentlyPartitioned,
  createIndexDuplicate,
  createIndexNotConcurrent,
  dropColumn,
  dropIndexNotConcurrent,
  dropTable,
  lockOrderDeadlocks,
  lockTimeoutMissing,
  runnerMarkerWithoutEffect,
  setNotNullScans,
  slowStatementUnderLock,
  uniqueIndexNullsDistinct,
  uniqueIndexWithoutPrecheck,
  validateInSameTransaction,
];
