import { Scanner } from './scanner';

/**
 * Puts something that the grammar can read in place of each placeholder of a runner (`${schema}`, `:name`, `:'name'`,
 * `:"name"`, `{{ .prefix }}`) and blanks psql commands, unit for unit, so that every offset stays. Undefined when
 * the text has none.
 */
export function withoutPlaceholders(text: string): string | undefined {
  const scanner = new Scanner(text);
  let result = '';
  let end = 0;
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    if (kind !== 'placeholder' && kind !== 'psql command') continue;
    const substitute =
      kind === 'psql command' ? ' '.repeat(scanner.end - scanner.start) : readable(scanner.current);
    result += text.slice(end, scanner.start) + substitute;
    end = scanner.end;
  }
  return end === 0 ? undefined : result + text.slice(end);
}

/** An identifier, or the quoted string that psql would make, of the same length. */
function readable(placeholder: string): string {
  if (placeholder.startsWith(':"')) return `"_${placeholder.slice(2)}`;
  if (placeholder.startsWith(":'")) return `'_${placeholder.slice(2)}`;
  return `p${placeholder.slice(1).replace(/[^\p{L}\p{N}_]/gu, '_')}`;
}
