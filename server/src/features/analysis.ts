import { Catalog } from '../catalog/catalog';
import type { Origin, RelationName } from '../catalog/relation';
import type { Effects } from '../effects/effects';
import type { Major } from '../postgres/versions';
import type { Finding, Rule, RuleContext, Severity } from '../rules/rule';
import { labelOf } from '../runners';
import type { Project, Refusal, Schedule, ScheduledStatement } from '../runners/runner';
import type { Standing } from '../runners/standing/bookkeeping';
import type { SourceFile, SourceStatement } from '../sql/source';
import type { Statement } from '../sql/statement';
import type { Doubt, PastFile } from './history';
import { canResume, run, type SentFile, type Turn } from './run';

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
  /** Why it is not certain, when it is not for all of it. */
  readonly doubt?: Doubt;
  /** The earlier migrations that cannot be read. */
  readonly unreadable?: readonly PastFile[];
  readonly settings: Settings;
  /** Where the file stands among the others; undefined where nobody looked. */
  readonly standing?: Standing;
  /** The pending migrations, when they run in one transaction, this one among them. */
  readonly together?: ReadonlySet<string>;
  /** The statement of an earlier migration that made a thing. */
  readonly pastStatement?: (origin: Origin) => Statement | undefined;
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
  /** Whether it is about a place between statements, and was found in the file rather than in the statement. */
  readonly isOfFile?: boolean;
}

/** One statement with everything that is known of it. The ranges of its findings are relative to it. */
export interface AnalysedStatement {
  readonly source: SourceStatement;
  readonly schedule: ScheduledStatement;
  /** undefined for what cannot be parsed. */
  readonly statement: Statement | undefined;
  readonly effects: Effects | undefined;
  /** The relations of the effects that this migration has made: nobody else uses them yet. */
  readonly newRelations: readonly RelationName[];
  readonly refusal: Refusal | undefined;
  /** Whether the server refuses it whatever the rows are, so that it leaves nothing behind. */
  readonly isRefused: boolean;
  readonly findings: readonly ReportedFinding[];
}

export interface Analysis {
  readonly file: SourceFile;
  readonly surroundings: Surroundings;
  readonly schedule: Schedule;
  readonly statements: readonly AnalysedStatement[];
}

/** What rules and fixes may ask about a statement. */
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
    inBody: undefined,
  };
}

/** The schemas before the statements that somebody has asked for, and the run that goes on behind them. */
interface Replayed {
  readonly before: Catalog[];
  readonly turns: Generator<Turn, Catalog>;
}

const replayed = new WeakMap<Analysis, Replayed>();

/** The analysis whose catalogs were asked for last, of those that begin with the same schema. */
const lastAsked = new WeakMap<Catalog, Analysis>();

/**
 * The schema before a statement of an analysed file; with the number of statements, after all of them. What was
 * replayed for one statement is kept for the next that is asked for, and for the next version of the file.
 */
export function catalogBefore(analysis: Analysis, index: number): Catalog {
  let known = replayed.get(analysis);
  if (known === undefined) replayed.set(analysis, (known = beginReplay(analysis)));
  const { before, turns } = known;
  const wanted = Math.min(index, analysis.statements.length);
  while (before.length <= wanted) {
    const next = turns.next();
    if (next.done === true) {
      before.push(next.value.compact());
      break;
    }
    if (next.value.kept !== undefined) before.push(next.value.kept);
    finishTurn(next.value, analysis);
  }
  return before[wanted] ?? analysis.surroundings.history;
}

function finishTurn(turn: Turn, { statements }: Analysis): void {
  const analysed = statements[turn.index];
  if (analysed?.isRefused === true) turn.refuse();
  else turn.finish(analysed?.effects);
}

/** Begins with the catalogs before the statements that are as they were when somebody asked last. */
function beginReplay(analysis: Analysis): Replayed {
  const { surroundings } = analysis;
  const last = lastAsked.get(surroundings.history);
  lastAsked.set(surroundings.history, analysis);
  const sent = sentFile(analysis);
  const before = last === undefined ? [] : (replayed.get(last)?.before ?? []);
  const same = last === undefined ? 0 : sameStatements(analysis, last, before.length);
  let from = Math.max(0, same - 1);
  while (from > 0 && !canResume(sent, from)) from--;
  const start = new Catalog(from === 0 ? surroundings.history : before[from]);
  return { before: before.slice(0, from), turns: run(sent, start, { from, stride: 1 }) };
}

/**
 * How many statements are as they were. The catalog before the next one is not: what its transaction has ended there
 * depends on how that is sent.
 */
function sameStatements(now: Analysis, then: Analysis, most: number): number {
  if (
    now.surroundings.path !== then.surroundings.path ||
    now.surroundings.together !== then.surroundings.together
  ) {
    return 0;
  }
  const isAsBefore = (at: number): boolean => {
    const [one, other] = [now.statements[at], then.statements[at]];
    return (
      one?.source.parsed === other?.source.parsed &&
      one?.isRefused === other?.isRefused &&
      one?.schedule.section === other?.schedule.section &&
      one?.schedule.transaction === other?.schedule.transaction
    );
  };
  let same = 0;
  while (same < most && same < now.statements.length && isAsBefore(same)) same++;
  return same;
}

/** The file of an analysis, to be run. */
export function sentFile({ file, schedule, surroundings }: Omit<Analysis, 'statements'>): SentFile {
  return { file, schedule, path: surroundings.path, together: surroundings.together };
}
