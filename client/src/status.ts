import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { isSql } from './languages';
import { serverCommands, type Status } from '../../server/src/lsp/protocol';

/** The status bar's word on the document in front: its runner and server version, as the server recognised them. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'lockstep.status',
    vscode.StatusBarAlignment.Right,
    100,
  );
  private readonly disposables: { dispose(): unknown }[];

  constructor(private readonly client: LanguageClient) {
    this.item.name = 'Lockstep';
    this.item.command = 'lockstep.showStatus';
    const update = (): void => {
      void this.update();
    };
    this.disposables = [
      this.item,
      vscode.window.onDidChangeActiveTextEditor(update),
      vscode.workspace.onDidChangeConfiguration(update),
      vscode.workspace.onDidSaveTextDocument(update),
      // The server has read what was typed; a comment may have told it the runner.
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const front = vscode.window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === front)) update();
      }),
      client.onDidChangeState(update),
    ];
    update();
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private async update(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isSql(document) || !this.client.isRunning()) {
      this.item.hide();
      return;
    }
    const status: Status | null = await this.client.sendRequest('workspace/executeCommand', {
      command: serverCommands.status,
      arguments: [document.uri.toString()],
    });
    if (status === null || vscode.window.activeTextEditor?.document !== document) return;
    this.item.text = `Lockstep: ${status.label}`;
    this.item.tooltip = status.details.join('\n');
    this.item.show();
  }
}
