import type { Catalog } from '../catalog/catalog';
import type { Effects } from '../effects/effects';
import type { Major } from '../postgres/versions';
import type { FileChange, NewFileSite, Project, Refusal, ScheduledStatement, Step } from '../runners/runner';
import type { Standing } from '../runners/standing/bookkeeping';
import type { SourceFile } from '../sql/source';
import type { Statement, StatementKind, StatementOf } from '../sql/statement';
import type { Edit, Range } from '../sql/text';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** One hazard, in one file. The file name is the id. */
export interface Rule<Kind extends StatementKind = StatementKind, Subject = unknown> {
  /** Kebab-case, starts with the command or action: `create-index-not-concurrent`. Never renamed. */
  readonly id: string;
  readonly meta: RuleMeta;
  /** The statements `check` is called with. */
  readonly on: readonly Kind[];
  /** Reports the hazards of one statement. Pure; runs on every keystroke. */
  check(statement: StatementOf<Kind>, context: RuleContext): Iterable<Finding<Subject>>;
  /** Repairs one finding. Called only when the light bulb asks. */
  fixes?(finding: Finding<Subject>, context: FixContext): readonly Fix[];
  /** Reports what is wrong with the file as a whole, or between its statements. Ranges are those of the file. */
  checkFile?(file: SourceFile, place: FilePlace): Iterable<Finding<Subject>>;
  /** Repairs what `checkFile` found; its edits are those of the file. */
  fixesInFile?(finding: Finding<Subject>, site: NewFileSite): readonly Fix[];
}

interface RuleMeta {
  /** `existence`: what is named is not there, is there already, or is needed; no other rule is heard then. */
  readonly category:
    'locking' | 'rewrite' | 'data-loss' | 'compatibility' | 'transaction' | 'style' | 'existence';
  /** The default; users override it by rule id. */
  readonly severity: Severity;
  /** The server versions that have the hazard: `since` inclusive, `until` exclusive. Omitted: all. */
  readonly postgres?: { readonly since?: number; readonly until?: number };
  /** The extension version that brought the rule. */
  readonly addedIn: string;
  /** What to do, one short sentence for who has no light bulb; omitted where each finding has its own. */
  readonly remedy?: string;
  /** For what concerns the whole file: only the first finding in it is reported. */
  readonly oncePerFile?: true;
  /** Silent for a statement in which a rule of one of these categories has found something. */
  readonly yieldsTo?: readonly RuleMeta['category'][];
  /** The server refuses the statement wherever it is sent and whatever the rows are, as it does for `existence`. */
  readonly isRefusal?: true;
  /** Whether the marked text is only there to be removed; editors fade it. */
  readonly unnecessary?: true;
  /** The names of other tools for this hazard: `squawk:require-concurrent-index-creation`. */
  readonly aliases?: readonly string[];
  readonly docs: {
    /** What is reported, in one sentence. */
    readonly summary: string;
    /** What happens in production, and which lock or rewrite does it. */
    readonly why: string;
    /** What to write instead. */
    readonly instead: string;
    /** The PostgreSQL manual first. */
    readonly references: readonly string[];
  };
  /** Shown in the docs and the hover, and run as tests. The first is the canonical one. */
  readonly examples: readonly [Example, ...Example[]];
}

/** Examples are judged as a plain .sql file run by `psql -f`, after `setup` of an earlier migration. */
export interface Example {
  /** Of what concerns more than the file: the project that it stands in. Omitted: a plain file, as above. */
  readonly around?: ExampleProject;
  /** Earlier migrations, when the two relations `orders` and `users` of the fixtures are not enough. */
  readonly setup?: string;
  /** Has exactly one finding of this rule. */
  readonly bad: string;
  /** Has none; if the rule has fixes, this is `bad` after the first one, to the letter. */
  readonly good: string;
}

/** A project around an example; paths are seen from its root. */
export interface ExampleProject {
  /** Where the example is. */
  readonly path: string;
  /** What else is there. */
  readonly files: Readonly<Record<string, string>>;
  /** What the default branch has: as it is here, or with its text there. */
  readonly released?: readonly string[] | Readonly<Record<string, string>>;
  /** Where it is after the first fix; omitted: where it was. */
  readonly goodPath?: string;
}

