import { blocksWrites, compareLockModes, type LockMode } from '../postgres/lock-modes';
import type { Catalog } from './catalog';
import { isSame, type RelationName } from './relation';
import { locksHeld } from './store/tables';

/** A lock that the open transaction has taken on a relation that others use, and that keeps them from writing to it. */
export interface HeldLock {
  readonly relation: RelationName;
  readonly mode: LockMode;
  /** The command that took it: `ALTER TABLE`. */
  readonly command: string;
}

/**
 * The locks that the statements before this one in its transaction have taken, and for which others wait. Of what was
 * dropped meanwhile, or made anew, nobody is told: nobody uses it any more, or yet.
 */
export function heldLocks(catalog: Catalog): readonly HeldLock[] {
  return (catalog.get(locksHeld) ?? []).filter(
    ({ relation }) => catalog.relation(relation) !== undefined && !catalog.isNew(relation),
  );
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
  const held = [...(catalog.get(locksHeld) ?? [])];
  for (const { relation, mode } of strong) {
    const known = held.find((other) => isSame(other.relation, relation));
    if (known !== undefined && compareLockModes(known.mode, mode) >= 0) continue;
    if (known !== undefined) held.splice(held.indexOf(known), 1);
    held.push({ relation, mode, command });
  }
  catalog.set(locksHeld, held);
}

/** The end of the transaction. */
export function releaseLocks(catalog: Catalog): void {
  catalog.clear(locksHeld);
}

/** Whether anybody waits for a lock on it: nobody knows a new relation, or takes a lock on a composite type. */
function isInUse(catalog: Catalog, name: RelationName): boolean {
  return !catalog.isNew(name) && catalog.relation(name)?.kind !== 'composite type';
}
