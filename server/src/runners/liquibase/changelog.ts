import { parseDocument } from 'yaml';
import { filesBelow, filesIn, foldersIn, isFile, join, nameOf, parentOf } from '../files/paths';
import type { FileTree } from '../runner';
import { shallow } from '../files/nesting';
import { once } from '../files/remembered';
import { repositoryFolders } from '../files/versions';
import { parseXml } from '../files/xml';

/** A changelog, and what it takes in. */
interface Changelog {
  readonly path: string;
  /** The folder that it takes in as a whole, when the file came that way; else its own. */
  readonly folder: string;
  /** The .sql files in the order in which they run. */
  readonly files: readonly string[];
}

function isChangelog(name: string): boolean {
  return /changelog/i.test(name) && /\.(?:xml|ya?ml|json)$/i.test(name);
}

/** The nearest changelog above a file that takes it in; or the one with this path. */
export function changelogOf(file: string, tree: FileTree, known?: string): Changelog | undefined {
  if (known !== undefined) return read(known, file, tree);
  for (const folder of repositoryFolders(parentOf(file), tree)) {
    for (const name of filesIn(folder, tree).filter(isChangelog)) {
      const found = read(join(folder, name), file, tree);
      if (found?.files.includes(file) === true) return found;
    }
  }
  return undefined;
}

function read(path: string, file: string, tree: FileTree): Changelog | undefined {
  const text = tree.read(path);
  if (text === undefined) return undefined;
  const parts = included(path, tree, new Set());
  const folder = parts.find(({ files, all }) => all !== undefined && files.includes(file))?.all;
  return { path, folder: folder ?? parentOf(path), files: parts.flatMap(({ files }) => files) };
}

interface Included {
  /** The folder, of an includeAll. */
  readonly all: string | undefined;
  readonly files: readonly string[];
}

/** Changelogs that include each other, one in the next. */
const mostChangelogs = 500;

/** The includes of a changelog in order, whatever it is written in; changelogs that it includes are followed. */
function included(path: string, tree: FileTree, seen: Set<string>): readonly Included[] {
  const text = tree.read(path);
  if (text === undefined || seen.has(path) || seen.size >= mostChangelogs) return [];
  seen.add(path);
  const includes = once(`includes of ${path}`, () => includesOf(path, text), tree);
  return includes.flatMap(({ kind, name }): readonly Included[] => {
    const target = resolve(name, path, tree);
    if (target === undefined) {
      // Without what is not there, nobody knows the schema.
      return /\.sql$/i.test(name) ? [{ all: undefined, files: [join(parentOf(path), name)] }] : [];
    }
    if (kind === 'includeAll') return [{ all: target, files: sqlBelow(target, tree) }];
    if (/\.sql$/i.test(target)) return [{ all: undefined, files: [target] }];
    return included(target, tree, seen);
  });
}

interface Include {
  readonly kind: 'include' | 'includeAll';
  /** As it is written, without `classpath:`. */
  readonly name: string;
}

/** What a changelog takes in, in its order; nothing of one that cannot be read. */
export function includesOf(path: string, text: string): readonly Include[] {
  const entries = /\.xml$/i.test(path) ? entriesOfXml(text) : entriesOfYaml(text);
  return entries.flatMap(([kind, { file, path: folder }]): readonly Include[] => {
    const name = file ?? folder;
    if ((kind !== 'include' && kind !== 'includeAll') || typeof name !== 'string') return [];
    return [{ kind, name: name.replace(/^classpath:/, '') }];
  });
}

/** The name of an entry, and what is said of it. */
type Entry = readonly [kind: string, said: Readonly<Record<string, unknown>>];

function entriesOfXml(text: string): readonly Entry[] {
  const changelog = parseXml(text).find(({ name }) => name === 'databaseChangeLog');
  return (changelog?.children ?? []).map(({ name, attributes }) => [name, attributes]);
}

/** JSON is YAML, too. */
function entriesOfYaml(text: string): readonly Entry[] {
  const entries = listIn(readYaml(text));
  return entries.flatMap((entry) =>
    Object.entries(entry ?? {}).map(([kind, said]): Entry => [kind, (said ?? {}) as Entry[1]]),
  );
}

function listIn(changelog: unknown): readonly (object | null)[] {
  const list = (changelog as { readonly databaseChangeLog?: unknown } | null | undefined)?.databaseChangeLog;
  return Array.isArray(list) ? (list as (object | null)[]) : [];
}

function readYaml(text: string): unknown {
  try {
    return parseDocument(shallow(text), { uniqueKeys: false, logLevel: 'silent' }).toJS();
  } catch {
    return undefined;
  }
}

/** A path is seen from the changelog, or from any folder above it. */
function resolve(name: string, changelog: string, tree: FileTree): string | undefined {
  for (const folder of repositoryFolders(parentOf(changelog), tree)) {
    const path = join(folder, name);
    if (isFile(path, tree) || foldersIn(parentOf(path), tree).includes(nameOf(path))) return path;
  }
  return undefined;
}

/** All .sql files below a folder, by their paths. */
function sqlBelow(folder: string, tree: FileTree): readonly string[] {
  return filesBelow(folder, tree)
    .filter((path) => /\.sql$/i.test(path))
    .sort();
}
