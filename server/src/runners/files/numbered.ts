import { compareNames, nextVersions } from './naming';

/** `3`, `000003`, `1579713176`, `20260211083000` of a name that begins with a number; undefined for others. */
export function numberOf(name: string): string | undefined {
  return /^\d+/.exec(name)?.[0];
}

/** By number, as runners compare that read it as one; then by name. */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = [BigInt(numberOf(a) ?? 0), BigInt(numberOf(b) ?? 0)];
  return left < right ? -1 : left > right ? 1 : compareNames(a, b);
}

/**
 * The next `count` numbers behind all `existing`, for runners that compare them as numbers. Written as the highest is:
 * counted, seconds or milliseconds since 1970, or a time of 14 digits, which is also how an empty folder begins.
 */
export function nextNumbers(existing: readonly string[], count: number, now: Date): readonly string[] {
  const highest = [...existing].sort(compareNumbers).at(-1);
  const digits = highest === undefined ? undefined : numberOf(highest);
  if (digits === undefined) return nextVersions([], count, now);
  const unit = sinceEpoch(digits);
  if (unit !== undefined) {
    const first = Math.max(Math.floor(now.getTime() / unit), Number(digits) + 1);
    return Array.from({ length: count }, (_, index) => String(first + index));
  }
  return nextVersions(
    existing.filter((name) => numberOf(name)?.length === digits.length),
    count,
    now,
  );
}

/** How many milliseconds one step of a number is that counts from 1970, between 2001 and 2096. */
function sinceEpoch(digits: string): number | undefined {
  if (/^[1-3]\d{9}$/.test(digits)) return 1000;
  return /^[1-3]\d{12}$/.test(digits) ? 1 : undefined;
}
