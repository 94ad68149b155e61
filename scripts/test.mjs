// Runs the tests, in groups: see `groups` below.
// usage: npm test [-- GROUP | a file or folder below test/ ...]
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { runEditorSuite } from '../test/editor/launch.mjs';
import { ended, exitOnSignals, PlainError, root, run, runMain, testEnvironment } from './processes.mjs';
import { findNeovim } from './provision/neovim.mjs';
import { describeCounts } from './test-reporter.mjs';

/**
 * The groups, in the order in which they run. A file belongs to the one that it names, on a line `// Group: NAME`, else to
 * that of its folder below test/, else to `fast`.
 * @type {Record<string, (files: string[]) => Promise<import('./test-reporter.mjs').Counts>>}
 */
const groups = {
  // What an author runs after every change: nothing but our own code on small texts.
  fast: runTogether,
  // Every fix with every runner, every place of a text, every expression: many cases of one kind.
  tables: runTogether,
  // The command line and the server as the programs that are shipped.
  programs: (files) => runNodeTests(files, { concurrency: 2 }),
  // PostgreSQL inside of the process.
  pglite: (files) => runNodeTests(files, { concurrency: 2 }),
  // All files of real projects.
  corpus: (files) => runNodeTests(files, { concurrency: 2 }),
  // Real servers, and the runners' own programs.
  postgres: runServerTests,
  neovim: async (files) =>
    runNodeTests(files, { concurrency: 1, environment: { NEOVIM_PATH: await findNeovim() } }),
  editor: runEditorSuite,
};

/** Folders whose tests are of a group of another name. */
const groupsOfFolders = { cli: 'programs', lsp: 'programs', fuzz: 'programs' };

/** A single test that takes longer hangs. In milliseconds. */
const timeLimit = 10 * 60_000;

await runMain(async () => {
  exitOnSignals();
  const chosen = chooseFiles(process.argv.slice(2));
  // What the tests of the command line, the server and Neovim run is the bundles.
  await run(process.execPath, ['esbuild.mjs']);
  const summary = [];
  for (const [group, files] of chosen) {
    console.log(`\n== ${group}: ${files.length} ${files.length === 1 ? 'file' : 'files'}`);
    const start = Date.now();
    const counts = await runGroup(group, files);
    summary.push({ group, counts, seconds: (Date.now() - start) / 1000 });
  }
  // Far above, among what has passed, nobody finds them again; a log that was cut no longer has them.
  for (const { group, counts } of summary) {
    if (counts.failed > 0) console.log(`\n== ${group}: what has failed\n${counts.failures.join('')}`);
  }
  console.log();
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { group, counts, seconds } of summary) {
    console.log(`${group.padEnd(10)}${describeCounts(counts)} in ${seconds.toFixed(1)} s`);
    for (const state of Object.keys(total)) total[state] += counts[state];
  }
  console.log(`\n${describeCounts(total)}`);
  return total.failed > 0 ? 1 : 0;
});

/** The test files to run, by group. A group that was asked for stays in the map when it has no file. */
function chooseFiles(names) {
  const all = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.join(root, 'test', file))
    .sort();
  const wanted = names.length > 0 ? names : Object.keys(groups);
  const chosen = new Map();
  for (const name of wanted) {
    const files = name in groups ? all.filter((file) => groupOf(file) === name) : filesAt(name, all);
    if (name in groups && files.length === 0) chosen.set(name, []);
    for (const file of files) {
      chosen.set(groupOf(file), [...new Set([...(chosen.get(groupOf(file)) ?? []), file])]);
    }
  }
  return new Map(
    Object.keys(groups).flatMap((group) => (chosen.has(group) ? [[group, chosen.get(group)]] : [])),
  );
}

function groupOf(file) {
  const [, named] = /^\/\/ Group: (\w+)$/m.exec(readFileSync(file, 'utf8')) ?? [];
  if (named !== undefined && !(named in groups)) {
    throw new PlainError(`${path.relative(root, file)} names the group "${named}", which is none.`);
  }
  const [folder = ''] = path.relative(path.join(root, 'test'), file).split(path.sep);
  return named ?? groupsOfFolders[folder] ?? (folder in groups ? folder : 'fast');
}

/**
 * Runs files in two processes for all, since to start one and to read our sources takes longer than most tests do. What a
 * test changes in its process it puts back; a file that cannot says why, on a line `// Own process: …`.
 */
