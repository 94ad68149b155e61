import { nameOf } from '../files/paths';
import { numberOf } from '../files/numbered';
import type { ChangedClash, Clash } from './bookkeeping';

/** The number that a file name begins with, as it is written. */
export function digitsOf(path: string): string | undefined {
  return numberOf(nameOf(path));
}

/** The number that a file name begins with, for runners that read it as one: `007` is `7`. */
export function valueOf(path: string): string | undefined {
  const digits = digitsOf(path);
  return digits === undefined ? undefined : BigInt(digits).toString();
}

/** The runner stops with an error. */
export function stops(consequence: string): Clash {
  return { consequence, isFatal: true };
}

/** The migration is not run, and nobody says so. */
export function isSkipped(consequence: string): Clash {
  return { consequence, isFatal: false };
}

/** What becomes of a changed migration with a runner that compares none. */
export function notRunAgain(label: string): () => ChangedClash {
  const consequence = `${label} does not run it again: databases that have run it stay as they are.`;
  return () => ({ consequence, isFatal: false, compares: 'statements' });
}

/** What becomes of a changed migration with a runner that keeps a checksum of its text. */
export function checksumFails(consequence: string): () => ChangedClash {
  return () => ({ consequence, isFatal: true, compares: 'text' });
}
