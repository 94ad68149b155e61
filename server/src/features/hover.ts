import {
  blockedActivities,
  conflict,
  conflictsWith,
  type LockMode,
  lockModes,
  takenBy,
} from '../postgres/lock-modes';
import { tokenize } from '../sql/scanner';
import type { LockTable, Statement } from '../sql/statement';
import { type Range, shift } from '../sql/text';
import type { AnalysedStatement, Analysis } from './analysis';
import { explain, type Explanation, heldSentence, measured, noLocks, unknownEffects } from './explain';
import { commandWords, list, subjectOf } from './headline';
import { typeChangeAt } from './hover-type';
import { lockingPage } from './manual';
import { cell, code, line, link, prose } from './markdown';

/** What a hover needs of the editor. */
export interface HoverSite {
  /** The line of an offset, from 1. */
  readonly lineOf: (offset: number) => number;
  /** Where the page of a rule is to be read. */
  readonly documentationOf: (rule: string) => string | undefined;
}

export interface HoverText {
  readonly markdown: string;
  readonly range: Range;
}

/** What there is to say at `offset`: of a lock mode or a new type when one is named there, else of the statement around it. */
export function hover(analysis: Analysis, offset: number, site: HoverSite): HoverText | undefined {
  const index = analysis.statements.findIndex(({ source }) => source.start <= offset && offset < source.end);
  const found = analysis.statements[index];
  if (found?.statement === undefined || found.effects === undefined) return undefined;
  const { source, statement } = found;
  if (statement.kind === 'AlterTable') {
    const change = typeChangeAt(statement, offset - source.start, index, analysis);
    if (change !== undefined) return { ...change, range: shift(change.range, source.start) };
  }
  const named = lockModeAt(statement, offset - source.start);
  if (named !== undefined)
    return { markdown: describeLockMode(named.mode), range: shift(named.range, source.start) };
  return {
    markdown: describeStatement(statement, found, analysis, site),
    range: shift(statement.commandRange, source.start),
  };
}

/** The mode of a LOCK TABLE, also of one in a body, when `offset` is on its words. */
function lockModeAt(statement: Statement, offset: number): { mode: LockMode; range: Range } | undefined {
  if (statement.kind === 'LockTable') {
    const range = modeRange(statement);
    return range !== undefined && range.start <= offset && offset <= range.end
      ? { mode: statement.mode, range }
      : undefined;
  }
  if (statement.kind !== 'DoBlock' && statement.kind !== 'Other') return undefined;
  for (const { statement: nested, start } of statement.body) {
    if (start === undefined) continue;
    const found = lockModeAt(nested, offset - start);
    if (found !== undefined) return { mode: found.mode, range: shift(found.range, start) };
  }
  return undefined;
}

/** The words between IN and MODE. */
function modeRange({ text }: LockTable): Range | undefined {
  const tokens = tokenize(text);
  const mode = tokens.findLastIndex((token) => token.text === 'mode');
  const first = tokens[tokens.findLastIndex((token, index) => token.text === 'in' && index < mode) + 1];
  const last = tokens[mode - 1];
  return mode < 0 || first === undefined || last === undefined
    ? undefined
    : { start: first.start, end: last.end };
}

function describeLockMode(mode: LockMode): string {
  const row = lockModes.map((other) => (conflict(mode, other) ? '✗' : '·')).join(' | ');
  return [
    `**${mode}** blocks ${list(blockedActivities(mode)) || 'nothing that a session does every day'}.`,
    `Taken by: ${takenBy[mode].join('; ')}.`,
    `Conflicts with ${conflictsWith(mode).join(', ')}.`,
    `| ${lockModes.map((other) => other.toLowerCase()).join(' | ')} |\n|${':-:|'.repeat(lockModes.length)}\n| ${row} |`,
    `[Explicit locking in the manual](${lockingPage})`,
  ].join('\n\n');
}

function describeStatement(
  statement: Statement,
  analysed: AnalysedStatement,
  analysis: Analysis,
  site: HoverSite,
): string {
  const explanation = explain(analysed, analysis);
  return explanation === undefined ? '' : explanationMarkdown(statement, explanation, site);
}

/** A statement's explanation as Markdown. */
export function explanationMarkdown(
  statement: Statement,
  explanation: Explanation,
  { lineOf, documentationOf }: HoverSite,
): string {
  const { isKnown, locks, safer, refusal, manual } = explanation;
  const paragraphs = [title(statement)];
  if (!isKnown) paragraphs.push(unknownEffects);
  else if (locks.length === 0) paragraphs.push(noLocks);
  if (locks.length > 0) paragraphs.push(lockTable(explanation), heldSentence(explanation, lineOf));
  paragraphs.push(...explanation.consequences.map(prose));
  for (const { rule, instead } of safer) {
    const page = documentationOf(rule);
    const where = page === undefined ? `\`${rule}\`` : link(rule, page);
    paragraphs.push(`*Safer:* ${instead} ${where}`);
  }
  if (refusal !== undefined) paragraphs.push(line(refusal));
  const sources = [
    ...(isKnown ? [measured] : []),
    ...(manual === undefined ? [] : [`[${manual.command} in the manual](${manual.page})`]),
  ];
  if (sources.length > 0) paragraphs.push(sources.join(' · '));
  return paragraphs.join('\n\n');
}

function title(statement: Statement): string {
  const subject = subjectOf(statement, code);
  const words = `**${prose(commandWords(statement))}**`;
  return subject === undefined ? words : `${words} ${subject}`;
}

function lockTable({ locks }: Explanation): string {
  const rows = locks.map(({ relation, mode, role, blocks }) => {
    const name = role === 'target' ? relation : `${relation} (${role})`;
    return `| ${cell(name)} | \`${mode}\` | ${blocks} |`;
  });
  return ['| relation | lock | blocks meanwhile |', '|---|---|---|', ...rows].join('\n');
}
