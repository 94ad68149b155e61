import path from 'node:path';
import { installPackages, provision } from '../provision/cache.mjs';

const version = '2.66.0';

/**
 * The command that starts squawk's language server, fetched on first use.
 * @returns {Promise<[string, ...string[]]>}
 */
export async function squawk() {
  const directory = await provision(`squawk-${version}`, `squawk ${version}`, (unfinished) =>
    installPackages(unfinished, [`squawk-cli@${version}`]),
  );
  return [
    process.execPath,
    path.join(directory, 'node_modules', 'squawk-cli', 'js', 'bin', 'squawk'),
    'server',
  ];
}
