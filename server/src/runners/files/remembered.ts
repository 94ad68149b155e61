import type { FileTree } from '../runner';

/** A tree that lists each folder and reads each file once; for as long as nobody expects changes. */
export function remembered(tree: FileTree): FileTree {
  const texts = new Map<string, string | undefined>();
  const lists = new Map<string, ReturnType<FileTree['list']>>();
  const read = (path: string): string | undefined => {
    if (!texts.has(path)) texts.set(path, tree.read(path));
    return texts.get(path);
  };
  return {
    read,
    list(path) {
      const known = lists.get(path) ?? tree.list(path);
      lists.set(path, known);
      return known;
    },
    has: (path, marker) => tree.has?.(path, marker) ?? marker.test(read(path) ?? ''),
  };
}

/** Whether the text of a file has a marker, which has neither the flag `g` nor `y`. */
export function hasMarker(path: string, marker: RegExp, tree: FileTree): boolean {
  return tree.has?.(path, marker) ?? marker.test(tree.read(path) ?? '');
}

/** The result of `work`, which looks at nothing but the tree; where the tree knows it already, it is not done again. */
export function once<Result>(key: string, work: () => Result, tree: FileTree): Result {
  return tree.once === undefined ? work() : tree.once(key, work);
}
