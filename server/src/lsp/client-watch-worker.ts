import { workerData } from 'node:worker_threads';
import type { Watched } from './client-watch';

/** How often is looked, in milliseconds. */
const interval = 1000;

const { client, parent } = workerData as Watched;

setInterval(() => {
  // This ends also a process that never comes to handle a signal.
  if (isGone()) process.kill(process.pid, 'SIGKILL');
}, interval);

function isGone(): boolean {
  if (client !== null && client !== parent) return !exists(client);
  // A killed process may stay in the list of processes, or its number may be given to another; it is no longer the parent.
  return process.ppid !== parent || !exists(parent);
}

function exists(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error: unknown) {
    // A process of another user is one all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
