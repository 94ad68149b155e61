import { PassThrough } from 'node:stream';
import {
  CodeActionRequest,
  CodeLensRefreshRequest,
  CodeLensRequest,
  CompletionRequest,
  ConfigurationRequest,
  createConnection,
  createProtocolConnection,
  DefinitionRequest,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  DocumentHighlightRequest,
  DocumentLinkRequest,
  DocumentSymbolRequest,
  ExecuteCommandRequest,
  FoldingRangeRequest,
  HoverRequest,
  InitializedNotification,
  LogMessageNotification,
  MessageType,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ReferencesRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { serverCommands } from '../../server/src/lsp/protocol';
import { serve } from '../../server/src/lsp/server';
import { uriOf } from '../../server/src/lsp/documents';

/** After so many turns of the event loop without a message nothing more is on its way. */
const quietTurns = 25;
/** So long the diagnostics of a document may take, on a busy machine too; in milliseconds. */
const patience = 30_000;

/** An editor with a server of its own in the same process; the texts are kept by another implementation than the server's. */
export class Editor {
  readonly documents = new Map<string, TextDocument>();
  readonly published = new Map<string, PublishDiagnosticsParams>();
  /** What the server caught and logged as an error. */
  readonly errors: string[] = [];
  private arrivals = 0;

  private constructor(private readonly connection: ProtocolConnection) {
    connection.onNotification(PublishDiagnosticsNotification.type, (parameters) => {
      this.arrivals++;
      this.published.set(parameters.uri, parameters);
    });
    connection.onNotification(LogMessageNotification.type, ({ type, message }) => {
      if (type === MessageType.Error) this.errors.push(message);
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => ({ lenses: true })));
    connection.onRequest(CodeLensRefreshRequest.type, () => undefined);
    connection.listen();
  }

  static async start(): Promise<Editor> {
    const up = new PassThrough();
    const down = new PassThrough();
    // Reader and writer, not the streams: a server on streams ends its process with them.
    const server = createConnection(new StreamMessageReader(up), new StreamMessageWriter(down));
    // Nobody is there whose end would end this process.
    serve(server, () => undefined);
    server.listen();
    const client = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
    const editor = new Editor(client);
    await client.sendRequest('initialize', {
      processId: null,
      workspaceFolders: null,
      capabilities: {
        workspace: {
          configuration: true,
          codeLens: { refreshSupport: true },
          applyEdit: true,
          workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename'] },
        },
      },
    });
    await client.sendNotification(InitializedNotification.type, {});
    return editor;
  }

  /** Ends the server, which would go on looking at its folder, and keep its documents, as long as this process lives. */
  async stop(): Promise<void> {
    await this.connection.sendRequest(ShutdownRequest.type);
    this.connection.dispose();
  }

  textOf(path: string): string {
    return this.documents.get(path)?.getText() ?? '';
  }

  async open(path: string, text: string, version = 1): Promise<void> {
    const uri = uriOf(path);
    this.documents.set(path, TextDocument.create(uri, 'sql', version, text));
    const textDocument = { uri, languageId: 'sql', version, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  }

  async close(path: string): Promise<void> {
    const uri = uriOf(path);
    this.documents.delete(path);
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument: { uri } });
  }

  async save(path: string): Promise<void> {
    const textDocument = { uri: uriOf(path) };
    await this.connection.sendNotification(DidSaveTextDocumentNotification.type, { textDocument });
  }

  /** Each change is relative to the text that the one before it left. */
  async change(path: string, contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    const document = this.documents.get(path);
    if (document === undefined) return;
    const version = document.version + 1;
    for (const change of contentChanges) {
      TextDocument.update(document, [change], version);
      // It miscounts lines where a change joins \r and \n, or parts them.
      TextDocument.update(document, [{ text: document.getText() }], version);
    }
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: document.uri, version },
      contentChanges,
    });
  }

  /** Waits until a document is analysed as it is now. */
  async analysed(path: string): Promise<void> {
    await this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: uriOf(path) },
      position: { line: 0, character: 0 },
    });
  }

  /** Waits until everything is analysed, and all that was found has been sent. */
  async settle(): Promise<void> {
    await Promise.all([...this.documents.keys()].map((path) => this.analysed(path)));
    const deadline = performance.now() + patience;
    let seen = this.arrivals;
    for (let turns = 0; turns < quietTurns; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      const isComplete = [...this.documents.keys()].every((path) => Array.isArray(this.diagnosticsOf(path)));
      if (seen === this.arrivals && (isComplete || performance.now() > deadline)) continue;
      seen = this.arrivals;
      turns = 0;
    }
  }

  /** What the server said last of a document, and whether that is of its present text. */
  diagnosticsOf(path: string): readonly Diagnostic[] | 'none of this version' {
    const document = this.documents.get(path);
    const last = this.published.get(uriOf(path));
    return document === undefined || last?.version !== document.version
      ? 'none of this version'
      : last.diagnostics;
  }

  /** Everything that the server answers about a document; at places that are a fraction of its length. */
  async answersOf(path: string, places: readonly number[]): Promise<Readonly<Record<string, unknown>>> {
    const document = this.documents.get(path);
    if (document === undefined) return {};
    const { connection } = this;
    const textDocument = { uri: document.uri };
    const length = document.getText().length;
    const end = document.positionAt(length);
    const diagnostics = this.diagnosticsOf(path);
    const answers: Record<string, unknown> = { diagnostics };
    answers['symbols'] = await connection.sendRequest(DocumentSymbolRequest.type, { textDocument });
    answers['folding'] = await connection.sendRequest(FoldingRangeRequest.type, { textDocument });
    answers['lenses'] = await connection.sendRequest(CodeLensRequest.type, { textDocument });
    answers['links'] = await connection.sendRequest(DocumentLinkRequest.type, { textDocument });
    answers['code actions'] = await connection.sendRequest(CodeActionRequest.type, {
      textDocument,
      range: { start: { line: 0, character: 0 }, end },
      context: { diagnostics: typeof diagnostics === 'string' ? [] : [...diagnostics] },
    });
    for (const command of [serverCommands.status, serverCommands.timeline]) {
      answers[command] = await connection.sendRequest(ExecuteCommandRequest.type, {
        command,
        arguments: [document.uri],
      });
    }
    for (const place of places) {
      const position = document.positionAt(Math.floor(place * length));
      const at = { textDocument, position };
      const name = ` at ${position.line}:${position.character}`;
      answers[`hover${name}`] = await connection.sendRequest(HoverRequest.type, at);
      answers[`completion${name}`] = await connection.sendRequest(CompletionRequest.type, at);
      answers[`definition${name}`] = await connection.sendRequest(DefinitionRequest.type, at);
      answers[`highlights${name}`] = await connection.sendRequest(DocumentHighlightRequest.type, at);
      answers[`references${name}`] = await connection.sendRequest(ReferencesRequest.type, {
        ...at,
        context: { includeDeclaration: true },
      });
    }
    return answers;
  }
}
