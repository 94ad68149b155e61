// What a long history costs: to read it once, to keep it, and to type with it behind the open migration.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseSync } from 'libpg-query';
import { register } from 'tsx/cjs/api';
import { makeHistory, whyNoHistory } from './history-files.mjs';
import { LspClient } from './lsp-client.mjs';
import { migration } from './migration.mjs';

const keystrokes = 60;

/**
 * Prints what histories of 1,000 and 10,000 migrations cost. The grammar must be loaded.
 * @param {string} folder an empty folder
 * @param {(values: number[], part: number) => number} quantile
 */
export async function timeHistory(folder, quantile) {
  const reason = whyNoHistory();
  if (reason !== undefined) {
    console.log(`\nHistories are not timed: ${reason}.`);
    return;
  }
  let without;
  for (const count of [0, 1000, 10_000]) {
    const place = path.join(folder, String(count));
    mkdirSync(place, { recursive: true });
    const history = makeHistory(place, count);
    console.log(
      `\n${count.toLocaleString('en')} migrations, ${(history.bytes / 1e6).toFixed(1)} million characters`,
    );
    if (count > 0) reportReplay(await replayAll(history));
    without = await timeEditing(history, quantile, without);
  }
}

function reportReplay({ statements, reading, grammar, parsing, replaying, megabytes, count }) {
  const ratio = (time) => `${ms(time)} (${(time / grammar).toFixed(2)} of the grammar alone)`;
  console.log(
    `  from the disk ${ms(reading)}, parsing ${statements.toLocaleString('en')} statements ${ratio(parsing)}, ` +
      `replay ${ratio(replaying)}\n` +
      `  kept: ${megabytes.toFixed(1)} MB, ${((megabytes * 1000) / count).toFixed(1)} kB for each migration`,
  );
}

/** Reads a history part by part, in this process, and says what is kept of it. */
async function replayAll({ paths }) {
  // The server's parts are TypeScript, and no bundle offers them one by one.
  const unregister = register();
  const require = createRequire(import.meta.url);
  const { loadGrammar, parseFile, Parser } = require('../../server/src/sql/parse.ts');
  const { Workspace } = require('../../server/src/workspace/workspace.ts');
  const { History } = require('../../server/src/features/history.ts');
  unregister();
  await loadGrammar();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const workspace = new Workspace(new Map());
  const project = workspace.projectOf(paths[0], {
    postgresVersion: undefined,
    runner: undefined,
    runnerVersion: undefined,
    lockTimeout: '5s',
    defaultBranch: undefined,
    rules: {},
  });
  const [reading, texts] = timed(() => paths.map((file) => workspace.tree.read(file) ?? ''));
  const [grammar] = timed(() => texts.forEach(parseIfPossible));
  const before = heap();
  const parser = new Parser();
  const [parsing, files] = timed(() =>
    paths.map((file, index) => ({
      path: file,
      file: parseFile(texts[index], { boundary: project.runner.boundary, parser }),
    })),
  );
  const history = new History(project);
  const [replaying] = timed(() => history.after(files));
  const megabytes = heap() - before;
  const statements = files.reduce((sum, { file }) => sum + file.statements.length, 0);
  return { statements, reading, grammar, parsing, replaying, megabytes, count: paths.length };
}

function parseIfPossible(text) {
  try {
    parseSync(text);
  } catch {
    // One error rejects the whole text; it was read up to there.
  }
}

function timed(work) {
  const begun = performance.now();
  const result = work();
  return [performance.now() - begun, result];
}

/** Opens a migration behind a history, types in it, in an old one, and while a checkout changes 500 others. */
async function timeEditing({ folder, paths }, quantile, without) {
  const client = new LspClient(process.execPath, [path.resolve('dist/server.js'), '--stdio'], folder);
  try {
    await client.request('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: {},
    });
    client.notify('initialized', {});
    // What is said of the newest migration depends on one in the middle.
    const old = paths[paths.length >> 1];
    if (old !== undefined) appendFileSync(old, probe(10));
    const newest = new OpenMigration(
      client,
      path.join(folder, 'supabase/migrations/20300101000000_now.sql'),
      `${migration(500)}ALTER TABLE bench_probe ALTER COLUMN name TYPE varchar(20);\n`,
    );
    const opened = await newest.open();
    const [median, p95] = await typing(newest, quantile);
    const ratio =
      without === undefined ? '' : ` (${(median / without).toFixed(2)} of that without a history)`;
    console.log(
      `  open the newest ${ms(opened)}; a keystroke in it ${ms(median)}${ratio}, 95th percentile ${ms(p95)}`,
    );
    if (old === undefined) return median;
    await editOld(client, newest, old, quantile);
    await checkout(client, newest, paths, quantile);
    console.log(`  the server's memory afterwards: ${client.megabytes().toFixed(0)} MB`);
    return without;
  } finally {
    client.stop();
  }
}

