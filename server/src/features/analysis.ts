import { Catalog, type Read } from '../catalog/catalog';
import { endTransaction, replay, startFile } from '../catalog/replay';
import { effectsOf } from '../effects/effects-of';
import type { Effects } from '../effects/effects';
import type { Major } from '../postgres/versions';
import { rules } from '../rules';
import type { Finding, Rule, RuleContext, Severity } from '../rules/rule';
import { labelOf } from '../runners';
import type { Project, Refusal, Schedule, ScheduledStatement } from '../runners/runner';
import type { SourceFile, SourceStatement } from '../sql/source';
import type { Statement } from '../sql/statement';
import { shift } from '../sql/text';
import { nothingIgnored, suppressions, type Suppressions } from './suppressions';

/** What a person may set. */
export interface Settings {
  readonly postgresVersion: Major;
  /** The value that fixes give lock_timeout: `5s`. */
  readonly lockTimeout: string;
  /** By rule id; rules that are not named keep their own severity. */
  readonly rules: Readonly<Record<string, Severity | 'off'>>;
}

export const defaultLockTimeout = '5s';

/** What a file is judged in. */
export interface Surroundings {
  /** For what is made in it to be known as new. */
  readonly path: string;
  readonly project: Project;
  /** The schema that all earlier migrations leave behind. */
  readonly history: Catalog;
  readonly settings: Settings;
  /** Told of a rule that fails; the other rules still run. */
  readonly onRuleError?: (rule: string, error: unknown) => void;
}

/** One finding of one rule, as the person is to see it. */
export interface ReportedFinding {
  readonly rule: Rule;
  readonly severity: Severity;
  readonly finding: Finding;
  /** Whether it is about a statement in the body of a DO block, where fixes that write several statements have no place. */
  readonly isInBody: boolean;
}

/** One statement with everything that is known of it. The ranges of its findings are relative to it. */
export interface AnalysedStatement {
  readonly source: SourceStatement;
  readonly schedule: ScheduledStatement;
  /** undefined for what cannot be parsed. */
  readonly statement: Statement | undefined;
  readonly effects: Effects | undefined;
  readonly refusal: Refusal | undefined;
  readonly findings: readonly ReportedFinding[];
}

export interface Analysis {
  readonly file: SourceFile;
  readonly surroundings: Surroundings;
  readonly schedule: Schedule;
  readonly statements: readonly AnalysedStatement[];
}

/** What was found out about a statement, and on what it rests. */
interface Memo {
  readonly schedule: ScheduledStatement;
  readonly settings: Settings;
  readonly project: Project;
  readonly refusal: string | undefined;
  readonly reads: readonly Read[];
  readonly writes: readonly Read[];
  readonly effects: Effects;
  readonly findings: readonly ReportedFinding[];
}

/** A text such as `COMMIT` stands at many places, which need not agree; more than this many are not kept. */
const mostMemos = 8;

/**
 * Analyses files, and keeps for each statement what was found out about it until something that it rests on changes:
 * its own text, how it is sent, or a part of the catalog that was asked for. A keystroke costs one statement.
 */
export class Analyser {
  private readonly memos = new WeakMap<Statement, Memo[]>();

  analyse(file: SourceFile, surroundings: Surroundings): Analysis {
    const { project } = surroundings;
    const schedule = project.runner.schedule(file, project);
    const catalog = new Catalog(surroundings.history);
    startFile(catalog, surroundings.path);
    const ignored = suppressions(file);
    const said = new Set<string>();
    const statements = file.statements.map((source, index) => {
      const scheduled = scheduleAt(schedule, index);
      leaveTransaction(catalog, schedule, index);
      const site = { catalog, schedule, scheduled, ignored, said, surroundings };
      return this.analyseStatement(source, index, site);
    });
    return { file, surroundings, schedule, statements };
  }

  private analyseStatement(source: SourceStatement, index: number, site: StatementSite): AnalysedStatement {
    const { catalog, schedule, scheduled, ignored, said, surroundings } = site;
    const { statement } = source.parsed;
    if (statement === undefined) {
      return { source, schedule: scheduled, statement, effects: undefined, refusal: undefined, findings: [] };
    }
    const { project } = surroundings;
    const refusal = project.runner.refuses(statement, index, schedule, project);
    const memos = this.memos.get(statement) ?? [];
    let memo = memos.find((candidate) => isCurrent(candidate, refusal, site));
    if (memo === undefined) {
      memo = judge(statement, index, refusal, site);
      this.memos.set(statement, [memo, ...memos].slice(0, mostMemos));
    } else {
      catalog.replayWrites(memo.writes);
    }
    const { effects } = memo;
    const findings = withoutRepetition(memo.findings, said);
    return {
      source,
      schedule: scheduled,
      statement,
      effects,
      refusal,
      findings:
        findings.length === 0 || ignored === nothingIgnored ? findings : ignored.apply(findings, index),
    };
  }
}

interface StatementSite {
  readonly catalog: Catalog;
  readonly schedule: Schedule;
  readonly scheduled: ScheduledStatement;
  readonly ignored: Suppressions;
  /** The ids of the rules that speak once in a file and have spoken. */
  readonly said: Set<string>;
  readonly surroundings: Surroundings;
}

