import type { RelationName } from '../catalog/relation';
import type { LockMode } from '../postgres/lock-modes';

/** What one statement does to the relations that exist before it, on one server major. */
export interface Effects {
  /** The strongest lock on each relation, held to the end of the transaction. Indexes only above ACCESS SHARE. */
  readonly locks: readonly RelationLock[];
  /** Relations whose heap gets a new file, with all their rows copied. */
  readonly rewrites: readonly RelationName[];
  /** Relations that are read whole while the lock is held. */
  readonly scans: readonly RelationName[];
  /** Relations of which an index is built, or built anew. */
  readonly indexBuilds: readonly RelationName[];
  /** Rows that others must wait for, as far as that can be told without knowing them. */
  readonly rowLocks: readonly RowLock[];
  /** What existing rows can make it fail. */
  readonly failsOnRows: readonly RowFailure[];
  /** False when it cannot run in a transaction block (error 25001). */
  readonly transactional: boolean;
  readonly duration: 'catalog only' | 'proportional to rows' | 'waits for transactions';
  /** False when Lockstep has no word on this statement; then nothing above may be read as harmless. */
  readonly isKnown: boolean;
}

/** Why a relation is locked. */
export type LockRole =
  | 'target'
  | 'index'
  | 'partition'
  | 'child'
  | 'parent'
  | 'default partition'
  | 'referenced table'
  | 'referencing table'
  | 'source'
  | 'view'
  | 'sequence'
  | 'trigger'
  | 'type'
  | 'table that uses it';

export interface RelationLock {
  readonly relation: RelationName;
  readonly mode: LockMode;
  /** Why this relation is locked: `target`, `referenced table`, `partition`, … for the hover. */
  readonly role: LockRole;
}

export interface RowLock {
  readonly relation: RelationName;
  /** All its rows, or its own row in pg_class, for which VACUUM, ANALYZE and other DDL wait. */
  readonly rows: 'all' | 'in pg_class';
}

export interface RowFailure {
  readonly relation: RelationName;
  /** When it fails, after "Fails if": `two rows share a "email"`. */
  readonly condition: string;
  readonly sqlstate: string;
}
