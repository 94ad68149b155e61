// Mutation testing: makes deliberate faults in the sources, one at a time, and looks whether a test notices.
// usage: npm run mutate [-- FOLDER... [--sample N | --all] [--tests PLACE] [--jobs N]]
// A FOLDER is one of server/src or client; without one, all that have a goal. Of each folder N faults are tried, always
// the same ones while its files stay the same (default 100). --tests asks only the test files below PLACE, which is quick;
// more may be noticed by others. What survived is printed, and kept in .cache/mutate; what was noticed is not tried again
// until the source or the test has changed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitOnSignals, PlainError, root, runMain, testEnvironment } from '../processes.mjs';
import { build, house, place } from './house.mjs';

/** Per cent of the faults that tests are to notice. */
const goal = 80;

/** Folders with the goal, and those that come to it when they are rebuilt. */
const folders = ['effects', 'catalog', 'inverses', 'runners', 'lsp', 'cli', 'client'];
const later = ['rules', 'rewrites', 'features', 'workspace', 'sql'];

/** These are not asked: they take long, look at the sources, or wait for programs to end that a fault keeps alive. */
const notAsked =
  /^test\/(?:lsp\/client-end|cli\/bad-input|postgres|editor|neovim|fuzz|architecture|generated|regular-expressions|examples\/)/;

/** A test file that takes longer is not asked; neither is anybody when the tests of one fault have taken so long. */
const longest = 240_000;
const mostTime = 90_000;

/** Of the tests of a file the quickest are asked, as long as they take so long together. */
const mostTimeOfFile = 25_000;

const hook = path.join(root, 'scripts/mutate/active.cjs');
const resultFile = path.join(place, 'results.json');

const page = path.join(root, 'docs/mutation.md');

const introduction = `# Deliberate faults

\`npm run mutate [-- FOLDER… [--sample N]]\` writes this table. It makes one small fault at a time in the sources (a
comparison, a condition, a call that is left out) and looks whether a test notices that comes by; those on real servers and
in editors are not asked. Of each folder so many faults are tried as were drawn, always the same ones while its files are
the same. Some are none: they change nothing that anybody could see. The goal is ${goal} % in ${folders.join(', ')};
the other folders come to it as they are rebuilt.`;

await runMain(async () => {
  exitOnSignals();
  const { names, sample, jobs, asked } = readArguments(process.argv.slice(2));
  console.log('Building …');
  const mutants = await build(names.map(folderOf));
  const chosen = names.flatMap((name) => sampled(mutants, folderOf(name), sample));
  console.log(`${mutants.length} faults in ${names.join(', ')}; ${chosen.length} are tried.`);
  const tests = await recordTests(jobs, asked);
  const results = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, 'utf8')) : {};
  let done = 0;
  await inParallel(chosen, jobs, async (mutant) => {
    const known = results[mutant.key];
    const isKnown =
      known?.killer !== undefined && tests.find(({ file }) => file === known.killer)?.digest === known.digest;
    if (!isKnown) {
      results[mutant.key] = await attempt(mutant, tests, known);
      writeFileSync(resultFile, JSON.stringify(results));
    }
    if (++done % 20 === 0) console.log(`${done} of ${chosen.length}`);
  });
  report(names, chosen, results);
  writeTable(names, mutants, chosen, results, asked === '' ? 'all' : asked);
  return 0;
});

function folderOf(name) {
  return name === 'client' ? 'client/src' : `server/src/${name}`;
}

function readArguments(words) {
  const names = [];
  let sample = 100;
  let jobs = 2;
  let asked = '';
  for (let at = 0; at < words.length; at++) {
    if (words[at] === '--sample') sample = Number(words[++at]);
    else if (words[at] === '--jobs') jobs = Number(words[++at]);
    else if (words[at] === '--tests') asked = words[++at] ?? '';
    else if (words[at] === '--all') sample = Infinity;
    else if ([...folders, ...later].includes(words[at])) names.push(words[at]);
    else throw new PlainError(`"${words[at]}" is none of ${[...folders, ...later].join(', ')}.`);
  }
  if (!(sample > 0) || !(jobs > 0)) throw new PlainError('--sample and --jobs take a number.');
  return { names: names.length > 0 ? names : folders, sample, jobs, asked };
}

