// The window of the editor, for a suite that runs inside of it: what only mouse and keyboard do, the suite asks for over
// HTTP, and the launcher does it to the page.
import { createServer } from 'node:http';
import * as workbench from '../../scripts/editor/workbench.mjs';
import { messageOf } from '../../scripts/processes.mjs';

/** What a suite can ask for: the method `name` of its `Window` sends `[name, ...parameters]`. */
const actions = {
  press: (page, keys) => page.keyboard.press(keys),
  openLightbulb: workbench.openLightbulb,
  chooseAction: workbench.chooseAction,
  runCommand: workbench.runCommand,
  click: (page, selector) => page.locator(selector).first().click(),
  look: (page, selector) =>
    page
      .locator(selector)
      .evaluateAll((elements) =>
        elements.map(({ innerText, className }) => ({ text: innerText, className })),
      ),
  gutterMarks: workbench.gutterMarks,
  answer: workbench.answer,
};

/**
 * Serves the window of a page, which is opened later, until it is closed.
 * @returns {Promise<{ url: string, show: (page: import('playwright-core').Page) => void, close: () => void }>}
 */
export function serveWindow() {
  let page;
  const server = createServer((request, response) => {
    void answer(page, request).then(({ status, result }) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(result ?? null));
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      resolve({
        url: `http://127.0.0.1:${port}`,
        show: (opened) => (page = opened),
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      });
    });
  });
}

async function answer(page, request) {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const [name, ...parameters] = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return { status: 200, result: await actions[name](page, ...parameters) };
  } catch (error) {
    return { status: 500, result: messageOf(error) };
  }
}
