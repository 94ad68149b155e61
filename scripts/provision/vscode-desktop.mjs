// The desktop VS Code, where there is one.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import { isExecutable, messageOf, PlainError, run } from '../processes.mjs';
import { cacheDirectory } from './cache.mjs';

/**
 * Whether a window could be shown at all.
 * @returns {boolean}
 */
export function hasDisplay() {
  const { DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME } = process.env;
  return process.platform !== 'linux' || Boolean(DISPLAY ?? WAYLAND_DISPLAY ?? WSL_DISTRO_NAME);
}

/**
 * The desktop VS Code's program: VSCODE_EXECUTABLE_PATH, else the download that @vscode/test-electron makes.
 * @returns {Promise<{ executable?: string, reason?: string }>} Its path, or why there is none.
 */
export async function findDesktop() {
  const chosen = process.env.VSCODE_EXECUTABLE_PATH;
  if (chosen) {
    if (!isExecutable(chosen)) throw new PlainError(`VSCODE_EXECUTABLE_PATH names no program: ${chosen}`);
    return { executable: chosen };
  }
  if (!hasDisplay()) return { reason: 'no display' };
  try {
    const cachePath = path.join(cacheDirectory(), 'vscode');
    return { executable: await downloadAndUnzipVSCode({ cachePath, timeout: 15_000 }) };
  } catch (error) {
    return { reason: `it cannot be downloaded: ${firstLine(error)}` };
  }
}

/**
 * Arguments without which Electron does not start here.
 * @param {string} userData
 * @returns {string[]}
 */
export function desktopArguments(userData) {
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return ['--user-data-dir', userData, ...sandbox];
}

/**
 * Installs the .vsix in a fresh profile of the desktop VS Code and runs the suite in its extension host.
 */
export async function runDesktopSuite({ executable, vsix, folder, index, driver, extensions, environment }) {
  const userData = mkdtempSync(path.join(os.tmpdir(), 'ls-'));
  const profile = [...desktopArguments(userData), '--extensions-dir', extensions];
  try {
    const [command = executable, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, {
      reuseMachineInstall: true,
    });
    await run(command, [...args, ...profile, '--install-extension', vsix, '--force']);
    await runTests({
      vscodeExecutablePath: executable,
      reuseMachineInstall: true,
      extensionDevelopmentPath: driver,
      extensionTestsPath: index,
      extensionTestsEnv: environment,
      launchArgs: [folder, ...profile, '--disable-workspace-trust', '--skip-welcome'],
    });
  } finally {
    rmSync(userData, { recursive: true, force: true, maxRetries: 5 });
  }
}

function firstLine(error) {
  return messageOf(error).split('\n')[0];
}
