import fc from 'fast-check';
import { type Token, marked } from 'marked';

/** What a name may hold that a terminal, a log, a page or a server would take for something else. */
const fragments = [
  ...[
    '\n',
    '\r',
    '\r\n',
    '\t',
    '\u000b',
    '\f',
    '\b',
    '\u007f',
    '\u2028',
    '\u202e',
    '\u2066',
    '\u200b',
    '\ufeff',
  ],
  ...[
    '\u001b[31m',
    '\u001b]0;t\u0007',
    '\u001b]8;;https://e.test\u001b\\',
    '\u009b2J',
    '\u0085',
    '\u{e0041}',
  ],
  ...['\n::error::x', ' ::warning::x', '::', '##[error]x', '##vso[task.x]y', '\n##teamcity[x]'],
  ...['\nf.sql:1:1: error: x', ':1:1:'],
  ...[
    '`',
    '``',
    '```',
    '\n```\n',
    '~~~',
    '|',
    '\\|',
    '\\',
    '\n| a | b |\n|---|---|',
    '\n# x',
    '\n> x',
    '\n- x',
    '\n1. x',
  ],
  ...['![](https://e.test/a.png)', '[x](command:y)', '[x]: https://e.test', '[x]', '](https://e.test)', '!['],
  ...[
    '<img src=x>',
    '<!--',
    '-->',
    '<https://e.test>',
    '&lt;',
    '&#33;',
    'https://e.test',
    'www.e.test',
    'a@e.test',
  ],
  ...['**', '*', '_', '~~', '#', '  ', ' ', '$(zap)', '%%{init: {}}%%'],
  ...[
    "'",
    '"',
    ';',
    '--',
    '/*',
    '*/',
    '$$',
    '$body1$',
    '%',
    '%s',
    '\n; drop table x; --',
    "'; drop table x; --",
    '\n\\! x',
  ],
  ...['\n-- lockstep-ignore-file drop-column: x\n', 'a', '\u00e9', '\u{1f600}', '${x}', ':x', '{{x}}'],
] as const;

/** A name of at most 63 bytes with at least one of them. */
export const hostileName = fc
  .array(fc.constantFrom(...fragments), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join(''))
  .filter((name) => Buffer.byteLength(name) <= 56);

/** What no line that is shown to people may hold. */
export const obeyed =
  /[\u0000-\u001f\u007f-\u009f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Where a page may lead: to the manual, to our own pages, and to migrations. */
const own = /^(?:https:\/\/www\.postgresql\.org\/docs\/|file:\/\/\/|#)/;

/** A page as VS Code reads it: the kinds of its blocks, with the size of tables. Fails on what is not ours. */
export function structureOf(markdown: string): readonly string[] {
  const tokens = marked.lexer(markdown);
  marked.walkTokens(tokens, (token) => {
    const isForeign = token.type === 'link' && !own.test((token as { href: string }).href);
    if (isForeign || token.type === 'image' || token.type === 'html' || token.type === 'def') {
      throw new Error(`${token.type} in:\n${JSON.stringify(token.raw)}\nof:\n${markdown}`);
    }
  });
  return tokens.flatMap(kindOf);
}

function kindOf(token: Token): readonly string[] {
  switch (token.type) {
    case 'space':
      return [];
    case 'table': {
      const { header, rows } = token as { header: unknown[]; rows: unknown[][] };
      return [`table ${header.length} × ${rows.length}`];
    }
    case 'list':
      return [`list ${(token as { items: unknown[] }).items.length}`];
    case 'heading':
      return [`heading ${(token as { depth: number }).depth}`];
    case 'code':
      return [`code ${(token as { lang?: string }).lang ?? ''}`];
    default:
      return [token.type];
  }
}
