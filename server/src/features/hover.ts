import { displayName, type RelationName } from '../catalog/relation';
import type { Effects } from '../effects/effects';
import {
  activities,
  blockedActivities,
  conflict,
  conflictsWith,
  type LockMode,
  lockModes,
  takenBy,
} from '../postgres/lock-modes';
import { majors } from '../postgres/versions';
import { tokenize } from '../sql/scanner';
import type { LockTable, QualifiedName, Statement } from '../sql/statement';
import { type Range, shift } from '../sql/text';
import type { AnalysedStatement, Analysis } from './analysis';

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

/** What there is to say at `offset`: of a lock mode when one is named there, else of the statement around it. */
export function hover(analysis: Analysis, offset: number, site: HoverSite): HoverText | undefined {
  const found = analysis.statements.find(({ source }) => source.start <= offset && offset < source.end);
  if (found?.statement === undefined || found.effects === undefined) return undefined;
  const { source, statement } = found;
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
    `[Explicit locking](https://www.postgresql.org/docs/current/explicit-locking.html)`,
  ].join('\n\n');
}

function describeStatement(
  statement: Statement,
  analysed: AnalysedStatement,
  analysis: Analysis,
  site: HoverSite,
): string {
  const { effects, findings } = analysed;
  if (effects === undefined) return '';
  const paragraphs = [title(statement)];
  if (!effects.isKnown) {
    paragraphs.push('Lockstep does not know what this statement locks. Do not take it for harmless.');
  } else if (effects.locks.length === 0) {
    paragraphs.push('Takes no lock on a relation that existed before it.');
  } else {
    paragraphs.push(lockTable(effects), heldUntil(analysed, analysis, site));
  }
  paragraphs.push(...consequences(effects));
  for (const { rule } of new Map(findings.map((item) => [item.rule.id, item])).values()) {
    const page = site.documentationOf(rule.id);
    const link = page === undefined ? `\`${rule.id}\`` : `[${rule.id}](${page})`;
    paragraphs.push(`*Safer:* ${rule.meta.docs.instead} ${link}`);
  }
  if (analysed.refusal !== undefined)
    paragraphs.push(`${analysed.refusal.reason} ${analysed.refusal.instead}`);
  if (effects.isKnown) paragraphs.push(`Measured on PostgreSQL ${majors[0]}–${majors.at(-1) ?? majors[0]}.`);
  return paragraphs.join('\n\n');
}

/** The relation's name as people say it: `public` goes without saying. */
function shownName(relation: RelationName | QualifiedName): string {
  return relation.schema === 'public' ? relation.name : displayName(relation);
}

function title(statement: Statement): string {
  const words = statement.text
    .slice(statement.commandRange.start, statement.commandRange.end)
    .replace(/\s+/g, ' ')
    .toUpperCase();
  const relation = 'relation' in statement ? statement.relation : undefined;
  return relation === undefined ? `**${words}**` : `**${words}** on \`${shownName(relation)}\``;
}

function lockTable({ locks }: Effects): string {
  const rows = locks.map(({ relation, mode, role }) => {
    const blocked = blockedActivities(mode);
    const still = activities
      .filter(({ mode: other }) => !conflict(mode, other))
      .map(({ activity }) => activity);
    const goesOn = still.includes('SELECT') && blocked.length > 0 ? '; SELECT goes on' : '';
    const name = role === 'target' ? shownName(relation) : `${shownName(relation)} (${role})`;
    return `| ${name} | \`${mode}\` | ${blocked.length === 0 ? 'nothing' : list(blocked) + goesOn} |`;
  });
  return ['| relation | lock | blocks meanwhile |', '|---|---|---|', ...rows].join('\n');
}

function heldUntil(analysed: AnalysedStatement, analysis: Analysis, { lineOf }: HoverSite): string {
  const { transaction } = analysed.schedule;
  if (transaction === null) return 'Held until the statement is done; it is a transaction of its own.';
  const together = analysis.statements.filter(
    ({ schedule, source }) => schedule.transaction === transaction && source.start >= analysed.source.start,
  );
  const last = together.at(-1)?.source ?? analysed.source;
  const from = lineOf(analysed.source.start);
  const until = lineOf(last.end);
  return `Held to the end of the transaction, line ${from}${until > from ? ` to ${until}` : ''}.`;
}

function consequences(effects: Effects): readonly string[] {
  const sentences: string[] = [];
  const names = (relations: Effects['rewrites']): string =>
    list(relations.map((relation) => `\`${shownName(relation)}\``));
  if (effects.rewrites.length > 0) sentences.push(`Rewrites ${names(effects.rewrites)}.`);
  if (effects.scans.length > 0) sentences.push(`Reads all rows of ${names(effects.scans)}.`);
  if (effects.indexBuilds.length > 0) sentences.push(`Builds an index on ${names(effects.indexBuilds)}.`);
  if (effects.duration === 'proportional to rows') sentences.push('Its time grows with the rows.');
  if (effects.duration === 'waits for transactions')
    sentences.push('It waits for transactions that are open.');
  const paragraphs = sentences.length === 0 ? [] : [sentences.join(' ')];
  if (effects.failsOnRows.length > 0) {
    paragraphs.push(`Fails if ${effects.failsOnRows.map(({ condition }) => condition).join(', or if ')}.`);
  }
  if (!effects.transactional) paragraphs.push('Cannot run in a transaction block.');
  return paragraphs;
}

/** `a`, `a and b`, `a, b and c`; the items may hold commas themselves. */
function list(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}
