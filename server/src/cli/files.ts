import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { glob } from 'tinyglobby';
import { Analyser } from '../features/analyser';
import { type Analysis, defaultLockTimeout } from '../features/analysis';
import { describeUnreadable } from '../features/doubts';
import type { FileChange } from '../runners/runner';
import { parseFile } from '../sql/parse';
import type { SourceFile } from '../sql/source';
import { applyEdits } from '../sql/text';
import { visible } from '../sql/visible';
import { decode, encode, isFolder, readFile } from '../workspace/disk';
import type { Configuration } from '../workspace/configuration';
import { sqlFilesBelow } from '../workspace/sql-files';
import { largestAnalysed, type OpenFile, Workspace } from '../workspace/workspace';
import { type Options, UsageError } from './options';
import { printError } from './terminal';
import type { Draft } from './write';

/** The files of one run, each judged in its project. */
export class Files {
  readonly workspace: Workspace;
  /** Absolute, with `/`, sorted. */
  paths: readonly string[] = [];
  /** Whether a file could not be read; then the answer is not complete. */
  hasProblems = false;
  private readonly analyser = new Analyser();
  /** Standard input, and what was changed but not written; laid over the disk. */
  private readonly open = new Map<string, OpenFile>();
  /** What was moved elsewhere, but is still on disk. */
  private readonly gone = new Set<string>();
  private readonly changed = new Map<string, Draft>();
  private readonly told = new Set<string>();

  private constructor(options: Options) {
    const { postgresVersion, runner, runnerVersion, lockTimeout, defaultBranch } = options;
    const commandLine = { postgresVersion, runner, runnerVersion, lockTimeout, defaultBranch };
    const onRuleError = (rule: string, error: unknown): void => {
      this.problem(`The rule ${rule} failed: ${String(error)}`);
    };
    const named = options.paths.map((name) => path.resolve(name)).filter(isFolder);
    // Whoever stands at home, or above everything, does not mean all of it.
    const isProject = ![homedir(), path.parse(process.cwd()).root].includes(process.cwd());
    const folders = isProject ? [process.cwd(), ...named] : named;
    const onProblem = (message: string): void => {
      this.tellOnce(message);
    };
    this.workspace = new Workspace(this.open, {
      onRuleError,
      onProblem,
      gone: this.gone,
      folders: folders.map(slashes),
      commandLine,
    });
  }

  /** Finds what the command line names, and reads standard input when it is among it. */
  static async find(given: Options): Promise<Files> {
    const files = new Files(given);
    const paths = new Set<string>();
    for (const name of given.paths) {
      for (const file of await files.named(name, given)) paths.add(file);
    }
    files.paths = [...paths].sort();
    return files;
  }

  /** Everything that was changed, in the order in which it was first changed. */
  get drafts(): readonly Draft[] {
    return [...this.changed.values()];
  }

  /** The path as it is printed: relative to the current folder. */
  name(file: string): string {
    return slashes(path.relative(process.cwd(), file)) || file;
  }

  /** What is found in a file; undefined, with a message, for one that cannot be analysed. */
  analyse(file: string): Analysis | undefined {
    return this.attempt(file, () => this.analyseNow(file));
  }

  /** Does something with a file. What fails there is our mistake, is said in one line, and keeps no other file waiting. */
  attempt<Result>(file: string, work: () => Result): Result | undefined {
    try {
      return work();
    } catch (error: unknown) {
      if (error instanceof UsageError) throw error;
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      this.problem(`${this.name(file)} cannot be analysed. ${why}`);
      return undefined;
    }
  }

  private analyseNow(file: string): Analysis | undefined {
    const text = this.open.get(file)?.text ?? this.read(file);
    if (text === undefined) return undefined;
    if (text.length > largestAnalysed) {
      this.problem(`${this.name(file)} is too large: more than ${largestAnalysed} characters.`);
      return undefined;
    }
    const surroundings = this.workspace.surroundingsOf(file, unset);
    const { project, unreadable = [] } = surroundings;
    const { path: configuration = '', problems = [] } = this.workspace.configurationFileOf(file) ?? {};
    for (const problem of problems) this.tellOnce(`${this.name(configuration)}: ${problem}`);
    // Of the files that are named themselves, it is said anyway.
    const others = unreadable.filter((past) => !this.paths.includes(past.path));
    this.tellOnce(describeUnreadable({ project, unreadable: others }));
    const parsed = parseFile(text, { boundary: project.runner.boundary, parser: this.workspace.parser });
    return this.analyser.analyse(parsed, surroundings);
  }

  /** Makes changes, not yet on disk. */
  apply(changes: readonly FileChange[]): void {
    for (const change of changes) {
      const draft = this.changed.get(change.path);
      const present = this.workspace.tree.read(change.path);
      if (change.kind === 'rename') {
        this.move(change.path, change.to, present ?? '', draft);
        continue;
      }
      const text = change.kind === 'create' ? change.text : applyEdits(present ?? '', change.edits);
      const before = draft === undefined ? (change.kind === 'create' ? undefined : present) : draft.before;
      this.changed.set(change.path, { path: change.path, name: this.name(change.path), before, text });
      this.open.set(change.path, { text, file: this.parse(text) });
    }
    this.workspace.refresh();
  }

