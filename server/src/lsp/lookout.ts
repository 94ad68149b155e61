import { setTimeout as delay } from 'node:timers/promises';
import { describe } from './guard';
import type { Session } from './session';
import { inSlices } from './slices';

/** How often the disk is looked at, and how long an event may take that tells of a change. In milliseconds. */
const interval = 2000;
const patience = 1000;
/** Looking takes at most this part of the time, however many files there are. */
const share = 1 / 100;

/**
 * Calls `changed` when something has changed on disk of which no event tells. Editors lose events: of a new folder VS
 * Code reports nothing that is put into it before it is watched, which is what a first fetch does to `.git/refs` and
 * `prisma migrate` to its folders; and nobody watches a `.git` that lies above the folder that is open. It ends with the
 * session.
 */
export function keepLookout(session: Session, changed: () => void): void {
  const look = async (): Promise<number> => {
    if (session.documents.size === 0) return 0;
    const begun = performance.now();
    const isDifferent = await hasChanged(session);
    const cost = performance.now() - begun;
    // Mostly the event is on its way. What it tells of is looked at again, and then is as it was seen.
    if (isDifferent) await pause(patience);
    if (isDifferent && (await hasChanged(session))) changed();
    return cost;
  };
  const keepLooking = async (): Promise<void> => {
    for (let cost = 0; ;) {
      await pause(Math.max(interval, cost / share));
      if (session.hasEnded) return;
      cost = await look().catch((error: unknown) => {
        session.connection.console.warn(`Looking for changed files failed: ${describe(error)}`);
        return 0;
      });
    }
  };
  void keepLooking();
}

async function hasChanged({ workspace }: Session): Promise<boolean> {
  return (await inSlices(workspace.hasChanged(), () => true)) === true;
}

/** Waits, and does not keep the process alive for that. */
function pause(milliseconds: number): Promise<void> {
  return delay(milliseconds, undefined, { ref: false });
}
