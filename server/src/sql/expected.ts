import { parse } from 'pgsql-ast-parser';

/** More than this and a list of expectations is no help any more. */
const mostExpectations = 6;

/** This parser takes time that grows faster than the text. */
const longestText = 2000;

/**
 * What could have stood at `offset`, for instance `["ON"]`. Empty when it is not known: the parser behind it reads a
 * part of PostgreSQL's language, so that its word counts only if it stumbles over the same token as the grammar.
 */
export function expectedAt(text: string, offset: number): readonly string[] {
  if (text.length > longestText) return [];
  try {
    parse(text);
  } catch (error: unknown) {
    if (!(error instanceof Error) || offsetOf(error) !== offset) return [];
    const names = [...error.message.matchAll(/- A "(\w+)" token|- A ("[^"]+"|\S+)$/gm)];
    const readable = new Set(names.flatMap(([, token = '']) => readableToken(token)));
    if (readable.has(anyName)) for (const keyword of namesToTheParser) readable.delete(keyword);
    return readable.size > mostExpectations ? [] : [...readable];
  }
  return [];
}

const anyName = 'a name';

/** Keywords that this parser takes for names, which they are not to PostgreSQL. */
const namesToTheParser = ['CURRENT_SCHEMA', 'PRECISION', 'PRIMARY', 'UNIQUE'];

function offsetOf(error: Error): number | undefined {
  if (!('token' in error) || typeof error.token !== 'object' || error.token === null) return undefined;
  return 'offset' in error.token && typeof error.token.offset === 'number' ? error.token.offset : undefined;
}

const punctuation: Readonly<Record<string, string>> = {
  lparen: '(',
  rparen: ')',
  comma: ',',
  semicolon: ';',
  op_eq: '=',
  dot: '.',
  star: '*',
};

/** `kw_on` is ON; an end of the statement is no help. */
function readableToken(token: string): readonly string[] {
  if (token.startsWith('kw_')) return [token.slice(3).toUpperCase()];
  if (token === 'semicolon') return [];
  if (token === 'word' || token === 'quoted_word') return [anyName];
  if (token === 'int' || token === 'float') return ['a number'];
  const sign = punctuation[token];
  return sign === undefined ? [] : [`"${sign}"`];
}
