import {
  CodeActionKind,
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { loadGrammar } from '../sql/parse';
import { codeActions } from './code-actions';
import { runCommand } from './commands';
import { completionCapabilities, serveCompletion } from './completion';
import { pathOf } from './documents';
import { describe, guarded } from './guard';
import { hoverAt } from './hover';
import { refreshLenses } from './lenses';
import { keepLookout } from './lookout';
import { navigationCapabilities, serveNavigation } from './navigation';
import { serverCommands } from './protocol';
import { Session } from './session';
import { serveViews, viewCapabilities } from './views';
import { watchedFiles } from './watched-files';

/** Serves `connection` until it ends. The caller listens; `onClient` is told the number of the client's process. */
export function serve(connection: Connection, onClient: (processId: number | null) => void): void {
  let session: Session | undefined;

  connection.onInitialize(async (parameters): Promise<InitializeResult> => {
    onClient(parameters.processId);
    await loadGrammar();
    const folders = (parameters.workspaceFolders ?? []).map(({ uri }) => pathOf(uri));
    session = new Session(connection, parameters.capabilities, parameters.initializationOptions, folders);
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        hoverProvider: true,
        ...viewCapabilities,
        ...navigationCapabilities,
        ...completionCapabilities,
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
        executeCommandProvider: { commands: Object.values(serverCommands) },
      },
      serverInfo: { name: 'lockstep' },
    };
  });

  connection.onInitialized(() => {
    const current = session;
    if (current !== undefined) {
      keepLookout(current, () => {
        refresh(current);
      });
    }
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
    const current = session;
    if (current === undefined) return;
    const isAsSaved = current.workspace.tree.read(pathOf(uri)) === text;
    current.open(uri, version, text);
    current.workspace.refresh();
    await loadSettings(current, uri);
    // An editor restores what was not saved, in any order: the others were judged by what is on disk.
    current.schedule(isAsSaved ? [uri] : [uri, ...current.documents.keys()]);
  });

  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const document = session?.documents.get(uri);
    if (session === undefined || document === undefined) return;
    session.change(document, version, contentChanges);
    // The document that is typed in comes first.
    session.schedule([uri, ...session.documents.keys()]);
  });

  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    session?.remove(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
    if (session !== undefined) refresh(session);
  });

  connection.onDidSaveTextDocument(() => {
    if (session !== undefined) refresh(session);
  });

  connection.onDidChangeWatchedFiles(() => {
    if (session !== undefined) refresh(session);
  });

  connection.onDidChangeConfiguration(async ({ settings }) => {
    if (session === undefined) return;
    session.settings.changed(settings);
    const current = session;
    await Promise.all([...current.documents.keys()].map((uri) => loadSettings(current, uri)));
    refresh(current);
  });

  connection.onHover(
    guarded('Hover', connection.console, null, async ({ textDocument, position }) => {
      const known = await session?.analysisOf(textDocument.uri);
      return session === undefined || known === undefined ? null : hoverAt(session, known, position);
    }),
  );

  connection.onShutdown(() => {
    session?.end();
    session = undefined;
  });

  serveViews(connection, () => session);
  serveNavigation(connection, () => session);
  serveCompletion(connection, () => session);

  connection.onCodeAction(
    guarded('Quick fix', connection.console, [], async ({ textDocument, range, context }) => {
      const known = await session?.analysisOf(textDocument.uri);
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

/** Everything that lies outside of the open documents may have changed. */
function refresh(session: Session): void {
  session.refresh();
  refreshLenses(session);
}

async function loadSettings(session: Session, uri: string): Promise<void> {
  try {
    await session.settings.load(uri);
  } catch (error: unknown) {
    session.connection.console.warn(`The settings of ${pathOf(uri)} could not be read: ${describe(error)}`);
  }
}
