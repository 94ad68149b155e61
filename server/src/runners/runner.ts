import type { Boundary, SourceFile } from '../sql/source';
import type { Statement } from '../sql/statement';
import type { Edit, Range } from '../sql/text';
import type { Section } from './sending/sections';
import type { Bookkeeping } from './standing/bookkeeping';

/** The files of a project as a runner may look at them. Paths are absolute, with `/`. What cannot be read is absent. */
export interface FileTree {
  /** The text of a file; undefined when there is none, or when it cannot be read. */
  read(path: string): string | undefined;
  /** What a folder holds; empty when there is none. */
  list(path: string): readonly { readonly name: string; readonly isFolder: boolean }[];
  /** See `hasMarker`; of a tree that remembers the answers. */
  has?(path: string, marker: RegExp): boolean;
  /** See `once`; of a tree that knows when what was found out has to be found out anew. */
  once?<Result>(key: string, work: () => Result): Result;
}

/** One migration runner: how it is recognised, what it does with a file, and how a file is written for it. */
export interface Runner {
  /** `supabase`, `prisma`, `drizzle`, `psql`: the value of the setting `lockstep.runner` and of `--runner`. */
  readonly id: string;
  /** Its name as people write it: `Supabase CLI`. */
  readonly label: string;
  /** The version that a project of unknown version is judged as, the strictest; undefined when all do the same. */
  readonly assumedVersion: string | undefined;
  readonly docs: { readonly summary: string; readonly references: readonly string[] };

  /**
   * The files beside migrations that say what it does and which version it is, each by its name or the end of its path,
   * in which `*` stands for anything: `*.sql.conf`. What npm installs, and how programs are called, is watched for all.
   */
  readonly watches: readonly string[];

  /** The project that `path` belongs to, when this runner runs it. Looks at the folders above the file. */
  recognise(path: string, tree: FileTree): Project | undefined;

  /** The project's migrations in the order in which they run. */
  migrations(project: Project, tree: FileTree): readonly string[];

  /**
   * The migrations that ran before a file that is none itself: before a paired down file, its up file and all earlier
   * ones. undefined: all of them.
   */
  before?(path: string, project: Project, tree: FileTree): readonly string[] | undefined;

  /** The comments of its own that end a statement, where it has such. */
  readonly boundary?: Boundary;

  /** How each statement of a file is sent. Without its path, what other files say about it is not known. */
  schedule(file: SourceFile, project: Project, path?: string): Schedule;

  /** Why the runner, as it is, cannot run this statement at this place; undefined when it can. */
  refuses(statement: Statement, index: number, schedule: Schedule, project: Project): Refusal | undefined;

  /**
   * All ways to write `steps` in place of one statement of a file: here, or in new files with their companions. The best
   * is the first; only that may be a refusal.
   */
  places(steps: readonly Step[], site: Site): readonly [Placement, ...Placement[]];

  /**
   * Changes of the migrations in a folder with what has to change along, such as a checksum of all of them, and notes on
   * what cannot be.
   */
  readonly afterPlacing?: (
    changes: readonly FileChange[],
    folder: string,
    tree: FileTree,
  ) => { readonly changes: readonly FileChange[]; readonly notes: readonly string[] };

  /** An empty migration with this runner's name and place. */
  newMigration(name: string, site: NewFileSite): readonly FileChange[];

  /** Where the SQL that undoes `path`, or that checks it after it ran, belongs. */
  companion(kind: 'rollback' | 'validation', path: string, project: Project, file?: SourceFile): Companion;

  /** The comments in which it reads words of its own, when it has some. */
  readonly markers?: Markers;

  /** Those comments as people write them, for completion. What a version would not obey is not among them. */
  markerWords?(project: Project): readonly MarkerWord[];

  /**
   * What it does with a file that leaves its transaction open, a clause; omitted where it does nothing, and the server
   * rolls back when it disconnects.
   */
  readonly leavesOpen?: (project: Project) => string;