function isCurrent(memo: Memo, refusal: Refusal | undefined, site: StatementSite): boolean {
  const { settings, project } = site.surroundings;
  return (
    memo.settings === settings &&
    memo.project === project &&
    memo.refusal === refusal?.reason &&
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
    const findings =
      scheduled.section === 'up'
        ? [...check(statement, context, surroundings), ...checkBody(statement, context, surroundings)]
        : [];
    replay(statement, catalog, { file: surroundings.path, statement: index });
    return { effects, findings };
  });
  return { schedule: scheduled, settings, project, refusal: refusal?.reason, reads, writes, ...result };
}

export function ruleContext(
  { settings, project }: Surroundings,
  catalog: Catalog,
  effects: Effects,
  schedule: ScheduledStatement,
  refusal: Refusal | undefined,
): RuleContext {
  const { postgresVersion, lockTimeout } = settings;
  return {
    postgresVersion,
    catalog,
    effects,
    schedule,
    refusal,
    runnerLabel: labelOf(project),
    lockTimeout,
  };
}

const rulesByKind = new Map<string, readonly Rule[]>();
for (const rule of rules) {
  for (const kind of rule.on) rulesByKind.set(kind, [...(rulesByKind.get(kind) ?? []), rule]);
}

function check(
  statement: Statement,
  context: RuleContext,
  surroundings: Surroundings,
): readonly ReportedFinding[] {
  const reported: ReportedFinding[] = [];
  for (const rule of rulesByKind.get(statement.kind) ?? []) {
    const configured = surroundings.settings.rules[rule.id];
    if (configured === 'off' || !appliesTo(rule, context.postgresVersion)) continue;
    try {
      for (const finding of rule.check(statement, context)) {
        const severity = configured ?? finding.severity ?? rule.meta.severity;
        reported.push({
          rule,
          severity,
          finding: { ...finding, range: firstLine(finding.range, statement.text) },
          isInBody: false,
        });
      }
    } catch (error: unknown) {
      surroundings.onRuleError?.(rule.id, error);
    }
  }
  return reported.length < 2 ? reported : reported.filter(({ rule }) => !yields(rule, reported));
}

/** What the statements do that a DO block runs, one after the other. */
function checkBody(
  statement: Statement,
  context: RuleContext,
  surroundings: Surroundings,
): readonly ReportedFinding[] {
  if (statement.kind !== 'DoBlock') return [];
  const catalog = new Catalog(context.catalog);
  return statement.body.flatMap(({ statement: nested, start }) => {
    const effects = effectsOf(nested, catalog, context.postgresVersion);
    const inside = { ...context, catalog, effects, refusal: undefined };
    const findings = check(nested, inside, surroundings);
    replay(nested, catalog, { file: surroundings.path, statement: -1 });
    return findings.map((reported) => {
      const { finding } = reported;
      // What EXECUTE builds from a string stands nowhere as it runs.
      const range = start === undefined ? statement.commandRange : shift(finding.range, start);
      return { ...reported, isInBody: true, finding: { ...finding, range } };
    });
  });
}

/** Whether a rule leaves the word to another one that has found something in the same statement. */
function yields({ meta }: Rule, reported: readonly ReportedFinding[]): boolean {
  const { yieldsTo } = meta;
  return (
    yieldsTo !== undefined &&
    reported.some(({ rule }) => rule.meta.yieldsTo === undefined && yieldsTo.includes(rule.meta.category))
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

function appliesTo({ meta }: Rule, major: Major): boolean {
  const { since = 0, until = Infinity } = meta.postgres ?? {};
  return major >= since && major < until;
}

/** A squiggle over many lines says nothing. */
function firstLine(
  { start, end }: { start: number; end: number },
  text: string,
): { start: number; end: number } {
  const newline = text.slice(start, end).search(/\r?\n/);
  return { start, end: newline < 0 ? end : start + newline };
}

const catalogs = new WeakMap<Analysis, Catalog[]>();

/**
 * The schema before a statement of an analysed file; with the number of statements, after all of them. What was
 * replayed for one statement is kept for the next that is asked for.
 */
export function catalogBefore(analysis: Analysis, index: number): Catalog {
  const { file, schedule, surroundings } = analysis;
  let known = catalogs.get(analysis);
  if (known === undefined) {
    const first = new Catalog(surroundings.history);
    startFile(first, surroundings.path);
    catalogs.set(analysis, (known = [first]));
  }
  for (let at = known.length; at <= index; at++) {
    const catalog = new Catalog(known[at - 1]);
    const statement = file.statements[at - 1]?.parsed.statement;
    if (statement !== undefined) replay(statement, catalog, { file: surroundings.path, statement: at - 1 });
    leaveTransaction(catalog, schedule, at);
    known.push(catalog.compact());
  }
  return known[index] ?? surroundings.history;
}

/** Ends what SET LOCAL did when the transaction of the statement before `index` is over. */
function leaveTransaction(catalog: Catalog, schedule: Schedule, index: number): void {
  if (index === 0) return;
  const before = scheduleAt(schedule, index - 1).transaction;
  if (before === null || before !== scheduleAt(schedule, index).transaction) endTransaction(catalog);
}

const unscheduled: ScheduledStatement = {
  section: 'up',
  transaction: null,
  inTransactionBlock: false,
  block: 'none',
  message: 0,
};

/** How a statement is sent. */
export function scheduleAt({ statements }: Schedule, index: number): ScheduledStatement {
  return statements[index] ?? unscheduled;
}
