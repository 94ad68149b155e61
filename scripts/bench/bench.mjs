// `npm run bench`: how long it takes from a keystroke to the diagnostics for it, in files of 5,000 and 50,000 lines.
// Times of one machine say nothing about another, so each is also given as a ratio to the time that the grammar alone
// needs to parse the whole file here and now. First, what the effects of 6,000 statements cost. `--peers` also times squawk, installed from npm into the cache.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadModule, parseSync } from 'libpg-query';
import { timeEffects } from './effects.mjs';
import { timeCompletion } from './completion.mjs';
import { timeHistory } from './history.mjs';
import { LspClient } from './lsp-client.mjs';
import { migration } from './migration.mjs';
import { squawk } from './peers.mjs';

const edits = 60;
const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-bench-'));

/** The value below which the share `part` of `values` lies. */
function quantile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
}

/** Milliseconds, one decimal. */
const ms = (value) => `${value.toFixed(1)} ms`;

async function time(name, [command, ...parameters], text, grammarTime) {
  const file = path.join(folder, '0002_change.sql');
  writeFileSync(file, text);
  const uri = pathToFileURL(file).href;
  const client = new LspClient(command, parameters, folder);
  const rootUri = pathToFileURL(folder).href;
  const started = performance.now();
  const { capabilities } = await client.request('initialize', {
    processId: process.pid,
    rootUri,
    capabilities: {},
  });
  client.notify('initialized', {});
  const pulls = capabilities.diagnosticProvider !== undefined;
  const diagnostics = async (send) => {
    const published = pulls ? undefined : client.next('textDocument/publishDiagnostics');
    send();
    if (published !== undefined) return (await published).diagnostics;
    return (await client.request('textDocument/diagnostic', { textDocument: { uri } })).items;
  };
  const open = { uri, languageId: 'sql', version: 1, text };
  const found = await diagnostics(() => client.notify('textDocument/didOpen', { textDocument: open }));
  const opened = performance.now() - started;
  const lines = text.split('\n');
  // At the end of a comment in the middle: a letter comes, a letter goes.
  const line = lines.findIndex((content, index) => index > lines.length / 2 && content.startsWith('-- '));
  const start = { line, character: lines[line].length };
  const end = { line, character: start.character + 1 };
  const times = [];
  for (let version = 2; version < edits + 2; version++) {
    const change =
      version % 2 === 0 ? { range: { start, end: start }, text: 'x' } : { range: { start, end }, text: '' };
    const before = performance.now();
    await diagnostics(() =>
      client.notify('textDocument/didChange', { textDocument: { uri, version }, contentChanges: [change] }),
    );
    times.push(performance.now() - before);
  }
  client.stop();
  const p95 = quantile(times, 0.95);
  console.log(
    `${name.padEnd(10)} ${String(lines.length).padStart(6)} lines, ${String(found.length).padStart(5)} findings: ` +
      `start and open ${ms(opened)}, keystroke median ${ms(quantile(times, 0.5))}, 95th percentile ${ms(p95)} ` +
      `(${(p95 / grammarTime).toFixed(2)} of one parse of the file)`,
  );
}

await loadModule();
writeFileSync(
  path.join(folder, '0001_start.sql'),
  'CREATE TABLE orders (id bigint PRIMARY KEY, note text);\n',
);
const { statements, parsing, effects } = await timeEffects();
console.log(
  `effects of ${statements.toLocaleString('en')} statements, each after the replay of those before it: ${ms(effects)} ` +
    `(${(effects / parsing).toFixed(2)} of reading them)`,
);
try {
  for (const lines of [500, 5000, 50_000]) {
    const text = migration(lines);
    const before = performance.now();
    parseSync(text);
    const grammarTime = performance.now() - before;
    await time('lockstep', [process.execPath, path.resolve('dist/server.js'), '--stdio'], text, grammarTime);
    if (process.argv.includes('--peers') && lines <= 5000)
      await time('squawk', await squawk(), text, grammarTime);
  }
  await timeCompletion(path.join(folder, 'names'), quantile);
  await timeHistory(path.join(folder, 'history'), quantile);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
