import { hasMigrationsInCode } from '../features/unread';
import { recognise } from '../runners';
import { parentOf } from '../runners/files/paths';
import { wholeVersion } from '../runners/files/versions';
import type { FileTree, Project } from '../runners/runner';
import type { Released, Standing } from '../runners/standing/bookkeeping';
import { standingOf } from '../runners/standing/standing';
import { parseFile, type Parser } from '../sql/parse';
import { type Branch, branchPosition, readBranch } from './git-branch';
import { type OpenText, RecordedTree } from './recorded-tree';
import { type Configuration, type ConfigurationFile, findConfigurationFile } from './configuration';

/** What a file is judged by, besides itself and the texts of the migrations before it. */
export interface Premises {
  readonly project: Project;
  /** The migrations that run before the file; all others when it is none itself. */
  readonly earlier: readonly string[];
  /** The migrations that run in one transaction. */
  readonly together: ReadonlySet<string>;
  readonly standing: Standing;
  readonly hasGaps: boolean;
  readonly configurationFile: ConfigurationFile | undefined;
}

interface ProjectsOptions {
  readonly tree: FileTree;
  readonly open: ReadonlyMap<string, OpenText>;
  readonly parser: Parser;
  /** Called with a sentence on what is not read, and what follows. */
  readonly onProblem?: ((why: string) => void) | undefined;
}

const branchNotRead = 'The default branch is not read, so all migrations count as pending.';

/**
 * The projects that files belong to. What was found out is kept until something changes on which it rests: a file on
 * the disk, or what was read of an open document; while that comes to the same, it also stays the same object.
 */
export class Projects {
  private readonly files: RecordedTree;
  /** One object for all projects of the same content. */
  private readonly projects = new Map<string, Project>();
  private readonly branches = new Map<string, Branch | undefined>();
  /** The branches that were looked at since the last `forget`, by their keys. */
  private readonly currentBranches = new Map<string, SeenBranch>();

  constructor(private readonly options: ProjectsOptions) {
    this.files = new RecordedTree(options.tree, options.open);
  }

  /** Everything may have changed: files on the disk, and which documents are open. */
  forget(): void {
    this.files.forget();
    this.currentBranches.clear();
  }

  /** Whether a branch is not where it was when it was looked at. */
  *hasMovedBranch(): Generator<undefined, boolean> {
    for (const { folder, name, position } of [...this.currentBranches.values()]) {
      if (branchPosition(folder, name) !== position) return true;
      yield;
    }
    return false;
  }

  premisesOf(path: string, configuration: Configuration): Premises {
    const project = this.projectOf(path, configuration);
    return {
      project,
      earlier: this.before(path, project),
      together: this.pendingOf(project, configuration),
      standing: this.standingOf(path, project, configuration),
      hasGaps: this.hasGaps(project),
      configurationFile: this.configurationFileOf(path),
    };
  }

  /** The `lockstep.json` that is nearest to a file. */
  configurationFileOf(path: string): ConfigurationFile | undefined {
    const folder = parentOf(path);
    const find = (): ConfigurationFile | undefined => findConfigurationFile(folder, this.files);
    return this.files.once(`configuration of ${folder}`, find, isSameFile);
  }

  /** Whether migrations in code run between those in SQL. */
  hasGaps(project: Project): boolean {
    return hasMigrationsInCode(project, this.files);
  }

  /** The project of a file, as the runner that is recognised or configured sees it. */
  projectOf(path: string, { runner, runnerVersion }: Configuration): Project {
    return this.files.once(`project of ${path} ${runner ?? ''} ${runnerVersion ?? ''}`, () => {
      const found = recognise(path, this.files, runner);
      const version = runnerVersion === undefined ? undefined : wholeVersion(runnerVersion);
      return this.unified(version === undefined ? found : { ...found, version });
    });
  }

  private unified(project: Project): Project {
    const key = keyOf(project);
    const known = this.projects.get(key) ?? project;
    this.projects.set(key, known);
    return known;
  }

  /** The project's migrations in the order in which they run. */
  migrationsOf(project: Project): readonly string[] {
    const list = (): readonly string[] => project.runner.migrations(project, this.files);
    return this.files.once(`migrations of ${keyOf(project)}`, list, isSameList);
  }

