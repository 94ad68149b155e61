import { Catalog } from '../catalog/catalog';
import type { Read } from '../catalog/layer';
import { holdLocks, releaseLocks } from '../catalog/held-locks';
import type { RelationName } from '../catalog/relation';
import { replay, startFile } from '../catalog/replay';
import type { Effects } from '../effects/effects';
import { effectsOf } from '../effects/effects-of';
import type { Project, Refusal, Schedule, ScheduledStatement } from '../runners/runner';
import type { SourceFile } from '../sql/source';
import type { Statement } from '../sql/statement';
import {
  type AnalysedStatement,
  type Analysis,
  leaveTransaction,
  type ReportedFinding,
  ruleContext,
  scheduleAt,
  type Settings,
  type Surroundings,
} from './analysis';
import { checkAll, checkFile } from './check';
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

/** The last analysis of a file, with what the next one can begin from. */
interface Run {
  readonly file: SourceFile;
  readonly surroundings: Surroundings;
  readonly schedule: Schedule;
  /** One for each statement; undefined for what cannot be parsed. */
  readonly memos: readonly (Memo | undefined)[];
  /** The catalog before every `stride`-th statement. */
  readonly checkpoints: readonly Catalog[];
}

/**
 * Analyses files, and keeps for each statement what was found out about it until something that it rests on changes:
 * its own text, how it is sent, or a part of the catalog that was asked for. A keystroke costs the statement that it
 * changes; the others are asked again only if that statement now leaves another catalog behind.
 */
export class Analyser {
  private readonly memos = new WeakMap<Statement, Memo[]>();
  private readonly runs = new Map<string, Run>();

  analyse(file: SourceFile, surroundings: Surroundings): Analysis {
    return finish(this.steps(file, surroundings));
  }

  /** The same in steps of one statement, between which its caller may do something else. */
  *steps(file: SourceFile, surroundings: Surroundings): Generator<undefined, Analysis> {
    const { path, project } = surroundings;
    const schedule = project.runner.schedule(file, project, path);
    const run = yield* this.run(file, schedule, surroundings, this.runs.get(path));
    this.runs.set(path, run);
    return { file, surroundings, schedule, statements: assemble(run) };
  }

  /** Forgets the last analysis of a file that nobody looks at any more. */
  forget(path: string): void {
    this.runs.delete(path);
  }

  private *run(
    file: SourceFile,
    schedule: Schedule,
    surroundings: Surroundings,
    last: Run | undefined,
  ): Generator<undefined, Run> {
    const changed = last === undefined ? undefined : changedStatements(file, schedule, surroundings, last);
    const from = changed === undefined ? 0 : changed.start - (changed.start % stride);
    const memos = last?.memos.slice(0, from) ?? [];
    const checkpoints = last?.checkpoints.slice(0, from / stride) ?? [];
    const first = last?.checkpoints[from / stride];
    let catalog = new Catalog(changed === undefined ? surroundings.history : first);
    if (changed === undefined || first === undefined)
      startFile(catalog, surroundings.path, surroundings.together);
    for (let index = from; index < file.statements.length; index++) {
      if (last !== undefined && index === changed?.end && isSameAfter(last, catalog, changed, memos)) {
        return {
          ...{ file, surroundings, schedule },
          memos: [...memos, ...last.memos.slice(index)],
          checkpoints: [...checkpoints, ...last.checkpoints.slice(checkpoints.length)],
        };
      }
      leaveTransaction(catalog, schedule, index);
      if (index % stride === 0) {
        checkpoints.push(catalog.compact());
        catalog = new Catalog(catalog);
      }
      const { statement } = file.statements[index]?.parsed ?? {};
      const site = { catalog, schedule, scheduled: scheduleAt(schedule, index), surroundings };
      memos.push(statement === undefined ? undefined : this.memoOf(statement, index, site));
      yield;
    }
    return { file, surroundings, schedule, memos, checkpoints };
  }

