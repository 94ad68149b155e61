import type { Connection, ServerCapabilities } from 'vscode-languageserver';
import { guarded } from './guard';
import { codeLenses, wantsLenses } from './lenses';
import { documentSymbols, foldingRanges } from './outline';
import type { Session } from './session';

/** What the server shows of a document besides what is wrong with it. */
export const viewCapabilities = {
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  codeLensProvider: {},
} as const satisfies ServerCapabilities;

/** Answers the requests of `viewCapabilities`. */
export function serveViews(connection: Connection, session: () => Session | undefined): void {
  connection.onDocumentSymbol(
    guarded('Outline', connection.console, [], async ({ textDocument }) => {
      const document = await session()?.documentOf(textDocument.uri);
      return document === undefined ? [] : documentSymbols(document);
    }),
  );

  connection.onFoldingRanges(
    guarded('Folding', connection.console, [], async ({ textDocument }) => {
      const document = await session()?.documentOf(textDocument.uri);
      return document === undefined ? [] : foldingRanges(document);
    }),
  );

  connection.onCodeLens(
    guarded('Lenses', connection.console, [], async ({ textDocument: { uri } }) => {
      const current = session();
      if (current === undefined || !(await wantsLenses(current, uri))) return [];
      const known = await current.analysisOf(uri);
      return known === undefined ? [] : codeLenses(current, known.document, known.analysis);
    }),
  );
}
