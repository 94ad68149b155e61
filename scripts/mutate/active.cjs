// Loaded in front of every program of a run: `__mutant(id)` says whether a fault is the one that is tried, or notes that
// a test has come by. Faults that no test comes by need not be tried.
const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { threadId } = require('node:worker_threads');

const { LOCKSTEP_MUTANT, LOCKSTEP_MUTANTS_SEEN } = process.env;
if (LOCKSTEP_MUTANTS_SEEN === undefined) {
  const active = Number(LOCKSTEP_MUTANT ?? -1);
  globalThis.__mutant = (id) => id === active;
} else {
  let seen = new Uint8Array(1 << 16);
  let count = 0;
  globalThis.__mutant = (id) => {
    if (seen[id] === 1) return false;
    if (id >= seen.length) {
      const more = new Uint8Array(2 * id);
      more.set(seen);
      seen = more;
    }
    seen[id] = 1;
    count++;
    return false;
  };
  let written = 0;
  const write = () => {
    if (count === written) return;
    written = count;
    mkdirSync(LOCKSTEP_MUTANTS_SEEN, { recursive: true });
    const ids = [...seen.keys()].filter((id) => seen[id] === 1);
    writeFileSync(join(LOCKSTEP_MUTANTS_SEEN, `${process.pid}-${threadId}`), ids.join('\n'));
  };
  process.on('exit', write);
  // Servers are killed.
  setInterval(write, 500).unref();
}
