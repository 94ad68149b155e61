import { isSame, nameKey, type RelationName } from '../catalog/relation';
import type { Effects, LockRole, RelationLock } from '../effects/effects';
import { blocksReads, blocksWrites, compareLockModes, type LockMode } from '../postgres/lock-modes';
import type { AnalysedStatement, Analysis } from './analysis';

/** What other sessions cannot do meanwhile; undefined when both go on. */
type Blocked = 'reads and writes' | 'writes' | undefined;

/** A relation that is held in one mode for a while. Statements are indices in the file. */
export interface HeldLock {
  readonly relation: RelationName;
  /** The strongest of the modes in which the transaction holds it. */
  readonly mode: LockMode;
  readonly role: LockRole;
  /** The statement that takes the lock. */
  readonly from: number;
  /** The last statement during which it is held in this mode. */
  readonly until: number;
  /** Whether this migration has made the relation, so that nobody waits for it. */
  readonly isNew: boolean;
  readonly blocks: Blocked;
}

/** A statement whose time nobody can tell, while other sessions cannot use what is locked. */
export interface SlowStatement {
  readonly statement: number;
  readonly duration: Exclude<Effects['duration'], 'catalog only'>;
  /** The locks for which other sessions wait meanwhile; its own are among them. */
  readonly under: readonly HeldLock[];
}

/** The statements that run in one transaction, and what it holds. */
export interface TransactionTimeline {
  /** null: a statement that is a transaction of its own. */
  readonly transaction: number | null;
  readonly section: 'up' | 'down';
  readonly first: number;
  readonly last: number;
  /** In the order in which they are taken; of one relation one after the other. */
  readonly locks: readonly HeldLock[];
  /** The strongest lock on a relation that others use, the first of several. */
  readonly strongest: HeldLock | undefined;
  readonly slow: readonly SlowStatement[];
  /** The statements of which it is not known what they lock. */
  readonly unknown: readonly number[];
}

/** What a file holds locked, from its first transaction to its last. */
export interface Timeline {
  readonly transactions: readonly TransactionTimeline[];
}

/** Which relation is held in which mode from which statement to which, and what runs meanwhile. */
export function timelineOf({ statements }: Analysis): Timeline {
  const transactions: TransactionTimeline[] = [];
  for (let first = 0; first < statements.length;) {
    const { transaction } = statements[first]?.schedule ?? { transaction: null };
    let last = first;
    while (transaction !== null && statements[last + 1]?.schedule.transaction === transaction) last++;
    transactions.push(transactionOf(statements, first, last));
    first = last + 1;
  }
  return { transactions };
}

/** What a lock in this mode keeps others from doing with a relation. */
export function blockedBy(mode: LockMode): Blocked {
  return blocksReads(mode) ? 'reads and writes' : blocksWrites(mode) ? 'writes' : undefined;
}

/** Whether a relation that a statement's effects name was made by this migration. */
export function isNewIn({ newRelations }: AnalysedStatement, relation: RelationName): boolean {
  return newRelations.some((other) => isSame(other, relation));
}

/**
 * The locks of a statement as a person asks for them: planning a query needs a table and its indexes, so that a lock
 * on an index says nothing beside one on a table that is as strong.
 */
export function tableLocks({ locks }: Effects): readonly RelationLock[] {
  return locks.filter(
    ({ role, mode }) =>
      role !== 'index' ||
      !locks.some((other) => other.role !== 'index' && compareLockModes(other.mode, mode) >= 0),
  );
}

function transactionOf(
  statements: readonly AnalysedStatement[],
  first: number,
  last: number,
): TransactionTimeline {
  const members = statements.slice(first, last + 1);
  const { transaction = null, section = 'up' } = members[0]?.schedule ?? {};
  const locks = heldLocks(members, first, last);
  return {
    transaction,
    section,
    first,
    last,
    locks,
    strongest: locks
      .filter(({ isNew }) => !isNew)
      .reduce<HeldLock | undefined>(
        (best, lock) => (best === undefined || compareLockModes(lock.mode, best.mode) > 0 ? lock : best),
        undefined,
      ),
    slow: members.flatMap((statement, index) => slowStatement(statement, first + index, locks)),
    unknown: members.flatMap(({ effects }, index) => (effects?.isKnown === true ? [] : [first + index])),
  };
}

/** A lock that the transaction has taken and not given back. */
interface Taken extends RelationLock {
  readonly from: number;
  readonly isNew: boolean;
}

function heldLocks(members: readonly AnalysedStatement[], first: number, last: number): readonly HeldLock[] {
  const held: HeldLock[] = [];
  const current = new Map<string, Taken>();
  const savepoints = new Map<string, ReadonlyMap<string, Taken>>();
  const end = (lock: Taken, until: number): void => {
    if (until < lock.from) return;
    const { relation, mode, role, from, isNew } = lock;
    held.push({ relation, mode, role, from, until, isNew, blocks: blockedBy(mode) });
  };
  members.forEach((member, offset) => {
    const index = first + offset;
    for (const lock of member.effects === undefined ? [] : tableLocks(member.effects)) {
      const key = nameKey(lock.relation);
      const before = current.get(key);
      if (before !== undefined && compareLockModes(before.mode, lock.mode) >= 0) continue;
      if (before !== undefined) end(before, index - 1);
      current.set(key, { ...lock, from: index, isNew: isNewIn(member, lock.relation) });
    }
    const savepoint = savepointOf(member);
    if (savepoint?.action === 'savepoint') savepoints.set(savepoint.name, new Map(current));
    const kept = savepoint?.action === 'rollback to' ? savepoints.get(savepoint.name) : undefined;
    if (kept === undefined) return;
    // What was taken behind the savepoint is given back.
    for (const [key, lock] of current) {
      const before = kept.get(key);
      if (before === lock) continue;
      end(lock, index);
      if (before === undefined) current.delete(key);
      else current.set(key, { ...before, from: index + 1 });
    }
  });
  for (const lock of current.values()) end(lock, last);
  return held.sort((a, b) => a.from - b.from);
}

function savepointOf({ statement }: AnalysedStatement): { action: string; name: string } | undefined {
  if (statement?.kind !== 'TransactionControl' || !('TransactionStmt' in statement.node)) return undefined;
  return { action: statement.action, name: statement.node.TransactionStmt.savepoint_name ?? '' };
}

function slowStatement(
  analysed: AnalysedStatement,
  index: number,
  locks: readonly HeldLock[],
): readonly SlowStatement[] {
  const { effects } = analysed;
  if (effects === undefined || effects.duration === 'catalog only' || !worksOnRows(analysed, effects)) {
    return [];
  }
  const under = locks.filter(
    ({ from, until, isNew, blocks }) => blocks !== undefined && !isNew && from <= index && index <= until,
  );
  return under.length === 0 ? [] : [{ statement: index, duration: effects.duration, under }];
}

/** Whether there may be many rows to work on: neither those that an INSERT writes down, nor those of a new table. */
function worksOnRows(analysed: AnalysedStatement, effects: Effects): boolean {
  const { statement } = analysed;
  if (effects.duration === 'waits for transactions') return true;
  const isWritten = statement?.kind === 'DataChange' && statement.operation === 'INSERT';
  if (isWritten && statement.reads.length === 0) return false;
  const worked = [...effects.rewrites, ...effects.scans, ...effects.indexBuilds];
  const relations = worked.length > 0 ? worked : effects.locks.map(({ relation }) => relation);
  return relations.some((relation) => !isNewIn(analysed, relation));
}
