// A small editor in place of VS Code, for the modules of the client that draw what the server answers. Import this first.
import { EventEmitter } from 'node:events';
import { Module } from 'node:module';
import path from 'node:path';
import { URI } from 'vscode-uri';

type Listener = (event: unknown) => unknown;

/** An event of the editor that the test fires. */
class Event {
  private readonly listeners = new Set<Listener>();

  readonly on = (listener: Listener): { dispose(): void } => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  fire(event?: unknown): void {
    for (const listener of this.listeners) listener(event);
  }
}

interface FakeDocument {
  readonly uri: URI;
  readonly languageId: string;
}

export interface FakeEditor {
  readonly document: FakeDocument;
  /** What was drawn last, by decoration. */
  readonly drawn: Map<unknown, readonly { readonly line: number }[]>;
  setDecorations(type: unknown, ranges: readonly { readonly line: number }[]): void;
}

export const events = {
  activeEditor: new Event(),
  visibleEditors: new Event(),
  configuration: new Event(),
  changed: new Event(),
  saved: new Event(),
  diagnostics: new Event(),
  closed: new Event(),
  deleted: new Event(),
  state: new Event(),
  trouble: new Event(),
  panelClosed: new Event(),
};

/** A document with a text, which may be saved. */
export class FakeText implements FakeDocument {
  readonly uri: URI;
  readonly languageId = 'sql';
  saves = 0;

  constructor(
    file: string,
    public text: string,
    public isDirty = false,
  ) {
    this.uri = URI.file(file);
    texts.set(this.uri.toString(), this);
  }

  getText(): string {
    return this.text;
  }

  save(): Promise<boolean> {
    this.saves++;
    return Promise.resolve(true);
  }
}

/** What can be opened, by its URI. */
export const texts = new Map<string, FakeText>();

/** What was shown, in that order, and whether the focus went there. */
export const tabs: { readonly file: string; readonly hasFocus: boolean }[] = [];

/** What lies in folders, by their URIs; what was deleted is gone from it. */
export const folders = new Map<string, readonly string[]>();

export function openEditor(file: string): FakeEditor {
  const drawn: FakeEditor['drawn'] = new Map();
  return {
    document: { uri: URI.file(file), languageId: 'sql' },
    drawn,
    setDecorations: (type, ranges) => drawn.set(type, ranges),
  };
}

export const statusItem = {
  text: '',
  tooltip: '' as unknown,
  isShown: false,
  show(): void {
    statusItem.isShown = true;
  },
  hide(): void {
    statusItem.isShown = false;
  },
  dispose(): void {
    statusItem.isShown = false;
  },
};

export const panel = {
  title: '',
  iconPath: undefined as unknown,
  isShown: false,
  webview: { html: '', options: {}, cspSource: 'x:', asWebviewUri: (uri: URI): URI => uri },
  onDidDispose: events.panelClosed.on,
  reveal(): void {
    panel.isShown = true;
  },
  dispose(): void {
    panel.isShown = false;
  },
};

export const commands = new Map<string, (...parameters: unknown[]) => unknown>();

/** The findings of each document, by its URI. */
export const findings = new Map<string, readonly unknown[]>();

/** What the output and the window have said, and what a person would answer: the next of each. */
export const person = {
  outputIsShown: false,
  told: [] as string[],
  picks: [] as (string | undefined)[],
  offered: [] as (readonly string[])[],
  inputs: [] as (string | undefined)[],
};

/** What of `vscode` the modules use. */
export const window = {
  activeTextEditor: undefined as FakeEditor | undefined,
  visibleTextEditors: [] as FakeEditor[],
  createStatusBarItem: () => statusItem,
  createWebviewPanel: () => panel,
  createTextEditorDecorationType: () => ({ dispose: () => undefined }),
  onDidChangeActiveTextEditor: events.activeEditor.on,
  onDidChangeVisibleTextEditors: events.visibleEditors.on,
  registerWebviewPanelSerializer: new Event().on,
  createOutputChannel: () => ({
    show: () => (person.outputIsShown = true),
    dispose: () => undefined,
  }),
  showInformationMessage: (message: string) => {
    person.told.push(message);
    return Promise.resolve();
  },
  showQuickPick: (items: readonly string[]) => {
    person.offered.push(items);
    return Promise.resolve(person.picks.shift());
  },
  showInputBox: () => Promise.resolve(person.inputs.shift()),
  showTextDocument: ({ uri }: FakeText, { preserveFocus }: { preserveFocus: boolean }) => {
    tabs.push({ file: uri.path, hasFocus: !preserveFocus });
    return Promise.resolve();
  },
};

export const workspace = {
  sqlFiles: [] as URI[],
  findFiles: () => Promise.resolve(workspace.sqlFiles),
  asRelativePath: (uri: URI) => uri.path.replace(/^\/p\/|\/$/g, ''),
  get textDocuments(): readonly FakeDocument[] {
    return window.visibleTextEditors.map(({ document }) => document);
  },
  isGutterOn: true,
  getConfiguration: () => ({ get: () => workspace.isGutterOn }),
  onDidChangeConfiguration: events.configuration.on,
  onDidChangeTextDocument: events.changed.on,
  onDidSaveTextDocument: events.saved.on,
  onDidCloseTextDocument: events.closed.on,
  onDidDeleteFiles: events.deleted.on,
  openTextDocument: (uri: URI) => {
    const text = texts.get(uri.toString());
    return text === undefined ? Promise.reject(new Error('There is no such file.')) : Promise.resolve(text);
  },
  fs: {
    readDirectory: (uri: URI) => Promise.resolve(folders.get(uri.toString()) ?? []),
    delete: (uri: URI) => Promise.resolve(folders.delete(uri.toString())),
  },
};

