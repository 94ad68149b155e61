import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'libpg-query';
import { LspClient } from './lsp-client.mjs';
import { migration } from './migration.mjs';

const rounds = 30;

/** A migration that makes a table, and changes some that were made long ago. */
function pastMigration(n) {
  const earlier = Math.floor(n / 2);
  return `CREATE TYPE state_${n} AS ENUM ('new', 'done');
CREATE TABLE tenants_${n} (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_id bigint REFERENCES tenants_${earlier} (id),
  state state_${n} NOT NULL DEFAULT 'new',
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tenants_${n}_owner_idx ON tenants_${n} (owner_id);
ALTER TABLE tenants_${earlier} ADD COLUMN note_${n} text;
UPDATE users SET touched_at = now() WHERE id = ${n};
`;
}

/**
 * How long completion, definition and references take in a migration of 5,000 lines that 1,000 others come before:
 * with each letter that is typed, the analysis of that letter included. Prints one line for each.
 * The grammar must be loaded.
 * @param {string} folder an empty folder
 * @param {(values: number[], part: number) => number} quantile
 */
export async function timeCompletion(folder, quantile) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, '0000_users.sql'),
    'CREATE TABLE users (id bigint PRIMARY KEY, touched_at timestamptz);\n',
  );
  for (let n = 1; n < 1000; n++) {
    writeFileSync(path.join(folder, `${String(n).padStart(4, '0')}_change.sql`), pastMigration(n));
  }
  const file = path.join(folder, '1000_now.sql');
  const text = migration(5000);
  writeFileSync(file, text);
  const uri = pathToFileURL(file).href;
  const client = new LspClient(process.execPath, [path.resolve('dist/server.js'), '--stdio'], folder);
  await client.request('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {},
  });
  client.notify('initialized', {});
  const diagnostics = client.next('textDocument/publishDiagnostics');
  const started = performance.now();
  client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'sql', version: 1, text } });
  await diagnostics;
  console.log(
    `\n1,000 migrations before one of ${text.split('\n').length} lines: open ${(performance.now() - started).toFixed(0)} ms`,
  );

  let version = 1;
  const line = text.split('\n').length - 1;
  const textDocument = { uri };
  const change = (range, written) => {
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: ++version },
      contentChanges: [{ range, text: written }],
    });
  };
  const report = (name, times, count) => {
    const begun = performance.now();
    parseSync(text);
    const grammarTime = performance.now() - begun;
    const [median, p95] = [quantile(times, 0.5), quantile(times, 0.95)];
    console.log(
      `${name.padEnd(34)} ${String(count).padStart(5)} answers: median ${median.toFixed(1)} ms, ` +
        `95th percentile ${p95.toFixed(1)} ms (${(median / grammarTime).toFixed(2)} of one parse of the file)`,
    );
  };
  for (const [name, before, letter, after] of /** @type {const} */ ([
    ['relations: ALTER TABLE t', 'ALTER TABLE ', 't', ''],
    ['columns: … DROP COLUMN n', 'ALTER TABLE tenants_900 DROP COLUMN ', 'n', ''],
    ['columns by alias: SELECT t.n', 'SELECT t.', 'n', ' FROM tenants_900 t'],
    ['indexes: DROP INDEX t', 'DROP INDEX ', 't', ''],
    ['types: ADD COLUMN a s', 'ALTER TABLE tenants_900 ADD COLUMN a ', 's', ''],
    ['keywords: … ADD c', 'ALTER TABLE tenants_900 ADD ', 'c', ''],
  ])) {
    const start = { line, character: 0 };
    change({ start, end: start }, `${before}${after};`);
    const at = { line, character: before.length };
    const behind = { line, character: before.length + 1 };
    const times = [];
    let count = 0;
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now();
      change({ start: at, end: at }, letter);
      const { items } = await client.request('textDocument/completion', { textDocument, position: behind });
      times.push(performance.now() - begun);
      count = items.length;
      change({ start: at, end: behind }, '');
    }
    change({ start, end: { line, character: before.length + after.length + 1 } }, '');
    report(name, times, count);
  }
  const use = 'UPDATE tenants_400 SET name = (SELECT touched_at FROM users);';
  change({ start: { line, character: 0 }, end: { line, character: 0 } }, use);
  for (const [name, method, word] of /** @type {const} */ ([
    ['definition of a column', 'textDocument/definition', 'name'],
    ['references of one table of 1,000', 'textDocument/references', 'tenants_400'],
    ['references of a table in all files', 'textDocument/references', 'users'],
    ['hover on a table', 'textDocument/hover', 'tenants_400'],
    ['highlights', 'textDocument/documentHighlight', 'name'],
  ])) {
    const position = { line, character: use.indexOf(word) + 1 };
    const times = [];
    let count = 0;
    for (let round = 0; round < 10; round++) {
      const begun = performance.now();
      const answer = await client.request(method, {
        textDocument,
        position,
        context: { includeDeclaration: true },
      });
      times.push(performance.now() - begun);
      count = Array.isArray(answer) ? answer.length : answer === null ? 0 : 1;
    }
    report(name, times, count);
  }
  client.stop();
}
