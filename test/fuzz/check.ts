import fc from 'fast-check';
import { type Budget, type Fault, FaultError, type Watch } from './kind';

/** After so many different faults of a kind it is enough for one run. */
const mostFaults = 5;

/** How cases are tried. */
interface Search {
  /** Whether enough was tried. */
  readonly isDone: () => boolean;
  /** Whether a case that fails is made smaller here; false for one that does that itself. */
  readonly shrinks?: boolean;
}

/** So long a case may go on when the time is over, in milliseconds. */
const patience = 120_000;

/** So many cases have one seed. */
const batch = 50;

/**
 * Tries cases until the time or the count is used up. A case that fails is made smaller, and the search goes on with
 * another seed, so that one fault does not hide the next.
 */
export async function findFaults<Case>(
  cases: fc.Arbitrary<Case>,
  attempt: (one: Case) => Promise<void> | void,
  budget: Budget,
  watch: Watch,
  { isDone, shrinks = true }: Search,
): Promise<readonly Fault[]> {
  const found: Fault[] = [];
  const kinds = new Set<string>();
  const isSingle = budget.path !== undefined || budget.only !== undefined;
  const end = performance.now() + budget.milliseconds;
  for (let round = 0; found.length < mostFaults; round++) {
    const left = end - performance.now();
    if (left <= 0 || isDone()) break;
    const seed = budget.seed + round;
    const property = fc.asyncProperty(cases, async (one) => {
      if (isDone() || performance.now() > end) return;
      watch(one);
      await attempt(one);
    });
    const details = await fc.check(property, {
      seed,
      numRuns: batch,
      // The case at hand may be the one that fails.
      interruptAfterTimeLimit: left + patience,
      markInterruptAsFailure: false,
      endOnFailure: !shrinks || budget.path !== undefined,
      ...(budget.path === undefined ? {} : { path: budget.path }),
      ...(budget.only === undefined ? {} : { examples: [[budget.only as Case]], numRuns: 1 }),
    });
    // What the end of the time cuts short before the first result has no case.
    if (!details.failed || details.counterexample === null) {
      if (isSingle) break;
      continue;
    }
    const error: unknown = details.errorInstance;
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error && !(error instanceof FaultError) ? (error.stack ?? '') : '';
    const reproduction =
      error instanceof FaultError ? error.reproduction : JSON.stringify(details.counterexample[0]);
    if (!kinds.has(kindOf(message))) {
      kinds.add(kindOf(message));
      found.push({
        message: stack === '' ? message : stack,
        reproduction,
        seed,
        path: details.counterexamplePath,
      });
    }
    if (isSingle) break;
  }
  return found;
}

/** The same fault has the same words, at other places. */
function kindOf(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/"[^"]*"|'[^']*'|\S+\.sql/g, '…').replace(/\d+/g, '0');
}
