import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import type { Analysis } from '../features/analysis';
import { hover } from '../features/hover';
import { documentationOf, toRange } from './convert';
import type { Document } from './documents';

/** What there is to say about the statement, or the lock mode, at a position. */
export function hoverAt(document: Document, analysis: Analysis, position: Position): Hover | null {
  const found = hover(analysis, document.lines.offsetAt(position), {
    lineOf: (offset) => document.lines.positionAt(offset).line + 1,
    documentationOf,
  });
  if (found === undefined) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: found.markdown },
    range: toRange(found.range, document.lines),
  };
}
