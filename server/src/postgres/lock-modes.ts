/**
 * The eight table-level lock modes, weakest first, as in the manual's section "Table-Level Locks"
 * (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES).
 */
export const lockModes = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
] as const;

export type LockMode = (typeof lockModes)[number];

/** The manual's conflict matrix: for each mode, the modes that another session cannot take meanwhile. */
const conflictsByMode: Readonly<Record<LockMode, readonly LockMode[]>> = {
  'ACCESS SHARE': ['ACCESS EXCLUSIVE'],
  'ROW SHARE': ['EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'ROW EXCLUSIVE': ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE UPDATE EXCLUSIVE': [
    'SHARE UPDATE EXCLUSIVE',
    'SHARE',
    'SHARE ROW EXCLUSIVE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
  SHARE: ['ROW EXCLUSIVE', 'SHARE UPDATE EXCLUSIVE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE'],
  'SHARE ROW EXCLUSIVE': [
    'ROW EXCLUSIVE',
    'SHARE UPDATE EXCLUSIVE',
    'SHARE',
    'SHARE ROW EXCLUSIVE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
  EXCLUSIVE: [
    'ROW SHARE',
    'ROW EXCLUSIVE',
    'SHARE UPDATE EXCLUSIVE',
    'SHARE',
    'SHARE ROW EXCLUSIVE',
    'EXCLUSIVE',
    'ACCESS EXCLUSIVE',
  ],
  'ACCESS EXCLUSIVE': lockModes,
};

/** The modes that conflict with `mode`, weakest first. */
export function conflictsWith(mode: LockMode): readonly LockMode[] {
  return conflictsByMode[mode];
}

/** Whether two sessions cannot hold `a` and `b` on one relation at the same time. */
export function conflict(a: LockMode, b: LockMode): boolean {
  return conflictsByMode[a].includes(b);
}

/** Negative when `a` is weaker than `b`, in the manual's order. */
export function compareLockModes(a: LockMode, b: LockMode): number {
  return lockModes.indexOf(a) - lockModes.indexOf(b);
}

/** The strongest of `modes`; undefined when there is none. */
export function strongest(modes: Iterable<LockMode>): LockMode | undefined {
  let result: LockMode | undefined;
  for (const mode of modes) {
    if (result === undefined || compareLockModes(mode, result) > 0) result = mode;
  }
  return result;
}

/** What other sessions want to do with a relation, with the lock mode that each takes (manual, same section). */
export const activities = [
  { activity: 'SELECT', mode: 'ACCESS SHARE' },
  { activity: 'SELECT FOR UPDATE/SHARE', mode: 'ROW SHARE' },
  { activity: 'INSERT, UPDATE, DELETE', mode: 'ROW EXCLUSIVE' },
  { activity: 'VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY', mode: 'SHARE UPDATE EXCLUSIVE' },
  { activity: 'other DDL', mode: 'ACCESS EXCLUSIVE' },
] as const satisfies readonly { activity: string; mode: LockMode }[];

/** The activities that wait while another session holds `mode`. */
export function blockedActivities(mode: LockMode): readonly string[] {
  return activities.filter((other) => conflict(mode, other.mode)).map(({ activity }) => activity);
}

/** Whether plain SELECTs wait for `mode`. */
export function blocksReads(mode: LockMode): boolean {
  return conflict(mode, 'ACCESS SHARE');
}

/** Whether INSERT, UPDATE and DELETE wait for `mode`. */
export function blocksWrites(mode: LockMode): boolean {
  return conflict(mode, 'ROW EXCLUSIVE');
}

/**
 * Commands that take each mode on the relation that they name. From the manual's page on explicit locking, corrected
 * where measurements on PostgreSQL 14 to 18 say more (policies, triggers, foreign keys, storage parameters).
 */
export const takenBy: Readonly<Record<LockMode, readonly string[]>> = {
  'ACCESS SHARE': ['SELECT', 'COPY TO', 'CREATE VIEW (on what it reads)', 'COMMENT ON CONSTRAINT'],
  'ROW SHARE': [
    'SELECT FOR UPDATE, FOR NO KEY UPDATE, FOR SHARE, FOR KEY SHARE',
    'VALIDATE CONSTRAINT (referenced table)',
  ],
  'ROW EXCLUSIVE': ['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'COPY FROM'],
  'SHARE UPDATE EXCLUSIVE': [
    'VACUUM',
    'ANALYZE',
    'CREATE INDEX CONCURRENTLY',
    'DROP INDEX CONCURRENTLY',
    'REINDEX CONCURRENTLY',
    'VALIDATE CONSTRAINT',
    'CREATE STATISTICS',
    'COMMENT ON TABLE',
    'ALTER TABLE SET (fillfactor, autovacuum_…), SET STATISTICS, ATTACH PARTITION (parent)',
  ],
  SHARE: ['CREATE INDEX', 'REINDEX (table)', 'ALTER DOMAIN ADD CONSTRAINT (tables that use it)'],
  'SHARE ROW EXCLUSIVE': [
    'CREATE TRIGGER',
    'ALTER TABLE ADD FOREIGN KEY (both tables)',
    'ALTER TABLE ENABLE/DISABLE TRIGGER',
    'CREATE TABLE … REFERENCES (referenced table)',
    'ALTER SEQUENCE',
  ],
  EXCLUSIVE: ['REFRESH MATERIALIZED VIEW CONCURRENTLY'],
  'ACCESS EXCLUSIVE': [
    'most forms of ALTER TABLE',
    'DROP TABLE',
    'DROP INDEX (table and index)',
    'TRUNCATE',
    'VACUUM FULL',
    'CLUSTER',
    'REFRESH MATERIALIZED VIEW',
    'CREATE, ALTER and DROP POLICY',
    'DROP TRIGGER',
    'dropping a foreign key (both tables)',
    'LOCK TABLE without a mode',
  ],
};
