import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import { comment, visible } from '../sql/visible';
import type { Boundary } from '../workspace/boundary';
import { decode, encode } from '../workspace/disk';
import { UsageError } from './options';
import { print, printableName, printError, printFile } from './terminal';

/** A file as it is to be. */
export interface Draft {
  /** Absolute. */
  readonly path: string;
  /** For messages. */
  readonly name: string;
  /** undefined: the file is new. */
  readonly before: string | undefined;
  /** undefined: there is no such file any more. */
  readonly text: string | undefined;
  /** The file that a new one was; it is written as that was. */
  readonly movedFrom?: string;
}

/**
 * Writes all drafts, or leaves everything as it was and throws: a migration whose statement has gone to a new file that
 * is not there would be worse than none. Files keep their encoding; a new file never replaces one that is there. No
 * link is followed out of the project: neither is the file one that leads out, nor a folder on the way to it.
 */
export function writeDrafts(drafts: readonly Draft[], boundary: Boundary): void {
  for (const { path: file, name } of drafts) {
    if (boundary.holds(file)) continue;
    throw new UsageError(`${name} lies outside the project, or a link leads there. Nothing was written.`);
  }
  const prepared = drafts.map((draft) => ({ draft, ...bytesOf(draft) }));
  const undo: (() => void)[] = [];
  // Links may have been made since they were last looked at.
  boundary.refresh();
  try {
    for (const { draft, before, after } of prepared) {
      if (after === undefined) {
        undo.push(() => {
          if (before !== undefined) writeFileSync(draft.path, before, { flag: 'wx' });
        });
        rmSync(draft.path);
      } else if (before === undefined) {
        const made = mkdirSync(path.dirname(draft.path), { recursive: true });
        if (made !== undefined) undo.push(removal(made));
        boundary.refresh();
        if (!boundary.holds(draft.path)) throw new UsageError(`${draft.name} lies outside the project.`);
        writeFileSync(draft.path, after, { flag: 'wx' });
        undo.push(removal(draft.path));
      } else {
        // A link inside of the project is followed here; what has become one since then is not.
        const place = realpathSync(draft.path);
        if (!boundary.holds(place)) throw new UsageError(`${draft.name} lies outside the project.`);
        undo.push(() => {
          overwrite(place, before);
        });
        overwrite(place, after);
      }
    }
  } catch (error: unknown) {
    for (const step of undo.reverse()) attempt(step);
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Nothing was written: ${why}`);
  }
}

/** Replaces what a file has, but follows no link; Windows has no such flag. */
function overwrite(place: string, bytes: Buffer): void {
  const { O_NOFOLLOW = 0 } = constants as { readonly O_NOFOLLOW?: number };
  const file = openSync(place, constants.O_WRONLY | constants.O_TRUNC | O_NOFOLLOW);
  try {
    writeFileSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

/** What was written, for the person. */
export function printWritten(drafts: readonly Draft[]): void {
  for (const { before, text, name } of drafts) {
    const done = text === undefined ? 'removed' : before === undefined ? 'created' : 'changed';
    print(`${done} ${printableName(name)}\n`);
  }
}

/** Prints each file as it would be. */
export function printDrafts(drafts: readonly Draft[]): void {
  for (const { name, text } of drafts) {
    if (text === undefined) printFile(`${comment(`${name} was deleted`)}\n`);
    else printFile(`${comment(name)}\n${text}${text.endsWith('\n') ? '' : '\n'}`);
  }
}

/** Prints a patch that `git apply` and `patch -p1` take in the current folder: to the letter, and names are quoted as git does. */
export function printDiff(drafts: readonly Draft[]): void {
  for (const { name, before, text } of drafts) {
    const from = before === undefined ? '/dev/null' : `a/${name}`;
    const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
    const to = text === undefined ? '/dev/null' : `b/${name}`;
    printFile(createTwoFilesPatch(from, to, before ?? '', text ?? '', undefined, undefined, options));
  }
}

function bytesOf({ path: file, name, before, text, movedFrom }: Draft): {
  before: Buffer | undefined;
  after: Buffer | undefined;
} {
  if (before === undefined) {
    const like = movedFrom === undefined ? undefined : decode(readFileSync(movedFrom));
    return { before: undefined, after: encode({ encoding: like?.encoding ?? 'utf8', text: text ?? '' }) };
  }
  const bytes = readFileSync(file);
  const decoded = decode(bytes);
  if (decoded?.text !== before) throw new UsageError(`${name} was changed meanwhile. Nothing was written.`);
  if (!encode(decoded).equals(bytes)) {
    throw new UsageError(
      `${name} is not valid UTF-8, so it cannot be written without loss. Nothing was written.`,
    );
  }
  return { before: bytes, after: text === undefined ? undefined : encode({ ...decoded, text }) };
}

function removal(made: string): () => void {
  return () => {
    rmSync(made, { recursive: true, force: true });
  };
}

/** What cannot be undone must not keep the rest from being undone. */
function attempt(step: () => void): void {
  try {
    step();
  } catch (error: unknown) {
    printError(`lockstep: ${visible(error instanceof Error ? error.message : String(error))}\n`);
  }
}
