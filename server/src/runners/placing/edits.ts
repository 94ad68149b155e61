import type { Edit } from '../../sql/text';

/** The smallest edit that makes `after` of `before`. */
export function difference(before: string, after: string): Edit {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let end = 0;
  while (end < shortest - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  return {
    range: { start, end: before.length - end },
    text: after.slice(start, after.length - end),
  };
}
