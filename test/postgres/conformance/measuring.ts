import type pg from 'pg';
import {
  changes,
  heldLocks,
  type HeldLock,
  listen,
  lockWaitedFor,
  processId,
  relations,
  type Relations,
  waitUntil,
} from '../instruments/locks';
import type { LocalServer } from '../servers';

/** What a server did to the relations that were there before a statement. */
export interface Deeds {
  readonly locks: readonly HeldLock[];
  readonly rewrites: readonly string[];
  readonly scans: readonly string[];
}

export type Outcome =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** It went through; `deeds` is undefined when its locks came and went before anybody could look. */
  | { readonly kind: 'executed'; readonly deeds: Deeds | undefined };

/** The table on which another session holds a statement up that must be its own transaction, and the lock that does it. */
export interface Obstacle {
  readonly relation: string;
  readonly mode: 'ROW EXCLUSIVE' | 'ACCESS SHARE';
}

/** One session that runs migrations for good, and one that looks at its locks from another database. */
export class Measuring {
  private readonly said: string[];

  private constructor(
    private readonly server: LocalServer,
    private readonly database: string,
    private readonly session: pg.Client,
    private readonly monitor: pg.Client,
    private readonly pid: number,
  ) {
    this.said = listen(session);
  }

  static async start(server: LocalServer, database: string): Promise<Measuring> {
    const setup = await server.connect(database, 'setup');
    try {
      // Nobody has told Lockstep that the server's time zone is UTC, with which some changes of type are free.
      await setup.query(`ALTER DATABASE "${database}" SET timezone = 'Europe/Helsinki'`);
    } finally {
      await setup.end();
    }
    const session = await server.connect(database, 'measured');
    const monitor = await server.connect('postgres', 'monitor');
    return new Measuring(server, database, session, monitor, await processId(session));
  }

  async end(): Promise<void> {
    await Promise.all([this.session.end(), this.monitor.end()]);
  }

  /** As a runner begins with each file: with the settings of a new session. */
  async newSession(): Promise<void> {
    await this.session.query('DISCARD ALL');
  }

  /** Runs a statement that is not measured. */
  async send(statement: string): Promise<void> {
    await this.session.query(statement);
  }

  /** Runs a statement in a transaction of its own, looks before the commit, and commits. */
  async run(statement: string): Promise<Outcome> {
    try {
      await this.session.query('BEGIN; SET LOCAL client_min_messages = debug1');
      const before = await relations(this.session);
      this.said.length = 0;
      await this.session.query(statement);
      const validated = this.said.flatMap((message) => validating.exec(message)?.[1] ?? []);
      const locks = await heldLocks(this.monitor, this.pid, before);
      const { rewrites, scans } = changes(before, await relations(this.session));
      const joined = validated.length === 0 ? [] : await this.joined(validated, before, locks);
      await this.session.query('COMMIT');
      return {
        kind: 'executed',
        deeds: { locks, rewrites, scans: [...new Set([...scans, ...joined])].sort() },
      };
    } catch (error: unknown) {
      await this.session.query('ROLLBACK');
      return refusal(error);
    }
  }

  /** Runs a statement that no transaction block takes, while another session holds it up for as long as we look. */
  async runAlone(statement: string, obstacle: Obstacle | undefined): Promise<Outcome> {
    const blocker = await this.server.connect(this.database, 'blocker');
    try {
      const before = await relations(this.session);
      if (obstacle !== undefined) {
        await blocker.query(`BEGIN; LOCK TABLE ${obstacle.relation} IN ${obstacle.mode} MODE`);
      }
      const state = { isFinished: false };
      const running = this.session.query(statement).finally(() => {
        state.isFinished = true;
      });
      // Whatever becomes of it is seen below.
      running.catch(() => undefined);
      await waitUntil(
        async () => state.isFinished || ((await lockWaitedFor(this.monitor, this.pid)) ?? 'not yet'),
      );
      const isHeldUp = !state.isFinished;
      const locks = isHeldUp ? await heldLocks(this.monitor, this.pid, before) : [];
      if (obstacle !== undefined) await blocker.query('ROLLBACK');
      await running;
      const { rewrites } = changes(before, await relations(this.session));
      return { kind: 'executed', deeds: isHeldUp ? { locks, rewrites, scans: [] } : undefined };
    } catch (error: unknown) {
      return refusal(error);
    } finally {
      await blocker.end();
    }
  }

  /**
   * Both sides of foreign keys that were checked. The check is a join, of which the planner reads only one side when
   * the tables are empty; on rows it reads both.
   */
  private async joined(
    constraints: readonly string[],
    before: Relations,
    locks: readonly HeldLock[],
  ): Promise<readonly string[]> {
    const { rows } = await this.session.query<{ oid: number }>(
      `SELECT unnest(ARRAY[conrelid, confrelid]) AS oid FROM pg_catalog.pg_constraint
        WHERE contype = 'f' AND conname = ANY ($1)`,
      [constraints],
    );
    const locked = new Set(locks.map(({ relation }) => relation));
    return rows.flatMap(({ oid }) => {
      const relation = before.get(oid);
      // A partitioned table has no file, and so no rows of its own.
      return relation !== undefined && relation.file !== null && locked.has(relation.name)
        ? [relation.name]
        : [];
    });
  }
}

const validating = /^DEBUG: validating foreign key constraint "(.*)"$/;

function refusal(error: unknown): Outcome {
  // What has no SQLSTATE is a broken connection or a timeout: not the migration's failure.
  if (!(error instanceof Error && 'code' in error)) throw error;
  return { kind: 'refused', code: String(error.code), message: error.message };
}
