import { Catalog } from '../catalog/catalog';
import { doubtEverything } from '../catalog/certainty';
import type { Origin } from '../catalog/relation';
import type { Project } from '../runners/runner';
import type { SourceFile } from '../sql/source';
import type { Statement } from '../sql/statement';
import { finish } from './analyser';
import { run } from './run';
import { isUnread, isWithoutOrder, runsOtherFiles } from './unread';

/** A migration that runs before the one that is looked at. */
export interface PastFile {
  readonly path: string;
  readonly file: SourceFile;
  /** Why it could not be read, to be said behind its name; then the file is empty. */
  readonly problem?: string;
}

/** Why nothing is certain behind a migration: what it does is not all known. To be said behind its name. */
export interface Doubt {
  readonly path: string;
  readonly why: string;
}

/** What some migrations leave behind. */
interface Past {
  readonly schema: Catalog;
  /** Why it is not certain, when it is not for all of it. */
  readonly doubt: Doubt | undefined;
}

interface Step {
  readonly past: PastFile;
  readonly after: Catalog;
  /** The first of this migration or of one before it. */
  readonly doubt: Doubt | undefined;
}

/**
 * The catalogs that a project's migrations build, one after the other. What was replayed is kept, so that a change of
 * one file costs that file and those behind it.
 */
export class History {
  /** Replaced, not cut, when a migration has changed: who replays what was before does so in peace. */
  private steps: Step[] = [];
  private readonly empty = new Catalog();

  private together: ReadonlySet<string> = new Set();

  constructor(
    private readonly project: Project,
    /** Why not even the beginning is certain, when other migrations run between these, which are not replayed. */
    private readonly doubt?: Doubt,
  ) {
    if (doubt !== undefined) doubtEverything(this.empty);
  }

  /** Names the pending migrations, of a runner that runs all of them in one transaction. */
  runTogether(paths: ReadonlySet<string>): void {
    if (paths.size === this.together.size && [...paths].every((path) => this.together.has(path))) return;
    this.together = paths;
    this.steps = [];
  }

  /** The schema after `files`, which are in the order in which they run. */
  after(files: readonly PastFile[]): Catalog {
    return finish(this.afterInSteps(files)).schema;
  }

  /** The same in steps of one migration. Several may be under way at once, and share what they replay. */
  *afterInSteps(files: readonly PastFile[]): Generator<undefined, Past> {
    let { steps } = this;
    for (let known = 0; ;) {
      while (known < files.length && isSame(steps[known]?.past, files[known])) known++;
      const past = files[known];
      const before = steps[known - 1];
      if (past === undefined)
        return { schema: before?.after ?? this.empty, doubt: before?.doubt ?? this.doubt };
      if (known < steps.length) this.steps = steps = steps.slice(0, known);
      steps.push(this.replayFile(past, before));
      yield;
    }
  }

  /** The statement that made something, when it is in a file that was replayed. */
  statementAt({ file, statement }: Origin): Statement | undefined {
    return this.steps.find(({ past }) => past.path === file)?.past.file.statements[statement]?.parsed
      .statement;
  }

  private replayFile(past: PastFile, before: Step | undefined): Step {
    const { path, file } = past;
    const { project, together } = this;
    const start = new Catalog(before?.after ?? this.empty);
    const schedule = project.runner.schedule(file, project, path);
    let why = this.whyUnknown(past);
    if (why !== undefined) doubtEverything(start);
    const turns = run({ file, schedule, path, together }, start);
    let step = turns.next();
    for (; step.done !== true; step = turns.next()) {
      const { source, scheduled, catalog } = step.value;
      if (scheduled.section === 'down' || !isUnread(source, file.text)) continue;
      doubtEverything(catalog);
      why ??= `has a statement that cannot be read, in line ${lineAt(source.start, file)}`;
    }
    const doubt = before?.doubt ?? this.doubt ?? (why === undefined ? undefined : { path, why });
    return { past, after: step.value.compact(), doubt };
  }

  /** Why what a file does cannot be known from its statements. */
  private whyUnknown({ path, file, problem }: PastFile): string | undefined {
    if (problem !== undefined) return problem;
    if (runsOtherFiles(file)) return 'runs other files, which are not read';
    return isWithoutOrder(this.project, path) ? 'is one of several files in no known order' : undefined;
  }
}

function lineAt(offset: number, { text }: SourceFile): number {
  return text.slice(0, offset).split('\n').length;
}

function isSame(a: PastFile | undefined, b: PastFile | undefined): boolean {
  return a?.path === b?.path && a?.file === b?.file;
}
