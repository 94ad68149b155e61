import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Released } from '../runners/standing/bookkeeping';
import { decode, stamp } from './disk';
import { GitObjects, objectFolders, textOf, Unreadable } from './git-objects';

/** A branch as it was when it was read. */
export interface Branch extends Released {
  /** The id of its commit. */
  readonly commit: string;
  /** Whether it is that of a remote, or a tag, so that others have it, too. */
  readonly isShared: boolean;
  /** The files below the folder that was asked for, by their paths from there. */
  readonly files: ReadonlySet<string>;
}

/**
 * The files below `folder` as they are on a branch; undefined when there is no such branch, or no repository. `auto` is
 * the default branch: that of the remote, else `main` or `master`. `known` is what was
 * read before; it is returned when the branch has not moved. Who made the repository may have made it to cost whoever
 * reads it; then that is said, and it is not read.
 */
export function readBranch(
  folder: string,
  name: string,
  known?: Branch,
  onProblem?: (why: string) => void,
): Branch | undefined {
  return quietly(() => {
    const repository = repositoryOf(folder);
    const commit = repository === undefined ? undefined : commitOf(name, repository);
    if (repository === undefined || commit === undefined) return undefined;
    const isShared = !commit.ref.startsWith('refs/heads/');
    const branch = commit.ref.replace(/^refs\/(?:heads|tags|remotes)\//, '').replace(/^origin\//, '');
    // A fetch may give others the very commit that was one's own until then.
    if (known?.commit === commit.id && known.isShared === isShared && known.branch === branch) return known;
    const { root, common } = repository;
    const files = withObjects(common, (objects) => filesIn(commit.id, path.relative(root, folder), objects));
    if (files === undefined) return undefined;
    const inside = (file: string): string | undefined =>
      file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
    return {
      branch,
      commit: commit.id,
      isShared,
      files: new Set(files.keys()),
      has: (file) => {
        const at = inside(file);
        return at === undefined ? undefined : files.has(at);
      },
      read: (file) => {
        const id = files.get(inside(file) ?? '');
        if (id === undefined) return undefined;
        return quietly(() => {
          const data = withObjects(common, (objects) => objects.read(id)?.data);
          return data === undefined ? undefined : decode(data)?.text;
        });
      },
    };
  }, onProblem);
}

/**
 * Where a branch is, in words that change when it moves: what the references say that could name it, and how the files
 * are that hold the others. This reads a few bytes only, so that it can be asked again and again.
 */
export function branchPosition(folder: string, name: string): string {
  const position = quietly(() => {
    const repository = repositoryOf(folder);
    if (repository === undefined) return undefined;
    const { root, common } = repository;
    const loose = namesOf(name).map((reference) => positionOf(reference, common));
    // A branch may be there before its objects can be read: `git gc` moves them from pack to pack.
    const stored = ['packed-refs', 'objects/pack'].map((file) => stamp(path.join(common, file)) ?? '');
    return [root, common, ...loose, ...stored].join('\n');
  });
  return position ?? '';
}

/** What a reference says, and the reference that it leads to. */
function positionOf(name: string, common: string, depth = 0): string {
  const text = looseReference(name, common) ?? '';
  const target = symbolicTarget(text);
  return target === undefined || depth > 5 ? text : `${text} ${positionOf(target, common, depth + 1)}`;
}

/** A repository that is broken, or of a form that is not known here, says nothing. */
function quietly<Result>(read: () => Result, onProblem?: (why: string) => void): Result | undefined {
  try {
    return read();
  } catch (error: unknown) {
    if (error instanceof Unreadable) onProblem?.(error.message);
    return undefined;
  }
}

function withObjects<Result>(common: string, work: (objects: GitObjects) => Result): Result {
  const objects = new GitObjects(objectFolders(common));
  try {
    return work(objects);
  } finally {
    objects.close();
  }
}

interface Repository {
  /** The folder that git looks after. */
  readonly root: string;
  /** Where HEAD is: of its own in each work tree. */
  readonly own: string;
  /** Where the branches and objects are. */
  readonly common: string;
}

function repositoryOf(folder: string): Repository | undefined {
  for (let root = folder; ; root = path.dirname(root)) {
    const place = path.join(root, '.git');
    const stats = lookAt(place);
    if (stats?.isDirectory() === true) return { root, own: place, common: commonOf(place, root) };
    if (stats?.isFile() === true) {
      const own = linked(place, root);
      return own === undefined ? undefined : { root, own, common: commonOf(own, root) };
    }
    if (path.dirname(root) === root) return undefined;
  }
}

function lookAt(place: string): ReturnType<typeof statSync> {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * `.git` of a work tree or a submodule is a file that names the folder, which may lie anywhere. It counts only if that
 * folder names the work tree in its turn: else a file would do to have another repository read.
 */
function linked(file: string, root: string): string | undefined {
  const target = /^gitdir: (.*)/m.exec(textOf(file) ?? '')?.[1]?.trimEnd();
  if (target === undefined) return undefined;
  const own = path.resolve(root, target);
  const back = textOf(path.join(own, 'gitdir'))?.trim();
  if (back !== undefined) return isSamePlace(path.resolve(own, back), file) ? own : undefined;
  const written = /^[ \t]*worktree[ \t]*=(.*)/m.exec(textOf(path.join(own, 'config')) ?? '')?.[1];
  const tree = written?.trim().replace(/^"|"$/g, '');
  return tree !== undefined && isSamePlace(path.resolve(own, tree), root) ? own : undefined;
}

/** The folder that a work tree shares with the others: one above its own. */
function commonOf(own: string, root: string): string {
  const named = textOf(path.join(own, 'commondir'))?.trim();
  if (named === undefined || named === '') return own;
  const common = path.resolve(own, named);
  const isAbove = own.startsWith(common.endsWith(path.sep) ? common : common + path.sep);
  const isInside = common.startsWith(root + path.sep);
  if (!isAbove && !isInside) throw new Unreadable('The repository names another one as its own.');
  return common;
}

function isSamePlace(a: string, b: string): boolean {
  try {
    return realpathSync.native(a) === realpathSync.native(b);
  } catch {
    return false;
  }
}

/** The commit, and the reference in the end that names it. */
interface Commit {
  readonly id: string;
  readonly ref: string;
}

function commitOf(branch: string, repository: Repository): Commit | undefined {
  for (const name of namesOf(branch)) {
    const found = resolve(name, repository);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The references that a branch may be, the first of them that exists. */
function namesOf(branch: string): readonly string[] {
  return branch === 'auto'
    ? ['refs/remotes/origin/HEAD', ...['main', 'master'].flatMap(formsOf)]
    : formsOf(branch);
}

/** What is on the remote is what others have; a local branch may be behind it, or be the one that is worked on. */
function formsOf(branch: string): readonly string[] {
  return [
    `refs/remotes/origin/${branch}`,
    `refs/remotes/${branch}`,
    `refs/heads/${branch}`,
    `refs/tags/${branch}`,
  ];
}

/** Of a large repository, some megabytes. */
const largestPackedRefs = 64 * 1024 * 1024;

function resolve(name: string, repository: Repository, depth = 0): Commit | undefined {
  const { common } = repository;
  if (depth > 5 || !liesBelow(common, name)) return undefined;
  const text = looseReference(name, common);
  const target = symbolicTarget(text ?? '');
  if (target !== undefined) return resolve(target, repository, depth + 1);
  if (text !== undefined) return /^[0-9a-f]{40}$/.test(text) ? { id: text, ref: name } : undefined;
  const line = textOf(path.join(common, 'packed-refs'), largestPackedRefs)
    ?.split('\n')
    .find((candidate) => candidate.endsWith(` ${name}`));
  return line === undefined ? undefined : { id: line.slice(0, 40), ref: name };
}

/** The text of a reference that has a file of its own. */
function looseReference(name: string, common: string): string | undefined {
  const file = path.join(common, name);
  if (!liesBelow(common, name) || lookAt(file)?.isDirectory() === true) return undefined;
  return textOf(file)?.trim();
}

/** A name with `..` in it must not lead out of the folder. */
function liesBelow(common: string, name: string): boolean {
  return path.join(common, name).startsWith(common + path.sep);
}

/** The reference that another one stands for, as HEAD of a remote does for its default branch. */
function symbolicTarget(text: string): string | undefined {
  return /^ref: (.*)$/.exec(text)?.[1];
}

/**
 * Folders and files of a branch that are read, and folders in folders. A tree may name another one many times, so that
 * ten objects stand for as many paths as one likes.
 */
const mostEntries = 300_000;
const deepestFolder = 200;

function filesIn(
  commit: string,
  folder: string,
  objects: GitObjects,
): ReadonlyMap<string, string> | undefined {
  let tree = treeOf(commit, objects);
  if (tree === undefined) return undefined;
  for (const name of folder === '' ? [] : folder.split(path.sep)) {
    const entries: readonly Entry[] = tree === undefined ? [] : entriesOf(tree, objects);
    const entry = entries.find((found) => found.name === name);
    tree = entry?.isFolder === true ? entry.id : undefined;
  }
  return tree === undefined ? new Map() : filesBelow(tree, objects);
}

function filesBelow(tree: string, objects: GitObjects): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const known = new Map<string, readonly Entry[]>();
  const pending = [{ tree, prefix: '', depth: 0 }];
  let read = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { prefix, depth } = next;
    const entries = known.get(next.tree) ?? entriesOf(next.tree, objects);
    known.set(next.tree, entries);
    read += entries.length;
    if (read > mostEntries || depth > deepestFolder) {
      throw new Unreadable(
        `It has more than ${mostEntries} files, or folders more than ${deepestFolder} deep.`,
      );
    }
    for (const { name, isFolder, id } of entries) {
      if (isFolder) pending.push({ tree: id, prefix: `${prefix}${name}/`, depth: depth + 1 });
      else files.set(prefix + name, id);
    }
  }
  return files;
}

/** The tree of a commit, or of the commit that a tag names. */
function treeOf(id: string, objects: GitObjects, depth = 0): string | undefined {
  const object = objects.read(id);
  const text = object?.data.toString('latin1') ?? '';
  if (object?.type === 'tag') {
    const target = /^object ([0-9a-f]{40})/.exec(text)?.[1];
    return target === undefined || depth > 5 ? undefined : treeOf(target, objects, depth + 1);
  }
  return /^tree ([0-9a-f]{40})/.exec(text)?.[1];
}

interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly id: string;
}

/** `<mode> <name>\0<20 bytes>`, over and over. */
function entriesOf(id: string, objects: GitObjects): readonly Entry[] {
  const data = objects.read(id)?.data;
  if (data === undefined) throw new Error(`There is no tree ${id}.`);
  const entries: Entry[] = [];
  for (let at = 0; at < data.length;) {
    const end = data.indexOf(0, at);
    if (end < 0) throw new Error(`The tree ${id} is cut off.`);
    const [mode = '', ...name] = data.toString('utf8', at, end).split(' ');
    entries.push({
      name: name.join(' '),
      isFolder: mode === '40000',
      id: data.toString('hex', end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}
