import { Catalog } from '../catalog/catalog';
import type { Read } from '../catalog/store/layer';
import type { RelationName } from '../catalog/relation';
import type { Effects } from '../effects/effects';
import { effectsOf } from '../effects/effects-of';
import { isRefusal } from '../rules/rule';
import type { Project, Refusal, ScheduledStatement } from '../runners/runner';
import type { SourceFile } from '../sql/source';
import type { Statement } from '../sql/statement';
import {
  type AnalysedStatement,
  type Analysis,
  type ReportedFinding,
  ruleContext,
  sentFile,
  type Settings,
  type Surroundings,
} from './analysis';
import { checkAll, checkFile } from './check';
import { canResume, run, scheduleAt, type SentFile, takeBackAlike, type Turn } from './run';
import { nothingIgnored, suppressions } from './suppressions';
import { WhatStandsBefore } from './unread';

/** What was found out about a statement, and on what it rests. */
interface Memo {
  readonly schedule: ScheduledStatement;
  readonly settings: Settings;
  readonly project: Project;
  readonly refusal: Refusal | undefined;
  readonly reads: readonly Read[];
  readonly writes: readonly Read[];
  readonly effects: Effects;
  readonly newRelations: readonly RelationName[];
  readonly findings: readonly ReportedFinding[];
  /** Whether a rule that speaks once in a file is among those that found something. */
  readonly speaksOnce: boolean;
}

/** A text such as `COMMIT` stands at many places, which need not agree; more than this many are not kept. */
const mostMemos = 8;

/** How many statements lie between two catalogs that are kept of a file. */
const stride = 64;

/** The last run of a file, with what the next one can begin from. */
interface Run {
  readonly sent: SentFile;
  readonly surroundings: Surroundings;
  /** One for each statement; undefined for what cannot be parsed. */
  readonly memos: readonly (Memo | undefined)[];
  /** The statements that the server refuses. */
  readonly refused: ReadonlySet<number>;
  /** The catalog before every `stride`-th statement. */
  readonly checkpoints: readonly Catalog[];
}

/**
 * Both ways in which a file may go on behind what the server refuses: as the runner would, with nothing of that done, and
 * as its author means it, once that is mended. What happens in one of them only is not said.
 */
interface Runs {
  readonly real: Run;
  /** The same where nothing is refused. */
  readonly meant: Run;
}

/**
 * Analyses files, and keeps for each statement what was found out about it until something that it rests on changes:
 * its own text, how it is sent, or a part of the catalog that was asked for. A keystroke costs the statement that it
 * changes; the others are asked again only if that statement now leaves another catalog behind.
 */
export class Analyser {
  private readonly memos = new WeakMap<Statement, Memo[]>();
  private readonly runs = new Map<string, Runs>();

  analyse(file: SourceFile, surroundings: Surroundings): Analysis {
    return finish(this.steps(file, surroundings));
  }

  /** The same in steps of one statement, between which its caller may do something else. */
  *steps(file: SourceFile, surroundings: Surroundings): Generator<undefined, Analysis> {
    const { path, project } = surroundings;
    const schedule = project.runner.schedule(file, project, path);
    const sent = sentFile({ file, schedule, surroundings });
    const last = this.runs.get(path);
    const real = yield* this.run(sent, surroundings, last?.real, () => refusals(sent));
    const meant =
      real.refused.size === 0 ? real : yield* this.run(sent, surroundings, last?.meant, () => () => false);
    this.runs.set(path, { real, meant });
    return { file, surroundings, schedule, statements: assemble(real, meant) };
  }

  /** Forgets the last analysis of a file that nobody looks at any more. */
  forget(path: string): void {
    this.runs.delete(path);
  }

  private *run(
    sent: SentFile,
    surroundings: Surroundings,
    last: Run | undefined,
    refusalsAnew: () => IsRefused,
  ): Generator<undefined, Run> {
    const changed = last === undefined ? undefined : changedStatements(sent, surroundings, last);
    const isRefused = refusalsAnew();
    let from = changed === undefined ? 0 : resumeBefore(sent, changed.start);
    // A comment may have changed, which says that a statement is not refused.
    const other = last === undefined ? undefined : otherRefusal(last, refusalsAnew(), 0, from);
    if (other !== undefined) from = resumeBefore(sent, other);
    const start = from === 0 ? surroundings.history : last?.checkpoints[from / stride];
    const memos = last?.memos.slice(0, from) ?? [];
    const refused = new Set([...(last?.refused ?? [])].filter((index) => index < from));
    const checkpoints = last?.checkpoints.slice(0, from / stride) ?? [];
    for (const turn of run(sent, new Catalog(start), { from, stride })) {
      const { index, kept, source, catalog } = turn;
      if (kept !== undefined) checkpoints.push(kept);
      if (
        last !== undefined &&
        index === changed?.end &&
        isSameAfter({ last, catalog, changed, from, memos }) &&
        otherRefusal(last, refusalsAnew(), index, Infinity) === undefined
      ) {
        return {
          ...{ sent, surroundings },
          memos: [...memos, ...last.memos.slice(index)],
          refused: new Set([...refused, ...[...last.refused].filter((later) => later >= index)]),
          checkpoints: [...checkpoints, ...last.checkpoints.slice(checkpoints.length)],
        };
      }
      const { statement } = source.parsed;
      const memo = statement === undefined ? undefined : this.memoOf(statement, { turn, sent, surroundings });
      memos.push(memo);
      if (memo !== undefined && isRefused(memo, index)) {
        refused.add(index);
        turn.refuse();
      } else turn.repeat(memo?.writes ?? []);
      yield;
    }
    return { sent, surroundings, memos, refused, checkpoints };
  }

