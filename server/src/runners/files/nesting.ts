/** How deep people nest their configuration, and much deeper. Who reads it descends as deep, and has only so much stack. */
const deepest = 200;

/** A text of JSON, YAML or HJSON as it is; empty when it is nested so deeply that nobody wrote it to configure something. */
export function shallow(text: string): string {
  return isTooDeep(text) ? '' : text;
}

/** Brackets count also in strings: too many of them open there is no configuration either. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const [sign] of text.matchAll(/[[\]{}]/g)) {
    depth += sign === '[' || sign === '{' ? 1 : -1;
    if (depth > deepest) return true;
  }
  // YAML nests by what stands at the start of a line: one column or one dash for each level.
  return new RegExp(`^[ ]*(?:[-?:][ ]+){${deepest}}|^[ ]{${2 * deepest}}`, 'm').test(text);
}
