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

/** `body` as a dollar-quoted string, with a tag that it does not contain. */
export function dollarQuote(body: string, tag = ''): string {
  let mark = `$${tag}$`;
  for (let attempt = 1; body.includes(mark); attempt++) mark = `$${tag === '' ? 'body' : tag}${attempt}$`;
  return `${mark}${body}${mark}`;
}

/** `text` with every line but the first moved right; blank lines stay blank. */
export function indent(text: string, by: number): string {
  return text.replace(/\n(?=[^\n])/g, `\n${' '.repeat(by)}`);
}
