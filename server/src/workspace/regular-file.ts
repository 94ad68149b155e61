import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** The bytes of a file, or why there are none, to be said behind its name: `is a folder`. */
export type FileContent = { readonly bytes: Buffer } | { readonly problem: string };

const notRegular = 'is not a file: a pipe, a socket or a device';

/**
 * Reads a regular file of at most `most` bytes. A pipe or a device is none: nobody knows when it ends, or whether it
 * ever begins, so it is not even opened; and what takes the place of a file meanwhile does not hold the opening up.
 * Throws what the system says.
 */
export function readRegularFile(path: string, most: number): FileContent {
  const looked = statSync(path);
  if (looked.isDirectory()) return { problem: 'is a folder' };
  if (!looked.isFile()) return { problem: notRegular };
  const file = openRegularFile(path);
  if (file === undefined) return { problem: notRegular };
  try {
    const { size } = fstatSync(file);
    if (size > most) return { problem: `is too large: more than ${sizeOf(most)}` };
    return { bytes: readBytes(file, 0, size) };
  } finally {
    closeSync(file);
  }
}

/** Opens a file to be read; undefined when it is not a regular one. Throws what the system says. */
export function openRegularFile(path: string): number | undefined {
  if (!statSync(path).isFile()) return undefined;
  const file = openSync(path, constants.O_RDONLY | withoutWaiting);
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return undefined;
}

/** Windows knows no such thing, nor pipes that stand among the files. */
const withoutWaiting = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;

/** At most `length` bytes from `offset` on; fewer at the end of the file. */
export function readBytes(file: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const more = readSync(file, bytes, read, length - read, offset + read);
    if (more === 0) break;
    read += more;
  }
  return bytes.subarray(0, read);
}

function sizeOf(bytes: number): string {
  const mebibyte = 1024 * 1024;
  return bytes < mebibyte ? `${bytes / 1024} kB` : `${bytes / mebibyte} MB`;
}
