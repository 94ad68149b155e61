/** What is to be done in one go. */
export interface Budget {
  readonly seed: number;
  /** The place of one case behind the seed, as it was printed; only that one is tried then. */
  readonly path?: string;
  /** One case, as it was printed when the process never came back from it; only that one is tried then. */
  readonly only?: unknown;
  /** Ends after so many milliseconds, or so many edits, texts or folders, whatever comes first. */
  readonly milliseconds: number;
  readonly count: number;
}

/** What was found wrong. */
export interface Fault {
  readonly message: string;
  /** What can be pasted into a test. */
  readonly reproduction: string;
  readonly seed: number;
  readonly path: string;
}

/** What was done, in numbers by their names, and what was found. */
export interface Outcome {
  readonly figures: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
}

/** One kind of fuzzing. */
export type Kind = (budget: Budget, watch: Watch) => Promise<Outcome>;

/** Tells whoever watches this process what it is about to try, in case that it never comes back. */
export type Watch = (present: unknown) => void;

/** Thrown by a case that has failed; the message begins with what is known of the fault. */
export class FaultError extends Error {
  constructor(
    message: string,
    readonly reproduction: string,
  ) {
    super(message);
  }
}

/** Processor time that one answer may take, in milliseconds. */
export const slowest = 2000;

/** The processor time of this process so far, in milliseconds: other programs on the machine do not count. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** What is in use after a collection, in megabytes. */
export function memoryInUse(): number {
  const { gc } = globalThis as { gc?: () => void };
  gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}
