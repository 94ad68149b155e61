import { Catalog } from '../catalog/catalog';
import { doubtEverything } from '../catalog/certainty';
import { endTransaction, replay, startFile } from '../catalog/replay';
import type { Origin } from '../catalog/relation';
import type { Project } from '../runners/runner';
import type { SourceFile } from '../sql/source';
import type { Statement } from '../sql/statement';
import { isUnread, isWithoutOrder, runsOtherFiles } from './unread';

/** A migration that runs before the one that is looked at. */
export interface PastFile {
  readonly path: string;
  readonly file: SourceFile;
}

/**
 * The catalogs that a project's migrations build, one after the other. What was replayed is kept, so that a change of
 * one file costs that file and those behind it.
 */
export class History {
  private readonly steps: { readonly past: PastFile; readonly after: Catalog }[] = [];
  private readonly empty = new Catalog();

  private together: ReadonlySet<string> = new Set();

  constructor(
    private readonly project: Project,
    /** Whether other migrations run between these, which are not replayed. */
    hasGaps = false,
  ) {
    if (hasGaps) doubtEverything(this.empty);
  }

  /** Names the pending migrations, of a runner that runs all of them in one transaction. */
  runTogether(paths: ReadonlySet<string>): void {
    if (paths.size === this.together.size && [...paths].every((path) => this.together.has(path))) return;
    this.together = paths;
    this.steps.length = 0;
  }

  /** The schema after `files`, which are in the order in which they run. */
  after(files: readonly PastFile[]): Catalog {
    let known = 0;
    while (known < files.length && isSame(this.steps[known]?.past, files[known])) known++;
    if (known === files.length) return this.steps[known - 1]?.after ?? this.empty;
    this.steps.length = known;
    for (const past of files.slice(known)) {
      this.steps.push({ past, after: this.replayFile(past, this.steps.at(-1)?.after ?? this.empty) });
    }
    return this.steps.at(-1)?.after ?? this.empty;
  }

  /** The statement that made something, when it is in a file that was replayed. */
  statementAt({ file, statement }: Origin): Statement | undefined {
    return this.steps.find(({ past }) => past.path === file)?.past.file.statements[statement]?.parsed
      .statement;
  }

  private replayFile({ path, file }: PastFile, before: Catalog): Catalog {
    const catalog = new Catalog(before);
    startFile(catalog, path, this.together);
    const schedule = this.project.runner.schedule(file, this.project, path);
    if (runsOtherFiles(file) || isWithoutOrder(this.project, path)) doubtEverything(catalog);
    file.statements.forEach((source, statement) => {
      if (schedule.statements[statement]?.section === 'down') return;
      const { parsed } = source;
      if (isUnread(source, file.text)) doubtEverything(catalog);
      if (parsed.statement !== undefined) replay(parsed.statement, catalog, { file: path, statement });
    });
    if (!this.together.has(path)) endTransaction(catalog);
    return catalog.compact();
  }
}

function isSame(a: PastFile | undefined, b: PastFile | undefined): boolean {
  return a?.path === b?.path && a?.file === b?.file;
}
