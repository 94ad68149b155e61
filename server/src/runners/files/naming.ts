/** `Add orders user index` as the name of a file: `add_orders_user_index`. */
export function slug(words: string): string {
  const name = words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .slice(0, 60)
    .replace(/^_|_$/g, '');
  return name === '' ? 'migration' : name;
}

/** 14 digits, UTC: `20260211093000`. */
export function timestamp(date: Date): string {
  return date.toISOString().replace(/\D/g, '').slice(0, 14);
}

/**
 * The next `count` version numbers of a folder, each of which sorts behind all `existing` names, also when those lie in
 * the future. A folder whose files are all counted (`0001_`, `0002_`) goes on counting; else they are timestamps.
 */
export function nextVersions(existing: readonly string[], count: number, now: Date): readonly string[] {
  const digits = existing.map((name) => /^\d+/.exec(name)?.[0]).filter((version) => version !== undefined);
  const widths = new Set(digits.map((version) => version.length));
  const [width] = widths;
  const versions: string[] = [];
  if (widths.size === 1 && width !== undefined && width < 8) {
    let last = digits.reduce((most, version) => Math.max(most, Number(version)), 0);
    while (versions.length < count) versions.push((++last).toString().padStart(width, '0'));
    return versions;
  }
  let next = timestamp(now);
  // With the smallest possible name behind it, so that any name will do.
  const isBehind = (name: string): boolean => compareNames(name, `${next}_`) < 0;
  for (const version of [...digits].sort(compareNames)) {
    if (existing.some((name) => name.startsWith(version) && !isBehind(name))) next = behind(version);
  }
  while (versions.length < count) {
    versions.push(next);
    next = behind(next);
  }
  return versions;
}

/** By code unit, as runners sort file names. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By number, where both have one at the same place: `2_b` before `10_a`. */
export function compareNaturally(a: string, b: string): number {
  const numbers = /\d+/g;
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const [x = '', y = ''] = [left[index], right[index]];
    if (x === y) continue;
    if (x.search(numbers) === 0 && y.search(numbers) === 0) {
      const [m, n] = [BigInt(x), BigInt(y)];
      if (m !== n) return m < n ? -1 : 1;
    }
    return compareNames(x, y);
  }
  return left.length - right.length;
}

/** The second behind a timestamp, the day behind a date, else the next number. Always 14 digits or more. */
function behind(version: string): string {
  const parts = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d))?$/.exec(version);
  if (parts !== null) {
    const [year = 0, month = 0, day = 0, hour, minute = 0, second = 0] = parts
      .slice(1)
      .map((part) => ((part as string | undefined) === undefined ? undefined : Number(part)));
    const date =
      hour === undefined
        ? Date.UTC(year, month - 1, day + 1)
        : Date.UTC(year, month - 1, day, hour, minute, second + 1);
    const next = timestamp(new Date(date));
    // Not so for numbers that only look like a time, such as 20251399000000.
    if (compareNames(version, next) < 0) return next;
  }
  return (BigInt(version.padEnd(14, '0')) + 1n).toString();
}
