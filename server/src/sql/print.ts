import { keywordKindOf } from '@pgsql/quotes';
import type { QualifiedName } from './statement';

/** An identifier as quote_ident() prints it: in quotes when it needs them. */
export function quoteIdentifier(name: string): string {
  const kind = keywordKindOf(name);
  const isPlain = kind === 'NO_KEYWORD' || kind === 'UNRESERVED_KEYWORD';
  return isPlain && /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A string constant as quote_literal() prints it. */
export function quoteLiteral(text: string): string {
  const escaped = text.replaceAll("'", "''");
  return escaped.includes('\\') ? `E'${escaped.replaceAll('\\', '\\\\')}'` : `'${escaped}'`;
}

/** `orders`, or `"Shop".orders` when the schema is given. */
export function printName({ schema, name }: Pick<QualifiedName, 'schema' | 'name'>): string {
  return schema === undefined ? quoteIdentifier(name) : `${quoteIdentifier(schema)}.${quoteIdentifier(name)}`;
}

/** `a, "B"`. */
export function printNames(names: readonly string[]): string {
  return names.map(quoteIdentifier).join(', ');
}

/** The parts of a name in one string, each as it is; a part with a dot in it is quoted: `pg_catalog.C`, `"en_US.utf8"`. */
export function dotted(parts: readonly string[]): string {
  return parts.map((part) => (/[".]/.test(part) ? `"${part.replaceAll('"', '""')}"` : part)).join('.');
}

/** What `dotted` made, as identifiers. */
export function printDotted(name: string): string {
  const parts = name.match(/"(?:[^"]|"")*"|[^.]+/g) ?? [];
  return parts.map((part) => (part.startsWith('"') ? part : quoteIdentifier(part))).join('.');
}

/** `body` as a dollar-quoted string, with a tag that nothing in it closes. */
export function dollarQuote(body: string, tag = ''): string {
  // A dollar at its end closes it as well: `$$a$$$`.
  const isClosedEarly = `${body}$${tag}$`.indexOf(`$${tag}$`) < body.length;
  const mark = isClosedEarly ? numbered(body, `$${tag === '' ? 'body' : tag}`) : `$${tag}$`;
  return `${mark}${body}${mark}`;
}

/** The tag that begins like this, with the first number that does not close `body`. */
function numbered(body: string, tag: string): string {
  const pieces = `${body}$`.split(tag).slice(1);
  // Where the next tag follows, the dollar between them belongs to both.
  const taken = new Set(pieces.map((piece) => /^\d+(?=\$|$)/.exec(piece)?.[0]));
  let number = 1;
  while (taken.has(String(number))) number++;
  return `${tag}${number}$`;
}
