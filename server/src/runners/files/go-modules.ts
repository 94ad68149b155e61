import { join, upwards } from './paths';
import type { FileTree } from '../runner';

/** The nearest folder with a go.mod; undefined outside of Go. */
export function goModuleFolder(folder: string, tree: FileTree): string | undefined {
  for (const current of upwards(folder)) {
    const entries = tree.list(current);
    if (entries.some(({ name, isFolder }) => name === 'go.mod' && !isFolder)) return current;
    if (entries.some(({ name }) => name === '.git')) return undefined;
  }
  return undefined;
}

/** The version of the first of `modules` that the go.mod of a project requires: `github.com/pressly/goose/v3 v3.27.1`. */
export function requiredGoModule(
  modules: readonly string[],
  folder: string,
  tree: FileTree,
): string | undefined {
  const root = goModuleFolder(folder, tree);
  const text = root === undefined ? undefined : tree.read(join(root, 'go.mod'));
  if (text === undefined) return undefined;
  for (const module of modules) {
    const escaped = module.replace(/[.]/g, '\\.');
    const found = new RegExp(
      `^[ \\t]*(?:require\\s+)?${escaped}(?:/v\\d+)?\\s+v(\\d+\\.\\d+\\.\\d+[\\w.-]*)`,
      'm',
    );
    const version = found.exec(text)?.[1];
    if (version !== undefined) return version;
  }
  return undefined;
}
