import addCheckValidated from './add-check-validated';
import addColumnNotNullWithoutDefault from './add-column-not-null-without-default';
import addColumnRewrites from './add-column-rewrites';
import addForeignKeyNarrower from './add-foreign-key-narrower';
import addForeignKeyRefused from './add-foreign-key-refused';
import addForeignKeyValidated from './add-foreign-key-validated';
import addPrimaryKeyBuildsIndex from './add-primary-key-builds-index';
import addUniqueBuildsIndex from './add-unique-builds-index';
import alterColumnTypeRewrites from './alter-column-type-rewrites';
import alterColumnTypeUsedByView from './alter-column-type-used-by-view';
import appliedMigrationEdited from './applied-migration-edited';
import columnDoesNotExist from './column-does-not-exist';
import concurrentlyInTransaction from './concurrently-in-transaction';
import createIndexConcurrentlyIfNotExists from './create-index-concurrently-if-not-exists';
import createIndexConcurrentlyPartitioned from './create-index-concurrently-partitioned';
import createIndexDuplicate from './create-index-duplicate';
import createIndexNotConcurrent from './create-index-not-concurrent';
import detachPartitionNotConcurrent from './detach-partition-not-concurrent';
import dropColumn from './drop-column';
import dropIndexNotConcurrent from './drop-index-not-concurrent';
import dropNeededByOthers from './drop-needed-by-others';
import dropTable from './drop-table';
import enumValueUsedInSameTransaction from './enum-value-used-in-same-transaction';
import functionNameNotUnique from './function-name-not-unique';
import lockOrderDeadlocks from './lock-order-deadlocks';
import lockTimeoutMissing from './lock-timeout-missing';
import migrationVersionOrder from './migration-version-order';
import missingCompanionFile from './missing-companion-file';
import nameTooLong from './name-too-long';
import objectAlreadyExists from './object-already-exists';
import objectDoesNotExist from './object-does-not-exist';
import refreshMaterializedViewNotConcurrent from './refresh-materialized-view-not-concurrent';
import reindexNotConcurrent from './reindex-not-concurrent';
import relationDoesNotExist from './relation-does-not-exist';
import renameColumn from './rename-column';
import renameTable from './rename-table';
import replaceFunctionRefused from './replace-function-refused';
import type { Rule } from './rule';
import runnerMarkerWithoutEffect from './runner-marker-without-effect';
import setNotNullScans from './set-not-null-scans';
import slowStatementUnderLock from './slow-statement-under-lock';
import transactionLeftOpen from './transaction-left-open';
import truncateCascades from './truncate-cascades';
import uniqueIndexNullsDistinct from './unique-index-nulls-distinct';
import uniqueIndexWithoutPrecheck from './unique-index-without-precheck';
import uniqueKeyWithoutPartitionKey from './unique-key-without-partition-key';
import vacuumFullRewrites from './vacuum-full-rewrites';
import validateInSameTransaction from './validate-in-same-transaction';

/** All rules, in the order of their ids. */
export const rules: readonly Rule[] = [
  addCheckValidated,
  addColumnNotNullWithoutDefault,
  addColumnRewrites,
  addForeignKeyNarrower,
  addForeignKeyRefused,
  addForeignKeyValidated,
  addPrimaryKeyBuildsIndex,
  addUniqueBuildsIndex,
  alterColumnTypeRewrites,
  alterColumnTypeUsedByView,
  appliedMigrationEdited,
  columnDoesNotExist,
  concurrentlyInTransaction,
  createIndexConcurrentlyIfNotExists,
  createIndexConcurrentlyPartitioned,
  createIndexDuplicate,
  createIndexNotConcurrent,
  detachPartitionNotConcurrent,
  dropColumn,
  dropIndexNotConcurrent,
  dropNeededByOthers,
  dropTable,
  enumValueUsedInSameTransaction,
  functionNameNotUnique,
  lockOrderDeadlocks,
  lockTimeoutMissing,
  migrationVersionOrder,
  missingCompanionFile,
  nameTooLong,
  objectAlreadyExists,
  objectDoesNotExist,
  refreshMaterializedViewNotConcurrent,
  reindexNotConcurrent,
  relationDoesNotExist,
  renameColumn,
  renameTable,
  replaceFunctionRefused,
  runnerMarkerWithoutEffect,
  setNotNullScans,
  slowStatementUnderLock,
  transactionLeftOpen,
  truncateCascades,
  uniqueIndexNullsDistinct,
  uniqueIndexWithoutPrecheck,
  uniqueKeyWithoutPartitionKey,
  vacuumFullRewrites,
  validateInSameTransaction,
];
