import type { Settings, Surroundings } from '../features/analysis';
import { History, type PastFile } from '../features/history';
import { defaultMajor, nearestMajor } from '../postgres/versions';
import { recognise } from '../runners';
import type { FileTree, Project } from '../runners/runner';
import { parseFile, Parser } from '../sql/parse';
import type { SourceFile } from '../sql/source';
import { diskTree, readText, stamp } from './disk';

/** What a person may have configured; `auto` or undefined: as the project says. */
export interface Configuration {
  readonly postgresVersion: number | undefined;
  readonly runner: string | undefined;
  readonly runnerVersion: string | undefined;
  readonly lockTimeout: string;
  readonly rules: Settings['rules'];
}

/** Whether the server takes `value` for lock_timeout; fixes write it into migrations. */
export function isDuration(value: string): boolean {
  return /^\d+(?:\.\d+)?\s*(?:us|ms|s|min|h|d)?$/.test(value);
}

/** A file that is open in an editor. */
export interface OpenFile {
  readonly text: string;
  readonly file: SourceFile;
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
  private readonly past = new Map<string, { readonly stamp: string; readonly file: SourceFile }>();
  private readonly histories = new Map<string, History>();
  private readonly surroundings = new Map<string, KnownSurroundings>();
  private readonly projects = new Map<string, Project>();

  constructor(
    /** What is open, by its path. */
    private readonly open: ReadonlyMap<string, OpenFile>,
    private readonly onRuleError?: Surroundings['onRuleError'],
  ) {
    this.tree = diskTree(open);
  }

  /** Forgets what was looked up. Files that did not change are not read again. */
  refresh(): void {
    this.surroundings.clear();
    this.projects.clear();
  }

  /** Forgets what rests on the text of an open file that was changed. */
  changed(path: string): void {
    for (const [other, { earlier }] of this.surroundings) {
      if (earlier.has(path)) this.surroundings.delete(other);
    }
  }

  /** What the file of this path is judged in. */
  surroundingsOf(path: string, configuration: Configuration): Surroundings {
    const known = this.surroundings.get(path);
    if (known?.configuration === configuration) return known.surroundings;
    const project = this.projectOf(path, configuration);
    const history = this.historyOf(project);
    const earlier = this.before(path, project);
    const surroundings: Surroundings = {
      path,
      project,
      history: history.after(earlier),
      pastStatement: (origin) => history.statementAt(origin),
      settings: settingsFor(project, configuration),
      ...(this.onRuleError === undefined ? {} : { onRuleError: this.onRuleError }),
    };
    const paths = new Set(earlier.map((past) => past.path));
    this.surroundings.set(path, { surroundings, configuration, earlier: paths });
    return surroundings;
  }

  /** The project of a file, as the runner that is recognised or configured sees it. */
  projectOf(path: string, { runner, runnerVersion }: Configuration): Project {
    const key = `${path} ${runner ?? ''} ${runnerVersion ?? ''}`;
    const known = this.projects.get(key);
    if (known !== undefined) return known;
    const found = recognise(path, this.tree, runner);
    const project = runnerVersion === undefined ? found : { ...found, version: runnerVersion };
    this.projects.set(key, project);
    return project;
  }

  private historyOf(project: Project): History {
    const key = `${project.runner.id} ${project.version ?? ''} ${project.folder}`;
    const known = this.histories.get(key);
    if (known !== undefined) return known;
    const history = new History(project);
    this.histories.set(key, history);
    return history;
  }

  /** The migrations that run before `path`; all of them when it is none itself. */
  private before(path: string, project: Project): readonly PastFile[] {
    const migrations = project.runner.migrations(project, this.tree);
    const position = migrations.indexOf(path);
    const earlier =
      position < 0 ? migrations.filter((other) => other !== path) : migrations.slice(0, position);
    return earlier.flatMap((earlierPath) => {
      const file = this.pastFile(earlierPath);
      return file === undefined ? [] : [{ path: earlierPath, file }];
    });
  }

  private pastFile(path: string): SourceFile | undefined {
    const opened = this.open.get(path);
    // What is too large to be analysed is taken from the disk, where it is read for its schema only, and seldom.
    if (opened !== undefined && opened.text.length <= largestAnalysed) return opened.file;
    const current = stamp(path);
    if (current === undefined) return undefined;
    const known = this.past.get(path);
    if (known?.stamp === current) return known.file;
    const text = readText(path);
    if (text === undefined) return undefined;
    const file = parseFile(text, text.length > largestAnalysed ? this.schemaParser : this.parser);
    this.past.set(path, { stamp: current, file });
    return file;
  }

  /** For dumps: rows are no part of the schema, and there are millions of them. */
  private readonly schemaParser = new SchemaParser();
}

/** What a file is judged in, for as long as it rests on the same. */
interface KnownSurroundings {
  readonly surroundings: Surroundings;
  readonly configuration: Configuration;
  /** The paths of the migrations that run before it. */
  readonly earlier: ReadonlySet<string>;
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
