/**
 * Visits things and what each of them leads to, depth first, in the order in which a function that calls itself would;
 * but chains of objects are as long as their authors like, and the stack is not.
 */
export function visitReached<Thing>(
  first: readonly Thing[],
  visit: (thing: Thing) => readonly Thing[],
): void {
  const pending = first.toReversed();
  while (pending.length > 0) {
    const [next] = pending.splice(-1);
    if (next === undefined) continue;
    for (const more of visit(next).toReversed()) pending.push(more);
  }
}
