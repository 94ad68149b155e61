import type { SourceFile } from '../../sql/source';
import type { Range } from '../../sql/text';
import type { FileChange, FileTree, NewFileSite, Project } from '../runner';

/** How a runner knows a migration again, and what it does with one that does not fit what was applied. */
export interface Bookkeeping {
  /**
   * What two migrations must not have in common: `20260211093000` of a file name. undefined for one that has none, such
   * as a repeatable migration; then it has no place in the order either.
   */
  readonly versionOf?: (path: string, project: Project) => string | undefined;
  /** What happens when two migrations have the same version; omitted where the whole name counts. */
  readonly twice?: Clash;
  /** What happens to one that sorts before one that was applied; undefined where it is applied all the same. */
  readonly late?: (project: Project) => Clash | undefined;
  /** What happens when a migration that was applied is changed; undefined where that is how it is meant. */
  readonly changed?: (path: string, project: Project, tree: FileTree) => ChangedClash | undefined;
  /** What is wrong with what other files say about a migration: a journal, a plan, a sum. The tree does not change. */
  readonly entry?: (path: string, project: Project, tree: FileTree) => StandingProblem | undefined;
  /** A script that reads this file into itself, so that it is not sent on its own. */
  readonly includedBy?: (path: string, tree: FileTree) => string | undefined;
}

/** What the runner does then, one sentence: `The Supabase CLI refuses to push it without --include-all.` */
export interface Clash {
  readonly consequence: string;
  /** Whether it stops with an error. Otherwise the migration is not run, without a word. */
  readonly isFatal: boolean;
}

export interface ChangedClash extends Clash {
  /**
   * What must stay as it was: the whole text but for its line breaks, as runners with a checksum have it; otherwise
   * what the statements do that lead up.
   */
  readonly compares: 'text' | 'statements';
  /** What is compared piece by piece, when a file may get more pieces: where they are, by what they are known as. */
  readonly pieces?: (file: SourceFile) => ReadonlyMap<string, Range>;
}

/** What is wrong with the place of a migration among the others. */
export interface StandingProblem {
  readonly kind: 'order' | 'entry';
  /** What happens, in sentences. */
  readonly message: string;
  /** What to do, one sentence. */
  readonly remedy: string;
  readonly isFatal: boolean;
  readonly repair?: StandingRepair;
}

interface StandingRepair {
  readonly title: string;
  /** Made when it is asked for, since it may need the time. */
  readonly changes: (site: NewFileSite) => readonly FileChange[];
  /** What the author must know besides, one sentence each. */
  readonly notes: readonly string[];
}

/** What everybody has who has the branch that databases are migrated from. */
export interface Released {
  /** `main`. */
  readonly branch: string;
  /** Whether a file is there; undefined for one that lies elsewhere than the migrations. */
  has(path: string): boolean | undefined;
  /** Its text there; undefined when there is none. */
  read(path: string): string | undefined;
}

/** Where a file stands among the migrations of its project. */
export interface Standing {
  readonly problems: readonly StandingProblem[];
  /** A script that reads the file into itself; looked for when it is asked for. */
  readonly includedBy: () => string | undefined;
  /** What the branch has at its place, when the file is there, too, and must not be changed. */
  readonly released?: ReleasedText;
}

export interface ReleasedText {
  readonly branch: string;
  readonly text: string;
  /** Read when it is asked for: most files are as they were. */
  readonly file: () => SourceFile;
  /** Reads the statements of a text, such as the one that a fix would leave. */
  readonly parse: (text: string) => SourceFile;
  readonly clash: ChangedClash;
}
