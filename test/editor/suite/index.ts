// Runs inside the extension host, where VS Code calls `run`.
import { writeFileSync } from 'node:fs';
import { findSourceMap } from 'node:module';
import path from 'node:path';
import Mocha from 'mocha';
import type { SuiteResult } from '../result';
import { order, restoreWorkspace } from './editor';

/** Runs the test files that the launcher has ordered, and keeps the result file up to date. */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const result: SuiteResult = { finished: false, tests: [] };
  const save = () => {
    writeFileSync(order.resultFile, JSON.stringify(result));
  };
  save();

  const mocha = new Mocha({
    ui: 'bdd',
    // What a test waits for comes within seconds, or on a busy machine within a minute.
    timeout: 4 * 60_000,
    // The launcher prints the result file; a second report would only mix with the extension host's own log.
    reporter: Mocha.reporters.Base,
    rootHooks: { afterEach: restoreWorkspace },
  });
  for (const file of order.files) mocha.addFile(file);

  let failures;
  try {
    failures = await runMocha(mocha, result, save);
  } catch (error) {
    // A file could not be loaded. Without this the host would end without a word.
    const problem = error instanceof Error ? describe(error) : String(error);
    result.tests.push({ title: 'loading the test files', state: 'failed', milliseconds: 0, error: problem });
    failures = 1;
  }
  delete result.running;
  result.finished = true;
  save();
  if (failures > 0) throw new Error(`${failures} failed`);
}

/** Runs the tests and returns how many have failed. */
function runMocha(mocha: Mocha, result: SuiteResult, save: () => void): Promise<number> {
  return new Promise((resolve) => {
    const runner = mocha.run(resolve);
    const add = (test: Mocha.Runnable, state: 'passed' | 'failed' | 'skipped', error?: Error) => {
      result.tests.push({
        title: test.fullTitle(),
        state,
        milliseconds: test.duration ?? 0,
        ...(error && { error: describe(error) }),
      });
      save();
    };
    runner.on('test', (test) => {
      result.running = test.fullTitle();
      save();
    });
    runner.on('pass', (test) => {
      add(test, 'passed');
    });
    // A hook that fails is reported as a failed test of its own.
    runner.on('fail', (test, error: Error) => {
      add(test, 'failed', error);
    });
    runner.on('pending', (test) => {
      add(test, 'skipped');
    });
  });
}

/** The error with its causes, and with the places in the sources instead of those in the bundle. */
function describe(error: Error): string {
  // The extension host formats stacks itself, and knows nothing of source maps. Mocha has made the paths relative.
  const stack = (error.stack ?? error.message).replaceAll(
    /([^\s()]+\.js):(\d+):(\d+)/g,
    (place, file: string, line: string, column: string) => {
      const entry = findSourceMap(path.resolve(file))?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!entry || !('originalSource' in entry)) return place;
      return `${entry.originalSource.replace('file://', '')}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    },
  );
  return error.cause instanceof Error ? `${stack}\nCaused by: ${describe(error.cause)}` : stack;
}
