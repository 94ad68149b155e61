import type { LockMode } from '../postgres/lock-modes';
import { labelOf } from '../runners';
import { Lines, type Position } from '../sql/text';
import { visible } from '../sql/visible';
import type { AnalysedStatement, Analysis } from './analysis';
import { timelinePage } from './explain-markdown';
import { consequenceOf, linesOf, slowSentences } from './explain-text';
import { headline, shownName } from './headline';
import { type HeldLock, isNewIn, timelineOf, type TransactionTimeline } from './timeline';

/** The timeline of a file as it is drawn: plain data, ready to be shown. */
export interface TimelineView {
  /** The file's name. */
  readonly title: string;
  /** `Supabase CLI 2.109.1 · PostgreSQL 15`. */
  readonly context: string;
  /** What is locked; those that the migration itself makes are left out, since nobody waits for them. */
  readonly relations: readonly string[];
  readonly transactions: readonly TransactionView[];
  /** The same for an editor that draws nothing. */
  readonly markdown: string;
}

interface TransactionView {
  /** `Transaction, line 3 to 19`. */
  readonly title: string;
  readonly statements: readonly StatementView[];
  readonly bars: readonly BarView[];
  /** What is slow while others wait, one sentence each. */
  readonly warnings: readonly string[];
}

interface StatementView {
  /** As editors count, from 0. */
  readonly position: Position;
  /** `CREATE UNIQUE INDEX on orders`. */
  readonly title: string;
  /** `scans`, `rewrites`, `may fail on rows`, …; empty when only the catalog changes. */
  readonly notes: readonly string[];
  readonly isSlow: boolean;
}

/** One relation in one mode; `from` and `until` count the statements of the transaction. */
interface BarView {
  readonly relation: number;
  readonly mode: LockMode;
  readonly from: number;
  readonly until: number;
  readonly blocks: 'reads and writes' | 'writes' | 'neither';
  /** `ACCESS EXCLUSIVE on orders, line 3 to 19, blocks reads and writes`. */
  readonly description: string;
}

/** What the panel draws. */
export function timelineView(analysis: Analysis): TimelineView {
  const { path, project, settings } = analysis.surroundings;
  const lines = new Lines(analysis.file.text);
  const title = visible(path.slice(path.lastIndexOf('/') + 1));
  const { transactions } = timelineOf(analysis);
  const shown = transactions.flatMap(({ locks }) => locks.filter(({ isNew }) => !isNew));
  const relations = [...new Set(shown.map(({ relation }) => shownName(relation)))];
  return {
    title,
    context: `${labelOf(project)} · PostgreSQL ${settings.postgresVersion}`,
    relations,
    transactions: transactions.map((transaction) => viewOf(transaction, analysis, relations, lines)),
    markdown: timelinePage(analysis, title),
  };
}

function viewOf(
  transaction: TransactionTimeline,
  analysis: Analysis,
  relations: readonly string[],
  lines: Lines,
): TransactionView {
  const { first, last, locks, slow } = transaction;
  const lineOf = (offset: number): number => lines.positionAt(offset).line + 1;
  const kind = transaction.transaction === null ? 'A transaction of its own' : 'Transaction';
  const bar = (lock: HeldLock): BarView => {
    const name = shownName(lock.relation);
    const range = linesOf({ first: lock.from, last: lock.until }, analysis, lineOf);
    return {
      relation: relations.indexOf(name),
      mode: lock.mode,
      from: lock.from - first,
      until: lock.until - first,
      blocks: lock.blocks ?? 'neither',
      description: `${lock.mode} on ${name}, ${range}, ${consequenceOf(lock)}`,
    };
  };
  return {
    title: `${kind}, ${linesOf(transaction, analysis, lineOf)}`,
    statements: analysis.statements.slice(first, last + 1).map((analysed, index) => {
      const isSlow = slow.some(({ statement }) => statement === first + index);
      return {
        position: lines.positionAt(analysed.source.start),
        title: analysed.statement === undefined ? 'not analysed' : headline(analysed.statement),
        notes: notesOf(analysed, isSlow),
        isSlow,
      };
    }),
    bars: locks.filter(({ isNew }) => !isNew).map(bar),
    warnings: slowSentences(transaction, analysis, lineOf),
  };
}

function notesOf(analysed: AnalysedStatement, isSlow: boolean): readonly string[] {
  const { effects } = analysed;
  if (effects?.isKnown !== true) return ['not known what it locks'];
  const isOld = (relation: HeldLock['relation']): boolean => !isNewIn(analysed, relation);
  const notes: string[] = [];
  if (effects.rewrites.some(isOld)) notes.push('rewrites');
  else if (effects.scans.some(isOld)) notes.push('scans');
  if (effects.indexBuilds.some(isOld)) notes.push('builds an index');
  if (effects.duration === 'waits for transactions') notes.push('waits for transactions');
  // What is slow for another reason than those above; each of them says it by itself.
  if (notes.length === 0 && isSlow) notes.push('grows with the rows');
  if (effects.failsOnRows.length > 0) notes.push('may fail on rows');
  return notes;
}