/** Those with the smallest keys, which are as good as drawn by lot, and stay the same. */
function sampled(mutants, folder, count) {
  const own = mutants.filter(({ file }) => file.startsWith(`${folder}/`));
  return own.sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, count);
}

/**
 * A test file, and which faults its tests come by.
 * @typedef {object} TestFile
 * @property {string} file
 * @property {string} digest
 * @property {number} milliseconds  What it takes to start it.
 * @property {Set<number>} always  Faults that it comes by before and between its tests.
 * @property {{ fullName: string, name: string, milliseconds: number, ids: Set<number> }[]} tests
 */

/** Runs each test file once; what was recorded stays true as long as nothing but other test files has changed. */
async function recordTests(jobs, asked) {
  const files = readdirSync(path.join(house, 'test'), { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.split(path.sep).join('/')}`)
    .filter((file) => file.endsWith('.test.js') && file.startsWith(asked) && !notAsked.test(file))
    .sort();
  const base = digestOf(sourcesOfHouse());
  /** @type {TestFile[]} */
  const tests = [];
  await inParallel(files, jobs, async (file) => {
    const digest = digestOf([file]);
    const folder = path.join(place, 'seen', digestOf([file], base));
    if (!existsSync(path.join(folder, 'milliseconds'))) {
      rmSync(folder, { recursive: true, force: true });
      const start = performance.now();
      const { passed } = await runTest(file, undefined, { LOCKSTEP_MUTANTS_SEEN: folder }, longest);
      mkdirSync(folder, { recursive: true });
      const milliseconds = passed ? String(performance.now() - start) : '';
      writeFileSync(path.join(folder, 'milliseconds'), milliseconds);
    }
    const whole = readFileSync(path.join(folder, 'milliseconds'), 'utf8');
    if (whole === '') console.log(`${file} fails without a fault, or takes too long, and is not asked.`);
    else tests.push({ file, digest, ...seenIn(folder, Number(whole)) });
  });
  return tests;
}

/** @param {string} folder @param {number} whole */
function seenIn(folder, whole) {
  const byName = new Map();
  for (const one of readdirSync(folder)) {
    if (one === 'milliseconds') continue;
    for (const line of readFileSync(path.join(folder, one), 'utf8').split('\n')) {
      const { fullName, name, milliseconds, ids } = JSON.parse(line);
      const known = byName.get(fullName) ?? { fullName, name, milliseconds: 0, ids: new Set() };
      byName.set(fullName, known);
      known.name ??= name;
      known.milliseconds += milliseconds;
      for (const id of ids) known.ids.add(id);
    }
  }
  const always = byName.get('')?.ids ?? new Set();
  byName.delete('');
  const tests = [...byName.values()];
  const inTests = tests.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return { always, tests, milliseconds: Math.max(0, whole - inTests) };
}

/** Tries one fault with the tests that come by, the quickest first, until one notices. */
async function attempt(mutant, tests, known) {
  // Those of the same folder are the likeliest.
  const own = `test/${mutant.file.split('/').at(-2)}/`;
  const order = tests
    .flatMap((test) => {
      const isWhole = test.always.has(mutant.id);
      const by = isWhole ? test.tests : test.tests.filter(({ ids }) => ids.has(mutant.id));
      if (!isWhole && by.length === 0) return [];
      const asked = quickest(by, mostTimeOfFile - test.milliseconds);
      const isAll = isWhole && asked.length === test.tests.length;
      const pattern = isAll ? undefined : patternFor(asked, test.tests);
      const time = asked.reduce((sum, { milliseconds }) => sum + milliseconds, test.milliseconds);
      return [{ ...test, pattern, time, rank: test.file.startsWith(own) ? 0 : 1 }];
    })
    .sort((a, b) => a.rank - b.rank || a.time - b.time);
  const passed = Object.fromEntries(
    order
      .filter(({ file, digest }) => known?.passed?.[file] === digest)
      .map(({ file, digest }) => [file, digest]),
  );
  let spent = 0;
  for (const { file, pattern, time, digest } of order) {
    if (passed[file] !== undefined) continue;
    if (spent + time > mostTime) break;
    spent += time;
    const result = await runTest(file, pattern, { LOCKSTEP_MUTANT: String(mutant.id) }, 3 * time + 10_000);
    if (!result.passed) return { killer: file, digest };
    passed[file] = digest;
  }
  return { passed };
}

/** The quickest tests that together take so long, in milliseconds; one at least. */
function quickest(tests, milliseconds) {
  let sum = 0;
  const sorted = tests.toSorted((a, b) => a.milliseconds - b.milliseconds);
  return sorted.filter((test, index) => (sum += test.milliseconds) <= milliseconds || index === 0);
}

function digestOf(files, more = '') {
  const hash = createHash('sha1').update(more);
  for (const file of files) hash.update(file).update(readFileSync(path.join(house, file)));
  return hash.digest('hex');
}

/** What tests depend on: all that was compiled but the tests themselves. */
function sourcesOfHouse() {
  return ['server/src', 'client/src', 'test'].flatMap((folder) =>
    readdirSync(path.join(house, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.js') && !file.endsWith('.test.js'))
      .map((file) => path.join(folder, file))
      .sort(),
  );
}

/** These tests and those that they are parts of; others of the same names run as well. */
function patternFor(asked, tests) {
  const names = asked.flatMap(({ fullName, name }) => [
    name,
    ...tests.filter((other) => fullName.startsWith(`${other.fullName} > `)).map((other) => other.name),
  ]);
  const words = [...new Set(names)].map((name) => name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return `/^(?:${words.join('|')})$/`;
}

function runTest(file, pattern, environment, limit) {
  // Longer words do not fit into a command line.
  const options = pattern === undefined || pattern.length > 100_000 ? [] : [`--test-name-pattern=${pattern}`];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...options, path.join(house, file)], {
      cwd: house,
      env: { ...testEnvironment(), NODE_OPTIONS: `--require ${hook}`, ...environment },
      stdio: 'ignore',
      detached: true,
    });
    const timer = setTimeout(() => end(), limit);
    // What a test has started goes with it.
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    };
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      end();
      resolve({ passed: code === 0 });
    });
  });
}

async function inParallel(items, jobs, work) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: jobs }, worker));
}

function report(names, chosen, results) {
  for (const name of names) {
    const own = below(chosen, name);
    const survivors = own.filter(({ key }) => results[key].killer === undefined);
    for (const { key, file, line, before, after } of survivors) {
      const asked = Object.keys(results[key].passed).length;
      const short = (text) => text.replace(/\s+/g, ' ').slice(0, 100);
      const who = `${asked} test ${asked === 1 ? 'file comes' : 'files come'} by`;
      console.log(`${file}:${line}: ${short(before)} -> ${short(after)} (${who})`);
    }
    const noticed = own.length - survivors.length;
    console.log(
      `${name}: ${noticed} of ${own.length} noticed, ${rate(noticed, own.length)} % (goal ${goal} %)`,
    );
  }
}

function writeTable(names, mutants, chosen, results, asked) {
  const rows = new Map(tableRows());
  for (const name of names) {
    const own = below(chosen, name);
    const noticed = own.filter(({ key }) => results[key].killer !== undefined).length;
    const all = below(mutants, name).length;
    rows.set(
      name,
      `| ${name} | ${all} | ${own.length} | ${noticed} | ${rate(noticed, own.length)} % | ${asked} |`,
    );
  }
  const order = [...folders, ...later].filter((name) => rows.has(name));
  const head = ['| folder | faults | tried | noticed | | tests asked |', '|---|---|---|---|---|---|'];
  writeFileSync(page, `${introduction}\n\n${[...head, ...order.map((name) => rows.get(name))].join('\n')}\n`);
}

function below(mutants, name) {
  return mutants.filter(({ file }) => file.startsWith(`${folderOf(name)}/`));
}

function rate(part, whole) {
  return whole === 0 ? 0 : Math.floor((100 * part) / whole);
}

/** The rows that are there, by folder. @returns {[string, string][]} */
function tableRows() {
  if (!existsSync(page)) return [];
  return readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => /^\| [a-z]+ \| \d/.test(line))
    .map((line) => [line.split(' ')[1] ?? '', line]);
}
