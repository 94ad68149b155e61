// Drives the workbench in the browser as a person does, with mouse and keyboard. For pictures, and for what only the
// window itself can show; behaviour is tested inside the extension host (test/editor/suite).
import path from 'node:path';

/**
 * Opens the workbench on a folder and waits until its files are shown.
 * @param {import('playwright-core').Page} page
 * @param {import('./server.mjs').RunningServer} server
 * @param {string} folder
 */
export async function openWorkbench(page, server, folder) {
  await page.goto(`${server.url}/?${new URLSearchParams({ folder })}`);
  await page.locator('.explorer-viewlet .monaco-list-row').first().waitFor({ timeout: 60_000 });
}

/**
 * Opens a file through Ctrl+P, which finds it without unfolding the tree.
 * @param {import('playwright-core').Page} page
 * @param {string} file Its path in the workspace.
 */
export async function openFile(page, file) {
  await page.keyboard.press('Control+P');
  await page.locator('.quick-input-widget input').first().fill(file);
  await page
    .locator('.quick-input-list .monaco-list-row', { hasText: path.basename(file) })
    .first()
    .waitFor({ timeout: 15_000 });
  await page.keyboard.press('Enter');
  await page
    .locator('.tabs-container .tab.active', { hasText: path.basename(file) })
    .waitFor({ timeout: 15_000 });
  await page.locator('.monaco-editor .view-line').first().waitFor({ timeout: 15_000 });
}

/**
 * Waits for the first squiggle of a severity.
 * @param {import('playwright-core').Page} page
 * @param {'error' | 'warning' | 'info' | 'hint'} [severity]
 */
export async function waitForSquiggle(page, severity = 'warning') {
  await page.locator(`.squiggly-${severity}`).first().waitFor({ timeout: 30_000 });
}

/**
 * The marks of Lockstep in the gutter of the editors: the number of the line that each stands beside, and its picture.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<{ line: number | undefined, icon: string }[]>}
 */
export async function gutterMarks(page) {
  return page.evaluate(() => {
    const topOf = (element) => Math.round(element.getBoundingClientRect().top);
    const lines = new Map(
      [...document.querySelectorAll('.margin .line-numbers')].map((element) => [
        topOf(element),
        Number(element.textContent),
      ]),
    );
    return [...document.querySelectorAll('.margin .glyph-margin-widgets > *')].flatMap((element) => {
      const picture = decodeURIComponent(getComputedStyle(element).backgroundImage);
      const icon = /\/images\/gutter\/(\w+)-(?:light|dark)\.svg/.exec(picture)?.[1];
      return icon === undefined ? [] : [{ line: lines.get(topOf(element)), icon }];
    });
  });
}

/**
 * Goes to a place in the active editor through Ctrl+G. Lines and columns start at 1.
 * @param {import('playwright-core').Page} page
 * @param {number} line
 * @param {number} [column]
 */
export async function goTo(page, line, column = 1) {
  await page.keyboard.press('Control+G');
  await page.locator('.quick-input-widget input').first().fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await page.locator('.quick-input-widget').first().waitFor({ state: 'hidden' });
}

/**
 * Shows the hover at the cursor, and returns its text.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string>}
 */
export async function showHover(page) {
  await runCommand(page, 'Show or Focus Hover');
  const hover = page.locator('.monaco-hover:not(.hidden) .monaco-hover-content').first();
  await hover.waitFor({ timeout: 15_000 });
  return hover.innerText();
}

/**
 * Opens the menu of the lightbulb at the cursor, and returns its titles.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<string[]>}
 */
export async function openLightbulb(page) {
  // The bulb is there when the editor knows the actions at the cursor; before that, the key may come too early.
  await page.locator('.monaco-editor.focused [class*="lightbulb" i]').first().waitFor();
  const menu = page.locator('.action-widget .monaco-list-row.action');
  // Diagnostics that arrive meanwhile close the menu: then a person presses the key once more, too.
  for (let tries = 5; ; tries--) {
    await page.keyboard.press('Control+.');
    try {
      await menu.first().waitFor({ timeout: 10_000 });
      break;
    } catch (error) {
      if (tries === 1) throw error;
    }
  }
  return (await menu.allInnerTexts()).map((text) => text.trim());
}

/**
 * Chooses an entry of the open lightbulb menu.
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
export async function chooseAction(page, title) {
  // The menu is an `.action-widget`, and so is the panel beside it for what an entry may have below it.
  const entries = page.locator('.action-widget .monaco-list-row.action');
  await entries.filter({ hasText: title }).first().click();
  await entries.first().waitFor({ state: 'detached' });
}

/**
 * Runs a command of the palette by its title.
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
export async function runCommand(page, title) {
  await page.keyboard.press('F1');
  await page.locator('.quick-input-widget input').first().fill(`>${title}`);
  await page
    .locator('.quick-input-list .monaco-list-row', { hasText: title })
    .first()
    .waitFor({ timeout: 15_000 });
  await page.keyboard.press('Enter');
  // Not the widget: the command may ask for something in it.
  await page.locator('.quick-input-list').first().waitFor({ state: 'hidden' });
}

/**
 * Answers the question that a command asks in its input box.
 * @param {import('playwright-core').Page} page
 * @param {string} text
 */
export async function answer(page, text) {
  await page.waitForFunction(() => {
    const input = document.querySelector('.quick-input-widget input');
    return input instanceof HTMLInputElement && input.checkVisibility() && input.value === '';
  });
  await page.locator('.quick-input-widget input').first().fill(text);
  await page.keyboard.press('Enter');
}
