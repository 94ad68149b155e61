import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, type Readable, Writable } from 'node:stream';
import {
  ApplyWorkspaceEditRequest,
  type CodeAction,
  CodeLensRefreshRequest,
  CodeActionRequest,
  ConfigurationRequest,
  createConnection,
  createProtocolConnection,
  type Diagnostic,
  DidChangeTextDocumentNotification,
  DidChangeWatchedFilesNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExecuteCommandRequest,
  FileChangeType,
  type Hover,
  HoverRequest,
  InitializedNotification,
  type InitializeParams,
  InitializeRequest,
  type InitializeResult,
  LogMessageNotification,
  type Position,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  RegistrationRequest,
  type ServerCapabilities,
  ShowDocumentRequest,
  ShowMessageNotification,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type WorkspaceEdit,
} from 'vscode-languageserver/node';
import { URI } from 'vscode-uri';
import { serve } from '../../server/src/lsp/server';
import { Lines } from '../../server/src/sql/text';
import { root } from '../shared';

const capabilities: InitializeParams['capabilities'] = {
  workspace: {
    configuration: true,
    codeLens: { refreshSupport: true },
    applyEdit: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ['create', 'rename'] },
  },
  window: { showDocument: { support: true } },
};

/** An editor that talks to a language server, on a copy of an example. */
export class Client {
  /** What the server asked the editor to change. */
  readonly edits: WorkspaceEdit[] = [];
  readonly messages: string[] = [];
  readonly shown: string[] = [];
  /** All diagnostics that the server has sent. */
  readonly published: PublishDiagnosticsParams[] = [];
  settings: unknown = null;
  /** What the server says that it can do. */
  served: ServerCapabilities = {};
  /** What the server has logged. */
  readonly logs: string[] = [];
  /** What the server asked to be told of. */
  readonly registrations: string[] = [];
  /** How often the server had the editor ask for the lenses again. */
  lensRefreshes = 0;
  private readonly waiting = new Set<(parameters: PublishDiagnosticsParams) => void>();
  private version = 1;

  private constructor(
    private readonly gate: Gate,
    private readonly end: () => Promise<void>,
    readonly connection: ProtocolConnection,
    /** The copy of the example. */
    readonly folder: string,
  ) {
    connection.onNotification(PublishDiagnosticsNotification.type, (parameters) => {
      this.published.push(parameters);
      for (const listener of this.waiting) listener(parameters);
    });
    connection.onRequest(ConfigurationRequest.type, ({ items }) => items.map(() => this.settings));
    connection.onRequest(RegistrationRequest.type, ({ registrations }) => {
      this.registrations.push(...registrations.map(({ method }) => method));
    });
    connection.onRequest(CodeLensRefreshRequest.type, () => {
      this.lensRefreshes++;
    });
    connection.onRequest(ApplyWorkspaceEditRequest.type, ({ edit }) => {
      this.edits.push(edit);
      return { applied: true };
    });
    connection.onRequest(ShowDocumentRequest.type, ({ uri }) => {
      this.shown.push(uri);
      return { success: true };
    });
    connection.onNotification(LogMessageNotification.type, ({ message }) => {
      this.logs.push(message);
    });
    connection.onNotification(ShowMessageNotification.type, ({ message }) => {
      this.messages.push(message);
    });
    connection.listen();
  }

  /** Starts the bundle as an editor does, on a copy of an example; without a name, on an empty folder. */
  static async start(example?: string): Promise<Client> {
    const child = spawn(process.execPath, [path.join(root, 'dist/server.js'), '--stdio'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const client = Client.over(child.stdout, child.stdin, () => endOf(child), example);
    await client.initialize(capabilities, process.pid);
    await client.connection.sendNotification(InitializedNotification.type, {});
    return client;
  }

  /**
   * Serves an editor with these capabilities, on an empty folder, in this process; without a name, the
   * editor has no folder open. It does not say that it is
   * initialized, so that the server asks for no events, and does not look itself for what changes on disk.
   */
  static async serveHere(
    differing: InitializeParams['capabilities'] = {},
    name: string | null = 'project',
  ): Promise<Client> {
    const [there, back] = [new PassThrough(), new PassThrough()];
    const server = createConnection(new StreamMessageReader(there), new StreamMessageWriter(back));
    serve(server, () => undefined);
    server.listen();
    const client = Client.over(back, there, async () => {
      await client.connection.sendRequest(ShutdownRequest.type);
      server.dispose();
    });
    // Without the number of a process that the server would look after.
    await client.initialize({ ...capabilities, ...differing }, null, name);
    return client;
  }

  private static over(input: Readable, output: Writable, end: () => Promise<void>, example?: string): Client {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'lockstep-lsp-'));
    if (example !== undefined) cpSync(path.join(root, 'examples', example), folder, { recursive: true });
    const gate = new Gate(output);
    const connection = createProtocolConnection(
      new StreamMessageReader(input),
      new StreamMessageWriter(gate),
    );
    return new Client(gate, end, connection, folder);
  }

