/** Work goes on for so long before messages are read again. In milliseconds. */
const slice = 15;

/**
 * Does work that may take long, and lets the connection read messages now and then. What is done sooner than a slice
 * is done at once. Undefined when nobody wants the result any more.
 */
export async function inSlices<Result>(
  work: Generator<undefined, Result>,
  isWanted: () => boolean,
): Promise<Result | undefined> {
  let deadline = performance.now() + slice;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < deadline) continue;
    await new Promise((resolve) => setImmediate(resolve));
    if (!isWanted()) return undefined;
    deadline = performance.now() + slice;
  }
}
