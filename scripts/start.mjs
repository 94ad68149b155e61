// Opens a VS Code on examples/ with the extension running.
// usage: npm start [-- --browser | --desktop] [--port N] [--smoke]
//   without a flag   the desktop VS Code where there is one, else a VS Code in the browser
//   --smoke          the one in the browser, and only until it has answered once
import { spawn } from 'node:child_process';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { freePort, isFree, quietSettings, stopGroup, waitUntilAnswering } from './editor/server.mjs';
import {
  cleanEnvironment,
  ended,
  findOnPath,
  messageOf,
  PlainError,
  root,
  run,
  runHere,
  runMain,
} from './processes.mjs';
import { cacheDirectory } from './provision/cache.mjs';
import { desktopArguments, findDesktop, hasDisplay } from './provision/vscode-desktop.mjs';
import { provisionVSCodeServer } from './provision/vscode-server.mjs';

const examples = path.join(root, 'examples');

/** The profile of the editors that are started here: a person's own settings stay as they are. */
const profile = path.join(cacheDirectory(), 'start-profile');

const usualPort = 8180;

await runMain(async () => {
  const { values: options } = parseArgs({
    options: {
      browser: { type: 'boolean', default: false },
      desktop: { type: 'boolean', default: false },
      port: { type: 'string' },
      smoke: { type: 'boolean', default: false },
    },
  });
  if (await runHere(process.execPath, ['esbuild.mjs']))
    throw new PlainError('The build has failed; see above.');
  if (!options.browser && !options.smoke) {
    const reason = await openDesktop();
    if (!reason) return 0;
    if (options.desktop) throw new PlainError(`No desktop VS Code can be opened: ${reason}`);
    console.log(`No desktop VS Code (${reason}); opening one in the browser instead.`);
  }
  return openInBrowser(options);
});

/** Opens the desktop VS Code. Returns why not, or nothing when it is open (or has been, and was closed). */
async function openDesktop() {
  // A program that was chosen is tried, and shown to be wrong if it is; otherwise a window needs a display.
  const isChosen = Boolean(process.env.VSCODE_EXECUTABLE_PATH);
  if (!isChosen && !hasDisplay()) return 'no display';
  const command = isChosen ? undefined : findOnPath(['code']);
  const open = ['--new-window', `--extensionDevelopmentPath=${root}`, examples];
  if (command) {
    try {
      await run(command, open, { env: cleanEnvironment(), shell: process.platform === 'win32' });
      console.log(
        `VS Code is open on ${examples}. After "npm run build", reload its window to see a change.`,
      );
      return undefined;
    } catch (error) {
      console.log(`${command} did not open: ${firstLine(error)}`);
    }
  }
  const { executable, reason } = await findDesktop();
  if (!executable) return reason;
  console.log(`VS Code is opening on ${examples}. This ends when you close it.`);
  const window = spawn(executable, [...desktopArguments(profile), ...open], {
    env: cleanEnvironment(),
    stdio: 'ignore',
  });
  const ending = await ended(window);
  return ending === 'exit code 0' ? undefined : `${executable} ended with ${ending}`;
}

/**
 * Opens a VS Code in the browser and serves it until Ctrl+C.
 * @param {{ smoke: boolean, port?: string }} options
 */
async function openInBrowser({ smoke, port: wantedPort }) {
  const vscode = await provisionVSCodeServer();
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'lockstep-start-'));
  const log = path.join(root, 'out', 'logs', 'start.log');
  mkdirSync(path.dirname(log), { recursive: true });
  const port = await choosePort(wantedPort);
  const server = spawn(
    vscode.node,
    [
      // code-server's own program, not VS Code's server alone: it refuses requests that another web site makes.
      vscode.commandLine,
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...['--disable-telemetry', '--disable-update-check', '--disable-workspace-trust'],
      '--disable-getting-started-override',
      ...['--user-data-dir', prepareProfile(), '--extensions-dir', linkExtension(temporary)],
    ],
    { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], detached: true },
  );
  const output = createWriteStream(log);
  server.stdout.pipe(output);
  server.stderr.pipe(output);
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => resolve('interrupted'));
  });
  try {
    const url = `http://127.0.0.1:${port}/?${new URLSearchParams({ folder: examples })}`;
    const early = await Promise.race([waitUntilAnswering(url, server, log), interrupted]);
    if (early) return 0;
    console.log(`\nOpen ${url.replaceAll('%2F', '/')}\n`);
    if (smoke) {
      console.log('It answers.');
      return 0;
    }
    console.log(
      'Lockstep runs there on the example projects. After "npm run build", reload the page to see a change.',
    );
    console.log('Ctrl+C ends it.');
    const ending = await Promise.race([interrupted, ended(server)]);
    if (ending !== 'interrupted')
      throw new PlainError(`The VS Code server ended with ${ending}. Its output is in ${log}.`);
    return 0;
  } finally {
    await stopGroup(server);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function choosePort(wanted) {
  if (wanted === undefined) return (await isFree(usualPort)) ? usualPort : freePort();
  const port = Number(wanted);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new PlainError(`"${wanted}" is no port.`);
  if (!(await isFree(port))) throw new PlainError(`Port ${port} is in use.`);
  return port;
}

/** Makes the profile on first use; later, what the person has set there is kept. */
function prepareProfile() {
  const settings = path.join(profile, 'User', 'settings.json');
  if (!existsSync(settings)) {
    mkdirSync(path.dirname(settings), { recursive: true });
    writeFileSync(settings, `${JSON.stringify(quietSettings, undefined, 2)}\n`);
  }
  return profile;
}

/** An extensions directory with nothing in it but a link to this project: what is built here runs there. */
function linkExtension(temporary) {
  const extensions = path.join(temporary, 'extensions');
  mkdirSync(extensions);
  symlinkSync(root, path.join(extensions, 'lockstep.lockstep'), 'dir');
  return extensions;
}

function firstLine(error) {
  return messageOf(error).split('\n')[0];
}