  private async initialize(
    offered: InitializeParams['capabilities'],
    processId: number | null,
    name: string | null = 'project',
  ): Promise<void> {
    const folder = { uri: URI.file(this.folder).toString(), name: name ?? '' };
    const { capabilities: answer } = await this.connection.sendRequest<InitializeResult>(
      InitializeRequest.method,
      {
        processId,
        workspaceFolders: name === null ? null : [folder],
        capabilities: offered,
      },
    );
    this.served = answer;
  }

  async stop(): Promise<void> {
    await this.end();
    this.connection.dispose();
    rmSync(this.folder, { recursive: true, force: true });
  }

  uri(file: string): string {
    return URI.file(path.join(this.folder, file)).toString();
  }

  /** Writes a file to the folder, and tells the server, as an editor does that watches it. */
  async write(file: string, content: string | Buffer): Promise<void> {
    const place = path.join(this.folder, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, content);
    await this.tellOf(file, FileChangeType.Changed);
  }

  /** Deletes a file of the folder, and tells the server. */
  async delete(file: string): Promise<void> {
    rmSync(path.join(this.folder, file));
    await this.tellOf(file, FileChangeType.Deleted);
  }

  private async tellOf(file: string, type: FileChangeType): Promise<void> {
    const changes = [{ uri: this.uri(file), type }];
    await this.connection.sendNotification(DidChangeWatchedFilesNotification.type, { changes });
  }

  /** Opens a document with this text and returns the first diagnostics for it. */
  async open(file: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(file);
    const answer = this.diagnostics(uri);
    const textDocument = { uri, languageId: 'sql', version: this.version, text };
    await this.connection.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
    return answer;
  }

  /** Closes a document, whose diagnostics are then gone. */
  async close(file: string): Promise<void> {
    const uri = this.uri(file);
    const answer = this.diagnostics(uri);
    const textDocument = { uri };
    await this.connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument });
    await answer;
  }

  /** Replaces a range of an open document and returns the diagnostics for that. */
  async change(file: string, range: Range, text: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(file);
    const answer = this.diagnostics(uri);
    await this.connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri, version: ++this.version },
      contentChanges: [{ range, text }],
    });
    return answer;
  }

  async hover(file: string, position: Position): Promise<Hover | null> {
    return this.connection.sendRequest(HoverRequest.type, {
      textDocument: { uri: this.uri(file) },
      position,
    });
  }

  async codeActions(file: string, { range, ...diagnostic }: Diagnostic): Promise<readonly CodeAction[]> {
    const actions = await this.connection.sendRequest(CodeActionRequest.type, {
      textDocument: { uri: this.uri(file) },
      range,
      context: { diagnostics: [{ ...diagnostic, range }] },
    });
    return (actions ?? []).filter((action): action is CodeAction => 'kind' in action);
  }

  async command(command: string, ...parameters: unknown[]): Promise<unknown> {
    return this.connection.sendRequest(ExecuteCommandRequest.type, { command, arguments: parameters });
  }

  /** What `send` sends comes to the server in one piece, however busy this process is meanwhile. */
  async atOnce(send: () => void): Promise<void> {
    this.gate.hold();
    send();
    // Messages are written one after the other: with this one, which servers pass over, the others are.
    await this.connection.sendNotification('$/sent');
    this.gate.release();
  }

  /** The last diagnostics of a document: it is analysed as it is now, and what was found has been sent. */
  async settled(file: string): Promise<readonly Diagnostic[]> {
    const uri = this.uri(file);
    const sent = (): readonly PublishDiagnosticsParams[] =>
      this.published.filter((parameters) => parameters.uri === uri);
    for (let before = -1; before !== sent().length;) {
      before = sent().length;
      await this.hover(file, { line: 0, character: 0 });
      // Diagnostics follow within a few turns of the server's event loop, of which each answer takes one.
      for (let turn = 0; turn < 20; turn++) await this.command('lockstep.ping');
    }
    return sent().at(-1)?.diagnostics ?? [];
  }

  /** The next diagnostics of a document. */
  async diagnostics(uri: string): Promise<readonly Diagnostic[]> {
    return new Promise((resolve) => {
      const listener = (parameters: PublishDiagnosticsParams): void => {
        if (parameters.uri !== uri) return;
        this.waiting.delete(listener);
        resolve(parameters.diagnostics);
      };
      this.waiting.add(listener);
    });
  }
}

async function endOf(child: ChildProcess): Promise<void> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await exited;
}

/** Passes on what is written to it; what it has held is passed on in one piece. */
class Gate extends Writable {
  private held: Buffer[] | undefined;

  constructor(private readonly target: Writable) {
    super();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.held === undefined) {
      this.target.write(chunk, done);
      return;
    }
    this.held.push(chunk);
    done();
  }

  hold(): void {
    this.held = [];
  }

  release(): void {
    this.target.write(Buffer.concat(this.held ?? []));
    this.held = undefined;
  }
}

/** Where `part` first stands in `text`. */
export function rangeOf(text: string, part: string): Range {
  const lines = new Lines(text);
  const start = text.indexOf(part);
  return { start: lines.positionAt(start), end: lines.positionAt(start + part.length) };
}
