import { openSync, writeFileSync, writeSync } from 'node:fs';
import { loadGrammar } from '../../server/src/sql/parse';
import type { Budget, Kind } from './kind';
import { knownFaultsSeen } from './known';
import { hostileFolders } from './folders';
import { memory } from './memory';
import { texts } from './texts';
import { typing } from './typing';

/** All kinds by their names. */
const kinds: Readonly<Record<string, Kind>> = { typing, texts, folders: hostileFolders, memory };

/** Names of new files, and whatever else says the time, are the same in two servers. */
function stopTheClock(): void {
  const now = Date.now();
  const Real = Date;
  globalThis.Date = new Proxy(Real, {
    construct: (target, parameters: unknown[]) =>
      Reflect.construct(target, parameters.length === 0 ? [now] : parameters) as Date,
  });
  Date.now = () => now;
}

/** `worker.ts KIND BUDGET RESULT PRESENT`: does one kind, and writes what came of it into a file. */
async function main([
  ,
  ,
  name = '',
  budget = '{}',
  resultFile = '',
  presentFile = '',
]: readonly string[]): Promise<void> {
  stopTheClock();
  await loadGrammar();
  const kind = kinds[name];
  if (kind === undefined) throw new Error(`There is no kind "${name}".`);
  const present = openSync(presentFile, 'w');
  let last = 0;
  const outcome = await kind(JSON.parse(budget) as Budget, (one) => {
    // Written before each case: a process that never comes back can say nothing any more.
    const text = Buffer.from(JSON.stringify(one));
    writeSync(
      present,
      Buffer.concat([text, Buffer.alloc(Math.max(0, last - text.length), ' ')]),
      0,
      undefined,
      0,
    );
    last = text.length;
  });
  writeFileSync(resultFile, JSON.stringify({ ...outcome, known: knownFaultsSeen() }));
  process.exit(0);
}

void main(process.argv);
