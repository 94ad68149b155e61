import { filesIn, foldersIn, join } from './paths';
import type { FileTree } from '../runner';
import { repositoryFolders } from './versions';

/** Files in which a project writes down how it calls its programs. */
const callers =
  /^(?:(?:gnu)?makefile|.*\.mk|justfile|dockerfile(?:\..*)?|taskfile\.ya?ml|(?:docker-)?compose(?:\..*)?\.ya?ml|package\.json|procfile|.*\.sh)$/i;

/** The texts of these files, from `folder` up to the root of the repository, and of its workflows. */
export function* callersOf(folder: string, tree: FileTree): Generator<string> {
  for (const above of repositoryFolders(folder, tree)) {
    const workflows = foldersIn(above, tree).includes('.github')
      ? join(above, '.github/workflows')
      : undefined;
    const paths = filesIn(above, tree)
      .filter((name) => callers.test(name))
      .map((name) => join(above, name));
    const flows =
      workflows === undefined ? [] : filesIn(workflows, tree).map((name) => join(workflows, name));
    for (const path of [...paths, ...flows]) {
      const text = tree.read(path);
      if (text !== undefined) yield text;
    }
  }
}

/** What the project gives its runner: what `option` finds first behind the name of `program`, in a line of a caller. */
export function calledWith(
  program: RegExp,
  option: RegExp,
  folder: string,
  tree: FileTree,
): RegExpExecArray | undefined {
  for (const text of callersOf(folder, tree)) {
    for (const line of text.split('\n')) {
      const start = line.search(program);
      const found = start < 0 ? null : option.exec(line.slice(start));
      if (found !== null) return found;
    }
  }
  return undefined;
}

/** Whether the project calls its runner so that it takes migrations that come late; for `configuration`. */
export function allowsLate(
  program: RegExp,
  option: RegExp,
  folder: string,
  tree: FileTree,
): Readonly<Record<string, string>> {
  return calledWith(program, option, folder, tree) === undefined ? {} : { 'allows-late': 'true' };
}