async function runTogether(files) {
  const isAlone = (file) => /^\/\/ Own process: /m.test(readFileSync(file, 'utf8'));
  const together = files.filter((file) => !isAlone(file));
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-test-'));
  try {
    const shares = [0, 1].flatMap((share) => {
      const own = together.filter((_, index) => index % 2 === share);
      if (own.length === 0) return [];
      const suites = own.map((file) => {
        const name = JSON.stringify(path.relative(root, file));
        return `describe(${name}, () => void require(${JSON.stringify(file)}));\n`;
      });
      const place = path.join(folder, `share-${share + 1}.cjs`);
      writeFileSync(place, `const { describe } = require('node:test');\n${suites.join('')}`);
      return [place];
    });
    const counts = await runNodeTests([...shares, ...files.filter(isAlone)], { concurrency: 2 });
    // One that ends its process takes with it those behind it, and nobody else would notice.
    for (const file of files.map((name) => path.relative(root, name))) {
      if (counts.files.includes(file)) continue;
      counts.failed++;
      counts.failures.push(`✖ ${file} was not reached.\n`);
    }
    return counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two at a time, and then one by one those that measure who waits for whom, which a busy machine blurs. */
async function runServerTests(files) {
  const isAlone = (file) => /^\/\/ Alone: /m.test(readFileSync(file, 'utf8'));
  const alone = files.filter(isAlone);
  /** @type {import('./test-reporter.mjs').Counts} */
  const total = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const [some, concurrency] of /** @type {const} */ ([
    [files.filter((file) => !isAlone(file)), 2],
    [alone, 1],
  ])) {
    if (some.length === 0) continue;
    const counts = await runNodeTests(some, { concurrency });
    for (const state of ['passed', 'failed', 'skipped']) total[state] += counts[state];
    total.failures.push(...counts.failures);
  }
  return total;
}

function filesAt(name, all) {
  const place = path.resolve(process.env.INIT_CWD ?? root, name);
  if (!existsSync(place)) {
    throw new PlainError(
      `"${name}" is neither a file nor a group; the groups are ${Object.keys(groups).join(', ')}.`,
    );
  }
  const files = all.filter((file) => file === place || file.startsWith(place + path.sep));
  if (files.length === 0) throw new PlainError(`There is no *.test.ts in "${name}".`);
  return files;
}

/** A group that cannot run, or that has no test, has failed; the others still run. */
async function runGroup(group, files) {
  const failure = (problem) => {
    console.log(problem);
    return { passed: 0, failed: 1, skipped: 0, failures: [`${problem}\n`] };
  };
  const runFiles = groups[group];
  if (runFiles === undefined || files.length === 0) {
    return failure(`✖ The group "${group}" has no test file.`);
  }
  try {
    const counts = await runFiles(files);
    if (counts.passed + counts.failed > 0) return counts;
    return { ...failure(`✖ No test of the group "${group}" has run.`), skipped: counts.skipped };
  } catch (error) {
    return failure(`✖ ${error instanceof PlainError ? error.message : inspect(error)}`);
  }
}

/**
 * Runs files with node:test, each in a process of its own.
 * @param {string[]} files
 * @param {{ concurrency: number, environment?: NodeJS.ProcessEnv }} options
 * @returns {Promise<import('./test-reporter.mjs').Counts & { files: string[] }>}
 */
async function runNodeTests(files, { concurrency, environment }) {
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'lockstep-test-'));
  const resultFile = path.join(temporary, 'result.json');
  try {
    const runner = spawn(
      process.execPath,
      [
        ...['--import', 'tsx', '--test', `--test-concurrency=${concurrency}`, `--test-timeout=${timeLimit}`],
        `--test-reporter=${path.join(root, 'scripts', 'test-reporter.mjs')}`,
        '--test-reporter-destination=stdout',
        ...files,
      ],
      {
        cwd: root,
        env: { ...testEnvironment(), ...environment, TEST_RESULT_FILE: resultFile },
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    const ending = await ended(runner);
    if (!existsSync(resultFile))
      throw new PlainError(`The test runner ended with ${ending} and without a result.`);
    const counts = JSON.parse(readFileSync(resultFile, 'utf8'));
    if (ending !== 'exit code 0' && counts.failed === 0) {
      throw new PlainError(`The test runner ended with ${ending}, although no test has failed.`);
    }
    return counts;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
