import type { FileTree } from '../runners/runner';
import { stamp } from './disk';

/** What was looked at on disk and how it was then, also what was not there: it may appear. */
export class Seen {
  private readonly stamps = new Map<string, string | undefined>();

  /** To be called before a file or a folder is looked at: what changes in between then counts as changed. */
  note(path: string): void {
    if (!this.stamps.has(path)) this.stamps.set(path, stamp(path));
  }

  clear(): void {
    this.stamps.clear();
  }

  /** Whether anything of it is not as it was; asked in steps, since there may be thousands of files. */
  *hasChanged(): Generator<undefined, boolean> {
    for (const [path, before] of [...this.stamps]) {
      if (this.stamps.has(path) && stamp(path) !== before) return true;
      yield;
    }
    return false;
  }
}

/** A tree that notes what is looked at. A folder has another stamp when something is put into it or taken out. */
export function noting(tree: FileTree, seen: Seen): FileTree {
  return {
    read: (path) => {
      seen.note(path);
      return tree.read(path);
    },
    list: (path) => {
      seen.note(path);
      return tree.list(path);
    },
  };
}
