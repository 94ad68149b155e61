import { keywordKindOf } from '@pgsql/quotes';
import type { Scope } from './scope';
import { type Place, typedMark, type Walker } from './walker';

/** Words behind a value that ask for another one. */
const infix = new Set(
  [
    'and',
    'or',
    'not',
    'is',
    'in',
    'like',
    'ilike',
    'similar',
    'to',
    'between',
    'symmetric',
    'overlaps',
  ].concat([
    'distinct',
    'from',
    'escape',
    'when',
    'then',
    'else',
    'by',
    'at',
    'time',
    'zone',
    'on',
    'any',
    'all',
    'some',
  ]),
);

/** Reserved words that are a value, or the end of one. */
const values = new Set(
  ['null', 'true', 'false', 'end', 'default', 'user', 'session_user', 'current_user', 'current_date'].concat([
    'current_time',
    'current_timestamp',
    'localtime',
    'localtimestamp',
    'current_role',
    'current_catalog',
  ]),
);

/** Words before a string that say of which type it is. */
const literalTypes = new Set(['interval', 'timestamp', 'timestamptz', 'date', 'time', 'timetz']);

/** Types of several words, by the first: what may follow. */
const longTypes: Readonly<Record<string, ReadonlySet<string>>> = {
  double: new Set(['precision']),
  character: new Set(['varying']),
  char: new Set(['varying']),
  bit: new Set(['varying']),
  national: new Set(['character', 'char', 'varying']),
  interval: new Set(['year', 'month', 'day', 'hour', 'minute', 'second', 'to']),
};

/** Finds what is named in expressions. `compared` is the column that the values at the top are compared with. */
export function expression(
  walker: Walker,
  from: number,
  until: number,
  scope: Scope | undefined,
  compared?: Place,
): void {
  let last: Place | undefined;
  let isBehindValue = false;
  let index = from;
  while (index < until) {
    const token = walker.token(index);
    if (token === undefined) return;
    const word = walker.word(index);
    if (walker.isSign(index, '(') || walker.isSign(index, '[')) {
      const close = walker.closing(index, until);
      if (walker.startsQuery(index + 1)) walker.query(index + 1, close, scope);
      else expression(walker, index + 1, close, scope, walker.word(index - 1) === 'in' ? last : undefined);
      isBehindValue = true;
      index = close + 1;
    } else if (walker.isSign(index, '::')) {
      index = typeAt(walker, index + 1, until);
      isBehindValue = true;
    } else if (token.kind === 'string' || token.kind === 'number' || token.kind === 'parameter') {
      const of = comparedAt(walker, index, last) ?? compared;
      if (token.text === typedMark && of !== undefined) {
        walker.add({ kind: 'value', role: 'use', parts: [token], of });
      }
      isBehindValue = true;
      index++;
    } else if (word === 'as') {
      index += 2;
      isBehindValue = true;
    } else if (word === 'cast' && walker.isSign(index + 1, '(')) {
      const close = walker.closing(index + 1, until);
      const as = walker.find(new Set(['as']), index + 2, close);
      expression(walker, index + 2, as, scope);
      if (as < close) typeAt(walker, as + 1, close);
      index = close + 1;
      isBehindValue = true;
    } else if (word === 'collate' || word === 'over') {
      index += walker.isSign(index + 1, '(') ? 1 : 2;
    } else if (literalTypes.has(word) && walker.token(index + 1)?.kind === 'string') {
      index++;
    } else if (!walker.isName(index)) {
      isBehindValue = values.has(word);
      if (token.kind === 'operator' && !isComparison(token.text)) last = undefined;
      index++;
    } else if (isBehindValue && token.text !== typedMark) {
      // What follows a value without an operator is its alias, or a word of the grammar.
      isBehindValue = !infix.has(word) && walker.name(index, until)?.next === index + 1;
      index++;
    } else {
      const name = walker.name(index, until);
      if (name === undefined) return;
      const { parts, next } = name;
      if (walker.isSign(next, '(') && next < until) {
        // EXISTS, COALESCE and the like are the grammar's own.
        const isOwn = parts.length === 1 && keywordKindOf(word) === 'COL_NAME_KEYWORD';
        if (!isBehindValue && !isOwn) walker.add({ kind: 'function', role: 'use', parts });
        last = undefined;
        index = next;
        continue;
      }
      const star = walker.isSign(next, '.') ? walker.token(next + 1) : undefined;
      const all = star?.text === '*' ? [star] : [];
      const of = comparedAt(walker, index, last) ?? compared;
      if (!isBehindValue) {
        last = walker.add({
          kind: 'column',
          role: 'use',
          parts: [...parts, ...all],
          ...(scope === undefined ? {} : { scope }),
          ...(of === undefined ? {} : { of }),
        });
      }
      isBehindValue = true;
      index = next + (all.length > 0 ? 2 : 0);
    }
  }
}

function isComparison(operator: string): boolean {
  return operator === '=' || operator === '<>' || operator === '!=';
}

/** The column on the other side of the comparison in front of `index`. */
function comparedAt(walker: Walker, index: number, last: Place | undefined): Place | undefined {
  const operator = walker.token(index - 1);
  if (operator === undefined || !isComparison(operator.text)) return undefined;
  return last?.parts.at(-1) === walker.token(index - 2) ? last : undefined;
}

/** Finds the name of the type at `from`, and returns the index behind the whole type. */
export function typeAt(walker: Walker, from: number, until: number): number {
  let index = walker.skip(from, 'setof');
  const name = walker.name(index, until);
  if (name === undefined) return index + (index < until ? 1 : 0);
  const { parts } = name;
  walker.add({ kind: 'type', role: 'use', parts });
  index = walker.skipAny(name.next, longTypes[parts[0]?.text ?? ''] ?? new Set());
  if (index < until && walker.isSign(index, '(')) index = walker.closing(index, until) + 1;
  if (
    (walker.word(index) === 'with' || walker.word(index) === 'without') &&
    walker.has(index + 1, 'time', 'zone')
  ) {
    index += 3;
  }
  index = walker.skip(index, 'array');
  while (index < until && walker.isSign(index, '[')) index = walker.closing(index, until) + 1;
  return Math.min(index, until);
}