  private memoOf(statement: Statement, site: StatementSite): Memo {
    const { turn, sent, surroundings } = site;
    const { project } = surroundings;
    const refusal = project.runner.refuses(statement, turn.index, sent.schedule, project);
    const memos = this.memos.get(statement) ?? [];
    const known = memos.find((candidate) => isCurrent(candidate, refusal, site));
    if (known !== undefined) return known;
    const memo = judge(statement, refusal, site);
    this.memos.set(statement, [memo, ...memos].slice(0, mostMemos));
    return memo;
  }
}

/** Does all of some work that is done in steps. */
export function finish<Result>(work: Generator<undefined, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

interface StatementSite {
  readonly turn: Turn;
  readonly sent: SentFile;
  readonly surroundings: Surroundings;
}

interface Change {
  readonly start: number;
  readonly end: number;
}

/**
 * The statements that are not those of the last run, when everything else is as it was: the same number of statements,
 * each sent as before. Undefined when more than that has changed.
 */
function changedStatements(sent: SentFile, surroundings: Surroundings, last: Run): Change | undefined {
  const { file, schedule } = sent;
  const { statements } = file;
  const before = last.sent.file.statements;
  if (last.surroundings !== surroundings || before.length !== statements.length) return undefined;
  const isSent = (_: unknown, index: number): boolean =>
    isSentAs(scheduleAt(schedule, index), scheduleAt(last.sent.schedule, index));
  if (!statements.every(isSent) || !takeBackAlike(sent, last.sent)) return undefined;
  let start = 0;
  while (start < statements.length && statements[start]?.parsed === before[start]?.parsed) start++;
  let end = statements.length;
  while (end > start && statements[end - 1]?.parsed === before[end - 1]?.parsed) end--;
  return { start, end };
}

/** The last statement up to `index` with which a run can begin, and whose catalog is kept. */
function resumeBefore(sent: SentFile, index: number): number {
  let from = index - (index % stride);
  while (from > 0 && !canResume(sent, from)) from -= stride;
  return from;
}

function isSentAs(a: ScheduledStatement, b: ScheduledStatement): boolean {
  return (
    a === b ||
    (a.transaction === b.transaction &&
      a.message === b.message &&
      a.section === b.section &&
      a.ending === b.ending &&
      a.isSkipped === b.isSkipped &&
      a.block === b.block &&
      a.inTransactionBlock === b.inTransactionBlock)
  );
}

/** Whether the statements that changed leave the catalog behind as those in their place did. */
function isSameAfter({
  last,
  catalog,
  changed: { start, end },
  from,
  memos,
}: {
  readonly last: Run;
  readonly catalog: Catalog;
  readonly changed: Change;
  readonly from: number;
  readonly memos: readonly (Memo | undefined)[];
}): boolean {
  const changed = [...last.memos.slice(start, end), ...memos.slice(start, end)];
  const before = catalogOf(last, from, end);
  return changed.every((memo) => catalog.agreesWith(before, memo?.writes ?? []));
}

/** The catalog that the last run had before a statement. */
function catalogOf(
  { sent, surroundings, memos, refused, checkpoints }: Run,
  from: number,
  index: number,
): Catalog {
  const start = from === 0 ? surroundings.history : checkpoints[from / stride];
  for (const turn of run(sent, new Catalog(start), { from })) {
    if (turn.index === index) return turn.catalog;
    if (refused.has(turn.index)) turn.refuse();
    else turn.repeat(memos[turn.index]?.writes ?? []);
  }
  throw new RangeError(`no statement ${index} to run`);
}

function isCurrent(memo: Memo, refusal: Refusal | undefined, site: StatementSite): boolean {
  const { settings, project } = site.surroundings;
  const { scheduled, catalog } = site.turn;
  return (
    memo.settings === settings &&
    memo.project === project &&
    memo.refusal?.reason === refusal?.reason &&
    memo.schedule.section === scheduled.section &&
    memo.schedule.inTransactionBlock === scheduled.inTransactionBlock &&
    memo.schedule.block === scheduled.block &&
    (memo.schedule.transaction === null) === (scheduled.transaction === null) &&
    catalog.agrees(memo.reads)
  );
}

function judge(
  statement: Statement,
  refusal: Refusal | undefined,
  { turn, surroundings }: StatementSite,
): Memo {
  const { scheduled } = turn;
  const { settings, project } = surroundings;
  const catalog = new Catalog(turn.catalog);
  const { result, reads, writes } = catalog.record(() => {
    const effects = effectsOf(statement, catalog, settings.postgresVersion);
    const context = ruleContext(surroundings, catalog, effects, scheduled, refusal);
    // What undoes a migration drops what the migration made; that is its purpose.
    const findings = scheduled.section === 'up' ? checkAll(statement, context, surroundings) : [];
    const newRelations = relationsOf(effects).filter((relation) => isNew(relation, catalog));
    turn.replayOn(catalog, effects);
    return { effects, newRelations, findings };
  });
  const speaksOnce = result.findings.some(({ rule }) => rule.meta.oncePerFile === true);
  return { schedule: scheduled, settings, project, refusal, reads, writes, speaksOnce, ...result };
}

/** Whether the server refuses a statement. To be asked in the order of the file. */
type IsRefused = (memo: Memo, index: number) => boolean;

/** The first statement of a part of the last run that is refused now and was not then, or the other way round. */
function otherRefusal(last: Run, isRefused: IsRefused, from: number, until: number): number | undefined {
  const part = last.memos.slice(from, until);
  const found = part.findIndex(
    (memo, at) => memo !== undefined && isRefused(memo, from + at) !== last.refused.has(from + at),
  );
  return found < 0 ? undefined : from + found;
}

/** Whether the server refuses a statement, as far as its findings say so and its author does not say otherwise. */
function refusals({ file, schedule }: SentFile): IsRefused {
  const ignored = suppressions(file);
  const behind = new WhatStandsBefore(file, schedule);
  return ({ findings }, index) =>
    ignored
      .apply(
        findings.filter(({ rule, finding, isInBody }) => {
          const isError = (finding.severity ?? rule.meta.severity) === 'error';
          return isError && isRefusal(rule) && !isInBody;
        }),
        index,
      )
      .some((finding) => !behind.explains(finding, index));
}

function relationsOf({ locks, scans, rewrites, indexBuilds }: Effects): readonly RelationName[] {
  return [...locks.map(({ relation }) => relation), ...scans, ...rewrites, ...indexBuilds];
}

/** Whether this file has made a relation, or the table of an index. */
function isNew(relation: RelationName, catalog: Catalog): boolean {
  return catalog.isNew(catalog.index(relation)?.relation ?? relation);
}

/** The statements with their findings, without those that the author ignores and those that were said before. */
function assemble(real: Run, meant: Run): readonly AnalysedStatement[] {
  const { sent, surroundings, memos, refused } = real;
  const { file, schedule } = sent;
  const ignored = suppressions(file);
  const ofFile = checkFile(file, surroundings);
  const said = new Set<string>();
  const behind = new WhatStandsBefore(file, schedule);
  return file.statements.map((source, index) => {
    const memo = memos[index];
    let findings = inBoth(memo, meant.memos[index]);
    if (findings.some(({ rule }) => rule.meta.category === 'existence')) {
      findings = findings.filter((finding) => !behind.explains(finding, index));
    }
    if (memo?.speaksOnce === true) findings = withoutRepetition(findings, said);
    const around = ofFile.get(index);
    if (around !== undefined) findings = [...around, ...findings];
    if (findings.length > 0 && ignored !== nothingIgnored) findings = ignored.apply(findings, index);
    return {
      source,
      schedule: scheduleAt(schedule, index),
      statement: source.parsed.statement,
      effects: memo?.effects,
      newRelations: memo?.newRelations ?? [],
      refusal: memo?.refusal,
      isRefused: refused.has(index),
      findings,
    };
  });
}

/** What was found whichever way the file goes on behind what is refused. */
function inBoth(real: Memo | undefined, meant: Memo | undefined): readonly ReportedFinding[] {
  if (real === undefined || meant === undefined) return [];
  if (real === meant) return real.findings;
  return real.findings.filter(({ rule, finding: { range } }) =>
    meant.findings.some(
      (other) =>
        other.rule === rule &&
        other.finding.range.start === range.start &&
        other.finding.range.end === range.end,
    ),
  );
}

/** Without the findings of rules that speak once in a file and have spoken already; notes those that speak now. */
function withoutRepetition(
  findings: readonly ReportedFinding[],
  said: Set<string>,
): readonly ReportedFinding[] {
  if (!findings.some(({ rule }) => rule.meta.oncePerFile)) return findings;
  const kept = findings.filter(({ rule }) => rule.meta.oncePerFile !== true || !said.has(rule.id));
  for (const { rule } of kept) said.add(rule.id);
  return kept;
}
