// The browser in which the tests look at the VS Code server, and the library that drives it.
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isExecutable, PlainError } from '../processes.mjs';
import { installPackages, provision } from './cache.mjs';
import { findOrInstall } from './debian.mjs';

const playwrightVersion = '1.65.1';

const usualPlaces = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Chromium, or a browser of its family: CHROMIUM_PATH, the PATH, the usual places, else Debian's package.
 * @returns {Promise<string>} Its path.
 */
export async function findChromium() {
  const chosen = process.env.CHROMIUM_PATH;
  if (chosen) {
    if (!isExecutable(chosen)) throw new PlainError(`CHROMIUM_PATH names no program: ${chosen}`);
    return chosen;
  }
  return (
    usualPlaces.find(isExecutable) ??
    findOrInstall({
      names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'],
      packages: ['chromium'],
      hint: 'Install Chromium or Chrome, or set CHROMIUM_PATH.',
    })
  );
}

/**
 * Starts a headless browser with a profile of its own and one page.
 * @param {{ width?: number, height?: number, scale?: number }} [size]
 * @returns {Promise<{ page: import('playwright-core').Page, close: () => Promise<void> }>}
 */
export async function startBrowser({ width = 1280, height = 800, scale = 1 } = {}) {
  const executablePath = await findChromium();
  const chromium = await loadPlaywright();
  const profile = mkdtempSync(path.join(os.tmpdir(), 'lockstep-browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width, height },
    deviceScaleFactor: scale,
    args: [
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      // Chromium's sandbox refuses to run as root, which is what CI is.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
  return {
    page: context.pages()[0] ?? (await context.newPage()),
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** @returns {Promise<import('playwright-core').BrowserType>} */
async function loadPlaywright() {
  const directory = await provision(
    `playwright-core-${playwrightVersion}`,
    `playwright-core ${playwrightVersion} (14 MB)`,
    (unfinished) => installPackages(unfinished, [`playwright-core@${playwrightVersion}`]),
  );
  return createRequire(path.join(directory, 'package.json'))('playwright-core').chromium;
}
