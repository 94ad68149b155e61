import { Catalog } from '../catalog/catalog';
import type { Origin, RelationName } from '../catalog/relation';
import { endTransaction, replay, startFile } from '../catalog/replay';
import type { Effects } from '../effects/effects';
import type { Major } from '../postgres/versions';
import type { Finding, Rule, RuleContext, Severity } from '../rules/rule';
import { labelOf } from '../runners';
import type { Project, Refusal, Schedule, ScheduledStatement } from '../runners/runner';
import type { Standing } from '../runners/standing/bookkeeping';
import type { SourceFile, SourceStatement } from '../sql/source';
import type { Statement } from '../sql/statement';
import type { Doubt, PastFile } from './history';

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

const catalogs = new WeakMap<Analysis, Catalog[]>();

/** The analysis whose catalogs were asked for last, of those that begin with the same schema. */
const lastAsked = new WeakMap<Catalog, Analysis>();

/**
 * The schema before a statement of an analysed file; with the number of statements, after all of them. What was
 * replayed for one statement is kept for the next that is asked for, and for the next version of the file.
 */
export function catalogBefore(analysis: Analysis, index: number): Catalog {
  const { file, schedule, surroundings } = analysis;
  let known = catalogs.get(analysis);
  if (known === undefined) catalogs.set(analysis, (known = firstCatalogs(analysis)));
  for (let at = known.length; at <= index; at++) {
    const catalog = new Catalog(known[at - 1]);
    const statement = file.statements[at - 1]?.parsed.statement;
    if (statement !== undefined && scheduleAt(schedule, at - 1).section === 'up') {
      replay(statement, catalog, { file: surroundings.path, statement: at - 1 });
    }
    leaveTransaction(catalog, schedule, at);
    known.push(catalog.compact());
  }
  return known[index] ?? surroundings.history;
}

/** The catalogs before the statements that are as they were when somebody asked last; at least that before the first. */
function firstCatalogs(analysis: Analysis): Catalog[] {
  const { file, schedule, surroundings } = analysis;
  const last = lastAsked.get(surroundings.history);
  lastAsked.set(surroundings.history, analysis);
  const isSameFile =
    last?.surroundings.path === surroundings.path && last.surroundings.together === surroundings.together;
  const known = isSameFile ? catalogs.get(last) : undefined;
  if (last === undefined || known === undefined) {
    const first = new Catalog(surroundings.history);
    startFile(first, surroundings.path, surroundings.together);
    return [first];
  }
  const isAsBefore = (at: number): boolean => {
    const [now, then] = [scheduleAt(schedule, at), scheduleAt(last.schedule, at)];
    return (
      file.statements[at]?.parsed === last.file.statements[at]?.parsed &&
      now.section === then.section &&
      now.transaction === then.transaction
    );
  };
  let same = 0;
  while (same < known.length && same < file.statements.length && isAsBefore(same)) same++;
  // How a statement is sent decides what its transaction leaves behind for the next one.
  return known.slice(0, Math.max(1, same));
}

/** Ends what SET LOCAL did when the transaction of the statement before `index` is over. */
export function leaveTransaction(catalog: Catalog, schedule: Schedule, index: number): void {
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
