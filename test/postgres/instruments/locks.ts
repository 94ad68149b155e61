import type pg from 'pg';
import { compareLockModes, lockModes } from '../../../server/src/postgres/lock-modes';
import type { LockMode } from '../../../server/src/postgres/lock-modes';
import type { LocalServer } from '../servers';

/** A lock that a statement takes on a relation that existed before it. */
export interface HeldLock {
  /** Schema-qualified, without quotes: "public.orders". */
  readonly relation: string;
  /** What it is: an index is locked too, and its lock blocks other things than its table's. */
  readonly kind: 'table' | 'index' | 'sequence' | 'view' | 'materialized view' | 'composite type';
  readonly mode: LockMode;
}

/** What one statement did, as far as a server can be asked. Relations are schema-qualified, in alphabetical order. */
export interface Measurement {
  /** The locks held after it, earlier statements' of the same transaction included: the strongest per relation. */
  readonly locks: readonly HeldLock[];
  /** Tables and materialized views that it wrote anew: they have another file than before. TRUNCATE counts. */
  readonly rewrites: readonly string[];
  /** Indexes that it built anew under the name they had. */
  readonly rebuiltIndexes: readonly string[];
  /** Tables that it read from beginning to end. */
  readonly scans: readonly string[];
  /** What the server said, down to DEBUG1: "verifying table …", "rewriting table …", and notices. */
  readonly messages: readonly string[];
}

/** A user relation as the measured session sees it. */
interface Relation {
  readonly name: string;
  readonly kind: HeldLock['kind'];
  readonly file: string | null;
  readonly scans: number;
}

/** By object id. */
export type Relations = ReadonlyMap<number, Relation>;

/** Runs one statement in a transaction, measures, and rolls back. See {@link measureTransaction}. */
export async function measureStatement(
  server: LocalServer,
  database: string,
  statement: string,
): Promise<Measurement> {
  const [measurement] = await measureTransaction(server, database, [statement]);
  if (!measurement) throw new Error('There is no measurement.');
  return measurement;
}

/**
 * Runs statements in one transaction and measures after each; a second session reads the locks. Then rolls back, unless
 * asked to commit. A statement that fails, or cannot run in a transaction block (25001), throws.
 */
export async function measureTransaction(
  server: LocalServer,
  database: string,
  statements: readonly string[],
  end: 'ROLLBACK' | 'COMMIT' = 'ROLLBACK',
): Promise<Measurement[]> {
  return withSessions(server, database, async (session, monitor) => {
    const messages = listen(session);
    const existing = await relations(session);
    const measurements: Measurement[] = [];
    await session.query('BEGIN');
    let before = await relations(session);
    for (const statement of statements) {
      await session.query('SET LOCAL client_min_messages = debug1');
      messages.length = 0;
      await session.query(statement);
      const said = [...messages];
      await session.query('SET LOCAL client_min_messages = warning');
      const locks = await heldLocks(monitor, await processId(session), existing);
      const now = await relations(session);
      measurements.push({ locks, ...changes(before, now), messages: said });
      before = now;
    }
    await session.query(end);
    return measurements;
  });
}

/**
 * Runs a statement that cannot run in a transaction block, such as CREATE INDEX CONCURRENTLY, while another session holds
 * it up: `heldUpBy` are statements of a transaction that the statement has to wait for. The locks are those held, and the
 * mode waited for, at that moment; then the other session rolls back and the statement goes on to its end.
 */
export async function measureHeldUp(
  server: LocalServer,
  database: string,
  statement: string,
  heldUpBy: readonly string[],
): Promise<Omit<Measurement, 'scans'>> {
  return withSessions(server, database, async (session, monitor) => {
    const messages = listen(session);
    const before = await relations(session);
    const pid = await processId(session);
    const blocker = await server.connect(database, 'blocker');
    try {
      await blocker.query('BEGIN');
      for (const sql of heldUpBy) await blocker.query(sql);
      await session.query('SET client_min_messages = debug1');
      messages.length = 0;
      const running = session.query(statement);
      const statementState = { finished: false };
      // Its failure is reported below, after the locks have been looked at.
      running
        .catch(() => undefined)
        .finally(() => {
          statementState.finished = true;
        });
      const waits = await waitUntil(
        async () => statementState.finished || ((await lockWaitedFor(monitor, pid)) ?? 'not yet'),
      );
      const locks = await heldLocks(monitor, pid, before);
      if (!waits || statementState.finished) {
        await running;
        throw new Error(`"${statement}" was not held up by: ${heldUpBy.join('; ')}`);
      }
      await blocker.query('ROLLBACK');
      await running;
      const said = [...messages];
      await session.query('SET client_min_messages = warning');
      const { rewrites, rebuiltIndexes } = changes(before, await relations(session));
      return { locks, rewrites, rebuiltIndexes, messages: said };
    } finally {
      await blocker.end();
    }
  });
}

/**
 * The kind of lock that a session waits for: "relation", "virtualxid", "transactionid", "advisory", …; undefined when for
 * none. Ask from another database: a query in the same one has a snapshot, which CREATE INDEX CONCURRENTLY waits for.
 */
