import { tokenize, type Token } from '../../sql/scanner';
import { split } from '../../sql/split';
import type { Statement } from '../../sql/statement';
import { dataChange } from './changes';
import { query } from './queries';
import { statement } from './statements';
import { type Place, Walker } from './walker';

export { type Place, typedMark } from './walker';

const known = new WeakMap<Statement, readonly Place[]>();

/** What is named in a statement, bodies of DO blocks and functions included. Positions are relative to it. */
export function placesOf(statement: Statement): readonly Place[] {
  let places = known.get(statement);
  if (places === undefined)
    known.set(statement, (places = placesIn(tokenize(statement.text), statement.text)));
  return places;
}

/** How deep strings of SQL in strings of SQL are read. */
const deepest = 4;

/** Names in more parentheses than these in each other are not looked for. */
const deepestParentheses = 200;

/** What is named among `tokens`, which are those of one statement, as far as it is typed. */
export function placesIn(tokens: readonly Token[], text: string, depth = 0): readonly Place[] {
  const walker = new Walker(tokens, { statement, query, change: dataChange });
  if (walker.depth > deepestParentheses) return [];
  statement(walker, 0, tokens.length);
  return depth < deepest ? [...walker.places, ...placesInBodies(tokens, text, depth)] : walker.places;
}

/** What is named in strings that are SQL: bodies of DO and functions, and what EXECUTE is given. */
function placesInBodies(tokens: readonly Token[], text: string, depth: number): readonly Place[] {
  if (!hasBody(tokens)) return [];
  return tokens.flatMap((token, index) => {
    if (token.kind !== 'string' || !isBody(tokens, index)) return [];
    const content = contentOf(token);
    if (content === undefined) return [];
    const body = text.slice(content.start, content.end);
    return split(body).pieces.flatMap((piece) =>
      placesIn(
        tokenize(body.slice(piece.start, piece.end)).map((inner) =>
          moved(inner, content.start + piece.start),
        ),
        text,
        depth + 1,
      ),
    );
  });
}

function moved(token: Token, by: number): Token {
  return { ...token, start: token.start + by, end: token.end + by };
}

/** Whether strings of this statement may be SQL: it is no body in another language. */
function hasBody(tokens: readonly Token[]): boolean {
  const [first] = tokens;
  const isRoutine =
    first?.text === 'do' ||
    tokens.slice(0, 5).some(({ text }) => text === 'function' || text === 'procedure');
  const language = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'language');
  const named = tokens[language + 1]?.text.replace(/'/g, '').toLowerCase();
  if (isRoutine && language >= 0) return named === 'sql' || named === 'plpgsql';
  return isRoutine || tokens.some(({ kind, text }) => kind === 'word' && text === 'execute');
}

/** Whether the string at `index` stands where SQL is expected. */
function isBody(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  if (before?.kind === 'word' && (before.text === 'execute' || before.text === 'do')) return true;
  const isDollar = tokens[index]?.text.startsWith('$') === true;
  return before?.kind === 'word' && (before.text === 'as' || (isDollar && tokens[0]?.text === 'do'));
}

/** What stands in a string, when its characters stand for themselves. */
function contentOf({
  text,
  start,
  end,
}: Token): { readonly start: number; readonly end: number } | undefined {
  const tag = /^\$[^$]*\$/.exec(text)?.[0];
  if (tag !== undefined)
    return { start: start + tag.length, end: text.endsWith(tag) ? end - tag.length : end };
  return /^'[^'\\]*'$/.test(text) ? { start: start + 1, end: end - 1 } : undefined;
}
