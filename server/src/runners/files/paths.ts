import type { FileTree } from '../runner';

/** The folder that holds `path`; `/` for the root itself. */
export function parentOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

/** The last part of `path`. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `name` inside of `folder`. `name` may start with `./` or `../`. */
export function join(folder: string, name: string): string {
  const parts = folder.split('/');
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/') || '/';
}

/** `path` as seen from `folder` above it; empty when they are the same. */
export function relative(folder: string, path: string): string {
  if (path === folder) return '';
  return path.slice(folder === '/' ? 1 : folder.length + 1);
}

/** `path` and the folders above it, the nearest first. */
export function* upwards(path: string): Generator<string> {
  let current = path;
  while (current !== '/' && current !== '') {
    yield current;
    const parent = parentOf(current);
    if (parent === current) return;
    current = parent;
  }
  yield '/';
}

/** The names of the files in `folder`. */
export function filesIn(folder: string, tree: FileTree): readonly string[] {
  return tree
    .list(folder)
    .filter((entry) => !entry.isFolder)
    .map((entry) => entry.name);
}

/** The names of the folders in `folder`. */
export function foldersIn(folder: string, tree: FileTree): readonly string[] {
  return tree
    .list(folder)
    .filter((entry) => entry.isFolder)
    .map((entry) => entry.name);
}

/** So many folders are looked into, and folders in folders; nobody has as many migrations. */
const mostFolders = 10_000;
const deepestFolder = 32;

/** The paths of the files in a folder and in those below it; the folders of which `isEntered` says no are left out. */
export function filesBelow(
  folder: string,
  tree: FileTree,
  isEntered: (name: string) => boolean = () => true,
): readonly string[] {
  const files: string[] = [];
  const pending = [{ folder, depth: 0 }];
  for (let entered = 0; entered < mostFolders; entered++) {
    const next = pending.pop();
    if (next === undefined) break;
    const folders: string[] = [];
    for (const { name, isFolder } of tree.list(next.folder)) {
      if (!isFolder) files.push(join(next.folder, name));
      else if (next.depth < deepestFolder && isEntered(name)) folders.push(join(next.folder, name));
    }
    for (const below of folders.reverse()) pending.push({ folder: below, depth: next.depth + 1 });
  }
  return files;
}

/** Whether `path` is a file, by the listing of its folder: what lies there is not read. */
export function isFile(path: string, tree: FileTree): boolean {
  return filesIn(parentOf(path), tree).includes(nameOf(path));
}
