// A small editor in place of VS Code, for the modules of the client that draw what the server answers. Import this first.
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
  onDidDispose: new Event().on,
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
  showTextDocument: ({ uri }: FakeText, { preserveFocus }: { preserveFocus: boolean }) => {
    tabs.push({ file: uri.path, hasFocus: !preserveFocus });
    return Promise.resolve();
  },
};

const workspace = {
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

const vscode = {
  window,
  workspace,
  commands: {
    registerCommand: (name: string, run: (...parameters: unknown[]) => unknown) => {
      commands.set(name, run);
      return { dispose: () => commands.delete(name) };
    },
  },
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

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}
const loader = Module as unknown as Loader;
const load = loader._load.bind(loader);
loader._load = (request, ...rest) => (request === 'vscode' ? vscode : load(request, ...rest));
