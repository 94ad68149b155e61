import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { LanguageClient, StaticFeature } from 'vscode-languageclient/node';
import { clientCommands, serverCommands, type TimelineView } from '../../server/src/lsp/protocol';
import { isSql } from './languages';
import { timelinePage } from './timeline-page';

/** Shows a statement in the editor; only the panel's links name it. */
const revealCommand = 'lockstep.revealStatement';

/** The panel is drawn again when nothing was typed for so long, in milliseconds. */
const quiet = 300;

/** Tells the server that a lens may show the timeline. */
export const timelineFeature: StaticFeature = {
  fillClientCapabilities(capabilities) {
    const others = (capabilities.experimental ?? {}) as object;
    capabilities.experimental = { ...others, commands: { commands: [clientCommands.timeline] } };
  },
  initialize() {
    // The server needs no more than to know of it.
  },
  getState: () => ({ kind: 'static' }),
  clear() {
    // It holds nothing.
  },
};

/** The panel with the lock timeline of one document, which follows what is typed there. */
export class TimelinePanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private uri: vscode.Uri | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly disposables: vscode.Disposable[];

  constructor(private readonly client: LanguageClient) {
    const { commands, workspace } = vscode;
    this.disposables = [
      commands.registerCommand(clientCommands.timeline, (uri?: unknown) => this.show(uri)),
      commands.registerCommand(revealCommand, (...place: unknown[]) => reveal(place)),
      workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === this.uri?.toString()) this.updateSoon();
      }),
      workspace.onDidSaveTextDocument(() => {
        this.updateSoon();
      }),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('lockstep')) this.updateSoon();
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.panel?.dispose();
    vscode.Disposable.from(...this.disposables).dispose();
  }

  /** Opens the panel for a document, the one in front unless it is named. Returns the page. */
  private async show(named: unknown): Promise<string | undefined> {
    const document = vscode.window.activeTextEditor?.document;
    const active = document !== undefined && isSql(document) ? document.uri : this.uri;
    const uri = typeof named === 'string' ? vscode.Uri.parse(named) : active;
    if (uri === undefined) {
      await vscode.window.showInformationMessage('Open a migration (.sql) first.');
      return undefined;
    }
    this.uri = uri;
    const view = await this.ask(uri);
    if (view === null) return undefined;
    this.panel ??= this.open();
    this.panel.reveal(undefined);
    return this.draw(this.panel, uri, view);
  }

  private open(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(
      'lockstep.timeline',
      'Lock Timeline',
      vscode.ViewColumn.Beside,
      {
        enableScripts: false,
        enableCommandUris: [revealCommand],
        enableFindWidget: true,
        localResourceRoots: [],
      },
    );
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.uri = undefined;
    });
    return panel;
  }

  private async ask(uri: vscode.Uri): Promise<TimelineView | null> {
    return this.client.sendRequest('workspace/executeCommand', {
      command: serverCommands.timeline,
      arguments: [uri.toString()],
    });
  }

  private draw(panel: vscode.WebviewPanel, uri: vscode.Uri, view: TimelineView): string {
    panel.title = `Locks: ${view.title}`;
    const page = timelinePage(view, {
      nonce: randomUUID(),
      linkTo: ({ line, character }) => {
        const parameters = encodeURIComponent(JSON.stringify([uri.toString(), line, character]));
        return `command:${revealCommand}?${parameters}`;
      },
    });
    panel.webview.html = page;
    return page;
  }

  private updateSoon(): void {
    clearTimeout(this.timer);
    if (this.panel !== undefined) this.timer = setTimeout(() => void this.update(), quiet);
  }

  private async update(): Promise<void> {
    const { panel, uri } = this;
    const isOpen = vscode.workspace.textDocuments.some((open) => open.uri.toString() === uri?.toString());
    if (panel === undefined || uri === undefined || !isOpen || !this.client.isRunning()) return;
    const view = await this.ask(uri);
    if (view !== null && this.panel === panel && this.uri === uri) this.draw(panel, uri, view);
  }
}

async function reveal([uri, line, character]: readonly unknown[]): Promise<void> {
  if (typeof uri !== 'string' || typeof line !== 'number' || typeof character !== 'number') return;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  const place = new vscode.Position(line, character);
  // Where it is open already, and not on top of the panel.
  const viewColumn = vscode.window.visibleTextEditors.find(
    (editor) => editor.document === document,
  )?.viewColumn;
  await vscode.window.showTextDocument(document, {
    viewColumn: viewColumn ?? vscode.ViewColumn.One,
    selection: new vscode.Range(place, place),
  });
}
