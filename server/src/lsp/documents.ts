import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { type Parser, updateFile } from '../sql/parse';
import type { SourceFile } from '../sql/source';
import { Lines, type Range } from '../sql/text';
import { largestAnalysed } from '../workspace/workspace';

/** A document that is open in the editor. Replaced as a whole with each change. */
export interface Document {
  readonly uri: string;
  /** See `pathOf`. */
  readonly path: string;
  readonly version: number;
  readonly text: string;
  readonly lines: Lines;
  /** undefined when the text is too large, or not read yet. */
  readonly file: SourceFile | undefined;
}

/** A document whose statements are known. */
export type ReadDocument = Document & { readonly file: SourceFile };

/** A document that is still to be read. */
export function openDocument(uri: string, version: number, text: string): Document {
  return { uri, path: pathOf(uri), version, text, lines: new Lines(text), file: undefined };
}

export function isTooLarge({ text }: Document): boolean {
  return text.length > largestAnalysed;
}

export function isRead(document: Document | undefined): document is ReadDocument {
  return document?.file !== undefined;
}

/** The document after `changes`, of which each is relative to the text that the one before it left. */
export function changeDocument(
  before: Document,
  version: number,
  changes: readonly TextDocumentContentChangeEvent[],
  parser: Parser,
): Document {
  let document = before;
  for (const change of changes) {
    if (!('range' in change)) {
      document = openDocument(before.uri, version, change.text);
      continue;
    }
    const start = document.lines.offsetAt(change.range.start);
    const end = Math.max(start, document.lines.offsetAt(change.range.end));
    const text = document.text.slice(0, start) + change.text + document.text.slice(end);
    const file =
      document.file === undefined || text.length > largestAnalysed
        ? undefined
        : updateFile(document.file, text, { start, end }, change.text.length, parser);
    document = { ...document, text, lines: new Lines(text), file };
  }
  return { ...document, version };
}

/** The document with its statements, of which those of an earlier text of it are known. */
export function withStatements(document: Document, earlier: SourceFile, parser: Parser): ReadDocument {
  const { text } = document;
  if (text === earlier.text) return { ...document, file: earlier };
  const { replaced, length } = difference(earlier.text, text);
  return { ...document, file: updateFile(earlier, text, replaced, length, parser) };
}

/** The one range of `before` in which `after` differs, and how many units stand there now. */
function difference(before: string, after: string): { readonly replaced: Range; readonly length: number } {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  while (
    same < shortest - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { replaced: { start, end: before.length - same }, length: after.length - same - start };
}

/**
 * The path of a URI, with `/` on every system. What is no file on disk (an untitled document, an old version that
 * Git shows) gets a path that names none: `untitled:/Untitled-1`.
 */
export function pathOf(uri: string): string {
  const { scheme, path, query, fsPath } = URI.parse(uri);
  if (scheme === 'file') return fsPath.replaceAll('\\', '/');
  return `${scheme}:/${path.replace(/^\//, '')}${query === '' ? '' : `?${query}`}`;
}

/** Whether a path of `pathOf` is that of a file; a drive of Windows has one letter. */
export function isOnDisk(path: string): boolean {
  return !/^[a-z][a-z\d+.-]+:/i.test(path);
}

export function uriOf(path: string): string {
  return URI.file(path).toString();
}
