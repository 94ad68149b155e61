// Packs the extension, installs the .vsix in a real VS Code, and runs the suite inside its extension host.
// The editor is chosen by E2E_EDITOR: `server` is VS Code's server in a headless Chromium, `desktop` is the desktop
// program, `auto` is the desktop where there is one and the server otherwise.
import {
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';
import { installVsix, startServer } from '../../scripts/editor/server.mjs';
import { messageOf, npm, PlainError, root, run } from '../../scripts/processes.mjs';
import { startBrowser } from '../../scripts/provision/chromium.mjs';
import { findDesktop, runDesktopSuite } from '../../scripts/provision/vscode-desktop.mjs';
import { provisionVSCodeServer } from '../../scripts/provision/vscode-server.mjs';
import { serveWindow } from './window.mjs';

/** One run of the suite must not take longer than this, in milliseconds; on a busy machine it takes minutes. */
const timeLimit = 15 * 60_000;

const defaultWorkspace = 'examples';

/**
 * Runs test files of test/editor/suite in a real VS Code. One editor is started for each workspace that they name.
 * @param {string[]} files
 * @returns {Promise<import('../../scripts/test-reporter.mjs').Counts>}
 */
export async function runEditorSuite(files) {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'lockstep-editor-'));
  const logs = path.join(root, 'out', 'logs');
  mkdirSync(logs, { recursive: true });
  try {
    const vsix = await packExtension();
    const bundle = await bundleSuite(files);
    /** @type {import('../../scripts/test-reporter.mjs').Counts} */
    const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
    for (const [wanted, ofEditor] of groupByEditor(files)) {
      const editor = await chooseEditor(wanted, vsix, temporary);
      for (const [workspace, inWorkspace] of groupByWorkspace(ofEditor)) {
        console.log(`\nIn ${editor.name}, on a copy of ${workspace}:`);
        const order = { editor, workspace, temporary, logs, bundle, files: inWorkspace };
        const counts = await runInWorkspace(order);
        for (const state of ['passed', 'failed', 'skipped']) total[state] += counts[state];
        total.failures.push(...counts.failures);
      }
    }
    return total;
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function packExtension() {
  const { command, args } = npm();
  await run(command, [...args, 'run', 'package']);
  return path.join(root, 'lockstep.vsix');
}

/** Mocha stays outside of the bundle: it loads its own parts by name. */
async function bundleSuite(files) {
  const suite = path.join(root, 'test', 'editor', 'suite');
  const outdir = path.join(root, 'out', 'editor');
  rmSync(outdir, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: [path.join(suite, 'index.ts'), ...files],
    outbase: suite,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return {
    index: path.join(outdir, 'index.js'),
    fileOf: (source) => path.join(outdir, path.relative(suite, source).replace(/\.ts$/, '.js')),
  };
}

/**
 * A suite that needs mouse and keyboard says so on a line of its own, `// Editor: server`: only the page in the browser has
 * them. The others run in the editor that is asked for.
 * @returns {Map<string, string[]>}
 */
function groupByEditor(files) {
  const asked = process.env.E2E_EDITOR ?? (process.env.CI ? 'server' : 'auto');
  const groups = new Map();
  for (const file of files) {
    const wanted = /^\/\/ Editor: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? asked;
    groups.set(wanted, [...(groups.get(wanted) ?? []), file]);
  }
  return groups;
}

/**
 * A suite names the folder that it wants to be opened on its first line: `// Workspace: examples/supabase`. A window of
 * several folders below it: `// Workspace: examples (supabase, prisma)`.
 * @returns {Map<string, string[]>}
 */
function groupByWorkspace(files) {
  const groups = new Map();
  for (const file of files) {
    const workspace = /^\/\/ Workspace: (.+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? defaultWorkspace;
    groups.set(workspace, [...(groups.get(workspace) ?? []), file]);
  }
  return groups;
}

async function chooseEditor(wanted, vsix, temporary) {
  if (!['auto', 'desktop', 'server'].includes(wanted)) {
    throw new PlainError(`E2E_EDITOR is "${wanted}"; it can be auto, desktop or server.`);
  }
  const extensions = path.join(temporary, 'x');
  if (wanted !== 'server') {
    const { executable, reason } = await findDesktop();
    if (executable) {
      return {
        name: `the desktop VS Code ${executable}`,
        extensions,
        runSuite: (order) => runDesktopSuite({ executable, vsix, ...order }),
      };
    }
    if (wanted === 'desktop') throw new PlainError(`There is no desktop VS Code: ${reason}.`);
    console.log(`There is no desktop VS Code: ${reason}.`);
  }
  const vscode = await provisionVSCodeServer();
  await installVsix(vscode, vsix, extensions);
  return {
    name: `VS Code's server (code-server ${vscode.version}) with Chromium`,
    extensions,
    runSuite: (order) => runServerSuite({ vscode, ...order }),
  };
}

async function runInWorkspace({ editor, workspace: wanted, temporary, logs, bundle, files }) {
  const [, workspace = wanted, below] = /^(\S+)(?: \((.+)\))?$/.exec(wanted) ?? [];
  const source = path.join(root, workspace);
  if (!existsSync(source))
    throw new PlainError(`There is no folder ${workspace}, which ${files.join(', ')} want.`);
  const home = mkdtempSync(path.join(temporary, 'w-'));
  // The suite compares with `original`, and works in `folder`, whose name the editor shows.
  const original = path.join(home, 'original');
  const folder = path.join(home, path.basename(workspace));
  for (const copy of [original, folder]) cpSync(source, copy, { recursive: true });
  const several = path.join(home, 'several.code-workspace');
  if (below) {
    const folders = below.split(', ').map((name) => ({ path: path.join(folder, name) }));
    writeFileSync(several, JSON.stringify({ folders }));
  }
  const order = {
    files: files.map(bundle.fileOf),
    resultFile: path.join(home, 'result.json'),
    workspace: folder,
    originalWorkspace: original,
    extensions: editor.extensions,
  };
  let complaint;
  try {
    await editor.runSuite({
      folder: below ? several : folder,
      index: bundle.index,
      driver: path.join(root, 'test', 'editor', 'driver'),
      extensions: editor.extensions,
      environment: { LOCKSTEP_EDITOR_SUITE: JSON.stringify(order) },
      logs: path.join(logs, below ? 'several' : path.basename(workspace)),
      timeLimit,
    });
  } catch (error) {
    complaint = messageOf(error);
  }
  return judge(order.resultFile, complaint);
}

/**
 * The result file alone decides: an extension host that is killed reports success, and so does an empty suite.
 * @param {string} resultFile
 * @param {string | undefined} complaint What the editor's own way of ending had to say.
 */
function judge(resultFile, complaint) {
  const result = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : undefined;
  /** @type {import('../../scripts/test-reporter.mjs').Counts} */
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const report = (state, text) => {
    counts[state]++;
    console.log(text);
    if (state === 'failed') counts.failures.push(`${text}\n`);
  };
  for (const { title, state, milliseconds, error } of result?.tests ?? []) {
    const sign = { passed: '✔', failed: '✖', skipped: '-' }[state];
    const explanation = error ? `\n${error.replaceAll(/^/gm, '      ')}` : '';
    report(state, `  ${sign} ${title} (${milliseconds} ms)${explanation}`);
  }
  const problem = problemOf(result, complaint);
  if (problem) report('failed', `  ✖ ${problem}`);
  return counts;
}

function problemOf(result, complaint) {
  const because = complaint ? ` (${complaint})` : '';
  if (!result) return `The suite did not start${because}.`;
  if (!result.finished) {
    const where = result.running ? `in "${result.running}"` : 'before the first test';
    return `The extension host ended ${where}${because}.`;
  }
  if (result.tests.length === 0) return `The suite holds no test${because}.`;
  return undefined;
}

/** Runs the suite in the extension host of VS Code's server, which a page in Chromium must ask for. */
async function runServerSuite({ vscode, folder, index, driver, extensions, environment, logs, timeLimit }) {
  const log = createWriteStream(`${logs}-host.log`);
  const window = await serveWindow();
  const server = await startServer({
    vscode,
    extensions,
    environment: { ...environment, LOCKSTEP_EDITOR_WINDOW: window.url },
    smokeTestDriver: true,
    log: `${logs}-server.log`,
  });
  let browser;
  try {
    browser = await startBrowser();
    const { page } = browser;
    window.show(page);
    let timer;
    /** @type {Promise<void>} */
    const ended = new Promise((resolve, reject) => {
      // With the smoke-test driver on, the workbench calls these two if they are there.
      const exposed = [
        page.exposeFunction('codeAutomationLog', (type, args) => log.write(`${type} ${args.join(' ')}\n`)),
        page.exposeFunction('codeAutomationExit', () => resolve()),
      ];
      Promise.all(exposed).catch(reject);
      page.on('crash', () => reject(new Error('the page crashed')));
      timer = setTimeout(() => reject(new Error(`no end after ${timeLimit / 1000} s`)), timeLimit);
    });
    const remote = (file) => `vscode-remote://${server.authority}${file}`;
    const payload = [
      ['extensionDevelopmentPath', remote(driver)],
      ['extensionTestsPath', remote(index)],
      ['skipWelcome', 'true'],
    ];
    const kind = folder.endsWith('.code-workspace') ? 'workspace' : 'folder';
    const query = new URLSearchParams({ [kind]: folder, payload: JSON.stringify(payload) });
    try {
      await Promise.all([ended, page.goto(`${server.url}/?${query}`, { timeout: timeLimit })]);
    } catch (error) {
      await page.screenshot({ path: `${logs}.png` }).catch(() => undefined);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  } finally {
    await browser?.close();
    await server.stop();
    window.close();
    log.end();
  }
}