  /** How it knows a migration again, and what it does with one that does not fit what was applied. */
  readonly bookkeeping: Bookkeeping;
}

export interface Project {
  readonly runner: Runner;
  /** The folder that holds the runner's configuration. */
  readonly root: string;
  /** The folder with the migrations. */
  readonly folder: string;
  /** The installed version of the runner, from the lock file; undefined when it cannot be told. */
  readonly version: string | undefined;
  /** The server major that the project names, such as `[db] major_version` of Supabase. */
  readonly postgresVersion: number | undefined;
  /** Whether all migrations that are pending run in one transaction. */
  readonly isGrouped?: boolean;
  /** What else the runner's configuration says, by the runner's own names: `mixed`, `x-multi-statement`. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** The paths of migrations that a file beside them takes out of the runner's transaction, as `V2__a.sql.conf` does. */
  readonly withoutTransaction?: ReadonlySet<string>;
}

/** How one file is sent: parallel to `SourceFile.statements`. */
export interface Schedule {
  readonly statements: readonly ScheduledStatement[];
  /** The parts of the file, when its runner knows more than one. */
  readonly sections?: readonly Section[];
  /** The statements that open a transaction which nothing ends, neither the file nor its runner. */
  readonly leftOpen?: readonly number[];
}

export interface ScheduledStatement {
  /** `down` undoes the migration, or is never run; it is not replayed. */
  readonly section: 'up' | 'down';
  /** Whether it is never sent to PostgreSQL at all, such as what is for another database: nothing is said of it. */
  readonly isSkipped?: true;
  /** How the runner fails to find the end of the statement: it cuts it in two, or misses its semicolon. */
  readonly ending?: 'cut' | 'missing';
  /** Statements with the same number run in one transaction; null: the statement is its own transaction. */
  readonly transaction: number | null;
  /** Whether SET LOCAL has an effect here: any `block` but `none`. */
  readonly inTransactionBlock: boolean;
  /** What keeps the transaction open behind the statement. */
  readonly block: Block;
  /** Statements with the same number travel in one message, a query or a pipeline: when one fails, none behind it runs. */
  readonly message: number;
}

/**
 * `none`: nothing, the statement is its own transaction. `explicit`: a BEGIN of the author's or the runner's.
 * `implicit`: several statements in one query. `pipeline`: several statements before one Sync of the protocol; there
 * SET LOCAL has its effect, but LOCK TABLE and SAVEPOINT fail before PostgreSQL 18.
 */
export type Block = 'none' | 'explicit' | 'implicit' | 'pipeline';

/** A statement that will fail because of how it is sent. */
export interface Refusal {
  /** What happens, one sentence: `Supabase CLI 2.109 sends the file as one pipeline, …`. */
  readonly reason: string;
  /** What to do instead, one sentence. */
  readonly instead: string;
  /** The edits that do it, relative to the statement, when there are some; `title` is that of the light bulb. */
  readonly repair?: { readonly title: string; readonly edits: readonly Edit[] };
}

/** The comments in which a runner reads words of its own. */
interface Markers {
  /** A line that looks like one of them, rightly written or not. Has the flags `g` and `m`, and begins with `^`. */
  readonly pattern: RegExp;
  /** Whether people write such lines also where they mean no runner. */
  readonly isProse?: true;
  /** What is wrong with those of a file, and with what they divide. */
  problems(file: SourceFile, project: Project): readonly MarkerProblem[];
}

/** A comment that a runner obeys. */
export interface MarkerWord {
  /** `-- +goose Up`. */
  readonly text: string;
  /** What it does, in a few words. */
  readonly detail: string;
  /** Whether it counts in front of the first statement only. */
  readonly isHeader?: boolean;
}