export async function lockWaitedFor(monitor: pg.Client, pid: number): Promise<string | undefined> {
  const { rows } = await monitor.query<{ wait_event: string }>(
    `SELECT wait_event FROM pg_stat_activity WHERE pid = $1 AND wait_event_type = 'Lock'`,
    [pid],
  );
  return rows[0]?.wait_event;
}

/** The server process of a session, as in `pg_locks`. */
export async function processId(session: pg.Client): Promise<number> {
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

/** Asks until the answer is not "not yet"; undefined when that takes longer than ten seconds. */
export async function waitUntil<Answer>(
  ask: () => Promise<Answer | 'not yet'>,
  timeout = 10_000,
): Promise<Answer | undefined> {
  const end = performance.now() + timeout;
  do {
    const answer = await ask();
    if (answer !== 'not yet') return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  } while (performance.now() < end);
  return undefined;
}

async function withSessions<Result>(
  server: LocalServer,
  database: string,
  use: (session: pg.Client, monitor: pg.Client) => Promise<Result>,
): Promise<Result> {
  const session = await server.connect(database, 'measured');
  const monitor = await server.connect('postgres', 'monitor');
  try {
    return await use(session, monitor);
  } finally {
    await Promise.all([session.end(), monitor.end()]);
  }
}

/** Collects what the server says to a session; the caller empties the list. */
export function listen(session: pg.Client): string[] {
  const messages: string[] = [];
  session.on('notice', ({ severity, message }) => {
    messages.push(`${severity ?? ''}: ${message ?? ''}`);
  });
  return messages;
}

const kinds: Readonly<Record<string, HeldLock['kind']>> = {
  r: 'table',
  p: 'table',
  f: 'table',
  i: 'index',
  I: 'index',
  S: 'sequence',
  v: 'view',
  m: 'materialized view',
  c: 'composite type',
};

/** Every user relation with its file, and how often this transaction has scanned it. */
export async function relations(session: pg.Client): Promise<Relations> {
  const { rows } = await session.query<{
    oid: number;
    name: string;
    kind: string;
    file: string | null;
    scans: string;
  }>(
    `SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relkind AS kind, pg_relation_filenode(c.oid)::text AS file,
        CASE WHEN c.relkind IN ('r', 'm') THEN pg_stat_get_xact_numscans(c.oid) ELSE 0 END AS scans
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`,
  );
  return new Map(
    rows.map(({ oid, name, kind, file, scans }) => [
      oid,
      { name, kind: kinds[kind] ?? 'table', file, scans: Number(scans) },
    ]),
  );
}

/** The strongest lock that a session holds, or waits for, on each of `existing`. */
export async function heldLocks(monitor: pg.Client, pid: number, existing: Relations): Promise<HeldLock[]> {
  const { rows } = await monitor.query<{ relation: number; mode: string }>(
    `SELECT relation, mode FROM pg_locks WHERE pid = $1 AND locktype = 'relation'`,
    [pid],
  );
  const held = new Map<number, HeldLock>();
  for (const { relation: oid, mode: spelling } of rows) {
    const relation = existing.get(oid);
    if (!relation) continue;
    const mode = modeOf(spelling);
    const known = held.get(oid);
    if (known && compareLockModes(known.mode, mode) >= 0) continue;
    held.set(oid, { relation: relation.name, kind: relation.kind, mode });
  }
  return [...held.values()].sort((a, b) => (a.relation < b.relation ? -1 : 1));
}

/** "ShareUpdateExclusiveLock", as `pg_locks` spells it, is SHARE UPDATE EXCLUSIVE in the manual. */
function modeOf(spelling: string): LockMode {
  const words = spelling
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
  const mode = lockModes.find((candidate) => candidate === words);
  if (!mode) throw new Error(`Unknown lock mode "${spelling}".`);
  return mode;
}

/** A relation that was dropped and made again under its name has another number; it is not the old one rewritten. */
export function changes(
  before: Relations,
  now: Relations,
): Pick<Measurement, 'rewrites' | 'rebuiltIndexes' | 'scans'> {
  const rewrites: string[] = [];
  const rebuiltIndexes: string[] = [];
  const scans: string[] = [];
  const indexNames = new Map([...now.values()].map((relation) => [relation.name, relation]));
  for (const [oid, old] of before) {
    // ALTER COLUMN TYPE drops an index and makes it again: the name stays, the number does not.
    const current = now.get(oid) ?? (old.kind === 'index' ? indexNames.get(old.name) : undefined);
    if (!current) continue;
    if (current.scans > old.scans) scans.push(old.name);
    if (old.file === null || current.file === old.file) continue;
    if (old.kind === 'index') rebuiltIndexes.push(old.name);
    else if (old.kind !== 'sequence') rewrites.push(old.name);
  }
  return { rewrites: rewrites.sort(), rebuiltIndexes: rebuiltIndexes.sort(), scans: scans.sort() };
}
