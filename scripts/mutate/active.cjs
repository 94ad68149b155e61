// Loaded in front of every program of a run: `__mutant(id)` says whether a fault is the one that is tried, or notes which
// test has come by. Faults that no test comes by need not be tried.
const { mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { threadId } = require('node:worker_threads');

const { LOCKSTEP_MUTANT, LOCKSTEP_MUTANTS_SEEN, LOCKSTEP_MUTANTS_TEST } = process.env;

if (LOCKSTEP_MUTANTS_SEEN === undefined) {
  const active = Number(LOCKSTEP_MUTANT ?? -1);
  globalThis.__mutant = (id) => id === active;
} else {
  /** By test, the faults it came by and how long it took; by '' what is done between and before the tests. */
  const tests = new Map();
  const entry = (fullName, name) => {
    let known = tests.get(fullName);
    if (known === undefined) tests.set(fullName, (known = { name, ids: new Set(), milliseconds: 0 }));
    return known;
  };
  // A program that a test has started works for that test.
  let current = entry(LOCKSTEP_MUTANTS_TEST ?? '');
  let last = -1;
  let hasMore = false;
  const isTest = process.argv[1]?.endsWith('.test.js') === true;
  let isSoonWritten = false;
  globalThis.__mutant = (id) => {
    if (id === last) return false;
    last = id;
    if (current.ids.has(id)) return false;
    current.ids.add(id);
    hasMore = true;
    if (isTest || isSoonWritten) return false;
    // A server may be killed as soon as it has answered.
    isSoonWritten = true;
    setImmediate(() => {
      isSoonWritten = false;
      write();
    });
    return false;
  };

  if (isTest) {
    const { beforeEach, afterEach } = require('node:test');
    // Those of a whole file are called for its tests only, not for its suites.
    const asTest = (context) => /** @type {import('node:test').TestContext} */ (context);
    let start = 0;
    beforeEach((context) => {
      const { fullName, name } = asTest(context);
      current = entry(fullName, name);
      // What a program does for a test is counted by the test's name, which is known here only.
      current.name = name;
      hasMore = true;
      last = -1;
      process.env.LOCKSTEP_MUTANTS_TEST = fullName;
      start = performance.now();
    });
    afterEach((context) => {
      const { fullName } = asTest(context);
      entry(fullName).milliseconds += performance.now() - start;
      current = entry('');
      last = -1;
      delete process.env.LOCKSTEP_MUTANTS_TEST;
    });
  }

  const write = () => {
    if (!hasMore) return;
    hasMore = false;
    mkdirSync(LOCKSTEP_MUTANTS_SEEN, { recursive: true });
    const lines = [...tests].map(([fullName, { name, ids, milliseconds }]) =>
      JSON.stringify({ fullName, name, milliseconds, ids: [...ids] }),
    );
    writeFileSync(path.join(LOCKSTEP_MUTANTS_SEEN, `${process.pid}-${threadId}`), lines.join('\n'));
  };
  process.on('exit', write);
}
