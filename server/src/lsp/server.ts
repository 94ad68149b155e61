import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { Analyser } from '../features/analyser';
import type { Analysis } from '../features/analysis';
import { loadGrammar } from '../sql/parse';
import { Workspace } from '../workspace/workspace';
import { codeActions } from './code-actions';
import { runCommand } from './commands';
import type { EditTarget } from './convert';
import { diagnosticsOf } from './diagnostics';
import { changeDocument, type Document, isOnDisk, openDocument, pathOf, uriOf } from './documents';
import { describe, guarded } from './guard';
import { hoverAt } from './hover';
import { refreshLenses } from './lenses';
import { serverCommands } from './protocol';
import { SettingsCache } from './settings';
import { serveViews, viewCapabilities } from './views';

/** What the handlers share: the open documents, and one analysis of each. */
export class Session {
  readonly documents = new Map<string, Document>();
  readonly workspace: Workspace;
  readonly settings: SettingsCache;
  /** What is laid over the files on disk. */
  private readonly byPath = new Map<string, Document>();
  private readonly analyser = new Analyser();
  private readonly analyses = new Map<string, { readonly document: Document; readonly analysis: Analysis }>();
  private readonly pending = new Set<string>();
  /** What the client was told last. */
  private readonly published = new Map<string, Published>();
  /** Rises with every request to publish, so that whoever is about to do it sees that more has arrived. */
  private arrivals = 0;

  constructor(
    readonly connection: Connection,
    readonly capabilities: InitializeParams['capabilities'],
    initializationOptions: unknown,
  ) {
    this.workspace = new Workspace(this.byPath, (rule, error) => {
      connection.console.error(`The rule ${rule} failed: ${describe(error)}`);
    });
    this.settings = new SettingsCache(
      connection,
      capabilities.workspace?.configuration === true,
      initializationOptions,
    );
  }

  put(document: Document): void {
    this.documents.set(document.uri, document);
    this.byPath.set(document.path, document);
  }

  remove(uri: string): void {
    const document = this.documents.get(uri);
    if (document === undefined) return;
    this.documents.delete(uri);
    this.analyses.delete(uri);
    this.published.delete(uri);
    this.settings.forget(uri);
    this.analyser.forget(document.path);
    this.byPath.delete(document.path);
    // The same file may be open a second time, under a URI that is spelled in another way.
    for (const other of this.documents.values()) {
      if (other.path === document.path) this.byPath.set(other.path, other);
    }
  }

  /** The analysis of a document as it is now; undefined when it is not open or too large. */
  analysisOf(uri: string): { document: Document; analysis: Analysis } | undefined {
    const document = this.documents.get(uri);
    if (document === undefined || document.isTooLarge) return undefined;
    const surroundings = this.workspace.surroundingsOf(document.path, this.settings.current(uri));
    const known = this.analyses.get(uri);
    if (known?.document === document && known.analysis.surroundings === surroundings) return known;
    const result = { document, analysis: this.analyser.analyse(document.file, surroundings) };
    this.analyses.set(uri, result);
    return result;
  }

  /**
   * Sends the diagnostics of documents as soon as what has arrived is read: several keystrokes in one go are analysed
   * once, and nobody waits for a fixed time.
   */
  schedule(uris: Iterable<string>): void {
    const wasIdle = this.pending.size === 0;
    for (const uri of uris) this.pending.add(uri);
    this.arrivals++;
    if (wasIdle) this.publishWhenQuiet(this.arrivals, performance.now() + longestQuietWait);
  }

  /**
   * The connection hands out one message per turn of the event loop. When a turn brings nothing new, or when they keep
   * coming for long, it is time to publish.
   */
  private publishWhenQuiet(arrivals: number, deadline: number): void {
    setImmediate(() => {
      setImmediate(() => {
        if (this.arrivals !== arrivals && performance.now() < deadline) {
          this.publishWhenQuiet(this.arrivals, deadline);
          return;
        }
        const due = [...this.pending];
        this.pending.clear();
        for (const uri of due) this.publish(uri);
      });
    });
  }

  /** Tells the client what is wrong with a document, unless that is what it was told last. */
  private publish(uri: string): void {
    const document = this.documents.get(uri);
    // Of an old version that is shown beside the file, every finding would be listed a second time.
    if (document === undefined || !(isOnDisk(document.path) || uri.startsWith('untitled:'))) return;
    try {
      const analysis = this.analysisOf(uri)?.analysis;
      const last = this.published.get(uri);
      if (last?.document === document && last.analysis === analysis) return;
      this.published.set(uri, { document, analysis });
      const diagnostics = diagnosticsOf(document, analysis);
      void this.connection.sendDiagnostics({ uri, version: document.version, diagnostics });
    } catch (error: unknown) {
      this.connection.console.error(`The analysis of ${uri} failed: ${describe(error)}`);
    }
  }

