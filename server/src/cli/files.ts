import { statSync } from 'node:fs';
import path from 'node:path';
import { text as readStream } from 'node:stream/consumers';
import { glob } from 'tinyglobby';
import { Analyser } from '../features/analyser';
import { type Analysis, defaultLockTimeout } from '../features/analysis';
import { parseFile } from '../sql/parse';
import { readText } from '../workspace/disk';
import { type Configuration, largestAnalysed, type OpenFile, Workspace } from '../workspace/workspace';
import { type Options, UsageError } from './options';

/** The files of one run, each judged in its project. */
export class Files {
  private readonly analyser = new Analyser();

  private constructor(
    readonly workspace: Workspace,
    /** Absolute, with `/`, sorted. */
    readonly paths: readonly string[],
    private readonly configuration: Configuration,
  ) {}

  /** Finds what the command line names, and reads standard input when it is among it. */
  static async find(given: Options): Promise<Files> {
    const { postgresVersion, runner, runnerVersion, lockTimeout = defaultLockTimeout } = given;
    const configuration = { postgresVersion, runner, runnerVersion, lockTimeout, rules: {} };
    const named = given.paths.length === 0 ? ['.'] : given.paths;
    const open = new Map<string, OpenFile>();
    const paths = new Set<string>();
    for (const name of named) {
      if (name === '-') {
        const stdin = slashes(path.resolve(given.stdinFilename ?? 'stdin.sql'));
        const text = await readStream(process.stdin);
        open.set(stdin, { text, file: parseFile(text) });
        paths.add(stdin);
      } else {
        for (const found of await filesOf(name)) paths.add(found);
      }
    }
    const onRuleError = (rule: string, error: unknown): void => {
      process.stderr.write(`lockstep: the rule ${rule} failed: ${String(error)}\n`);
    };
    return new Files(new Workspace((file) => open.get(file), onRuleError), [...paths].sort(), configuration);
  }

  /** The path as it is printed: relative to the current folder. */
  name(file: string): string {
    return slashes(path.relative(process.cwd(), file)) || file;
  }

  /** Throws a UsageError when the file is not one that can be analysed. */
  analyse(file: string): Analysis {
    const text = this.workspace.tree.read(file);
    if (text === undefined) throw new UsageError(`${this.name(file)} is not a text file that can be read.`);
    if (text.length > largestAnalysed) {
      throw new UsageError(`${this.name(file)} is too large: more than ${largestAnalysed} characters.`);
    }
    const surroundings = this.workspace.surroundingsOf(file, this.configuration);
    return this.analyser.analyse(parseFile(text, this.workspace.parser), surroundings);
  }
}

/** A file itself, the .sql files below a folder, or those that a glob finds. */
async function filesOf(name: string): Promise<readonly string[]> {
  const absolute = slashes(path.resolve(name));
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats?.isFile() === true) return [absolute];
  const ignore = ['**/node_modules/**'];
  if (stats?.isDirectory() === true) {
    const found = await glob('**/*.sql', { cwd: absolute, absolute: true, ignore });
    return found.map(slashes);
  }
  const found = await glob(slashes(name), { absolute: true, ignore });
  if (found.length === 0) throw new UsageError(`There is no file "${name}".`);
  return found.map(slashes).filter((file) => readText(file) !== undefined);
}

function slashes(file: string): string {
  return file.replaceAll('\\', '/');
}