/** A marker that the runner does not obey, or obeys in another way than its author means. */
export interface MarkerProblem {
  /** In the file. */
  readonly range: Range;
  /** What happens, one sentence. */
  readonly message: string;
  /** Whether the runner stops with an error. Otherwise it goes on as if the marker were not there. */
  readonly isFatal: boolean;
  readonly repair?: { readonly title: string; readonly edits: readonly Edit[] };
}

/** One step of a safe rewrite. */
export interface Step {
  /** One statement or several, each with its semicolon. */
  readonly sql: string;
  /**
   * `inherits`: wherever the statement that it replaces was. `own`: in a transaction that has no other step.
   * `none`: outside of any transaction.
   */
  readonly transaction: 'inherits' | 'own' | 'none';
  /** For the comment above it, one sentence. */
  readonly why: string;
  /** Words for the name of a new file: `orders_user_idx_concurrently`. */
  readonly name: string;
  /**
   * The ids of rules that would report the statement in the form in which a runner keeps it for databases where nobody
   * ran it by hand; a lockstep-ignore comment names them there.
   */
  readonly ignores?: readonly string[];
  /**
   * What stays in the migration of a step that was done by hand before the deploy: SQL that does nothing then, and what
   * the step does where nobody did it; empty when nothing stays. Omitted where the step cannot be done twice.
   */
  readonly again?: string;
}

/** Where a new migration goes. */
export interface NewFileSite {
  readonly project: Project;
  readonly tree: FileTree;
  /** The time for file names. Given, because nothing down here reads a clock. */
  readonly now: Date;
}

/** Where steps are to be placed. */
export interface Site extends NewFileSite {
  readonly path: string;
  readonly file: SourceFile;
  readonly schedule: Schedule;
  /** The index of the statement that the steps replace. */
  readonly target: number;
}

export type FileChange =
  | { readonly kind: 'edit'; readonly path: string; readonly edits: readonly Edit[] }
  | { readonly kind: 'create'; readonly path: string; readonly text: string }
  /** Of a file, its text as it is. */
  | { readonly kind: 'rename'; readonly path: string; readonly to: string };

/** Where steps go: in their file, in migrations of their own, behind a COMMIT in the runner's transaction, or by hand. */
export const placementWays = ['file', 'migrations', 'commit', 'by-hand'] as const;

export type PlacementWay = (typeof placementWays)[number];

export type Placement =
  | {
      readonly changes: readonly FileChange[];
      readonly way: PlacementWay;
      /** For the title, behind a comma: `in a migration of its own`; empty for the usual, in place of the statement. */
      readonly how: string;
      /** What the author must know or do besides, one sentence each. */
      readonly notes: readonly string[];
    }
  | { readonly refusal: Refusal };

export interface Companion {
  readonly path: string;
  /** Comment lines that go on top, for instance that the runner never runs this file by itself. */
  readonly header: readonly string[];
  /** `file`: a file of its own; otherwise where in the migration itself it goes. */
  readonly at: 'file' | Range;
  /** What the runner wants around the SQL there; given it with its last line break. */
  readonly frame?: (sql: string) => string;
  /**
   * The parts of the migration that it undoes one by one, each with what undoes it in that part; those that have it are
   * left out. Then `at` and `frame` do not count.
   */
  readonly parts?: readonly CompanionPart[];
}

/** A part of a migration that its runner undoes without the others, such as a changeset of Liquibase. */
export interface CompanionPart {
  /** As people call it: `changeset ann:1`. */
  readonly name: string;
  /** The indices of its statements. */
  readonly statements: readonly number[];
  /** Puts lines of comments and the statements that undo the part into it. */
  readonly write: (comments: readonly string[], statements: readonly string[]) => WrittenPart;
}

export type WrittenPart =
  | {
      readonly edits: readonly Edit[];
      /** The same for a person to read, with the line that opens the part. */
      readonly text: string;
    }
  /** Why it cannot be written, one sentence. */
  | { readonly problem: string };
