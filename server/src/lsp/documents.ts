import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import { type Parser, parseFile, updateFile } from '../sql/parse';
import type { SourceFile } from '../sql/source';
import { Lines } from '../sql/text';
import { largestAnalysed } from '../workspace/workspace';

/** A document that is open in the editor. Replaced as a whole with each change. */
export interface Document {
  readonly uri: string;
  /** See `pathOf`. */
  readonly path: string;
  readonly version: number;
  readonly text: string;
  readonly lines: Lines;
  /** Without statements when the text is too large. */
  readonly file: SourceFile;
  readonly isTooLarge: boolean;
}

export function openDocument(uri: string, version: number, text: string, parser: Parser): Document {
  const isTooLarge = text.length > largestAnalysed;
  const file = isTooLarge ? unread(text) : parseFile(text, parser);
  return { uri, path: pathOf(uri), version, text, lines: new Lines(text), file, isTooLarge };
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
      document = openDocument(before.uri, version, change.text, parser);
      continue;
    }
    const start = document.lines.offsetAt(change.range.start);
    const end = Math.max(start, document.lines.offsetAt(change.range.end));
    const text = document.text.slice(0, start) + change.text + document.text.slice(end);
    const isTooLarge = text.length > largestAnalysed;
    document = {
      ...document,
      text,
      isTooLarge,
      lines: new Lines(text),
      file: isTooLarge
        ? unread(text)
        : document.isTooLarge
          ? parseFile(text, parser)
          : updateFile(document.file, text, { start, end }, change.text.length, parser),
    };
  }
  return { ...document, version };
}

function unread(text: string): SourceFile {
  return { text, statements: [], others: [], isUnterminated: false };
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
