import { filesIn, foldersIn, isFile, join, nameOf, parentOf } from './paths';
import { hasMarker } from './remembered';
import type { FileTree } from '../runner';

/** How files tell that a runner runs them. */
interface Marks {
  /** A marker in a file; without the flags `g` and `y`, so that it can be asked again. */
  readonly marker: RegExp;
  /** The names of its migrations. */
  readonly name: RegExp;
  /** Where projects of it keep them, seen from the root. */
  readonly folders: readonly string[];
}

/** How many files of a folder are read for markers: the first ones and the last ones. */
const sample = 3;

/** The folder that a file lies in, or that lies below the folder `path`, when files in it carry a runner's marker. */
export function markedFolder(path: string, tree: FileTree, marks: Marks): string | undefined {
  const folder = parentOf(path);
  if (/\.sql$/i.test(path) && (isFile(path, tree) || tree.list(path).length === 0)) {
    if (hasMarker(path, marks.marker, tree)) return folder;
    // What is named otherwise lies beside the migrations: seeds, a dump of the schema.
    return marks.name.test(nameOf(path)) && isMarked(folder, tree, marks) ? folder : undefined;
  }
  if (isMarked(path, tree, marks)) return path;
  for (const below of marks.folders) {
    const [first = ''] = below.split('/');
    if (!foldersIn(path, tree).includes(first)) continue;
    if (isMarked(join(path, below), tree, marks)) return join(path, below);
  }
  return undefined;
}

function isMarked(folder: string, tree: FileTree, { marker, name }: Marks): boolean {
  const names = filesIn(folder, tree).filter((file) => name.test(file));
  const sorted = names.length > 2 * sample ? [...names].sort() : names;
  const chosen = [...new Set([...sorted.slice(0, sample), ...sorted.slice(-sample)])];
  return chosen.some((file) => hasMarker(join(folder, file), marker, tree));
}
