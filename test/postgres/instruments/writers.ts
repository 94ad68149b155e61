import type pg from 'pg';
import type { LocalServer } from '../servers';

/** One write of a background writer. `sequence` is different for each write of all writers, and starts at 1. */
export type Write = (sequence: number) => { readonly text: string; readonly values?: readonly unknown[] };

/** What the writers have lived through. Times in milliseconds, as an application sees them. */
export interface WritersReport {
  /** Writes that succeeded. */
  readonly writes: number;
  /** The longest time that one write took, failed ones included. */
  readonly longestWait: number;
  /** How many writes failed, by SQLSTATE: "23505" for a duplicate key. */
  readonly failures: Readonly<Record<string, number>>;
}

/** Writers that run until they are stopped. */
interface Writers {
  /** So far, with the writes that are waiting at this moment. */
  report(): WritersReport;
  /** How many writes wait right now, and for at least this long. */
  waiting(atLeast: number): number;
  /** Resolves when this many more writes have succeeded; false if that takes longer than `timeout`. */
  progress(writes: number, timeout: number): Promise<boolean>;
  /** Lets each writer finish the write it is at. */
  stop(): Promise<WritersReport>;
}

interface WritersOptions {
  /** How many sessions write at the same time; 3 when not given. */
  readonly connections?: number;
  /** Between two writes of one session; 2 ms when not given. */
  readonly pause?: number;
}

/** Starts sessions that write in a loop, each write a transaction of its own, as an application in production does. */
export async function startWriters(
  server: LocalServer,
  database: string,
  write: Write,
  { connections = 3, pause = 2 }: WritersOptions = {},
): Promise<Writers> {
  const clients = await Promise.all(
    Array.from({ length: connections }, (_, index) => server.connect(database, `writer ${index + 1}`)),
  );
  const startedAt = new Map<pg.Client, number>();
  const failures: Record<string, number> = {};
  let sequence = 0;
  let writes = 0;
  let longest = 0;
  let stopping = false;

  const writeOnce = async (client: pg.Client): Promise<void> => {
    sequence += 1;
    const { text, values } = write(sequence);
    const start = performance.now();
    startedAt.set(client, start);
    try {
      await client.query(text, values ? [...values] : undefined);
      writes += 1;
    } catch (error: unknown) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      failures[code] = (failures[code] ?? 0) + 1;
    } finally {
      startedAt.delete(client);
      longest = Math.max(longest, performance.now() - start);
    }
  };
  const loops = clients.map(async (client) => {
    while (!stopping) {
      await writeOnce(client);
      await sleep(pause);
    }
    await client.end();
  });

  const report = (): WritersReport => {
    const now = performance.now();
    const waits = [...startedAt.values()].map((start) => now - start);
    return { writes, longestWait: Math.max(longest, ...waits), failures: { ...failures } };
  };
  return {
    report,
    waiting(atLeast) {
      const now = performance.now();
      return [...startedAt.values()].filter((start) => now - start >= atLeast).length;
    },
    async progress(more, timeout) {
      const goal = writes + more;
      const end = performance.now() + timeout;
      while (writes < goal && performance.now() < end) await sleep(5);
      return writes >= goal;
    },
    async stop() {
      stopping = true;
      await Promise.all(loops);
      return report();
    },
  };
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
