// A reporter for node:test: names what fails, is skipped or takes long, and counts each file's tests.
// Counts and failures go to the file TEST_RESULT_FILE, because a runner that dies must not look like one that has passed.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PlainError, root } from './processes.mjs';

/**
 * What a run comes to.
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Counts
 */

/** A test that takes longer is named when it passes, so that a person sees the run go on. In milliseconds. */
const slow = 1000;

/**
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} source
 * @returns {AsyncGenerator<string>}
 */
export default async function* report(source) {
  /** @type {Map<string, { passed: number, failed: number, skipped: number, milliseconds: number }>} */
  const files = new Map();
  /** @type {string[]} */
  const failures = [];
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') {
      yield data.message;
    } else if (type === 'test:diagnostic') {
      const { file, message } = data;
      if (file !== undefined && !isSummary(message)) yield `ℹ ${path.relative(root, file)}: ${message}\n`;
    } else if (type === 'test:pass' || type === 'test:fail') {
      yield* count(type === 'test:pass', data, files, failures);
    }
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const [file, counts] of files) {
    if (counts.passed + counts.failed + counts.skipped === 0) {
      counts.failed = 1;
      const failure = `✖ ${file} holds no test.\n`;
      failures.push(failure);
      yield failure;
    }
    yield `  ${file}: ${describeCounts(counts)} in ${seconds(counts.milliseconds)}\n`;
    for (const state of Object.keys(total)) total[state] += counts[state];
  }
  const { TEST_RESULT_FILE } = process.env;
  if (TEST_RESULT_FILE === undefined) throw new PlainError('TEST_RESULT_FILE is not set.');
  writeFileSync(TEST_RESULT_FILE, JSON.stringify({ ...total, failures, files: [...files.keys()] }));
}

/**
 * Counts as a person says it: "3 passed, 1 failed".
 * @param {Omit<Counts, 'failures'>} counts
 * @returns {string}
 */
export function describeCounts({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** What node:test says of a whole run; this reporter counts for itself. */
function isSummary(message) {
  return /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(message);
}

function* count(hasPassed, data, files, failures) {
  const place = path.relative(root, data.file ?? data.name);
  // In a process for many files each of them is a suite of that process's script.
  const isShared = data.nesting === 0 && data.name.endsWith('.test.ts');
  const file = isShared ? data.name : place;
  // A file without a test, or one whose process has crashed, is reported as a test of the file's own name.
  const isFile = isShared || (data.nesting === 0 && path.resolve(data.name) === path.resolve(root, file));
  const isSuite = data.details?.type === 'suite';
  const error = data.details?.error;
  const title = isFile ? file : `${file}: ${data.name}`;
  const duration = data.details?.duration_ms ?? 0;
  const time = seconds(duration);
  // The script itself has no test.
  if (!file.endsWith('.test.ts') && hasPassed) return;
  const counts = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, milliseconds: 0 };
  files.set(file, counts);
  if (data.nesting === 0) counts.milliseconds += duration;
  if (data.skip !== undefined || data.todo !== undefined) {
    counts.skipped++;
    yield `- ${title}: skipped${typeof data.skip === 'string' ? `: ${data.skip}` : ''}\n`;
  } else if (!hasPassed) {
    // A test fails when one of its subtests does, which has been reported already.
    if (error?.failureType === 'subtestsFailed') return;
    counts.failed++;
    const problem =
      isFile && error?.exitCode !== undefined
        ? `    The test file's process ${describeEnd(error)}.`
        : explain(error);
    const failure = `✖ ${title} (${time})\n${problem}\n`;
    failures.push(failure);
    yield failure;
  } else if (!isSuite && !isFile) {
    counts.passed++;
    if (duration > slow) yield `✔ ${title} (${time})\n`;
  }
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function describeEnd(error) {
  return error?.signal ? `was ended by ${error.signal}` : `ended with exit code ${error?.exitCode}`;
}

function explain(error) {
  const cause = error?.cause ?? error;
  return String(cause?.stack ?? cause).replaceAll(/^/gm, '    ');
}
