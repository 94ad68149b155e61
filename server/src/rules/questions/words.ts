import { tokenize } from '../../sql/scanner';
import type { ConstraintDefinition } from '../../sql/statement';
import type { Range } from '../../sql/text';

/** Where `words` (lower case) first stand one after the other inside of `within`. */
export function rangeOfWords(text: string, within: Range, words: readonly string[]): Range | undefined {
  const tokens = tokenize(text).filter(({ start, end }) => start >= within.start && end <= within.end);
  // A quoted identifier has the text of its name, but not its own letters in the statement.
  const isWord = (index: number, word: string): boolean => {
    const token = tokens[index];
    return token !== undefined && text.slice(token.start, token.end).toLowerCase() === word;
  };
  for (let index = 0; index < tokens.length; index++) {
    if (!words.every((word, offset) => isWord(index + offset, word))) continue;
    const [first, last] = [tokens[index], tokens[index + words.length - 1]];
    if (first !== undefined && last !== undefined) return { start: first.start, end: last.end };
  }
  return undefined;
}

/** The words of a constraint that say what it is: `PRIMARY KEY`. */
export function keywordsOf(text: string, { type, name, range }: ConstraintDefinition): Range {
  const behindName = { start: name?.range.end ?? range.start, end: range.end };
  return (
    rangeOfWords(text, behindName, type.toLowerCase().split(' ')) ??
    rangeOfWords(text, behindName, ['references']) ??
    range
  );
}

/** The key columns of a constraint with their parentheses; its keywords when it is a column's own. */
export function columnListOf(text: string, constraint: ConstraintDefinition): Range {
  const keywords = keywordsOf(text, constraint);
  const tokens = tokenize(text).filter(
    ({ start, end }) => start >= keywords.end && end <= constraint.range.end,
  );
  const open = tokens.find((token) => token.text === '(');
  const close = tokens.find((token) => token.text === ')');
  return open === undefined || close === undefined ? keywords : { start: open.start, end: close.end };
}
