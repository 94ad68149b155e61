import type { Expression } from '../../sql/statement';

/** Whether two expressions are written alike, apart from spaces, case and comments. Two that are absent are alike. */
export function sameExpression(a: Expression | undefined, b: Expression | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return withoutPlaces(a.node) === withoutPlaces(b.node);
}

/** `location`, and the `list_start` of an IN list or an array. */
const isPlace = /location$|^(?:rexpr_)?list_(?:start|end)$/;

function withoutPlaces(node: unknown): string {
  return JSON.stringify(node, (key, value: unknown) => (isPlace.test(key) ? undefined : value));
}
