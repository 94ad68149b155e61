import { labelOf } from '../runners';
import { Lines } from '../sql/text';
import type { Analysis } from './analysis';
import { explain } from './explain';
import { consequenceOf, linesOf, slowSentences } from './explain-text';
import { headline, shownName } from './headline';
import { explanationMarkdown, type HoverSite } from './hover';
import { cell, prose } from './markdown';
import { type Timeline, timelineOf, type TransactionTimeline } from './timeline';

/** A file as a page: what each transaction holds, then what each statement does. */
export function explanationPage(
  analysis: Analysis,
  name: string,
  documentationOf: HoverSite['documentationOf'],
): string {
  const lines = new Lines(analysis.file.text);
  const lineOf = (offset: number): number => lines.positionAt(offset).line + 1;
  const statements = analysis.statements.flatMap((analysed) => {
    const explanation = explain(analysed, analysis);
    const { statement, source } = analysed;
    if (statement === undefined || explanation === undefined) return [];
    const body = explanationMarkdown(statement, explanation, { lineOf, documentationOf });
    return [`## Line ${lineOf(source.start)}`, body];
  });
  return `${[timelinePage(analysis, name), ...statements].join('\n\n')}\n`;
}

/** What each transaction of a file holds, as Markdown with a Mermaid diagram. */
export function timelinePage(analysis: Analysis, name: string): string {
  const { project, settings } = analysis.surroundings;
  const lines = new Lines(analysis.file.text);
  const lineOf = (offset: number): number => lines.positionAt(offset).line + 1;
  const timeline = timelineOf(analysis);
  const held = timeline.transactions.filter(({ locks }) => locks.length > 0);
  return [
    `# ${prose(name)}`,
    `${prose(labelOf(project))} · PostgreSQL ${settings.postgresVersion}`,
    ...(held.length === 0 ? ['No relation is locked.'] : [diagram(timeline, analysis, lineOf)]),
    ...held.flatMap((transaction) => transactionParagraphs(transaction, analysis, lineOf)),
  ].join('\n\n');
}

function transactionParagraphs(
  transaction: TransactionTimeline,
  analysis: Analysis,
  lineOf: (offset: number) => number,
): readonly string[] {
  const kind = transaction.transaction === null ? 'A transaction of its own' : 'Transaction';
  const rows = transaction.locks.map((lock) => {
    const range = linesOf({ first: lock.from, last: lock.until }, analysis, lineOf);
    return `| ${cell(shownName(lock.relation))} | \`${lock.mode}\` | ${range} | ${consequenceOf(lock)} |`;
  });
  return [
    `## ${kind}, ${linesOf(transaction, analysis, lineOf)}`,
    ['| relation | lock | held | others |', '|---|---|---|---|', ...rows].join('\n'),
    ...slowSentences(transaction, analysis, lineOf).map((sentence) => `**Slow:** ${prose(sentence)}`),
  ];
}

/**
 * A Gantt chart whose days are statements: one section for each relation, one bar for each mode. What blocks reads is
 * critical, what blocks writes is active.
 */
function diagram(
  { transactions }: Timeline,
  { statements }: Analysis,
  lineOf: (offset: number) => number,
): string {
  const sections = new Map<string, string[]>();
  for (const { mode, relation, from, until, blocks, isNew } of transactions.flatMap(({ locks }) => locks)) {
    const name = forMermaid(shownName(relation));
    const tag = isNew || blocks === undefined ? 'done, ' : blocks === 'writes' ? 'active, ' : 'crit, ';
    const bars = sections.get(name) ?? [];
    bars.push(`  ${mode} :${tag}${from}, ${until + 1}`);
    sections.set(name, bars);
  }
  const titles = statements.map(({ statement, source }, index) => {
    const title = statement === undefined ? 'not analysed' : headline(statement);
    return `  ${forMermaid(`Line ${lineOf(source.start)} ${title}`)} :milestone, ${index}, ${index}`;
  });
  return [
    '```mermaid',
    'gantt',
    '  dateFormat X',
    '  axisFormat %s',
    '  section Statements',
    ...titles,
    ...[...sections].flatMap(([name, bars]) => [`  section ${name}`, ...bars]),
    '```',
  ].join('\n');
}

/** A colon, a semicolon and a hash end a label; `%%` begins a directive, and tags are drawn. */
function forMermaid(text: string): string {
  return text.replace(/[^\p{L}\p{N} _.,()"'…/$*+-]/gu, ' ');
}
