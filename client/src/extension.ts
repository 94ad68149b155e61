import * as vscode from 'vscode';
import { serverCommands } from '../../server/src/lsp/protocol';
import { ActionCommands } from './action-commands';
import { FixTabs } from './fix-tabs';
import { GutterMarks } from './gutter';
import { isSql, languageIds } from './languages';
import { Server } from './server';
import { StatusItem } from './status';
import { TimelinePanel } from './timeline';

let server: Server | undefined;

/** Starts the language server. Called by VS Code when an .sql file is opened, or a command of Lockstep is run. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const fixes = new FixTabs();
  const actions = new ActionCommands();
  server = new Server(context, {
    documentSelector: languageIds.map((language) => ({ language })),
    middleware: { ...fixes.middleware, ...actions.middleware },
  });
  context.subscriptions.push(
    server,
    fixes,
    actions,
    ...commands(server),
    new StatusItem(server),
    new TimelinePanel(server.client, context),
    new GutterMarks(context.extensionUri),
  );
  await server.start();
}

/** Stops the server. */
export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** The palette's commands: each asks the server, which does the work in whatever editor it serves. */
function commands(server: Server): vscode.Disposable[] {
  const send = async (command: string, ...parameters: unknown[]): Promise<void> => {
    await server.client.sendRequest('workspace/executeCommand', { command, arguments: parameters });
  };
  return [
    vscode.commands.registerCommand('lockstep.generateRollback', () =>
      withDocument(({ document }) => send(serverCommands.rollback, document.uri.toString())),
    ),
    vscode.commands.registerCommand('lockstep.generateValidation', () =>
      withDocument(({ document }) => send(serverCommands.validation, document.uri.toString())),
    ),
    vscode.commands.registerCommand('lockstep.insertPrecheck', () =>
      withDocument(({ document, selection }) => {
        const { line, character } = selection.active;
        return send(serverCommands.precheck, document.uri.toString(), { line, character });
      }),
    ),
    vscode.commands.registerCommand('lockstep.newMigration', async () => {
      const beside = await chooseMigration();
      if (beside === undefined) return;
      const prompt = 'What the migration does, in a few words';
      const name = await vscode.window.showInputBox({ prompt, placeHolder: 'add orders user index' });
      if (name !== undefined) await send(serverCommands.migration, beside.toString(), name);
    }),
    vscode.commands.registerCommand('lockstep.showStatus', () =>
      withDocument(({ document }) => send(serverCommands.showStatus, document.uri.toString())),
    ),
    vscode.commands.registerCommand('lockstep.restartServer', () => server.restart()),
    vscode.commands.registerCommand('lockstep.showOutput', () => {
      server.showOutput();
    }),
  ];
}

/** More .sql files than this are not looked through for folders. */
const mostFiles = 2000;

/** A migration of the project that is to get a new one: the one in front, or one of a folder that the user picks. */
async function chooseMigration(): Promise<vscode.Uri | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document !== undefined && isSql(document)) return document.uri;
  const files = await vscode.workspace.findFiles('**/*.sql', '**/node_modules/**', mostFiles);
  const byFolder = new Map(
    files.map((file) => [vscode.workspace.asRelativePath(vscode.Uri.joinPath(file, '..')), file]),
  );
  if (byFolder.size === 0) {
    await vscode.window.showInformationMessage('There is no migration (.sql) in this workspace yet.');
    return undefined;
  }
  const folders = [...byFolder.keys()].sort();
  const placeHolder = 'The folder of the migrations';
  const folder =
    folders.length === 1 ? folders[0] : await vscode.window.showQuickPick(folders, { placeHolder });
  return folder === undefined ? undefined : byFolder.get(folder);
}

/** Runs `work` with the editor that is open; says so when there is none. */
async function withDocument(
  work: (editor: vscode.TextEditor) => Promise<void> | Thenable<void>,
): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && isSql(editor.document)) await work(editor);
  else await vscode.window.showInformationMessage('Open a migration (.sql) first.');
}
