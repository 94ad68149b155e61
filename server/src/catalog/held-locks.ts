import { blocksWrites, compareLockModes, type LockMode } from '../postgres/lock-modes';
import type { Catalog } from './catalog';
import { isSame, type RelationName } from './relation';

const heldLocksKey = 'locks held';

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
  return noted(catalog).filter(
    ({ relation }) => catalog.relation(relation) !== undefined && !catalog.isNew(relation),
  );
}

function noted(catalog: Catalog): readonly HeldLock[] {
  const text = catalog.get(heldLocksKey) as string | undefined;
  return text === undefined ? [] : (JSON.parse(text) as readonly HeldLock[]);
}

/**
 * Notes the locks that a statement takes and its transaction keeps. They are kept as text, so that the same locks are
 * the same value: an edit that changes none of them is no reason to look at later statements again.
 */
export function holdLocks(
  catalog: Catalog,
  locks: readonly { readonly relation: RelationName; readonly mode: LockMode; readonly role: string }[],
  command: string,
): void {
  const strong = locks.filter(
    ({ relation, mode, role }) => role !== 'index' && blocksWrites(mode) && isInUse(catalog, relation),
  );
  if (strong.length === 0) return;
  const held = [...noted(catalog)];
  for (const { relation, mode } of strong) {
    const known = held.find((other) => isSame(other.relation, relation));
    if (known !== undefined && compareLockModes(known.mode, mode) >= 0) continue;
    if (known !== undefined) held.splice(held.indexOf(known), 1);
    held.push({ relation, mode, command });
  }
  catalog.set(heldLocksKey, JSON.stringify(held));
}

/** The end of the transaction. */
export function releaseLocks(catalog: Catalog): void {
  if (catalog.get(heldLocksKey) !== undefined) catalog.set(heldLocksKey, undefined);
}

/** Whether anybody waits for a lock on it: nobody knows a new relation, or takes a lock on a composite type. */
function isInUse(catalog: Catalog, name: RelationName): boolean {
  return !catalog.isNew(name) && catalog.relation(name)?.kind !== 'composite type';
}
