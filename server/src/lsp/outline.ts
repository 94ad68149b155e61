import { type DocumentSymbol, type FoldingRange, FoldingRangeKind, SymbolKind } from 'vscode-languageserver';
import { folds, outline, type OutlineEntry, type OutlineKind } from '../features/outline';
import type { Lines } from '../sql/text';
import { toRange } from './convert';
import type { ReadDocument } from './documents';

/** The icon of each kind of thing. */
export const symbolKinds: Readonly<Record<OutlineKind, SymbolKind>> = {
  table: SymbolKind.Struct,
  column: SymbolKind.Field,
  constraint: SymbolKind.Property,
  index: SymbolKind.Key,
  view: SymbolKind.Interface,
  function: SymbolKind.Function,
  type: SymbolKind.Enum,
  action: SymbolKind.Property,
  data: SymbolKind.Array,
  transaction: SymbolKind.Event,
  other: SymbolKind.Object,
};

/** The statements of a document as a tree. */
export function documentSymbols({ file, lines }: ReadDocument): DocumentSymbol[] {
  return outline(file).map((entry) => toSymbol(entry, lines));
}

function toSymbol({ name, kind, range, selection, children }: OutlineEntry, lines: Lines): DocumentSymbol {
  return {
    name,
    kind: symbolKinds[kind],
    range: toRange(range, lines),
    selectionRange: toRange(selection, lines),
    ...(children.length === 0 ? {} : { children: children.map((child) => toSymbol(child, lines)) }),
  };
}

/** What can be folded; of several that begin in one line the longest, since an editor has one mark for a line. */
export function foldingRanges({ file, lines }: ReadDocument): FoldingRange[] {
  const byLine = new Map<number, FoldingRange>();
  for (const { kind, range } of folds(file)) {
    const startLine = lines.positionAt(range.start).line;
    const endLine = lines.positionAt(range.end).line;
    const known = byLine.get(startLine);
    if (endLine <= startLine || (known !== undefined && known.endLine >= endLine)) continue;
    const isComment = kind === 'comment' ? { kind: FoldingRangeKind.Comment } : {};
    byLine.set(startLine, { startLine, endLine, ...isComment });
  }
  return [...byLine.values()];
}
