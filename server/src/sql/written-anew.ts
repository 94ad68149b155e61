import type { Token } from './scanner';

/** PostgreSQL cuts longer names; nothing in the grammar depends on how long a token is. */
const longestToken = 63;

/** A name that is no keyword. */
export const someName = 'zz_';

/**
 * `tokens` as text that has the same meaning to the grammar, with nothing in it that a parser could stumble over or take
 * long for: no comments, no dollar quotes, no placeholders, no white space but what separates the tokens.
 */
export function writtenAnew(tokens: readonly Token[]): string {
  // Strings on lines of their own are one string, as they were; on one line they would be an error.
  return tokens.map(plain).join('\n');
}

function plain({ kind, text }: Token): string {
  switch (kind) {
    case 'string':
      return "''";
    case 'quoted identifier':
      return '"q"';
    case 'placeholder':
      return text.startsWith(":'") ? "''" : someName;
    case 'number':
      return text.length > longestToken ? '1' : text;
    case 'operator':
      return text.length > longestToken ? '+' : text;
    case 'word':
      return text.length > longestToken || text.includes('$') ? someName : text;
    default:
      return text;
  }
}

/** A list that begins so is a query or the like: its first words say how to read the others. */
const queryVerbs = new Set(['select', 'with', 'values', 'insert', 'update', 'delete', 'merge']);

/**
 * The beginning of a statement without the elements of its open lists that are complete: whatever they are, the same can
 * follow, and the grammar takes the less time.
 */
export function withoutFinishedElements(tokens: readonly Token[]): readonly Token[] {
  /** Where the elements of each open list begin, and where its last one does. */
  const open: { first: number; last: number }[] = [];
  tokens.forEach(({ kind, text }, index) => {
    if (kind !== 'punctuation') return;
    const list = open.at(-1);
    if (text === '(') open.push({ first: index + 1, last: index + 1 });
    else if (text === ')') open.pop();
    else if (text === ',' && list !== undefined && !isQuery(tokens[list.first])) list.last = index + 1;
  });
  const kept: Token[] = [];
  let from = 0;
  for (const { first, last } of open) {
    for (const token of tokens.slice(from, first)) kept.push(token);
    from = last;
  }
  return [...kept, ...tokens.slice(from)];
}

function isQuery(token: Token | undefined): boolean {
  return token?.kind === 'word' && queryVerbs.has(token.text);
}
