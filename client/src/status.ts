import * as vscode from 'vscode';
import { isSql } from './languages';
import type { Server, Trouble } from './server';
import { serverCommands, type Status } from '../../server/src/lsp/protocol';

/** What the item says instead while Lockstep does nothing. */
const troubles: Readonly<Record<Trouble, { readonly text: string; readonly reason: string }>> = {
  ended: {
    text: '$(error) Lockstep: server stopped',
    reason: 'The Lockstep server stops again and again, so migrations are not checked.',
  },
  silent: {
    text: '$(error) Lockstep: server not responding',
    reason: 'The Lockstep server does not respond, so migrations are not checked.',
  },
};

/**
 * The status bar's word on the document in front: its runner and server version, as the server recognised them. While the
 * server does not work, that stands there, whatever is in front.
 */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'lockstep.status',
    vscode.StatusBarAlignment.Right,
    100,
  );
  private readonly disposables: { dispose(): unknown }[];
  /** Counts the updates: an answer that another one has followed is about what was. */
  private updates = 0;

  constructor(private readonly server: Server) {
    this.item.name = 'Lockstep';
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
      server.client.onDidChangeState(update),
      server.onDidChangeTrouble(update),
    ];
    update();
  }

  dispose(): void {
    this.updates++;
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private async update(): Promise<void> {
    const update = ++this.updates;
    if (this.server.trouble !== undefined) {
      this.showTrouble(this.server.trouble);
      return;
    }
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isSql(document) || !this.server.client.isRunning()) {
      this.item.hide();
      return;
    }
    const status = await this.statusOf(document);
    if (update !== this.updates) return;
    if (status === null) this.item.hide();
    else this.show(`Lockstep: ${status.label}`, status.details.join('\n'), 'lockstep.showStatus');
  }

  private async statusOf(document: vscode.TextDocument): Promise<Status | null> {
    try {
      return await this.server.client.sendRequest('workspace/executeCommand', {
        command: serverCommands.status,
        arguments: [document.uri.toString()],
      });
    } catch {
      // The server has ended meanwhile; with the next one it is asked again.
      return null;
    }
  }

  private showTrouble(trouble: Trouble): void {
    const { text, reason } = troubles[trouble];
    const commands = { restart: 'lockstep.restartServer', output: 'lockstep.showOutput' };
    const tooltip = new vscode.MarkdownString(
      `${reason}\n\n[Restart Server](command:${commands.restart}) · [Show Output](command:${commands.output})`,
    );
    tooltip.isTrusted = { enabledCommands: Object.values(commands) };
    this.show(text, tooltip, commands.restart, new vscode.ThemeColor('statusBarItem.errorBackground'));
  }

  private show(
    text: string,
    tooltip: string | vscode.MarkdownString,
    command: string,
    background?: vscode.ThemeColor,
  ): void {
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = command;
    this.item.backgroundColor = background;
    this.item.show();
  }
}
