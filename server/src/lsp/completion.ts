import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  CompletionTriggerKind,
  type CompletionParams,
  type Connection,
  MarkupKind,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { catalogBefore } from '../features/analysis';
import { type Completion, complete, type ProposalKind } from '../features/completion/completion';
import type { ObjectName } from '../features/names/names';
import { describeObject } from '../features/relation-hover';
import type { Lines } from '../sql/text';
import { toRange } from './convert';
import { guarded } from './guard';
import { linksTo } from './navigation';
import type { Session } from './session';

/** What the server proposes while somebody types. */
export const completionCapabilities = {
  completionProvider: { triggerCharacters: ['.', '"', "'", '(', ':', '+'], resolveProvider: true },
} as const satisfies ServerCapabilities;

const icons: Readonly<Record<ProposalKind, CompletionItemKind>> = {
  table: CompletionItemKind.Struct,
  view: CompletionItemKind.Interface,
  sequence: CompletionItemKind.Value,
  column: CompletionItemKind.Field,
  index: CompletionItemKind.Reference,
  constraint: CompletionItemKind.Property,
  type: CompletionItemKind.Class,
  function: CompletionItemKind.Function,
  schema: CompletionItemKind.Module,
  trigger: CompletionItemKind.Event,
  value: CompletionItemKind.EnumMember,
  alias: CompletionItemKind.Variable,
  keyword: CompletionItemKind.Keyword,
  marker: CompletionItemKind.Snippet,
};

/** What an item is about, for the request that asks for its documentation. */
interface ItemData {
  readonly uri: string;
  readonly statement: number;
  readonly object: ObjectName;
}

const nothing: CompletionList = { items: [], isIncomplete: false };

/** Answers the requests of `completionCapabilities`. */
export function serveCompletion(connection: Connection, session: () => Session | undefined): void {
  connection.onCompletion(
    guarded('Completion', connection.console, nothing, async (parameters: CompletionParams) => {
      const current = session();
      const { uri } = parameters.textDocument;
      const known = await current?.analysisOf(uri);
      if (current === undefined || known === undefined) return nothing;
      const { document, analysis } = known;
      const { context } = parameters;
      const isTriggered = context?.triggerKind === CompletionTriggerKind.TriggerCharacter;
      const trigger = isTriggered ? context.triggerCharacter : undefined;
      const { items, isIncomplete, statement } = complete(
        analysis,
        document.lines.offsetAt(parameters.position),
        trigger,
      );
      const canInsertOrReplace =
        current.capabilities.textDocument?.completion?.completionItem?.insertReplaceSupport === true;
      return {
        isIncomplete,
        items: items.map((item, index) =>
          toItem(item, index, document.lines, canInsertOrReplace, { uri, statement }),
        ),
      };
    }),
  );

  connection.onCompletionResolve(async (item) => {
    const current = session();
    const data = item.data as ItemData | undefined;
    const known = data === undefined ? undefined : await current?.analysisOf(data.uri);
    if (current === undefined || data === undefined || known === undefined) return item;
    const { analysis } = known;
    const catalog = catalogBefore(analysis, Math.min(data.statement, analysis.statements.length));
    const value = describeObject(data.object, catalog, analysis, linksTo(current, known));
    return value === undefined ? item : { ...item, documentation: { kind: MarkupKind.Markdown, value } };
  });
}

function toItem(
  completion: Completion,
  index: number,
  lines: Lines,
  canInsertOrReplace: boolean,
  { uri, statement }: Omit<ItemData, 'object'>,
): CompletionItem {
  const { label, kind, detail, description, written, filter, replaced, wordEnd, object } = completion;
  const insert = toRange(replaced, lines);
  const replace = toRange({ start: replaced.start, end: wordEnd }, lines);
  return {
    label,
    kind: icons[kind],
    ...(detail === undefined ? {} : { detail }),
    ...(detail === undefined && description === undefined
      ? {}
      : {
          labelDetails: {
            ...(detail === undefined ? {} : { detail: ` ${detail}` }),
            ...(description === undefined ? {} : { description }),
          },
        }),
    sortText: String(index).padStart(4, '0'),
    filterText: filter,
    textEdit:
      canInsertOrReplace && wordEnd > replaced.end
        ? { newText: written, insert, replace }
        : { newText: written, range: insert },
    ...(object === undefined ? {} : { data: { uri, statement, object } satisfies ItemData }),
  };
}
