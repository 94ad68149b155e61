// One directory for everything that is too large or too special for node_modules: the VS Code server, the Node
// that runs it, a downloaded VS Code. It outlives `npm ci`, and several clones of the project share it.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { npm, run } from '../processes.mjs';

/**
 * LOCKSTEP_CACHE, or the place where this system keeps caches, or its temporary folder.
 * @returns {string}
 */
export function cacheDirectory() {
  const { LOCKSTEP_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (LOCKSTEP_CACHE) return path.resolve(LOCKSTEP_CACHE);
  if (XDG_CACHE_HOME) return path.join(XDG_CACHE_HOME, 'lockstep');
  if (process.platform === 'win32' && LOCALAPPDATA) return path.join(LOCALAPPDATA, 'lockstep', 'cache');
  const home = homeDirectory();
  if (home === undefined) return path.join(os.tmpdir(), 'lockstep-cache');
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'lockstep');
  return path.join(home, '.cache', 'lockstep');
}

/** Undefined for a user without one, as in a container that runs with a number for a user. */
function homeDirectory() {
  try {
    return os.homedir();
  } catch {
    return undefined;
  }
}

/**
 * The directory of one tool, filled on first use.
 *
 * It is filled under another name and renamed when it is complete: an installation that was killed is not taken
 * for a good one, and of two that ran at the same time one wins.
 * @param {string} name The directory's name. It holds the version: another version is another directory.
 * @param {string} what For the reader: what is fetched, and how large it is.
 * @param {(directory: string) => Promise<void>} fill
 * @returns {Promise<string>}
 */
export async function provision(name, what, fill) {
  const cache = cacheDirectory();
  const directory = path.join(cache, name);
  if (existsSync(directory)) return directory;
  mkdirSync(cache, { recursive: true });
  removeAbandoned(cache, name);
  const unfinished = `${directory}.unfinished-${process.pid}`;
  mkdirSync(unfinished);
  try {
    await withProgress(`Fetching ${what} into ${cache}, once`, () => fill(unfinished));
    renameInto(unfinished, directory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true, maxRetries: 3 });
  }
  return directory;
}

/**
 * Fills a directory with packages of the npm registry, exactly these versions, and runs none of their scripts.
 * @param {string} directory
 * @param {string[]} packages
 */
export async function installPackages(directory, packages) {
  const { command, args } = npm();
  await run(
    command,
    [...args, 'install', '--prefix', directory, '--ignore-scripts', '--no-audit', '--no-fund', ...packages],
    { cwd: directory },
  );
}

/**
 * Says what is being done, that it is still being done, and how long it took.
 * @template Result
 * @param {string} title
 * @param {() => Promise<Result>} action
 * @returns {Promise<Result>}
 */
export async function withProgress(title, action) {
  const start = Date.now();
  const seconds = () => ((Date.now() - start) / 1000).toFixed(0);
  console.log(`${title} …`);
  const ticker = setInterval(() => console.log(`  … ${seconds()} s`), 5000);
  try {
    const result = await action();
    console.log(`  done in ${seconds()} s.`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}

function renameInto(unfinished, directory) {
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    // Another process has finished the same tool in the meantime.
    if (!existsSync(directory)) throw error;
  }
}

/** Removes what a killed process has left, and leaves alone what a living one is filling. */
function removeAbandoned(cache, name) {
  for (const entry of readdirSync(cache)) {
    if (!entry.startsWith(`${name}.unfinished-`)) continue;
    if (!isAlive(Number(entry.slice(entry.lastIndexOf('-') + 1)))) {
      rmSync(path.join(cache, entry), { recursive: true, force: true });
    }
  }
}

function isAlive(processId) {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
