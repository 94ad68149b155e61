// Programs that come from Debian's packages.
import { existsSync, readFileSync } from 'node:fs';
import { findOnPath, PlainError, run } from '../processes.mjs';
import { withProgress } from './cache.mjs';

/** Somebody else may be installing: in seconds. */
const patiently = ['-o', 'DPkg::Lock::Timeout=300'];

/**
 * A program on the PATH; on Debian, as root, it is installed when it is missing.
 * @param {{ names: string[], packages: string[], hint: string }} program The names it may have, Debian's packages, and
 * what a person can do where it cannot be installed.
 * @returns {Promise<string>} Its path.
 */
export async function findOrInstall({ names, packages, hint }) {
  const found = findOnPath(names);
  if (found) return found;
  if (!canInstall()) throw new PlainError(`None of ${names.join(', ')} is on the PATH. ${hint}`);
  await withProgress(`Installing Debian's ${packages.join(' and ')}, once`, async () => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', [...patiently, 'update', '-q'], { env });
    await run('apt-get', [...patiently, 'install', '-y', '-q', '--no-install-recommends', ...packages], {
      env,
    });
  });
  const installed = findOnPath(names);
  if (!installed)
    throw new PlainError(
      `${packages.join(' and ')} is installed, but none of ${names.join(', ')} is on the PATH.`,
    );
  return installed;
}

/** Ubuntu is left out on purpose: its chromium package only points to a snap. */
function canInstall() {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return process.getuid?.() === 0 && /^ID=debian$/m.test(release) && findOnPath(['apt-get']) !== undefined;
}
