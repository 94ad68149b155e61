import { Scanner } from './scanner';

/** A place between tokens, with the token that follows it. */
interface Gap {
  readonly start: number;
  /** Where the token begins. */
  readonly end: number;
  /** Behind the token. */
  readonly tokenEnd: number;
  /** Whether the token is the dollar-quoted body of a DO block. */
  readonly isBody: boolean;
}

/** `text` with every line but the first moved right; blank lines stay blank, and so does what stands in quotes or comments. */
export function indent(text: string, by: number): string {
  const space = ' '.repeat(by);
  return betweenTokens(text, (gap, isLast) =>
    gap.replace(isLast ? /(\r\n|\n|\r)(?=[^\r\n])/g : /(\r\n|\n|\r)(?![\r\n])/g, `$1${space}`),
  );
}

/** `text` with the line breaks of another, also in the body of a DO block; strings, names and comments keep theirs. */
export function withLineBreaks(text: string, lineBreak: string): string {
  return betweenTokens(
    text,
    (gap) => gap.replace(/\r\n|\n|\r/g, lineBreak),
    (body) => withLineBreaks(body, lineBreak),
  );
}

/** A statement, or several, with the semicolon: a comment at the end of the line does not swallow it. */
export function terminated(sql: string): string {
  return endsInLineComment(sql) ? `${sql}\n;` : `${sql};`;
}

/** Whether what is written directly behind `sql` would belong to its last comment. */
export function endsInLineComment(sql: string): boolean {
  const scanner = new Scanner(sql);
  let isComment = false;
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    isComment = kind === 'comment' && scanner.end === sql.length && sql.startsWith('--', scanner.start);
  }
  return isComment;
}

/** SQL as comment lines: taken out of the comment, every token is as it was. */
export function commentedOut(sql: string, prefix = '-- '): string {
  return sql
    .split(/\r\n|\n|\r/)
    .map((line) => `${prefix}${line}`)
    .join('\n');
}

/** A line of SQL. */
interface SqlLine {
  readonly text: string;
  /** Whether it goes on with a token of the line before: a string, a name, a block comment. */
  readonly isInToken: boolean;
}

/** The lines of `sql`, without their line breaks. */
export function linesOf(sql: string): readonly SqlLine[] {
  const inside = new Set<number>();
  for (const { end, tokenEnd } of gapsOf(sql)) {
    for (let at = sql.indexOf('\n', end); at >= 0 && at < tokenEnd; at = sql.indexOf('\n', at + 1)) {
      inside.add(at + 1);
    }
  }
  let start = 0;
  return sql.split('\n').map((text) => {
    const line = { text, isInToken: inside.has(start) };
    start += text.length + 1;
    return line;
  });
}

/** `text` with `change` made to what stands between its tokens, and `changeBody` inside of the bodies of DO blocks. */
function betweenTokens(
  text: string,
  change: (gap: string, isLast: boolean) => string,
  changeBody: (body: string) => string = (body) => body,
): string {
  let result = '';
  for (const { start, end, tokenEnd, isBody } of gapsOf(text)) {
    const token = text.slice(end, tokenEnd);
    result +=
      change(text.slice(start, end), end === text.length) + (isBody ? withBody(token, changeBody) : token);
  }
  return result;
}

function* gapsOf(text: string): Iterable<Gap> {
  const scanner = new Scanner(text);
  /** The words since the statement began, as far as they matter: DO, and what may stand between it and its body. */
  let isDo = false;
  let isFirst = true;
  for (;;) {
    const from = scanner.end;
    const kind = scanner.next();
    if (kind === 'end of text') {
      yield { start: from, end: text.length, tokenEnd: text.length, isBody: false };
      return;
    }
    const { start, end, current } = scanner;
    const isBody = isDo && kind === 'string' && current.startsWith('$');
    yield { start: from, end: start, tokenEnd: end, isBody };
    if (kind === 'comment') continue;
    if (isFirst) isDo = kind === 'word' && /^do$/i.test(current);
    isFirst = kind === 'punctuation' && current === ';';
    if (isFirst) isDo = false;
  }
}

function withBody(token: string, change: (body: string) => string): string {
  const mark = /^\$[^$]*\$/.exec(token)?.[0] ?? '';
  if (mark === '' || token.length < 2 * mark.length || !token.endsWith(mark)) return token;
  return `${mark}${change(token.slice(mark.length, -mark.length))}${mark}`;
}