  private before(path: string, project: Project): readonly string[] {
    const list = (): readonly string[] => {
      const migrations = this.migrationsOf(project);
      const position = migrations.indexOf(path);
      if (position >= 0) return migrations.slice(0, position);
      const before = project.runner.before?.(path, project, this.files);
      return before ?? migrations.filter((other) => other !== path);
    };
    return this.files.once(`before ${path} in ${keyOf(project)}`, list, isSameList);
  }

  /** The migrations that will run in one transaction: what is not on the default branch, where somebody asks for that. */
  private pendingOf(project: Project, { defaultBranch }: Configuration): ReadonlySet<string> {
    if (project.isGrouped !== true || defaultBranch === undefined || defaultBranch === false) return nothing;
    const find = (): ReadonlySet<string> => {
      const there = this.branchOf(project, defaultBranch);
      const migrations = there === undefined ? [] : this.migrationsOf(project);
      return new Set(migrations.filter((path) => there?.has(path) === false));
    };
    return this.files.once(`pending of ${keyOf(project)} on ${defaultBranch}`, find, (a, b) =>
      isSameList([...a], [...b]),
    );
  }

  /** Where a file stands among the migrations of its project, and towards those that others have. */
  private standingOf(path: string, project: Project, { defaultBranch = 'auto' }: Configuration): Standing {
    const find = (): Standing => {
      const branch = defaultBranch === false ? undefined : this.branchOf(project, defaultBranch);
      return standingOf(path, {
        project,
        migrations: this.migrationsOf(project),
        tree: this.files,
        // A branch that is nowhere else is still one's own.
        released: branch?.isShared === true ? this.readOnce(branch) : undefined,
        parse: (text) => parseFile(text, { boundary: project.runner.boundary, parser: this.options.parser }),
      });
    };
    const key = `standing of ${path} in ${keyOf(project)} on ${defaultBranch}`;
    return this.files.once(key, find, isSameStanding);
  }

  private readOnce(branch: Branch): Released {
    return {
      ...branch,
      read: (path) => this.files.once(`${path} in ${branch.commit}`, () => branch.read(path)),
    };
  }

  private branchOf({ folder }: Project, name: string): Branch | undefined {
    const key = `${folder} ${name}`;
    if (!this.currentBranches.has(key)) {
      // The position first: a branch that moves while it is read has then moved.
      this.currentBranches.set(key, { folder, name, position: branchPosition(folder, name) });
      const onProblem = (why: string): void => this.options.onProblem?.(`${branchNotRead} ${why}`);
      this.branches.set(key, readBranch(folder, name, this.branches.get(key), onProblem));
    }
    return this.branches.get(key);
  }
}

/** A branch, and where it was: see `branchPosition`. */
interface SeenBranch {
  readonly folder: string;
  readonly name: string;
  readonly position: string;
}

const nothing: ReadonlySet<string> = new Set();

const keys = new WeakMap<Project, string>();

/** All that a project says of itself, in one string. */
export function keyOf(project: Project): string {
  const known = keys.get(project);
  if (known !== undefined) return known;
  const { runner, withoutTransaction, ...others } = project;
  const key = JSON.stringify([runner.id, [...(withoutTransaction ?? [])], others]);
  keys.set(project, key);
  return key;
}

/** Whether what premises say is the same; equal parts are one object. */
export function isSamePremises(a: Premises, b: Premises): boolean {
  return (
    a.project === b.project &&
    a.earlier === b.earlier &&
    a.together === b.together &&
    a.standing === b.standing &&
    a.hasGaps === b.hasGaps &&
    a.configurationFile === b.configurationFile
  );
}

function isSameFile(a: ConfigurationFile | undefined, b: ConfigurationFile | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry === b[index]);
}

/** What a repair does is asked for when it is done, and then depends on nothing else. */
function isSameStanding(a: Standing, b: Standing): boolean {
  return (
    a.released?.text === b.released?.text &&
    a.released?.branch === b.released?.branch &&
    JSON.stringify([a.problems, a.released?.clash]) === JSON.stringify([b.problems, b.released?.clash])
  );
}
