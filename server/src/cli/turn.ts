import { linkSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UsageError } from './options';

/** How long a run waits for others, in milliseconds. */
const patience = 60_000;

/**
 * Waits until no other run of this user writes, so that two at once do not each repair what the other has half written.
 * Returns what ends the turn. The sign is a file in the system's temporary folder with the number of the process: one
 * whose process is gone counts for nothing. Where no such file can be made, there is no waiting either.
 */
export async function turnToWrite(): Promise<() => void> {
  const sign = path.join(tmpdir(), `lockstep-writes-${process.getuid?.() ?? 'here'}`);
  const until = performance.now() + patience;
  for (;;) {
    try {
      make(sign);
      const end = (): void => {
        rmSync(sign, { force: true });
      };
      process.once('exit', end);
      return end;
    } catch (error: unknown) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return () => undefined;
    }
    const other = read(sign);
    if (!isRunning(other)) discard(sign, other);
    else if (performance.now() > until) {
      throw new UsageError(
        `Process ${other} writes files, and does not end. Nothing was written. If it is not lockstep, delete ${sign}.`,
      );
    } else await sleep(50);
  }
}

/** Makes the sign with its content in one step, so that nobody reads half of it. Throws EEXIST when there is one. */
function make(sign: string): void {
  inOwnFolder((folder) => {
    const written = path.join(folder, 'sign');
    writeFileSync(written, String(process.pid));
    linkSync(written, sign);
  });
}

/** Takes a sign away that nobody needs, but not that which somebody has put there meanwhile. */
function discard(sign: string, content: string): void {
  inOwnFolder((folder) => {
    const taken = path.join(folder, 'sign');
    try {
      renameSync(sign, taken);
      if (read(taken) !== content) linkSync(taken, sign);
    } catch (error: unknown) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
    }
  });
}

function inOwnFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The number in the sign; empty when it is gone. */
function read(sign: string): string {
  try {
    return readFileSync(sign, 'utf8');
  } catch {
    return '';
  }
}

function isRunning(written: string): boolean {
  const id = Number(written);
  if (!Number.isSafeInteger(id) || id <= 0) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error: unknown) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
