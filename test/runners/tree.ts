import { readdirSync, readFileSync } from 'node:fs';
import type { FileChange, FileTree } from '../../server/src/runners/runner';
import { applyEdits } from '../../server/src/sql/text';

/** Paths and their texts; a folder is whatever stands before a slash. */
export type Files = Readonly<Record<string, string>>;

/** A project that is not on disk. */
export function memoryTree(files: Files): FileTree {
  return {
    read: (path) => files[path],
    list: (folder) => {
      const prefix = folder === '/' ? '/' : `${folder}/`;
      const entries = new Map<string, boolean>();
      for (const path of Object.keys(files)) {
        if (!path.startsWith(prefix)) continue;
        const [name = '', ...rest] = path.slice(prefix.length).split('/');
        entries.set(name, rest.length > 0);
      }
      return [...entries].map(([name, isFolder]) => ({ name, isFolder }));
    },
  };
}

/** What lies on disk. */
export const diskTree: FileTree = {
  read: (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  list: (path) => {
    try {
      const entries = readdirSync(path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }));
    } catch {
      return [];
    }
  },
};

/** The files after `changes`; a file that is created must not be there before. */
export function applyChanges(files: Files, changes: readonly FileChange[]): Files {
  const result: Record<string, string> = { ...files };
  for (const change of changes) {
    const before = result[change.path];
    if (change.kind === 'create') {
      if (before !== undefined) throw new Error(`${change.path} is there already`);
      result[change.path] = change.text;
    } else {
      if (before === undefined) throw new Error(`${change.path} is not there`);
      if (change.kind === 'rename') {
        if (result[change.to] !== undefined) throw new Error(`${change.to} is there already`);
        Reflect.deleteProperty(result, change.path);
        result[change.to] = before;
        continue;
      }
      result[change.path] = applyEdits(before, change.edits);
    }
  }
  return result;
}

/** Where a file is after `changes`. */
export function movedTo(path: string, changes: readonly FileChange[]): string {
  return changes.reduce(
    (at, change) => (change.kind === 'rename' && change.path === at ? change.to : at),
    path,
  );
}
