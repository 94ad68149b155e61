import assert from 'node:assert/strict';
import type { Major } from '../../server/src/postgres/versions';

/** Where Lockstep and the servers do not agree on a form, and why that is left so. */
interface KnownDifference {
  readonly why: string;
  readonly majors: readonly number[];
  /** Each difference, as the test words it; on all of these majors the same ones. */
  readonly differences: readonly string[];
}

export type KnownDifferences = Readonly<Record<string, KnownDifference | undefined>>;

/** The differences of one form on one major. */
export interface FoundDifferences {
  readonly form: string;
  readonly major: Major;
  readonly differences: readonly string[];
}

/** Nothing may differ but what the file lists, and all that it lists must. */
export function assertKnown(found: readonly FoundDifferences[], known: KnownDifferences, file: string): void {
  const lines = found.flatMap(({ form, major, differences }) =>
    differences.map((difference) => `${form} on ${major}: ${difference}`),
  );
  const listed = Object.entries(known).flatMap(([form, entry]) =>
    (entry?.majors ?? []).flatMap((major) =>
      (entry?.differences ?? []).map((difference) => `${form} on ${major}: ${difference}`),
    ),
  );
  assert.deepEqual(without(lines, listed), [], `Not listed in ${file}`);
  assert.deepEqual(without(listed, lines), [], `Listed in ${file}, and no difference any more`);
  const empty = Object.keys(known).filter((form) => !listed.some((line) => line.startsWith(`${form} on `)));
  assert.deepEqual(empty, [], `Listed in ${file} without a difference`);
}

function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return lines.filter((line) => !known.has(line));
}
