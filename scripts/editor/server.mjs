// Runs the VS Code server that the tests and the screenshots look at.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanEnvironment, ended, PlainError, run } from '../processes.mjs';

/** Settings that keep everything out of the picture that is not the editor itself. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // Off as on the desktop; in a browser it would be on, and write to files that a test has put back meanwhile.
  'files.autoSave': 'off',
  'git.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

/**
 * A running server.
 * @typedef {object} RunningServer
 * @property {string} url
 * @property {string} authority The host and port, as `vscode-remote:` URIs have it.
 * @property {() => Promise<void>} stop Ends the server with all that it has started.
 */

/**
 * Starts VS Code's server with a profile that is thrown away.
 * @param {object} options
 * @param {import('../provision/vscode-server.mjs').VSCodeServer} options.vscode
 * @param {string} options.extensions The directory with the installed extensions.
 * @param {boolean} [options.smokeTestDriver] Needed to run tests in the extension host; suppresses notifications.
 * @param {Record<string, unknown>} [options.settings]
 * @param {NodeJS.ProcessEnv} [options.environment] For the extension host.
 * @param {string} options.log The file for the server's output.
 * @returns {Promise<RunningServer>}
 */
export async function startServer({
  vscode,
  extensions,
  smokeTestDriver = false,
  settings,
  environment,
  log,
}) {
  // A short path: unix sockets lie below it.
  const home = mkdtempSync(path.join(os.tmpdir(), 'ls-'));
  const runtime = path.join(home, 'r');
  const userData = path.join(home, 'd');
  mkdirSync(runtime, { mode: 0o700 });
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  writeFileSync(
    path.join(userData, 'User', 'settings.json'),
    JSON.stringify({ ...quietSettings, ...settings }, undefined, 2),
  );
  const port = await freePort();
  const server = spawn(
    vscode.node,
    [
      vscode.server,
      ...['--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
      ...['--accept-server-license-terms', '--disable-telemetry', '--disable-experiments'],
      '--disable-workspace-trust',
      ...['--server-data-dir', path.join(home, 's'), '--user-data-dir', userData],
      ...['--extensions-dir', extensions, '--logsPath', path.join(home, 'l')],
      ...(smokeTestDriver ? ['--enable-smoke-test-driver'] : []),
    ],
    {
      env: { ...serverEnvironment(home), XDG_RUNTIME_DIR: runtime, TMPDIR: runtime, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, which `stop` ends as a whole: server, extension host, language server.
      detached: true,
    },
  );
  const output = createWriteStream(log);
  server.stdout.pipe(output);
  server.stderr.pipe(output);

  const url = `http://127.0.0.1:${port}`;
  const killWithUs = () => signalGroup(server, 'SIGKILL');
  process.once('exit', killWithUs);
  const stop = async () => {
    await stopGroup(server);
    process.removeListener('exit', killWithUs);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await waitUntilAnswering(url, server, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, authority: `127.0.0.1:${port}`, stop };
}

/**
 * Installs a packed extension into an extensions directory, as a person would.
 * @param {import('../provision/vscode-server.mjs').VSCodeServer} vscode
 * @param {string} vsix
 * @param {string} extensions
 */
export async function installVsix(vscode, vsix, extensions) {
  const home = mkdtempSync(path.join(os.tmpdir(), 'ls-'));
  try {
    await run(
      vscode.node,
      [
        vscode.server,
        '--accept-server-license-terms',
        ...['--server-data-dir', path.join(home, 's'), '--user-data-dir', path.join(home, 'd')],
        ...['--extensions-dir', extensions, '--install-extension', vsix],
      ],
      { env: serverEnvironment(home) },
    );
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/**
 * A port that nobody listens on.
 * @returns {Promise<number>}
 */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * Whether nobody listens on this port.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * Waits until a server answers, or says why it does not.
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} server
 * @param {string} log
 */
export async function waitUntilAnswering(url, server, log) {
  const end = ended(server);
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const status = await fetch(url).then(
      (response) => response.status,
      () => undefined,
    );
    if (status === 200) return;
    if (status !== undefined && status >= 500) {
      throw new PlainError(`The VS Code server answers ${status}. Its output is in ${log}.`);
    }
    const ending = await Promise.race([end, delay(100)]);
    if (ending) throw new PlainError(`The VS Code server ended with ${ending}. Its output is in ${log}.`);
  }
  throw new PlainError(`The VS Code server did not answer within 60 s. Its output is in ${log}.`);
}

/**
 * Ends a process group: first asks, then insists.
 * @param {import('node:child_process').ChildProcess} leader
 */
export async function stopGroup(leader) {
  const gone = leader.exitCode !== null || leader.signalCode !== null ? Promise.resolve() : ended(leader);
  signalGroup(leader, 'SIGTERM');
  await Promise.race([gone, delay(3000, undefined, { ref: false })]);
  signalGroup(leader, 'SIGKILL');
}

function signalGroup(leader, signal) {
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // The whole group has ended already.
  }
}

/** The person's own configuration must not reach the tests, and the tests must not ask a marketplace. */
function serverEnvironment(home) {
  return {
    ...cleanEnvironment(),
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    EXTENSIONS_GALLERY: '{}',
  };
}
