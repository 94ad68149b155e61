import { Scanner, type TokenKind } from './scanner';

/**
 * Levels of the grammar's tree in a statement that is analysed. Whoever reads a tree may call itself for each level:
 * so deep, it needs a small part of the stack. A level of `f(f(f(1)))` takes three, one of `(select (select 1))` seven.
 */
export const deepestTree = 1000;

/** What a statement may weigh for the grammar to read it: see `isTooDeep`. */
const heaviest = 6000;
const weightOfBracket = 6;

/** Shorter texts are never too deep: each bracket takes a character. */
const shortest = heaviest / weightOfBracket;

/**
 * Whether the grammar, which calls itself for each level of what it reads, would need more stack than there is. Once
 * the stack is full, the grammar is broken for all later statements, so this is asked before. More than 1,000 brackets,
 * CASEs or blocks in each other are too deep, and 6,000 operators or set operations in a row.
 *
 * PostgreSQL itself gives up between 3,000 and 5,000 operators, 5,000 and 10,000 set operations, 1,000 and 2,000 CASEs
 * (`stack depth limit exceeded`, `memory exhausted`; measured on 14 with the default max_stack_depth).
 */
export function isTooDeep(text: string): boolean {
  if (text.length < shortest) return false;
  const levels = new Levels();
  const scanner = new Scanner(text);
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    levels.take(kind, text, scanner.start, scanner.end);
    if (levels.weight > heaviest) return true;
  }
  return false;
}

/** What one level of brackets, CASE or BEGIN … END adds to the weight of what stands in it. */
interface Level {
  /** Operators of the expression at hand, each of which has all before it as its left operand. */
  operators: number;
  joins: number;
  setOperations: number;
}

class Levels {
  /** Of all open levels. */
  weight = 0;
  private readonly open: Level[] = [];
  private current: Level = { operators: 0, joins: 0, setOperations: 0 };
  private lastCondition = '';
  private isAfterEnd = false;

  take(kind: TokenKind, text: string, start: number, end: number): void {
    if (kind === 'word') {
      this.word(end - start > longestWord ? '' : text.slice(start, end).toLowerCase());
      return;
    }
    this.isAfterEnd = false;
    if (kind === 'operator') this.add('operators', 1);
    else if (kind === 'punctuation') this.punctuation(text[start]);
  }

  private punctuation(sign: string | undefined): void {
    if (sign === '(' || sign === '[') this.enter();
    else if (sign === ')' || sign === ']') this.leave();
    else if (sign === ',') this.reset('operators');
    else if (sign === ';') {
      this.reset('operators');
      this.reset('joins');
      this.reset('setOperations');
    }
  }

  private word(word: string): void {
    // END LOOP and END CASE open nothing.
    const isOpening = opening.has(word) && !this.isAfterEnd;
    this.isAfterEnd = word === 'end';
    if (isOpening) this.enter();
    else if (word === 'end') this.leave();
    else if (word === 'then' && this.lastCondition === 'if') this.enter();
    else if (word === 'join') this.add('joins', 1);
    else if (setOperators.has(word)) {
      this.reset('joins');
      this.add('setOperations', 1);
    } else this.add('operators', postfixWeights[word] ?? 0);
    if (conditions.has(word)) this.lastCondition = word;
    if (beginnings.has(word)) this.reset('operators');
  }

  private add(part: keyof Level, weight: number): void {
    this.current[part] += weight;
    this.weight += weight;
  }

  private reset(part: keyof Level): void {
    this.weight -= this.current[part];
    this.current[part] = 0;
  }

  private enter(): void {
    this.open.push(this.current);
    this.current = { operators: 0, joins: 0, setOperations: 0 };
    this.weight += weightOfBracket;
  }

  /** What closes nothing is no concern of this file. */
  private leave(): void {
    const outer = this.open.pop();
    if (outer === undefined) return;
    const { operators, joins, setOperations } = this.current;
    this.weight -= operators + joins + setOperations + weightOfBracket;
    this.current = outer;
  }
}

/** Of those that are looked for below. */
const longestWord = 9;

const opening: ReadonlySet<string> = new Set(['case', 'begin', 'loop']);

const setOperators: ReadonlySet<string> = new Set(['union', 'intersect', 'except']);

/** Words that stand before or after an operand, with the levels that they bring; AT is that of AT TIME ZONE. */
const postfixWeights: Readonly<Record<string, number>> = {
  not: 1,
  is: 1,
  isnull: 1,
  notnull: 1,
  collate: 2,
  at: 2,
};

/** Words after one of which THEN stands. */
const conditions: ReadonlySet<string> = new Set(['if', 'elsif', 'elseif', 'when']);

/** Words after which another expression begins. AND and OR of one level are one list. */
const beginnings: ReadonlySet<string> = new Set(
  'and or when then else select from where on by having limit offset values set returning using do'.split(
    ' ',
  ),
);

/** How many objects and lists stand in each other at most. */
export function depthOf(tree: unknown): number {
  let deepest = 0;
  const pending: { value: object; depth: number }[] = [];
  const add = (value: unknown, depth: number): void => {
    if (typeof value === 'object' && value !== null) pending.push({ value, depth });
  };
  add(tree, 1);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    deepest = Math.max(deepest, depth);
    for (const inner of Object.values(value) as unknown[]) add(inner, depth + 1);
  }
  return deepest;
}
