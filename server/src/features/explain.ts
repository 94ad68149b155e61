import type { RelationName } from '../catalog/relation';
import type { Effects, LockRole } from '../effects/effects';
import { activities, blockedActivities, conflict, type LockMode } from '../postgres/lock-modes';
import { majors } from '../postgres/versions';
import type { Statement } from '../sql/statement';
import type { Range } from '../sql/text';
import type { AnalysedStatement, Analysis } from './analysis';
import { list, shownName } from './headline';
import { manualPage } from './manual';
import { waitsElsewhere } from './spill-over';
import { isNewIn } from './timeline';

/** All there is to say about one statement; the sentences quote names as Markdown does. */
export interface Explanation {
  readonly isKnown: boolean;
  readonly locks: readonly ExplainedLock[];
  /** From the statement to the end of its transaction; null when it is a transaction of its own. */
  readonly held: Range | null;
  /** What it rewrites, reads and builds, when it fails, and where it cannot run: a paragraph each. */
  readonly consequences: readonly string[];
  /** How the hazards that were found are avoided, by rule. */
  readonly safer: readonly { readonly rule: string; readonly instead: string }[];
  /** Why the runner cannot run it here. */
  readonly refusal: string | undefined;
  /** What the manual says of the command. */
  readonly manual: { readonly command: string; readonly page: string } | undefined;
}

interface ExplainedLock {
  /** As people say it, without `public`. */
  readonly relation: string;
  readonly mode: LockMode;
  readonly role: LockRole;
  /** Who waits meanwhile, to be read behind "blocks". */
  readonly blocks: string;
}

/** Where it is said that nothing is known. */
export const unknownEffects =
  'Lockstep does not know what this statement locks. It may block reads and writes.';
export const noLocks = 'Takes no lock on a relation that existed before it.';
export const measured = `Measured on PostgreSQL ${majors[0]}–${majors.at(-1) ?? majors[0]}`;

/** Explains a statement; undefined for one that could not be parsed. */
export function explain(analysed: AnalysedStatement, analysis: Analysis): Explanation | undefined {
  const { effects, findings, refusal, statement } = analysed;
  if (effects === undefined || statement === undefined) return undefined;
  const page = manualPage(statement.command, analysis.surroundings.settings.postgresVersion);
  const rules = new Map(findings.map(({ rule }) => [rule.id, rule]));
  return {
    isKnown: effects.isKnown,
    locks: effects.locks.map(({ relation, mode, role }) => ({
      relation: shownName(relation),
      mode,
      role,
      blocks: isNewIn(analysed, relation) ? 'nothing: this migration creates it' : whoWaits(mode),
    })),
    held: heldRange(analysed, analysis),
    consequences: consequences(effects, statement, waitsElsewhere(analysed, analysis, effects)),
    safer: [...rules.values()].map(({ id, meta }) => ({ rule: id, instead: meta.docs.instead })),
    refusal: refusal === undefined ? undefined : `${refusal.reason} ${refusal.instead}`,
    manual: page === undefined ? undefined : { command: statement.command, page },
  };
}

/** `Held to the end of the transaction, line 3 to 19.` */
export function heldSentence({ held }: Explanation, lineOf: (offset: number) => number): string {
  if (held === null) return 'Held until the statement is done; it is a transaction of its own.';
  const from = lineOf(held.start);
  const until = lineOf(held.end);
  return `Held to the end of the transaction, line ${from}${until > from ? ` to ${until}` : ''}.`;
}

function whoWaits(mode: LockMode): string {
  const blocked = blockedActivities(mode);
  if (blocked.length === 0) return 'nothing';
  const goesOn = activities.some(
    ({ activity, mode: other }) => activity === 'SELECT' && !conflict(mode, other),
  );
  return `${list(blocked)}${goesOn ? '; SELECT goes on' : ''}`;
}

function heldRange(
  { schedule: { transaction }, source }: AnalysedStatement,
  analysis: Analysis,
): Range | null {
  if (transaction === null) return null;
  const last = analysis.statements.findLast(({ schedule }) => schedule.transaction === transaction);
  return { start: source.start, end: last?.source.end ?? source.end };
}

const changesCatalog: ReadonlySet<Statement['kind']> = new Set([
  'AlterTable',
  'CreateIndex',
  'CreateTable',
  'Drop',
  'Rename',
]);

function consequences(
  effects: Effects,
  { kind }: Statement,
  elsewhere: string | undefined,
): readonly string[] {
  const sentences: string[] = [];
  const names = (relations: readonly RelationName[]): string =>
    list(relations.map((relation) => `\`${shownName(relation)}\``));
  if (effects.rewrites.length > 0) sentences.push(`Rewrites ${names(effects.rewrites)}.`);
  if (effects.scans.length > 0) sentences.push(`Reads all rows of ${names(effects.scans)}.`);
  if (effects.indexBuilds.length > 0) sentences.push(`Builds an index on ${names(effects.indexBuilds)}.`);
  if (effects.duration === 'proportional to rows') {
    sentences.push(
      kind === 'DataChange'
        ? 'Its time grows with the rows that it writes.'
        : 'Its time grows with the rows.',
    );
  }
  if (effects.duration === 'waits for transactions') {
    sentences.push('It waits for open transactions.');
  }
  if (effects.duration === 'catalog only' && effects.isKnown && changesCatalog.has(kind)) {
    sentences.push('Changes only the catalog: its time does not grow with the rows.');
  }
  const paragraphs = elsewhere === undefined ? [] : [elsewhere];
  if (sentences.length > 0) paragraphs.push(sentences.join(' '));
  if (effects.failsOnRows.length > 0) {
    paragraphs.push(`Fails if ${effects.failsOnRows.map(({ condition }) => condition).join(', or if ')}.`);
  }
  if (!effects.transactional) paragraphs.push('Cannot run in a transaction block.');
  return paragraphs;
}
