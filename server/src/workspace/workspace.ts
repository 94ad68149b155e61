import type { Origin } from '../catalog/relation';
import { finish } from '../features/analyser';
import type { Settings, Surroundings } from '../features/analysis';
import { type Doubt, History, type PastFile } from '../features/history';
import type { ProjectFiles } from '../features/names/trace';
import { defaultMajor, nearestMajor } from '../postgres/versions';
import type { FileTree, Project } from '../runners/runner';
import { Parser, withBoundary } from '../sql/parse';
import type { SourceFile } from '../sql/source';
import { Boundary } from './boundary';
import { decode, diskTree, readFile, stamp } from './disk';
import { type CommandLine, type Configuration, type ConfigurationFile, configured } from './configuration';
import { isSamePremises, keyOf, type Premises, Projects } from './projects';
import { parseInSteps } from './reading';
import { noting, Seen } from './seen';

interface WorkspaceOptions {
  readonly onRuleError?: Surroundings['onRuleError'];
  /** What counts as if it were not on disk. */
  readonly gone?: ReadonlySet<string>;
  /** Told of what a person should know about what cannot be read, once or more. */
  readonly onProblem?: (message: string) => void;
  /** The folders that a person has opened or named: see `Boundary`. */
  readonly folders?: readonly string[];
  /** What the command line says, which wins over `lockstep.json`. */
  readonly commandLine?: CommandLine;
}

/** A file that is open in an editor. */
export interface OpenFile {
  readonly text: string;
  /** undefined when it is not read, or not yet. It may be cut for a runner that the file had before. */
  readonly file: SourceFile | undefined;
}

/** Above this many units a file is not analysed: it is a dump, and nobody reads findings in it. */
export const largestAnalysed = 5_000_000;

/**
 * The projects on disk, with what is open in an editor laid over them. Everything is kept until `refresh`, which
 * whoever hears of a change calls.
 */
export class Workspace {
  readonly parser = new Parser();
  readonly tree: FileTree;
  readonly boundary: Boundary;
  private readonly projects: Projects;
  private readonly past = new Map<string, { readonly stamp: string; readonly past: PastFile }>();
  /** What is being read of migrations; several documents may be waiting for it. */
  private readonly reading = new Map<string, Generator<undefined, PastFile>>();
  private readonly histories = new Map<string, History>();
  private readonly surroundings = new Map<string, KnownSurroundings>();
  /** The files that were looked at since the last `refresh`. */
  private readonly seen = new Seen();

  constructor(
    /** What is open, by its path. */
    private readonly open: ReadonlyMap<string, OpenFile>,
    private readonly options: WorkspaceOptions = {},
  ) {
    this.boundary = new Boundary(options.folders ?? []);
    this.tree = noting(diskTree(open, this.boundary, options.gone), this.seen);
    this.projects = new Projects({
      tree: this.tree,
      open,
      parser: this.parser,
      onProblem: options.onProblem,
    });
  }

  /** Counts what `refresh` and `changed` tell of. */
  private revision = 0;
  private refreshedAt = 0;
  private readonly changedAt = new Map<string, number>();
  /** What was open at the last `refresh`. */
  private opened: ReadonlySet<string> = new Set();

  /** Forgets what was looked up. Files that did not change are not read again. */
  refresh(): void {
    this.refreshedAt = ++this.revision;
    this.boundary.refresh();
    this.changedAt.clear();
    this.opened = new Set(this.open.keys());
    this.surroundings.clear();
    this.seen.clear();
    this.projects.forget();
  }

  /** Whether anything on disk is not as it was when it was looked at, and it is time for `refresh`. */
  *hasChanged(): Generator<undefined, boolean> {
    return (yield* this.projects.hasMovedBranch()) || (yield* this.seen.hasChanged());
  }

  /** Forgets what rests on the text of an open file that was changed. */
  changed(path: string): void {
    // Its folder may not have had it before.
    if (!this.opened.has(path)) this.refresh();
    this.changedAt.set(path, ++this.revision);
    for (const [other, { earlier }] of this.surroundings) {
      if (earlier.has(path)) this.surroundings.delete(other);
    }
  }

  /** What the file of this path is judged in. */
  surroundingsOf(path: string, configuration: Configuration): Surroundings {
    return finish(this.surroundingsInSteps(path, configuration));
  }

