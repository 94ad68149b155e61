/**
 * Work goes on for so long before messages are read again: at first, when it may be done soon, and then, when it is
 * what others wait for. A keystroke passes several turns until its diagnostics are sent. In milliseconds.
 */
const firstSlice = 15;
const laterSlice = 4;

/**
 * Does work that may take long, and lets the connection read messages now and then. What is done sooner than the first
 * slice is done at once. Undefined when nobody wants the result any more.
 */
export async function inSlices<Result>(
  work: Generator<undefined, Result>,
  isWanted: () => boolean,
): Promise<Result | undefined> {
  let deadline = performance.now() + firstSlice;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < deadline) continue;
    await turn();
    if (!isWanted()) return undefined;
    deadline = performance.now() + laterSlice;
  }
}

const waiting: (() => void)[] = [];

/** A turn of the event loop. However many wait for one, each gets its own, and messages are read in between. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(giveTurn);
  });
}

function giveTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(giveTurn);
}
