import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * A small process that outlives ours: when our end of its input closes, because we stop it or because we were killed,
 * it stops the server that runs in `<directory>/data` and removes the directory. No server is left behind.
 */
export interface Guard {
  /** Stops the server, removes the directory, and resolves when both are done. */
  end(): Promise<void>;
}

/** Has to be started before there is anything to clean up. */
export function startGuard(directory: string): Guard {
  const guard = spawn(process.execPath, ['-e', guardProgram, directory], {
    // A session of its own: Ctrl+C in the terminal ends us, and must not end the guard first.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    // VS Code's executable runs JavaScript only when told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: '' },
  });
  const ended = new Promise<void>((resolve) => {
    guard.once('close', resolve);
    guard.once('error', () => {
      resolve();
    });
  });
  // It must not keep us alive either.
  guard.unref();
  // The pipe is a socket, whatever its type says.
  if (guard.stdin instanceof Socket) guard.stdin.unref();
  // Ending the input of a guard that somebody has killed is no error.
  guard.stdin.on('error', () => undefined);
  return {
    async end() {
      guard.ref();
      guard.stdin.end();
      await ended;
    },
  };
}

/**
 * Plain JavaScript in a string, since the bundled extension has no file to start. SIGQUIT is PostgreSQL's immediate
 * shutdown. The number in postmaster.pid is only trusted as long as that file exists.
 */
const guardProgram = `
const fs = require('node:fs');
const directory = process.argv[1];
const pidFile = directory + '/data/postmaster.pid';
const kill = (signal) => {
  try {
    process.kill(Number(fs.readFileSync(pidFile, 'utf8').split('\\n')[0]), signal);
    return true;
  } catch {
    return false;
  }
};
let rounds = 0;
const finish = () => {
  rounds += 1;
  if (kill(0) && rounds < 500) {
    if (rounds === 400) kill('SIGKILL');
    return setTimeout(finish, 20);
  }
  fs.rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  process.exit(0);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
let ending = false;
const end = () => {
  if (ending) return;
  ending = true;
  kill(process.platform === 'win32' ? 'SIGKILL' : 'SIGQUIT');
  finish();
};
process.stdin.on('end', end).on('error', end).on('close', end).resume();
`;