  /** The same in steps, between which the caller may do something else, and tell of changes. */
  *surroundingsInSteps(path: string, configuration: Configuration): Generator<undefined, Surroundings> {
    for (;;) {
      const known = this.surroundings.get(path);
      if (known?.configuration === configuration && this.isFresh(known)) return known.surroundings;
      const found = yield* this.lookAround(path, configuration);
      if (found !== undefined) return found;
    }
  }

  /** What a file is judged in; undefined when it turned out meanwhile that it has to be looked at again. */
  private *lookAround(path: string, given: Configuration): Generator<undefined, Surroundings | undefined> {
    const { revision } = this;
    const { onRuleError } = this.options;
    this.boundary.admit(path);
    const configuration = this.configurationOf(path, given);
    const premises = this.projects.premisesOf(path, configuration);
    const { project, together, standing } = premises;
    const history = this.historyOf(project, premises.hasGaps);
    history.runTogether(together);
    const files = yield* this.pastFiles(premises.earlier, project);
    const earlier = new Set(premises.earlier);
    const isOutdated = (): boolean =>
      this.refreshedAt > revision ||
      [...this.changedAt].some(([changed, at]) => at > revision && earlier.has(changed));
    const replaying = history.afterInSteps(files);
    let replayed = replaying.next();
    for (; replayed.done !== true; replayed = replaying.next()) {
      yield;
      // Who types in an old migration must not wait for the history without the last letters first.
      if (isOutdated()) return undefined;
    }
    const { schema, doubt } = replayed.value;
    const surroundings: Surroundings = {
      path,
      project,
      history: schema,
      unreadable: files.filter(({ problem }) => problem !== undefined),
      ...(doubt === undefined ? {} : { doubt }),
      pastStatement: (origin) => history.statementAt(origin),
      settings: settingsFor(project, configuration),
      ...(together.size === 0 ? {} : { together }),
      standing,
      ...(onRuleError === undefined ? {} : { onRuleError }),
    };
    if (!isOutdated()) {
      const known = { surroundings, configuration: given, earlier, premises, checkedAt: revision };
      this.surroundings.set(path, known);
    }
    return surroundings;
  }

  /** Whether surroundings still rest on what is true: the runner of a file may change with each letter of any. */
  private isFresh(known: KnownSurroundings): boolean {
    if (known.checkedAt === this.revision) return true;
    const { surroundings, configuration, premises } = known;
    const { path } = surroundings;
    const now = this.projects.premisesOf(path, this.configurationOf(path, configuration));
    if (!isSamePremises(premises, now)) return false;
    known.checkedAt = this.revision;
    return true;
  }

  /** All migrations of a file's project in their order; the file itself is the last when it is none of them. */
  *projectFilesInSteps(path: string, given: Configuration): Generator<undefined, ProjectFiles> {
    const project = this.projectOf(path, given);
    const history = this.historyOf(project, this.projects.hasGaps(project));
    const migrations = this.projects.migrationsOf(project);
    const all = migrations.includes(path) ? migrations : [...migrations, path];
    const files = yield* this.pastFiles(all, project);
    yield* history.afterInSteps(files);
    return {
      files,
      before: (index) => history.after(files.slice(0, index)),
      scheduleOf: (past) => project.runner.schedule(past.file, project, past.path),
    };
  }

  /** The line of a statement in a migration of a project that was read; undefined when it was not. */
  lineOf({ file: path, statement }: Origin, project: Project): number | undefined {
    const file = this.open.get(path)?.file ?? this.past.get(path)?.past.file;
    if (file === undefined) return undefined;
    const start = this.asSent(file, project).statements[statement]?.start;
    return start === undefined ? undefined : file.text.slice(0, start).split('\n').length;
  }

  /** A file that was read as if it belonged to another project, or before it was known to which. */
  private asSent(file: SourceFile, { runner }: Project): SourceFile {
    return withBoundary(file, runner.boundary, this.parserFor(file.text));
  }

  /** Whether surroundings are still those of the file: nothing that they rest on was changed meanwhile. */
  isCurrent(surroundings: Surroundings, configuration: Configuration): boolean {
    const known = this.surroundings.get(surroundings.path);
    return (
      known?.surroundings === surroundings && known.configuration === configuration && this.isFresh(known)
    );
  }

  /** What holds for a file: what a person has set, unless `lockstep.json` or the command line says otherwise. */
  configurationOf(path: string, given: Configuration): Configuration {
    return configured(given, this.configurationFileOf(path), this.options.commandLine);
  }

  /** The `lockstep.json` that is nearest to a file. */
  configurationFileOf(path: string): ConfigurationFile | undefined {
    this.boundary.admit(path);
    return this.projects.configurationFileOf(path);
  }

