import fc from 'fast-check';
import { letters, markers, statements, words } from './pieces';

/** What opens and never closes, or closes what is not open. */
const unpaired: readonly string[] = [
  ...[
    "'",
    '"',
    "e'",
    "b'",
    "x'",
    'u&"',
    "u&'",
    "n'",
    '$$',
    '$a$',
    '$1',
    '$',
    '$é$',
    'a$$b',
    '/*',
    '/**/*',
    '*/',
    '--',
  ],
  ...[
    '(',
    ')',
    '[',
    ']',
    '{{',
    '{%',
    '<%',
    '${',
    '#{',
    '@{',
    ":'",
    ':"',
    '%(',
    '\\',
    '\\if',
    '\\gexec',
    '\\.',
  ],
  ...['begin atomic', 'case', 'end', 'do $$', '$$;', 'copy t from stdin;\n'],
];

/** Letters that are no letters for somebody: controls, halves of pairs, marks of direction and order. */
const strange: readonly string[] = [
  ...['\0', '\u0001', '\u0007', '\b', '\v', '\f', '\u001b[31m', '\u001a', '\u007f', '\u0085', '\u00a0'],
  ...[
    '\u2028',
    '\u2029',
    '\u200b',
    '\u200d',
    '\u202e',
    '\u2066',
    '\u2069',
    '\ufeff',
    '\ufffe',
    '\uffff',
    '\ufffd',
  ],
  ...['\ud800', '\udc00', '\udbff\ud800', '😀', '𝒜', 'e\u0301', 'İ', 'ſ', 'K', 'ﬁ'],
];

const lineBreaks: readonly string[] = ['\n', '\r\n', '\r', '\n\r', '\n\n', '\r\n\r\n', '\u2028'];

/** What may be nested, as deep as one likes. */
const nests: readonly (readonly [open: string, close: string])[] = [
  ['(', ')'],
  ['[', ']'],
  ['/*', '*/'],
  ['select (', ')'],
  ['select * from (', ') x'],
  ['case when true then ', ' end'],
  ['not ', ''],
  ['- ', ''],
  ['a.', 'a'],
  ['array[', ']'],
  ['x || ', 'x'],
  ['select 1 union all ', 'select 1'],
  ['with a as (', ') select 1'],
  ['begin ', ' end;'],
  ['if true then ', ' end if;'],
  ['1::', 'int'],
  ['coalesce(', ')'],
  ['{{ ', ' }}'],
];

/** Names and numbers of any length, often used over and over. */
const hugeTokens: readonly string[] = [
  'a',
  '1',
  '_',
  ' ',
  '\n',
  '-',
  '\t',
  "''",
  '""',
  '$',
  '(',
  ';',
  'é',
  ',',
  '--\n',
  '1e',
];

function piece(real: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...letters) },
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 4, arbitrary: fc.constantFrom(...unpaired) },
    { weight: 3, arbitrary: fc.constantFrom(...statements) },
    { weight: 3, arbitrary: fc.constantFrom(...markers) },
    { weight: 3, arbitrary: fc.constantFrom(...strange) },
    { weight: 2, arbitrary: fc.constantFrom(...lineBreaks) },
    { weight: 3, arbitrary: cutText(real) },
    { weight: 1, arbitrary: nested },
    { weight: 1, arbitrary: huge },
    { weight: 1, arbitrary: units },
  );
}

/** Any units of UTF-16, in pairs or not. */
const units = fc
  .array(fc.nat({ max: 0xffff }), { maxLength: 12 })
  .map((codes) => String.fromCharCode(...codes));

/** Mostly shallow and short: one deep text in a hundred is enough. */
const depth = fc.oneof(
  { weight: 8, arbitrary: fc.nat({ max: 20 }) },
  { weight: 2, arbitrary: fc.nat({ max: 300 }) },
  { weight: 1, arbitrary: fc.constantFrom(1000, 3000) },
);

const nested: fc.Arbitrary<string> = fc
  .record({
    pair: fc.constantFrom(...nests),
    times: depth,
    closes: fc.boolean(),
    inner: fc.constantFrom(...words, '1'),
  })
  .map(
    ({ pair: [open, close], times, closes, inner }) =>
      open.repeat(times) + inner + (closes ? close.repeat(times) : ''),
  );

const huge: fc.Arbitrary<string> = fc
  .record({ token: fc.constantFrom(...hugeTokens), times: depth })
  .map(({ token, times }) => token.repeat(times * 3));

/** A part of a real text, cut anywhere. */
function cutText(real: readonly string[]): fc.Arbitrary<string> {
  return fc
    .record({
      text: fc.nat(),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat({ max: 700 }),
    })
    .map(({ text, from, length }) => {
      const source = real[text % real.length] ?? '';
      const start = Math.floor(from * source.length);
      return source.slice(start, start + length);
    });
}

/** A text that nobody writes on purpose, or only a person who means harm. */
export function hostileText(real: readonly string[]): fc.Arbitrary<string> {
  const pieces = fc.array(piece(real), { maxLength: 14, size: 'max' });
  return fc
    .record({ pieces, end: fc.constantFrom('\n', '\r\n', ' ', '') })
    .map(({ pieces: all, end }) => all.join(end));
}
