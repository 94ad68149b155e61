import { blocksWrites, compareLockModes, type LockMode } from '../postgres/lock-modes';
import type { Catalog } from './catalog';
import { nameOf } from './edit';
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
 * of each relation.
 */
export function heldLocks(catalog: Catalog): readonly HeldLock[] {
  const strongest = new Map<string, HeldLock>();
  for (const lock of latestFirst(catalog.get(locksHeld))) {
    const key = nameKey(lock.relation);
    if (!strongest.has(key)) strongest.set(key, lock);
  }
  return [...strongest.values()].reverse();
}

/** The strongest of them on one relation. */
export function lockHeldOn(catalog: Catalog, name: RelationName): HeldLock | undefined {
  return find(catalog.get(locksHeld), name);
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

/** The locks on a relation are held on under its new name. Without one it is gone, and nobody waits for it any more. */
export function followLocks(catalog: Catalog, name: RelationName, to: RelationName | undefined): void {
  const held = catalog.get(locksHeld);
  if (find(held, name) === undefined) return;
  let changed: Chain<HeldLock> | undefined;
  for (const lock of [...latestFirst(held)].reverse()) {
    const isMeant = isSame(lock.relation, name);
    if (isMeant && to === undefined) continue;
    const latest = isMeant && to !== undefined ? { ...lock, relation: nameOf(to) } : lock;
    changed = { latest, earlier: changed };
  }
  catalog.set(locksHeld, changed);
}

/** The end of the transaction. */
export function releaseLocks(catalog: Catalog): void {
  catalog.clear(locksHeld);
}

/** Whether anybody waits for a lock on it: nobody knows a new relation, or takes a lock on a composite type. */
function isInUse(catalog: Catalog, name: RelationName): boolean {
  return !catalog.isNew(name) && catalog.relation(name)?.kind !== 'composite type';
}
