import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** Whose end is the server's end. */
export interface Watched {
  /** The client, as it has introduced itself; null when it has no process that this machine knows. */
  readonly client: number | null;
  /** The process that has started the server. */
  readonly parent: number;
}

/** The bundle of `client-watch-worker.ts`, beside that of the server. */
const worker = path.join(__dirname, 'client-watch.js');

/**
 * Ends the server when its client is gone, in whatever way that has ended. It is watched from a thread of its own: a
 * server that is busy, or hangs, would not notice that its input is closed, and burn a core for good.
 */
export function watchClient(client: number | null): void {
  const workerData: Watched = { client, parent: process.ppid };
  // Without the watch the end of the input still ends a server that is idle.
  new Worker(worker, { workerData }).on('error', () => undefined).unref();
}
