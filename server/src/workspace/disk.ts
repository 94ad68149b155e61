import { lstatSync, readdirSync, statSync } from 'node:fs';
import type { FileTree } from '../runners/runner';
import type { Boundary } from './boundary';
import { type FileContent, readRegularFile } from './regular-file';

/** Files above this many bytes are not read; a text of that size is not written by people. */
const largestFile = 64 * 1024 * 1024;

/** How a text is written as bytes; `mark` is the byte order mark in front. */
type Encoding = 'utf8' | 'utf8 with mark' | 'utf16le with mark' | 'utf16be with mark';

/** A text as it was read, without its byte order mark: no editor counts that as a character. */
interface DecodedText {
  readonly text: string;
  readonly encoding: Encoding;
}

/** Said of a file that a link, or a name in another file, leads to. */
const outside = 'leads out of the project';

/** Reads a file of the projects that were opened or named; see `Boundary`. */
export function readFile(path: string, boundary: Boundary): FileContent {
  try {
    return boundary.allows(path) ? readRegularFile(path, largestFile) : { problem: outside };
  } catch (error: unknown) {
    if (!isMissing(path)) return { problem: problemOf(error) };
    return { problem: path.includes('\ufffd') ? 'has a name that is not UTF-8' : missing };
  }
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'is a link that leads nowhere',
  ELOOP: 'is a link that leads back to itself',
  EACCES: 'may not be read by this user',
};

function problemOf(error: unknown): string {
  const { code = '', message = String(error) } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  return problems[code] ?? `cannot be read: ${message}`;
}

/** Said of a file that was listed, and then is gone: in the middle of a checkout, or where only a list names it. */
export const missing = 'does not exist';

/** A link that leads nowhere is there. */
function isMissing(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

/** Decodes UTF-8, or UTF-16 with its mark; a text with a zero byte is binary. */
export function decode(bytes: Buffer): DecodedText | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return { text: bytes.toString('utf16le', 2), encoding: 'utf16le with mark' };
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return { text: Buffer.from(even).swap16().toString('utf16le'), encoding: 'utf16be with mark' };
  }
  if (bytes.subarray(0, 8000).includes(0)) return undefined;
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
    ? { text: bytes.toString('utf8', 3), encoding: 'utf8 with mark' }
    : { text: bytes.toString('utf8'), encoding: 'utf8' };
}

/** The bytes that `decode` makes this text of. */
export function encode({ text, encoding }: DecodedText): Buffer {
  switch (encoding) {
    case 'utf8':
      return Buffer.from(text);
    case 'utf8 with mark':
      return Buffer.from(`\ufeff${text}`);
    case 'utf16le with mark':
      return Buffer.from(`\ufeff${text}`, 'utf16le');
    case 'utf16be with mark':
      return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  }
}

/**
 * The files on disk as runners look at them, with those of `open` laid over them by their paths: what is open in an
 * editor counts as it is there, also when it is not on disk yet or any more. What is `gone` counts as if it were not,
 * and so does what lies outside of the `boundary`.
 */
export function diskTree(
  open: ReadonlyMap<string, { readonly text: string }>,
  boundary: Boundary,
  gone: ReadonlySet<string> = new Set(),
): FileTree {
  const read = (path: string): string | undefined => {
    const content = readFile(path, boundary);
    return 'problem' in content ? undefined : decode(content.bytes)?.text;
  };
  return {
    read: (path) => open.get(path)?.text ?? (gone.has(path) ? undefined : read(path)),
    list: (path) => {
      const present = listFolder(path, boundary).filter(
        ({ name }) => !gone.has(`${path === '/' ? '' : path}/${name}`),
      );
      const entries = new Map(present.map((entry) => [entry.name, entry]));
      for (const file of open.keys()) {
        const below = nameBelow(path, file);
        if (below !== undefined && !entries.has(below.name)) entries.set(below.name, below);
      }
      return [...entries.values()];
    },
  };
}

function listFolder(path: string, boundary: Boundary): ReturnType<FileTree['list']> {
  if (!boundary.allows(path)) return [];
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
      const { name } = entry;
      if (!entry.isSymbolicLink()) return [{ name, isFolder: entry.isDirectory() }];
      const leadsToFolder = isFolder(`${path}/${name}`);
      return leadsToFolder && !boundary.mayFollow(path, name) ? [] : [{ name, isFolder: leadsToFolder }];
    });
  } catch {
    return [];
  }
}

/** What `folder` holds of `file`: the file itself, or the folder on the way to it; undefined when it lies elsewhere. */
function nameBelow(folder: string, file: string): { name: string; isFolder: boolean } | undefined {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  if (!file.startsWith(prefix)) return undefined;
  const end = file.indexOf('/', prefix.length);
  return end < 0
    ? { name: file.slice(prefix.length), isFolder: false }
    : { name: file.slice(prefix.length, end), isFolder: true };
}

/** Whether a path leads to a folder, perhaps by a link. */
export function isFolder(path: string): boolean {
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