export interface Finding<Subject = unknown> {
  /** The smallest thing the reader has to change, relative to the statement. The engine cuts it at the end of its first line. */
  readonly range: Range;
  /** What happens, and to which relation. */
  readonly message: string;
  /** What to do about this one, when the rule has no sentence for all. */
  readonly remedy?: string;
  /** When this finding is graver or milder than the rule's default. */
  readonly severity?: Severity;
  /** What `fixes` needs to know: the statement, or the part of it that is at fault. */
  readonly subject: Subject;
}

/** Where a file is. */
export interface FilePlace {
  readonly path: string;
  readonly project: Project;
  /** undefined where nobody knows the other migrations. */
  readonly standing: Standing | undefined;
}

/** What a rule may ask while it checks. */
export interface RuleContext {
  readonly postgresVersion: Major;
  /** The schema as it is before the statement. */
  readonly catalog: Catalog;
  readonly effects: Effects;
  readonly schedule: ScheduledStatement;
  /** Why the runner cannot run this statement here. */
  readonly refusal: Refusal | undefined;
  /** The runner's name, with its version when it is known: `Supabase CLI 2.109.1`. */
  readonly runnerLabel: string;
  /** The value that fixes give lock_timeout: `5s`. */
  readonly lockTimeout: string;
  /** Of a statement in the body of a DO block: whether it may not run, or may fail without a word. */
  readonly inBody: 'always run' | 'conditional' | undefined;
}

/** What a fix may ask besides. */
export interface FixContext extends RuleContext {
  readonly statement: Statement;
}

export interface Fix {
  /** Imperative: "Add CONCURRENTLY". */
  readonly title: string;
  /** `safe` may be applied unseen (fix all); `review` is offered one at a time. When in doubt, `review`. */
  readonly safety: 'safe' | 'review';
  /** The value of `--policy` that asks for this one of several ways. */
  readonly policy?: string;
  /** Edits relative to the statement; or the steps that replace it and that the runner places; or changes of files. */
  readonly change:
    | { readonly kind: 'edits'; readonly edits: readonly Edit[] }
    | { readonly kind: 'steps'; readonly steps: readonly Step[] }
    | {
        readonly kind: 'files';
        readonly changes: readonly FileChange[];
        /** What the author must know besides, one sentence each. */
        readonly notes: readonly string[];
      };
}

/** The fix that puts `steps` in place of the statement; none when there are no steps, which means that they do not apply. */
export function fixBySteps(title: string, steps: readonly Step[], policy?: string): readonly Fix[] {
  if (steps.length === 0) return [];
  const change = { kind: 'steps' as const, steps: steps.map(withIgnores) };
  return [{ title, safety: 'review', change, ...(policy === undefined ? {} : { policy }) }];
}

/** The rules for what a concurrent step does without CONCURRENTLY. */
const withoutConcurrently: Readonly<Record<string, string | undefined>> = {
  drop: 'drop-index-not-concurrent',
  reindex: 'reindex-not-concurrent',
  alter: 'detach-partition-not-concurrent',
};

/** A runner that cannot run the step may keep it without CONCURRENTLY, for databases where nobody ran it by hand. */
function withIgnores(step: Step): Step {
  if (step.transaction !== 'none') return step;
  const command = /^\s*(drop|reindex|alter)\b/i.exec(step.sql)?.[1]?.toLowerCase() ?? 'create';
  return { ...step, ignores: [withoutConcurrently[command] ?? 'create-index-not-concurrent'] };
}

/** Whether what the rule finds can never succeed: then nothing but that is repaired, and no row removed for it. */
export function isRefusal({ meta }: Rule): boolean {
  return meta.category === 'existence' || meta.isRefusal === true;
}

/** Lets `check` and `fixes` of one rule agree on their types, and fit in one list. */
export function defineRule<const Kind extends StatementKind, Subject>(rule: Rule<Kind, Subject>): Rule {
  return rule as unknown as Rule;
}
