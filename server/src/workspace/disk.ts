import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { FileTree } from '../runners/runner';

/** Files above this many bytes are not read; a text of that size is not written by people. */
const largestFile = 64 * 1024 * 1024;

/** The text of a file, whatever its encoding; undefined when there is none, or when it is not text. */
export function readText(path: string): string | undefined {
  try {
    const { size } = statSync(path);
    return size > largestFile ? undefined : decode(readFileSync(path));
  } catch {
    // Missing, unreadable, or a folder: for whoever asks there is no such text.
    return undefined;
  }
}

/** Decodes UTF-8, or UTF-16 with its mark; a text with a zero byte is binary. */
export function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return Buffer.from(bytes).swap16().toString('utf16le');
  return bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8');
}

/** The files on disk as runners look at them. `open` answers first: the text of a document in an editor. */
export function diskTree(open: (path: string) => string | undefined = () => undefined): FileTree {
  return {
    read: (path) => open(path) ?? readText(path),
    list: (path) => {
      try {
        return readdirSync(path, { withFileTypes: true }).map((entry) => ({
          name: entry.name,
          isFolder: entry.isDirectory() || (entry.isSymbolicLink() && isFolder(`${path}/${entry.name}`)),
        }));
      } catch {
        return [];
      }
    },
  };
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Changes whenever the file does; undefined when there is none. */
export function stamp(path: string): string | undefined {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}