  /** The project of a file, as the runner that is recognised or configured sees it. */
  projectOf(path: string, given: Configuration): Project {
    this.boundary.admit(path);
    return this.projects.projectOf(path, this.configurationOf(path, given));
  }

  private historyOf(project: Project, hasGaps: boolean): History {
    const key = `${hasGaps} ${keyOf(project)}`;
    const doubt: Doubt = { path: project.folder, why: 'has migrations in code, which are not replayed' };
    const history = this.histories.get(key) ?? new History(project, hasGaps ? doubt : undefined);
    // The ones that were used last are at the end.
    this.histories.delete(key);
    this.histories.set(key, history);
    const [oldest] = this.histories.keys();
    if (this.histories.size > mostHistories && oldest !== undefined) this.histories.delete(oldest);
    return history;
  }

  private *pastFiles(paths: readonly string[], project: Project): Generator<undefined, readonly PastFile[]> {
    const files: PastFile[] = [];
    for (const one of paths) {
      const past = yield* this.pastFile(one, project);
      files.push({ ...past, file: this.asSent(past.file, project) });
      yield;
    }
    return files;
  }

  /** Cut for this project if nobody has read it yet. */
  private *pastFile(path: string, project: Project): Generator<undefined, PastFile> {
    const opened = this.open.get(path);
    // What is too large to be analysed is taken from the disk, where it is read for its schema only, and seldom.
    if (opened?.file !== undefined && opened.text.length <= largestAnalysed) {
      return { path, file: opened.file };
    }
    this.seen.note(path);
    const current = stamp(path) ?? '';
    const key = `${path} ${current}`;
    for (;;) {
      // Whoever else needs the file may have read the rest of it meanwhile.
      const known = this.past.get(path);
      if (known?.stamp === current) return known.past;
      const work = this.reading.get(key) ?? this.readPast(path, project);
      this.reading.set(key, work);
      const step = work.next();
      if (step.done === true) {
        this.reading.delete(key);
        this.past.set(path, { stamp: current, past: step.value });
      } else yield;
    }
  }

  private *readPast(path: string, { runner }: Project): Generator<undefined, PastFile> {
    const read = readFile(path, this.boundary);
    if ('problem' in read) return { path, file: emptyFile, problem: read.problem };
    const text = decode(read.bytes)?.text;
    if (text === undefined) return { path, file: emptyFile, problem: 'is not a text file' };
    return { path, file: yield* parseInSteps(text, runner.boundary, this.parserFor(text)) };
  }

  private parserFor(text: string): Parser {
    return text.length > largestAnalysed ? this.schemaParser : this.parser;
  }

  /** For dumps: rows are no part of the schema, and there are millions of them. */
  private readonly schemaParser = new SchemaParser();
}

/** A history may be large; people who work on more projects than this at once wait for a replay now and then. */
const mostHistories = 32;

const emptyFile: SourceFile = {
  text: '',
  statements: [],
  others: [],
  boundary: undefined,
  isUnterminated: false,
};

/** What a file is judged in, for as long as it rests on the same. */
interface KnownSurroundings {
  readonly surroundings: Surroundings;
  readonly configuration: Configuration;
  /** The paths of the migrations that run before it. */
  readonly earlier: ReadonlySet<string>;
  readonly premises: Premises;
  /** The revision for which it was last found that the premises hold. */
  checkedAt: number;
}

class SchemaParser extends Parser {
  private static readonly row = /^(?:insert|copy|update|delete)\b/i;

  override parse(text: string): ReturnType<Parser['parse']> {
    if (!SchemaParser.row.test(text)) return super.parse(text);
    const message = 'Rows of a dump are not read.';
    return {
      statement: undefined,
      error: { message, expected: [], range: { start: 0, end: 1 }, isSyntax: false },
    };
  }
}

const settingsByKey = new Map<string, Settings>();

/** The same object for the same settings, so that what was found out under them can be kept. */
function settingsFor(project: Project, { postgresVersion, lockTimeout, rules }: Configuration): Settings {
  const version = nearestMajor(postgresVersion ?? project.postgresVersion ?? defaultMajor);
  const key = JSON.stringify([version, lockTimeout, rules]);
  const known = settingsByKey.get(key);
  if (known !== undefined) return known;
  const settings: Settings = { postgresVersion: version, lockTimeout, rules };
  settingsByKey.set(key, settings);
  return settings;
}
