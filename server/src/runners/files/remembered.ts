import type { FileTree } from '../runner';

/**
 * A tree that lists each folder and reads each file once; for as long as nobody expects changes. What `isKept` says no
 * to is read again.
 */
export function remembered(tree: FileTree, isKept: (path: string) => boolean = () => true): FileTree {
  const texts = new Map<string, string | undefined>();
  const lists = new Map<string, ReturnType<FileTree['list']>>();
  return {
    read(path) {
      if (!isKept(path)) return tree.read(path);
      if (!texts.has(path)) texts.set(path, tree.read(path));
      return texts.get(path);
    },
    list(path) {
      const known = lists.get(path) ?? tree.list(path);
      lists.set(path, known);
      return known;
    },
  };
}