export class FakeCodeAction {
  command: { readonly title: string; readonly command: string; readonly arguments?: unknown[] } | undefined;

  constructor(readonly title: string) {}
}

const vscode = {
  window,
  workspace,
  commands: {
    registerCommand: (name: string, run: (...parameters: unknown[]) => unknown) => {
      commands.set(name, run);
      return { dispose: () => commands.delete(name) };
    },
    executeCommand: (name: string, ...parameters: unknown[]) =>
      Promise.resolve(commands.get(name)?.(...parameters)),
  },
  EventEmitter: class {
    private readonly inner = new Event();
    readonly event = this.inner.on;
    fire(event?: unknown): void {
      this.inner.fire(event);
    }
    dispose(): void {
      // Nobody listens any more.
    }
  },
  CodeAction: FakeCodeAction,
  languages: {
    onDidChangeDiagnostics: events.diagnostics.on,
    getDiagnostics: (uri: URI) => findings.get(uri.toString()) ?? [],
  },
  Uri: {
    joinPath: (uri: URI, ...parts: string[]) => uri.with({ path: path.posix.join(uri.path, ...parts) }),
    parse: (uri: string) => URI.parse(uri),
  },
  TextDocumentChangeReason: { Undo: 1, Redo: 2 },
  CancellationTokenSource: class {
    readonly token = {};
  },
  Range: class {
    constructor(readonly line: number) {}
  },
  MarkdownString: class {
    constructor(readonly value: string) {}
  },
  ThemeColor: class {
    constructor(readonly id: string) {}
  },
  Disposable: {
    from: (...parts: { dispose(): unknown }[]) => ({
      dispose: () => {
        for (const part of parts) part.dispose();
      },
    }),
  },
  StatusBarAlignment: { Right: 2 },
  ViewColumn: { Beside: -2 },
  DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
};

/** A server whose answers the test gives, in the order that it likes. */
export class SlowServer {
  readonly asked: { readonly command: string; readonly uri: unknown; answer(result: unknown): void }[] = [];
  trouble: string | undefined;
  isRunning = true;
  readonly onDidChangeTrouble = events.trouble.on;
  readonly client = {
    isRunning: (): boolean => this.isRunning,
    onDidChangeState: events.state.on,
    error: (message: string, error: unknown): void => {
      throw new Error(message, { cause: error });
    },
    sendRequest: (_: string, parameters: { command: string; arguments: readonly unknown[] }) =>
      new Promise((resolve) => {
        this.asked.push({ command: parameters.command, uri: parameters.arguments[0], answer: resolve });
      }),
  };
}

/** In place of the client of the language server protocol: the test says how its server behaves. */
export class FakeClient {
  static current: FakeClient;
  state = 1;
  starts = 0;
  stops = 0;
  /** What starting it leads to. */
  outcome: 'runs' | 'fails' | 'ends at once' | 'takes for ever' = 'runs';
  /** Whether it leaves requests to the test. */
  isSlow = false;
  serverProcess: FakeProcess | undefined;
  readonly pings: { answer(): void; refuse(): void }[] = [];
  readonly sent: { readonly command: string; readonly arguments: readonly unknown[] }[] = [];
  readonly errors: (readonly unknown[])[] = [];
  readonly onDidChangeState = events.state.on;

  constructor(
    readonly id: string,
    readonly name: string,
    readonly server: unknown,
    readonly options: {
      readonly errorHandler: { closed(): { readonly action: number }; error(): unknown };
      readonly middleware: object;
      initializationFailedHandler(): boolean;
    },
  ) {
    FakeClient.current = this;
  }

  registerFeature(): void {
    // It says what the client can do.
  }

  isRunning(): boolean {
    return this.state === 2;
  }

  async start(): Promise<void> {
    this.starts++;
    this.state = 3;
    if (this.outcome === 'takes for ever') await new Promise(() => undefined);
    this.state = this.outcome === 'runs' ? 2 : 1;
    if (this.outcome === 'fails') throw new Error('It cannot be started.');
  }

  stop(): Promise<void> {
    this.stops++;
    this.state = 1;
    return Promise.resolve();
  }

  error(...words: readonly unknown[]): void {
    this.errors.push(words);
  }

  sendRequest(_: string, parameters: { command: string; arguments?: readonly unknown[] }): Promise<unknown> {
    if (parameters.arguments !== undefined) {
      this.sent.push({ command: parameters.command, arguments: parameters.arguments });
      return Promise.resolve();
    }
    if (!this.isSlow) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const refuse = (): void => {
        reject(new Error('no'));
      };
      this.pings.push({
        answer: () => {
          resolve(undefined);
        },
        refuse,
      });
    });
  }
}

/** The program of a server. */
export class FakeProcess extends EventEmitter {
  exitCode: number | null = null;
  signalCode: string | null = null;
  readonly kills: string[] = [];

  kill(signal: string): void {
    this.kills.push(signal);
    this.signalCode = signal;
    this.emit('close');
  }
}

const languageClient = {
  LanguageClient: FakeClient,
  State: { Stopped: 1, Running: 2, Starting: 3 },
  TransportKind: { ipc: 1 },
  ErrorAction: { Continue: 1 },
  CloseAction: { DoNotRestart: 1 },
};

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}
const loader = Module as unknown as Loader;
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => {
  if (request === 'vscode') return vscode;
  return request === 'vscode-languageclient/node' ? languageClient : load(request, ...rest);
};