/** The median and the 95th percentile of some keystrokes in a comment, each to the diagnostics for it. */
async function typing(document, quantile, count = keystrokes) {
  const times = [];
  for (let round = 0; round < count; round++) times.push(await document.type(round % 2 === 0));
  return [quantile(times, 0.5), quantile(times, 0.95)];
}

async function editOld(client, newest, old, quantile) {
  const document = new OpenMigration(client, old, readFileSync(old, 'utf8'));
  await document.open();
  const [median, p95] = await typing(document, quantile, 20);
  const begun = performance.now();
  const right = newest.until((diagnostics) => diagnostics.some(isAboutProbe));
  document.replace('varchar(10)', 'varchar(40)');
  await right;
  console.log(
    `  a keystroke in the one in the middle ${ms(median)}, 95th percentile ${ms(p95)}; ` +
      `the newest is right after ${ms(performance.now() - begun)}`,
  );
  const back = newest.until((diagnostics) => !diagnostics.some(isAboutProbe));
  document.replace('varchar(40)', 'varchar(10)');
  await back;
  document.close();
}

/** 500 files around the middle are written again, as git does, and told of in bursts, as editors do. */
async function checkout(client, newest, paths, quantile) {
  const middle = paths.length >> 1;
  const changed = paths.slice(middle - 250, middle + 250);
  const begun = performance.now();
  const right = newest.until((diagnostics) => diagnostics.some(isAboutProbe));
  const times = [];
  for (let from = 0; from < changed.length; from += 50) {
    const burst = changed.slice(from, from + 50);
    for (const file of burst) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, file === paths[middle] ? text.replace(probe(10), probe(40)) : `${text}-- \n`);
    }
    const changes = burst.map((file) => ({ uri: pathToFileURL(file).href, type: 2 }));
    client.notify('workspace/didChangeWatchedFiles', { changes });
    times.push(await newest.answer());
  }
  await right;
  console.log(
    `  500 files change on the disk: the newest is right after ${ms(performance.now() - begun)}; ` +
      `requests meanwhile take ${ms(quantile(times, 0.5))}, the slowest ${ms(Math.max(...times))}`,
  );
}

const probe = (length) => `\nCREATE TABLE bench_probe (name varchar(${length}));\n-- \n`;
const isAboutProbe = ({ code }) => code === 'alter-column-type-rewrites';
const ms = (value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

/** A document as an editor holds it. */
class OpenMigration {
  #version = 1;

  constructor(client, file, text) {
    this.client = client;
    this.uri = pathToFileURL(file).href;
    this.text = text;
  }

  async open() {
    const begun = performance.now();
    const answer = this.until(() => true);
    const { uri, text } = this;
    this.client.notify('textDocument/didOpen', {
      textDocument: { uri, languageId: 'sql', version: 1, text },
    });
    await answer;
    return performance.now() - begun;
  }

  close() {
    this.client.notify('textDocument/didClose', { textDocument: { uri: this.uri } });
  }

  /** A letter comes or goes at the end of the last comment; how long it takes to the diagnostics for that. */
  async type(comes) {
    const offset = this.text.lastIndexOf('-- ') + 3;
    const begun = performance.now();
    const answer = this.until(() => true);
    this.#change(offset, comes ? offset : offset + 1, comes ? 'x' : '');
    await answer;
    return performance.now() - begun;
  }

  replace(before, after) {
    const offset = this.text.indexOf(before);
    this.#change(offset, offset + before.length, after);
  }

  /** How long the answer to a request takes that looks at the text only. */
  async answer() {
    const begun = performance.now();
    await this.client.request('textDocument/foldingRange', { textDocument: { uri: this.uri } });
    return performance.now() - begun;
  }

  /** Waits for diagnostics of this document that are as wanted. */
  async until(isWanted) {
    for (;;) {
      const { uri, diagnostics } = await this.client.next('textDocument/publishDiagnostics');
      if (uri === this.uri && isWanted(diagnostics)) return;
    }
  }

  #change(start, end, text) {
    const range = { start: this.#position(start), end: this.#position(end) };
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.client.notify('textDocument/didChange', {
      textDocument: { uri: this.uri, version: ++this.#version },
      contentChanges: [{ range, text }],
    });
  }

  #position(offset) {
    const lines = this.text.slice(0, offset).split('\n');
    return { line: lines.length - 1, character: lines.at(-1).length };
  }
}
