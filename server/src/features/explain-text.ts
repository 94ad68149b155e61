import { strongest } from '../postgres/lock-modes';
import { labelOf } from '../runners';
import type { AnalysedStatement, Analysis } from './analysis';
import { Lines } from '../sql/text';
import { visible } from '../sql/visible';
import { explain, heldSentence, noLocks, unknownEffects } from './explain';
import { headline, shortList, shownName } from './headline';
import { type HeldLock, timelineOf, type TransactionTimeline } from './timeline';

/** Lines are broken at a space before this column. */
const width = 100;

/** What a file does, statement by statement, and what each transaction holds: for a terminal. */
export function explanationText(analysis: Analysis, name: string): string {
  const { project, settings } = analysis.surroundings;
  const lines = new Lines(analysis.file.text);
  const lineOf = (offset: number): number => lines.positionAt(offset).line + 1;
  const gutter = String(lines.count).length;
  const blocks = [
    `${visible(name)} · ${visible(labelOf(project))} · PostgreSQL ${settings.postgresVersion}`,
    ...analysis.statements.map((analysed) => {
      const number = String(lineOf(analysed.source.start)).padStart(gutter);
      const [title = '', ...body] = statementLines(analysed, analysis, lineOf);
      return [`${number}  ${title}`, ...indent(body, gutter + 2)].join('\n');
    }),
    ...timelineLines(analysis, lineOf),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** What one statement does, as lines; the first names it. */
export function statementLines(
  analysed: AnalysedStatement,
  analysis: Analysis,
  lineOf: (offset: number) => number,
): readonly string[] {
  const { statement, source } = analysed;
  const explanation = explain(analysed, analysis);
  if (statement === undefined || explanation === undefined) {
    const { error } = source.parsed;
    return ['not analysed', ...wrap(visible(`${error?.message ?? 'It could not be read'}.`))];
  }
  const { isKnown, locks, consequences, safer, refusal } = explanation;
  const rows = locks.map(({ relation, mode, role }) => [
    mode,
    role === 'target' ? relation : `${relation} (${role})`,
  ]);
  const held = aligned(rows);
  const start = Math.max(0, ...held.map(({ length }) => length)) + 2;
  const table = locks.flatMap(({ blocks }, index) => {
    const [first = '', ...others] = wrap(`blocks ${blocks}`, width - start);
    return [`${(held[index] ?? '').padEnd(start)}${first}`, ...indent(others, start)];
  });
  const paragraphs = [
    ...(isKnown ? [] : [unknownEffects]),
    ...(isKnown && locks.length === 0 ? [noLocks] : []),
    ...(locks.length === 0 ? [] : [heldSentence(explanation, lineOf)]),
    ...consequences,
    ...safer.map(({ rule, instead }) => `Safer: ${instead} (${rule})`),
    ...(refusal === undefined ? [] : [refusal]),
  ];
  return [
    headline(statement),
    ...table,
    ...paragraphs.flatMap((paragraph) => wrap(visible(plain(paragraph)))),
  ];
}

/** `line 9 UPDATE on orders, while ACCESS EXCLUSIVE on orders is held`, for each slow statement of a transaction. */
export function slowSentences(
  { slow }: TransactionTimeline,
  { statements }: Analysis,
  lineOf: (offset: number) => number,
): readonly string[] {
  return slow.map(({ statement: index, duration, under }) => {
    const analysed = statements[index];
    const title = analysed?.statement === undefined ? 'a statement' : headline(analysed.statement);
    const why = duration === 'waits for transactions' ? 'waits for open transactions' : 'grows with the rows';
    // The weaker locks do not matter to who waits for the strongest.
    const mode = strongest(under.map((lock) => lock.mode)) ?? 'ACCESS EXCLUSIVE';
    const names = under.filter((lock) => lock.mode === mode).map(({ relation }) => shownName(relation));
    const blocked = under.some(({ blocks }) => blocks === 'reads and writes') ? 'reads and writes' : 'writes';
    return `Line ${lineOf(analysed?.source.start ?? 0)}, ${title}: its time ${why}, and ${blocked} wait meanwhile for ${mode} on ${shortList([...new Set(names)])}.`;
  });
}

/** What transactions of several statements hold; the others were said already. */
function timelineLines(analysis: Analysis, lineOf: (offset: number) => number): readonly string[] {
  return timelineOf(analysis)
    .transactions.filter(({ first, last, locks }) => last > first && locks.length > 0)
    .map((transaction) => {
      const title = `Transaction, ${linesOf(transaction, analysis, lineOf)}`;
      const rows = transaction.locks.map((lock) => [
        shownName(lock.relation),
        lock.mode,
        linesOf({ first: lock.from, last: lock.until }, analysis, lineOf),
        consequenceOf(lock),
      ]);
      const slow = slowSentences(transaction, analysis, lineOf).flatMap((sentence) => wrap(sentence));
      return [title, ...indent([...aligned(rows), ...slow], 2)].join('\n');
    });
}

/** `line 3 to 19`: from the first character of one statement to the last of another. */
export function linesOf(
  { first, last }: { readonly first: number; readonly last: number },
  { statements }: Analysis,
  lineOf: (offset: number) => number,
): string {
  const from = lineOf(statements[first]?.source.start ?? 0);
  const until = lineOf(statements[last]?.source.end ?? 0);
  return until > from ? `line ${from} to ${until}` : `line ${from}`;
}

/** What a held lock means for others, in a few words. */
export function consequenceOf({ isNew, blocks }: HeldLock): string {
  return isNew
    ? 'created here'
    : blocks === undefined
      ? 'blocks neither reads nor writes'
      : `blocks ${blocks}`;
}

/** Markdown's marks are for eyes that see them drawn. */
function plain(markdown: string): string {
  return markdown.replaceAll('`', '');
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, (row[column] ?? '').length), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function wrap(text: string, columns = width): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length + 1 > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

function indent(lines: readonly string[], by: number): readonly string[] {
  return lines.map((line) => `${' '.repeat(by)}${line}`);
}
