/** A fault that is known and not mended yet: it is counted and printed, and does not fail a run. */
interface KnownFault {
  readonly pattern: RegExp;
  readonly what: string;
}

const knownFaults: readonly KnownFault[] = [];

/** A text that is known to keep its reader busy for hours: it is counted and printed, and not read. */
export const knownTexts: readonly KnownFault[] = [];

const seen = new Map<string, number>();

/** Whether a fault is known; it is counted then. */
export function isKnown(message: string, faults = knownFaults): boolean {
  const known = faults.find(({ pattern }) => pattern.test(message));
  if (known === undefined) return false;
  seen.set(known.what, (seen.get(known.what) ?? 0) + 1);
  return true;
}

/** What was seen of the known faults, for the summary. */
export function knownFaultsSeen(): readonly string[] {
  return [...seen].map(([what, times]) => `known, ${times} times: ${what}`);
}