  /** Everything that lies outside of the open documents may have changed. */
  refresh(): void {
    this.workspace.refresh();
    this.schedule(this.documents.keys());
    refreshLenses(this);
  }

  /** How edits of files are to be written for this client. */
  get editTarget(): EditTarget {
    const { workspaceEdit } = this.capabilities.workspace ?? {};
    return {
      canCreateFiles:
        workspaceEdit?.documentChanges === true &&
        workspaceEdit.resourceOperations?.includes('create') === true,
      textOf: (path) => this.workspace.tree.read(path),
      documentOf: (path) => this.byPath.get(path),
    };
  }

  /** The URI of a file, as the client spells it when the file is open. */
  uriOf(path: string): string {
    return this.byPath.get(path)?.uri ?? uriOf(path);
  }
}

interface Published {
  readonly document: Document;
  readonly analysis: Analysis | undefined;
}

/** While messages come without a pause, diagnostics are sent this often. In milliseconds. */
const longestQuietWait = 50;

/** Serves `connection` until it ends. The caller listens. */
export function serve(connection: Connection): void {
  let session: Session | undefined;

  connection.onInitialize(async (parameters): Promise<InitializeResult> => {
    await loadGrammar();
    session = new Session(connection, parameters.capabilities, parameters.initializationOptions);
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        ...viewCapabilities,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        executeCommandProvider: { commands: Object.values(serverCommands) },
      },
      serverInfo: { name: 'lockstep' },
    };
  });

  connection.onInitialized(() => {
    const { workspace } = session?.capabilities ?? {};
    const failed = (error: unknown): void => {
      connection.console.warn(`The client refused a registration: ${describe(error)}`);
    };
    if (workspace?.didChangeConfiguration?.dynamicRegistration === true) {
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'lockstep' })
        .catch(failed);
    }
    if (workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      const watchers = watchedFiles.map((globPattern) => ({ globPattern }));
      connection.client.register(DidChangeWatchedFilesNotification.type, { watchers }).catch(failed);
    }
  });

  connection.onDidOpenTextDocument(async ({ textDocument: { uri, version, text } }) => {
    if (session === undefined) return;
    session.put(openDocument(uri, version, text, session.workspace.parser));
    session.workspace.refresh();
    await loadSettings(session, uri);
    session.schedule([uri]);
  });

  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const before = session?.documents.get(uri);
    if (session === undefined || before === undefined) return;
    session.put(changeDocument(before, version, contentChanges, session.workspace.parser));
    session.workspace.changed(before.path);
    // The document that is typed in comes first.
    session.schedule([uri, ...session.documents.keys()]);
  });

  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    session?.remove(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
    session?.refresh();
  });

  connection.onDidSaveTextDocument(() => {
    session?.refresh();
  });

  connection.onDidChangeWatchedFiles(() => {
    session?.refresh();
  });

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (session === undefined) return;
    session.settings.changed(settings);
    const current = session;
    await Promise.all([...current.documents.keys()].map((uri) => loadSettings(current, uri)));
    current.refresh();
  });

  connection.onHover(
    guarded('Hover', connection.console, null, ({ textDocument, position }) => {
      const known = session?.analysisOf(textDocument.uri);
      return known === undefined ? null : hoverAt(known.document, known.analysis, position);
    }),
  );

  serveViews(connection, () => session);

  connection.onCodeAction(
    guarded('Quick fix', connection.console, [], ({ textDocument, range, context }) => {
      const known = session?.analysisOf(textDocument.uri);
      if (session === undefined || known === undefined) return [];
      return codeActions(session, known.document, known.analysis, range, context);
    }),
  );

  connection.onExecuteCommand(
    guarded('Command', connection.console, null, async ({ command, arguments: parameters = [] }) => {
      return session === undefined ? null : await runCommand(session, command, parameters);
    }),
  );
}

/** Migrations, and the files by which runners and their versions are recognised. */
const watchedFiles = [
  '**/*.sql',
  '**/{package.json,package-lock.json,yarn.lock,pnpm-lock.yaml,bun.lock}',
  '**/supabase/.temp/postgres-version',
  '**/{config.toml,migration_lock.toml,_journal.json,schema.prisma}',
  '**/{drizzle,prisma}.config.*',
];

async function loadSettings(session: Session, uri: string): Promise<void> {
  try {
    await session.settings.load(uri);
  } catch (error: unknown) {
    session.connection.console.warn(`The settings of ${pathOf(uri)} could not be read: ${describe(error)}`);
  }
}
