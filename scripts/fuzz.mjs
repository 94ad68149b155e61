// Fuzzing: random typing, hostile texts and folders, and whether memory stays bounded. Prints what can be pasted in a test.
// usage: npm run fuzz [-- SECONDS] [KIND ...] [--seed N] [--path P] [--case JSON|FILE] [--count N]
//   KIND     typing, texts, folders, memory; all of them without one, which share the SECONDS (60)
//   --count  ends after so many edits, texts or folders of a kind, when the time is not over before
//   --seed   that of an earlier run; with --path, only the case that was printed with it
//   --case   a case as it was printed for a process that never came back
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ended, exitOnSignals, PlainError, root, runMain } from './processes.mjs';

/** The kinds, and which part of the time each has. */
const shares = { typing: 0.45, texts: 0.35, folders: 0.1, memory: 0.1 };

/** A process that has begun nothing new for so long hangs. In milliseconds; a busy machine needs some. */
const patience = 5 * 60_000;

await runMain(async () => {
  exitOnSignals();
  const options = readOptions();
  const corpus = path.join(root, '../shared/corpus');
  if (!existsSync(corpus)) console.log(`${corpus} is not there: examples and fixtures are typed in instead.`);
  console.log(`seed ${options.seed}, ${options.seconds} s: ${options.kinds.join(', ')}`);
  let failed = 0;
  for (const kind of options.kinds) {
    const outcome = await runKind(kind, options);
    const figures = Object.entries(outcome.figures).map(([name, value]) => `${value} ${name}`);
    console.log(`${kind.padEnd(8)} ${figures.join(', ')}`);
    for (const known of outcome.known ?? []) console.log(`         ${known}`);
    for (const fault of outcome.faults) console.log(describe(fault, kind));
    failed += outcome.faults.length;
  }
  console.log(
    failed === 0 ? 'No fault was found.' : `${failed} ${failed === 1 ? 'fault was' : 'faults were'} found.`,
  );
  return failed === 0 ? 0 : 1;
});

function readOptions() {
  /** @type {{ type: 'string' }} */
  const text = { type: 'string' };
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: text, path: text, case: text, count: text },
  });
  const numbers = positionals.filter((word) => /^\d+$/.test(word));
  const names = positionals.filter((word) => !numbers.includes(word));
  for (const name of names) {
    if (!(name in shares))
      throw new PlainError(`"${name}" is no kind; they are ${Object.keys(shares).join(', ')}.`);
  }
  const kinds = names.length > 0 ? names : Object.keys(shares);
  if ((values.path ?? values.case) !== undefined && kinds.length !== 1)
    throw new PlainError('One case is of one kind: name it.');
  return {
    kinds,
    seconds: Number(numbers[0] ?? 60),
    seed: values.seed === undefined ? newSeed() : Number(values.seed),
    path: values.path,
    only: values.case === undefined ? undefined : JSON.parse(readCase(values.case)),
    count: values.count === undefined ? Number.MAX_SAFE_INTEGER : Number(values.count),
  };
}

/** Another one each time. */
function newSeed() {
  return Math.floor(Math.random() * 2 ** 31);
}

function readCase(value) {
  return existsSync(value) ? readFileSync(value, 'utf8') : value;
}

/** Does one kind in a process of its own, which may hang, or die. */
async function runKind(kind, { kinds, seconds, seed, path: place, only, count }) {
  const share = shares[kind] / kinds.reduce((sum, other) => sum + shares[other], 0);
  const budget = { seed, path: place, only, milliseconds: seconds * share * 1000, count };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-fuzzing-'));
  const [result, present] = [path.join(folder, 'result.json'), path.join(folder, 'present.json')];
  try {
    const worker = spawn(
      process.execPath,
      [
        '--expose-gc',
        '--import',
        'tsx',
        path.join(root, 'test/fuzz/worker.ts'),
        kind,
        JSON.stringify(budget),
        result,
        present,
      ],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
    );
    process.once('exit', () => worker.kill('SIGKILL'));
    let hangs = /** @type {boolean} */ (false);
    const watching = setInterval(() => {
      const last = existsSync(present) ? statSync(present).mtimeMs : Date.now();
      if (Date.now() - last < patience) return;
      hangs = true;
      worker.kill('SIGKILL');
    }, 1000);
    const ending = await ended(worker);
    clearInterval(watching);
    if (existsSync(result)) return JSON.parse(readFileSync(result, 'utf8'));
    const message = hangs
      ? `This case did not come to an end in ${patience / 1000} s`
      : `The process ended with ${ending} in this case`;
    const reproduction = existsSync(present) ? readFileSync(present, 'utf8').trim() : '';
    return { figures: {}, faults: [{ message, reproduction, seed, path: '' }] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is wrong, how to see it again, and what to paste into a test. */
function describe({ message, reproduction, seed, path: place }, kind) {
  const again = place === '' ? `--case FILE` : `--seed ${seed} --path ${place}`;
  return `✖ ${kind}: ${message}\n  again: npm run fuzz -- ${kind} ${again}\n${reproduction}\n`;
}
