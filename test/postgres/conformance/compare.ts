import { type Catalog, temporarySchema } from '../../../server/src/catalog/catalog';
import { callsIn } from '../../../server/src/catalog/routines';
import { displayName, isSame, type RelationName } from '../../../server/src/catalog/relation';
import type { Effects, RelationLock } from '../../../server/src/effects/effects';
import { compareLockModes, lockModes } from '../../../server/src/postgres/lock-modes';
import type { Statement } from '../../../server/src/sql/statement';
import { refusedInTransactionBlock } from '../../../server/src/sql/transaction-block';
import type { Deeds } from './measuring';

/** What is compared, in words that can be read. */
export type Words = Readonly<Record<'locks' | 'rewrites' | 'scans', readonly string[]>>;

/**
 * What the server did and Lockstep did not predict, and the other way round; empty when they agree. `catalog` is the
 * schema before the statement.
 *
 * Some things cannot be seen on a server whose tables are empty, and are not held against the prediction. Statements
 * that change rows find none, so that they look at no other side of a foreign key and take no value of a sequence. What
 * a DO block, a function or a trigger does under a condition may not happen. How a query reads its tables is the
 * planner's choice. And with IF EXISTS the object may be one that no earlier migration has made.
 */
export function differences(
  deeds: Deeds,
  effects: Effects,
  statement: Statement,
  catalog: Catalog,
): readonly string[] {
  const measured = inWords(deeds, statement);
  const predicted = predictedInWords(effects);
  const isPartial = isConditional(statement, catalog);
  const locks = new Map(effects.locks.map((lock) => [displayName(lock.relation), lock]));
  // What is not reached may lock a table more strongly than what is.
  const isForeseen = (word: string): boolean => {
    const [relation = '', ...words] = word.split(' ');
    const lock = locks.get(relation);
    const mode = lockModes.find((one) => one === words.join(' '));
    if (lock === undefined || mode === undefined || compareLockModes(lock.mode, mode) < 0) return false;
    const isRead = statement.kind === 'DataChange' && mode === 'ACCESS SHARE' && lock.mode === 'ROW SHARE';
    return isPartial || isRead;
  };
  const foreseen = new Set(measured.locks.filter(isForeseen).map((word) => word.split(' ')[0]));
  const unseen = new Set(
    effects.locks
      .filter((lock) => isOptional(lock, statement, catalog) || foreseen.has(displayName(lock.relation)))
      .map(lockInWords),
  );
  return (['locks', 'rewrites', 'scans'] as const).flatMap((key) => {
    if (key === 'scans' && (isQuery(statement) || refusedInTransactionBlock(statement) !== undefined))
      return [];
    const missing = measured[key].filter((word) => !predicted[key].includes(word) && !isForeseen(word));
    const extra = predicted[key].filter((word) => !measured[key].includes(word) && !unseen.has(word));
    return [
      ...missing.map((word) => `${key}: the server has ${word}`),
      ...(isPartial ? [] : extra.map((word) => `${key}: Lockstep has ${word}`)),
    ];
  });
}

/** What the server did. */
export function inWords({ locks, rewrites, scans }: Deeds, statement: Statement): Words {
  // An emptied table has a new file too; that is no rewrite.
  const isEmptied = statement.kind === 'Truncate';
  // DROP INDEX CONCURRENTLY is looked at while it waits. At its end it has the index for itself.
  const isDropped = statement.kind === 'Drop' && statement.concurrently;
  return {
    locks: locks
      .filter(({ kind, mode }) => kind !== 'index' || mode !== 'ACCESS SHARE')
      .map(
        ({ relation, kind, mode }) =>
          `${relation} ${isDropped && kind === 'index' ? 'ACCESS EXCLUSIVE' : mode}`,
      ),
    rewrites: isEmptied ? [] : rewrites,
    scans: isEmptied ? [] : scans,
  };
}

/** What Lockstep says; temporary relations, which nobody else can see, are left out. */
function predictedInWords({ locks, rewrites, scans }: Effects): Words {
  const isLasting = ({ schema }: RelationName) => schema !== temporarySchema;
  return {
    locks: locks.filter(({ relation }) => isLasting(relation)).map(lockInWords),
    rewrites: rewrites.filter(isLasting).map(displayName),
    scans: scans.filter(isLasting).map(displayName),
  };
}

function lockInWords({ relation, mode }: RelationLock): string {
  return `${displayName(relation)} ${mode}`;
}

function isOptional({ relation, role, mode }: RelationLock, statement: Statement, catalog: Catalog): boolean {
  if (statement.kind === 'Drop') {
    return (
      statement.ifExists &&
      catalog.index(relation) === undefined &&
      catalog.relation(relation)?.isComplete !== true
    );
  }
  if ((statement.kind === 'AlterTable' || statement.kind === 'Rename') && statement.ifExists) {
    const { relation: written } = statement;
    if (written === undefined || catalog.relation(written) === undefined) return true;
  }
  if (statement.kind === 'AlterTable') return role === 'sequence' && mode === 'ROW EXCLUSIVE';
  // What a function or a trigger does may stand under a condition, and no row fires a trigger for each row.
  if (role === 'trigger') return true;
  if (statement.kind !== 'DataChange') return false;
  if (mode === 'ROW SHARE' && role === 'index') return true;
  if (role !== 'index') return ['referenced table', 'referencing table', 'sequence'].includes(role);
  // The indexes of a table that it only may touch; those of its own table are always locked.
  const owner = catalog.index(relation)?.relation;
  const target = statement.relation === undefined ? undefined : catalog.resolve(statement.relation);
  return owner === undefined || target === undefined || !isSame(owner, target);
}

/** Whether it runs code, of which some may not be reached. */
function isConditional(statement: Statement, catalog: Catalog): boolean {
  if (statement.kind === 'DoBlock') return true;
  const calls =
    statement.kind === 'Select' || (statement.kind === 'Other' && statement.nodeType === 'CallStmt');
  return calls && callsIn(catalog, statement.node).length > 0;
}

/** Whether the planner decides how it reads. */
export function isQuery(statement: Statement): boolean {
  switch (statement.kind) {
    case 'DataChange':
    case 'Select':
    case 'DoBlock':
      return true;
    case 'CreateTable':
      return statement.isFromQuery;
    case 'Other':
      return statement.nodeType === 'RefreshMatViewStmt' || statement.nodeType === 'CallStmt';
    default:
      return false;
  }
}
