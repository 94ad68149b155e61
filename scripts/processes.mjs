// Starting other programs from the project's scripts, the same way everywhere.
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The project's root. */
export const root = path.resolve(import.meta.dirname, '..');

/** An error that a person can act on: shown as its message alone, without a stack. */
export class PlainError extends Error {}

/**
 * What a person is told of something that was thrown.
 * @param {unknown} error
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a program to its end and returns what it printed.
 * Its output goes to the terminal as well when `show` is set; otherwise the end of it is part of the error.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, shell?: boolean }} [options]
 * @returns {Promise<string>}
 */
export async function run(
  command,
  args,
  { cwd = root, env = process.env, show = false, shell = false } = {},
) {
  const child = spawn(command, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const [from, to] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    from.setEncoding('utf8');
    from.on('data', (text) => {
      output += text;
      if (show) to.write(text);
    });
  }
  const ending = await ended(child);
  if (ending !== 'exit code 0') {
    const end = show ? '' : `\n${output.trim().split('\n').slice(-25).join('\n')}`;
    throw new PlainError(`"${[path.basename(command), ...args].join(' ')}" ended with ${ending}.${end}`);
  }
  return output;
}

/**
 * Runs a program on this terminal and returns its exit code; a signal counts as 1.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export async function runHere(command, args, { cwd = root, env = process.env } = {}) {
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return (await ended(child)) === 'exit code 0' ? 0 : (child.exitCode ?? 1);
}

/**
 * Waits for the end of a child process and says how it ended.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
export function ended(child) {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code}`));
  });
}

/**
 * How to start npm: through the Node that runs now, which works where `npm` is a shell script or a .cmd file as well.
 * @returns {{ command: string, args: string[] }}
 */
export function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js')
    ? { command: process.execPath, args: [script] }
    : { command: 'npm', args: [] };
}

/**
 * The environment without what npm, an editor's terminal and git put there, which would steer the programs we start:
 * in a hook of git, GIT_DIR sends every git to the repository of that hook.
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment() {
  const steering = /^(npm_|VSCODE_|CODE_SERVER_|ELECTRON_|GIT_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !steering.test(name)));
}

/**
 * The environment of tests, the same on every machine: without a person's configuration of git, in a locale that
 * every system has.
 * @returns {NodeJS.ProcessEnv}
 */
export function testEnvironment() {
  const others = Object.entries(cleanEnvironment()).filter(([name]) => !/^(LC_|LANG)/.test(name));
  return {
    ...Object.fromEntries(others),
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    LC_ALL: 'C.UTF-8',
  };
}

/**
 * The first of these programs that lies on the PATH.
 * @param {string[]} names
 * @returns {string | undefined}
 */
export function findOnPath(names) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const candidates = names.flatMap((name) =>
    folders.flatMap((folder) => endings.map((ending) => path.join(folder, name + ending))),
  );
  return candidates.find(isExecutable);
}

/**
 * Whether this file exists and may be run.
 * @param {string} file
 * @returns {boolean}
 */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Ends this process in order when it is told to, so that its `exit` listeners can end what it has started. */
export function exitOnSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
}

/**
 * Runs a script's main function: its result is the exit code, and a {@link PlainError} is one readable message.
 * @param {() => Promise<number>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof PlainError ? `Error: ${error.message}` : error);
    process.exitCode = 2;
  }
}
