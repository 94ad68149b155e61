import { blocksWrites, compareLockModes, type LockMode } from '../postgres/lock-modes';
import type { Catalog } from './catalog';
import { isSame, nameKey, type RelationName } from './relation';
import { type Chain, latestFirst } from './store/chain';
import { locksHeld } from './store/tables';

/** A lock that the open transaction has taken on a relation that others use, and that keeps them from writing to it. */
export interface HeldLock {
  readonly relation: RelationName;
  readonly mode: LockMode;
  /** The command that took it: `ALTER TABLE`. */
  readonly command: string;
}

/**
 * The locks that the statements before this one in its transaction have taken, and for which others wait, the strongest
 * of each relation. Of what was dropped meanwhile, or made anew, nobody is told: nobody uses it any more, or yet.
 */
export function heldLocks(catalog: Catalog): readonly HeldLock[] {
  const strongest = new Map<string, HeldLock>();
  for (const lock of latestFirst(catalog.get(locksHeld))) {
    const key = nameKey(lock.relation);
    if (!strongest.has(key)) strongest.set(key, lock);
  }
  return [...strongest.values()].reverse().filter(({ relation }) => isStillInUse(catalog, relation));
}

/** The strongest of them on one relation. */
export function lockHeldOn(catalog: Catalog, name: RelationName): HeldLock | undefined {
  const lock = find(catalog.get(locksHeld), name);
  return lock !== undefined && isStillInUse(catalog, name) ? lock : undefined;
}

/** Notes the locks that a statement takes and its transaction keeps. */
export function holdLocks(
  catalog: Catalog,
  locks: readonly { readonly relation: RelationName; readonly mode: LockMode; readonly role: string }[],
  command: string,
): void {
  const strong = locks.filter(
    ({ relation, mode, role }) => role !== 'index' && blocksWrites(mode) && isInUse(catalog, relation),
  );
  if (strong.length === 0) return;
  let held = catalog.get(locksHeld);
  for (const { relation, mode } of strong) {
    const known = find(held, relation);
    if (known !== undefined && compareLockModes(known.mode, mode) >= 0) continue;
    held = { latest: { relation, mode, command }, earlier: held };
  }
  catalog.set(locksHeld, held);
}

/** A relation is locked anew only by a stronger lock, so that the latest is the strongest. */
function find(held: Chain<HeldLock> | undefined, name: RelationName): HeldLock | undefined {
  for (const lock of latestFirst(held)) {
    if (isSame(lock.relation, name)) return lock;
  }
  return undefined;
}

/** The end of the transaction. */
export function releaseLocks(catalog: Catalog): void {
  catalog.clear(locksHeld);
}

function isStillInUse(catalog: Catalog, name: RelationName): boolean {
  return catalog.relation(name) !== undefined && !catalog.isNew(name);
}

/** Whether anybody waits for a lock on it: nobody knows a new relation, or takes a lock on a composite type. */
function isInUse(catalog: Catalog, name: RelationName): boolean {
  return !catalog.isNew(name) && catalog.relation(name)?.kind !== 'composite type';
}
