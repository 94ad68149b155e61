import type { FunctionEntry } from '../catalog/entries';
import type { Origin } from '../catalog/relation';
import { printArguments, printResult } from '../catalog/signatures';
import { printName } from '../sql/print';
import { quotation, sqlBlock } from './markdown';

/** A function with its overloads as Markdown: what each takes and returns, and how it runs. */
export function describeFunctions(
  entries: readonly FunctionEntry[],
  made: (origin: Origin) => string,
): string | undefined {
  if (entries.length === 0) return undefined;
  return entries
    .map((entry) =>
      [
        `**${entry.kind.toLowerCase()}**${made(entry.origin)}`,
        sqlBlock(header(entry)),
        ...quotedComment(entry.comment),
      ].join('\n\n'),
    )
    .join('\n\n---\n\n');
}

/** `tax(total numeric, rate numeric DEFAULT 0.2) RETURNS numeric` with the attributes that differ from the usual. */
function header(entry: FunctionEntry): string {
  const { schema, name, kind, volatility, parallel, settings, language } = entry;
  const result = printResult(entry);
  const returned = kind === 'PROCEDURE' || result === undefined ? [] : [`RETURNS ${result}`];
  const attributes = [
    ...(kind === 'AGGREGATE' ? [] : [`LANGUAGE ${language}`]),
    ...(kind === 'AGGREGATE' || volatility === 'volatile' ? [] : [volatility.toUpperCase()]),
    ...(entry.isStrict ? ['STRICT'] : []),
    ...(entry.isSecurityDefiner ? ['SECURITY DEFINER'] : []),
    ...(entry.isLeakproof ? ['LEAKPROOF'] : []),
    ...(parallel === 'unsafe' ? [] : [`PARALLEL ${parallel.toUpperCase()}`]),
    ...settings.map((setting) => `SET ${setting.replace('=', ' = ')}`),
  ];
  const full = printName({ schema: schema === 'public' ? undefined : schema, name });
  return [
    [`${full}(${printArguments(entry, true)})`, ...returned].join(' '),
    ...(attributes.length === 0 ? [] : [`  ${attributes.join(' ')}`]),
  ].join('\n');
}

/** What COMMENT ON says, as a quotation. */
export function quotedComment(comment: string | undefined): readonly string[] {
  if (comment === undefined) return [];
  return [
    comment
      .split(/\r\n|\n|\r/)
      .map(quotation)
      .join('\n'),
  ];
}