  /** Keeps the changes so far; the result takes back all that came later. */
  keep(): () => void {
    const [changed, open, gone] = [new Map(this.changed), new Map(this.open), new Set(this.gone)];
    return () => {
      replaceEntries(this.changed, changed);
      replaceEntries(this.open, open);
      this.gone.clear();
      for (const path of gone) this.gone.add(path);
      this.workspace.refresh();
    };
  }

  private move(from: string, to: string, text: string, draft: Draft | undefined): void {
    const before = draft === undefined ? text : draft.before;
    const name = this.name(to);
    const movedFrom = draft?.movedFrom ?? (before === undefined ? undefined : from);
    this.changed.delete(from);
    this.changed.set(to, {
      path: to,
      name,
      before: undefined,
      text,
      ...(movedFrom === undefined ? {} : { movedFrom }),
    });
    // Behind the new one, which is written as the old one was.
    if (before !== undefined) {
      this.changed.set(from, { path: from, name: this.name(from), before, text: undefined });
    }
    this.open.delete(from);
    this.gone.add(from);
    this.open.set(to, { text, file: this.parse(text) });
  }

  /** What one word of the command line names: standard input, a file itself, a folder, or a glob. */
  private async named(name: string, { stdinFilename }: Options): Promise<readonly string[]> {
    if (name === '-') return [await this.readInput(stdinFilename)];
    const absolute = slashes(path.resolve(name));
    const ignore = ['**/node_modules/**'];
    if (isFolder(absolute)) {
      const { files, problem } = sqlFilesBelow(absolute);
      if (problem !== undefined) this.problem(`${name}: ${problem}`);
      if (files.length === 0) printError(`lockstep: There is no .sql file in "${visible(name)}".\n`);
      return this.withoutCompanions(files.map(slashes));
    }
    // What is there but no file, such as a link that leads nowhere, is refused with the others.
    if (lstatSync(absolute, { throwIfNoEntry: false }) !== undefined) {
      this.workspace.boundary.admitNamed(absolute);
      return [absolute];
    }
    // Folders that are linked to each other have paths without end.
    const found = await glob(slashes(name), { absolute: true, ignore, followSymbolicLinks: false });
    if (found.length === 0) throw new UsageError(`There is no file "${name}".`);
    return found.map(slashes);
  }

  /** In a folder, what `rollback` and `validate` write beside the migrations is no migration itself. */
  private withoutCompanions(files: readonly string[]): readonly string[] {
    const companions = new Set(
      files.flatMap((file) => {
        const companions = this.attempt(file, () => this.companionsOf(file));
        return companions ?? [];
      }),
    );
    return files.filter((file) => !companions.has(file));
  }

  private companionsOf(file: string): readonly string[] {
    const project = this.workspace.projectOf(file, unset);
    return (['rollback', 'validation'] as const).flatMap((kind) => {
      const companion = project.runner.companion(kind, file, project);
      return companion.at === 'file' && companion.path !== file ? [companion.path] : [];
    });
  }

  private async readInput(name = 'stdin.sql'): Promise<string> {
    const file = slashes(path.resolve(name));
    const decoded = decode(await buffer(process.stdin));
    if (decoded === undefined) throw new UsageError('Standard input is not text.');
    const { text } = decoded;
    // What is too large is refused later, with the others, and must not cost time before.
    this.open.set(file, { text, file: this.parse(text.length > largestAnalysed ? '' : text) });
    return file;
  }

  private read(file: string): string | undefined {
    const name = this.name(file);
    this.workspace.boundary.admit(file);
    const read = readFile(file, this.workspace.boundary);
    if ('problem' in read) {
      this.problem(`${name} ${read.problem}.`);
      return undefined;
    }
    const decoded = decode(read.bytes);
    if (decoded === undefined) this.problem(`${name} is not a text file.`);
    else if (decoded.text.includes('\ufffd') && !encode(decoded).equals(read.bytes)) {
      this.tellOnce(`${name} is not valid UTF-8; what is not was read as "\ufffd".`);
    }
    return decoded?.text;
  }

  /** What is laid over the disk may decide itself to which project it belongs. */
  private parse(text: string): SourceFile {
    return parseFile(text, { parser: this.workspace.parser });
  }

  private tellOnce(message: string | undefined): void {
    if (message === undefined || this.told.has(message)) return;
    this.told.add(message);
    printError(`lockstep: ${visible(message)}\n`);
  }

  /** The other files are still looked at. */
  private problem(message: string): void {
    this.hasProblems = true;
    printError(`lockstep: ${visible(message)}\n`);
  }
}

/** There are no settings but those of `lockstep.json` and of the command line. */
const unset: Configuration = {
  postgresVersion: undefined,
  runner: undefined,
  runnerVersion: undefined,
  lockTimeout: defaultLockTimeout,
  rules: {},
};

function replaceEntries<Key, Value>(map: Map<Key, Value>, entries: ReadonlyMap<Key, Value>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

function slashes(file: string): string {
  return file.replaceAll('\\', '/');
}