  private memoOf(statement: Statement, index: number, site: StatementSite): Memo {
    const { catalog, schedule, surroundings } = site;
    const { project } = surroundings;
    const refusal = project.runner.refuses(statement, index, schedule, project);
    const memos = this.memos.get(statement) ?? [];
    const known = memos.find((candidate) => isCurrent(candidate, refusal, site));
    if (known !== undefined) {
      catalog.replayWrites(known.writes);
      return known;
    }
    const memo = judge(statement, index, refusal, site);
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
  readonly catalog: Catalog;
  readonly schedule: Schedule;
  readonly scheduled: ScheduledStatement;
  readonly surroundings: Surroundings;
}

/**
 * The statements that are not those of the last run, when everything else is as it was: the same number of statements,
 * each sent as before. Undefined when more than that has changed.
 */
function changedStatements(
  { statements }: SourceFile,
  schedule: Schedule,
  surroundings: Surroundings,
  last: Run,
): { readonly start: number; readonly end: number } | undefined {
  const before = last.file.statements;
  if (last.surroundings !== surroundings || before.length !== statements.length) return undefined;
  if (
    !statements.every((_, index) => isSentAs(scheduleAt(schedule, index), scheduleAt(last.schedule, index)))
  ) {
    return undefined;
  }
  let start = 0;
  while (start < statements.length && statements[start]?.parsed === before[start]?.parsed) start++;
  let end = statements.length;
  while (end > start && statements[end - 1]?.parsed === before[end - 1]?.parsed) end--;
  return { start, end };
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
function isSameAfter(
  last: Run,
  catalog: Catalog,
  { start, end }: { readonly start: number; readonly end: number },
  memos: readonly (Memo | undefined)[],
): boolean {
  const from = start - (start % stride);
  const before = new Catalog(last.checkpoints[from / stride]);
  for (let index = from; index < end; index++) {
    if (index > from) leaveTransaction(before, last.schedule, index);
    before.replayWrites(last.memos[index]?.writes ?? []);
  }
  for (const memo of [...last.memos.slice(start, end), ...memos.slice(start, end)]) {
    if (memo?.writes.some(([key]) => !catalog.agrees([[key, before.peek(key)]])) === true) return false;
  }
  return true;
}

function isCurrent(memo: Memo, refusal: Refusal | undefined, site: StatementSite): boolean {
  const { settings, project } = site.surroundings;
  return (
    memo.settings === settings &&
    memo.project === project &&
    memo.refusal?.reason === refusal?.reason &&
    memo.schedule.section === site.scheduled.section &&
    memo.schedule.inTransactionBlock === site.scheduled.inTransactionBlock &&
    memo.schedule.block === site.scheduled.block &&
    (memo.schedule.transaction === null) === (site.scheduled.transaction === null) &&
    site.catalog.agrees(memo.reads)
  );
}

function judge(statement: Statement, index: number, refusal: Refusal | undefined, site: StatementSite): Memo {
  const { catalog, scheduled, surroundings } = site;
  const { settings, project } = surroundings;
  const { result, reads, writes } = catalog.record(() => {
    const effects = effectsOf(statement, catalog, settings.postgresVersion);
    const context = ruleContext(surroundings, catalog, effects, scheduled, refusal);
    // What undoes a migration drops what the migration made; that is its purpose.
    const findings = scheduled.section === 'up' ? checkAll(statement, context, surroundings) : [];
    const newRelations = relationsOf(effects).filter((relation) => isNew(relation, catalog));
    if (scheduled.transaction !== null) keepLocks(statement, effects, catalog);
    if (scheduled.section === 'up') replay(statement, catalog, { file: surroundings.path, statement: index });
    return { effects, newRelations, findings };
  });
  const speaksOnce = result.findings.some(({ rule }) => rule.meta.oncePerFile === true);
  return { schedule: scheduled, settings, project, refusal, reads, writes, speaksOnce, ...result };
}

/** What the transaction holds from here on, for the statements behind this one. */
function keepLocks(statement: Statement, effects: Effects, catalog: Catalog): void {
  if (statement.kind === 'TransactionControl' && statement.action === 'rollback to') releaseLocks(catalog);
  holdLocks(catalog, effects.locks, statement.command);
}

function relationsOf({ locks, scans, rewrites, indexBuilds }: Effects): readonly RelationName[] {
  return [...locks.map(({ relation }) => relation), ...scans, ...rewrites, ...indexBuilds];
}

/** Whether this file has made a relation, or the table of an index. */
function isNew(relation: RelationName, catalog: Catalog): boolean {
  return catalog.isNew(catalog.index(relation)?.relation ?? relation);
}

/** The statements with their findings, without those that the author ignores and those that were said before. */
function assemble({ file, schedule, surroundings, memos }: Run): readonly AnalysedStatement[] {
  const ignored = suppressions(file);
  const ofFile = checkFile(file, surroundings);
  const said = new Set<string>();
  const behind = new WhatStandsBefore(file, schedule);
  return file.statements.map((source, index) => {
    const memo = memos[index];
    let findings = memo?.findings ?? [];
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
      findings,
    };
  });
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
