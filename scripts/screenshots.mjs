// Takes the pictures of docs/images from a real VS Code with the packed extension.
// usage: node scripts/screenshots.mjs [scene ...]      without a name: all of them
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installVsix, startServer } from './editor/server.mjs';
import * as workbench from './editor/workbench.mjs';
import { exitOnSignals, messageOf, npm, PlainError, root, run, runMain } from './processes.mjs';
import { startBrowser } from './provision/chromium.mjs';
import { provisionVSCodeServer } from './provision/vscode-server.mjs';

const images = path.join(root, 'docs', 'images');

/**
 * One picture. `show` brings the workbench, which is open on a copy of `workspace`, into the state to be shown.
 * @typedef {object} Scene
 * @property {string} workspace
 * @property {Record<string, unknown>} [settings]
 * @property {number} [width]
 * @property {(page: import('playwright-core').Page, folder: string) => Promise<void>} show
 */

/** @type {Record<string, Scene>} The picture's file is named as the scene is. */
const scenes = {
  hover: {
    workspace: 'examples/supabase',
    async show(page, folder) {
      await openAt(page, folder, naiveIndex);
      await workbench.waitForSquiggle(page);
      await workbench.showHover(page);
    },
  },
  'quick-fixes': {
    workspace: 'examples/supabase',
    async show(page, folder) {
      await openAt(page, folder, naiveIndex);
      await workbench.waitForSquiggle(page);
      await workbench.openLightbulb(page);
    },
  },
  timeline: {
    workspace: 'examples/supabase',
    settings: { 'lockstep.lenses': true, 'editor.wordWrap': 'off' },
    width: 1480,
    async show(page, folder) {
      const name = '20260301090000_operation_source.sql';
      writeFileSync(path.join(folder, 'supabase', 'migrations', name), slowMigration);
      await workbench.openFile(page, name);
      await workbench.waitForSquiggle(page);
      await page.locator('.codelens-decoration', { hasText: 'blocks' }).first().waitFor({ timeout: 15_000 });
      await workbench.runCommand(page, 'Close Primary Side Bar');
      await workbench.runCommand(page, 'Lockstep: Show Lock Timeline');
      const panel = page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
      await panel.locator('.bar').first().waitFor({ timeout: 15_000 });
    },
  },
};

/** What a timeline is for: one transaction that backfills under the lock of its first statement. */
const slowMigration = `set local lock_timeout = '5s';

alter table credit_operations
  add column source text;

update credit_operations
set source = 'stripe'
where stripe_session_id is not null;

alter table credit_operations
  add foreign key (source) references sources (name);

create index jobs_status_idx on jobs (status);
`;

/** The statement that the README's story begins with, in examples/supabase. */
const naiveIndex = /create unique index credit_operations_stripe_uq/;

/** Large type and little around it: the pictures are shown small. */
const settings = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 14,
  'editor.minimap.enabled': false,
  'editor.wordWrap': 'on',
  'window.commandCenter': false,
  'workbench.layoutControl.enabled': false,
  'workbench.activityBar.location': 'hidden',
};

await runMain(async () => {
  exitOnSignals();
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(scenes);
  const chosen = names.map((name) => {
    const scene = scenes[name];
    if (scene !== undefined) return { name, scene };
    throw new PlainError(`There is no scene "${name}"; there are ${Object.keys(scenes).join(', ')}.`);
  });
  mkdirSync(images, { recursive: true });
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'lockstep-pictures-'));
  const extensions = path.join(temporary, 'x');
  try {
    const { command, args } = npm();
    await run(command, [...args, 'run', 'package']);
    const vscode = await provisionVSCodeServer();
    await installVsix(vscode, path.join(root, 'lockstep.vsix'), extensions);
    for (const { name, scene } of chosen) {
      await takePicture(name, scene, { vscode, extensions, home: path.join(temporary, name) });
    }
    return 0;
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
});

/** Each scene has an editor of its own, so that none shows what another has left. */
async function takePicture(name, scene, { vscode, extensions, home }) {
  const { workspace, show, settings: own, width = 1080 } = scene;
  const folder = path.join(home, path.basename(workspace));
  cpSync(path.join(root, workspace), folder, { recursive: true });
  const log = path.join(home, 'server.log');
  const server = await startServer({ vscode, extensions, settings: { ...settings, ...own }, log });
  const browser = await startBrowser({ width, height: 580, scale: 2 });
  const picture = path.join(images, `${name}.png`);
  try {
    await workbench.openWorkbench(browser.page, server, folder);
    await show(browser.page, folder);
    await browser.page.screenshot({ path: picture });
    console.log(path.relative(root, picture));
  } catch (error) {
    const failure = path.join(root, 'out', 'logs', `${name}.png`);
    mkdirSync(path.dirname(failure), { recursive: true });
    await browser.page.screenshot({ path: failure }).catch(() => undefined);
    throw new PlainError(`The scene "${name}" failed; ${failure} shows where.\n${messageOf(error)}`);
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Opens the first file of the workspace that has this text, with the cursor on the text. */
async function openAt(page, folder, text) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.sql'),
  );
  for (const file of files.sort()) {
    const content = readFileSync(path.join(folder, file), 'utf8');
    const found = text.exec(content);
    if (!found) continue;
    await workbench.openFile(page, file);
    const before = content.slice(0, found.index).split('\n');
    await workbench.goTo(page, before.length, (before.at(-1) ?? '').length + 1);
    return;
  }
  throw new PlainError(`No .sql file in ${folder} has the text ${text}.`);
}
