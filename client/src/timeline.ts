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

/** As other previews do: who types goes on typing. */
const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };

const viewType = 'lockstep.timeline';

/** Where it is remembered which document the panel showed when the editor was closed. */
const memento = 'lockstep.timeline.document';

/** The panel with the lock timeline of the document in front, which follows what is typed there. */
export class TimelinePanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private panel: vscode.WebviewPanel | undefined;
  private uri: vscode.Uri | undefined;
  private timer: NodeJS.Timeout | undefined;
  /** What the panel shows. */
  private drawn = '';
  /** How often a document was to be shown, and the panel to be drawn again: only the last answer counts. */
  private shows = 0;
  private updates = 0;
  private readonly disposables: vscode.Disposable[];

  constructor(
    private readonly client: LanguageClient,
    private readonly context: vscode.ExtensionContext,
  ) {
    const { commands, window, workspace } = vscode;
    this.disposables = [
      window.registerWebviewPanelSerializer(viewType, this),
      window.onDidChangeActiveTextEditor((editor) => {
        if (this.panel !== undefined && editor !== undefined && isSql(editor.document)) {
          this.follow(editor.document.uri);
          this.updateSoon();
        }
      }),
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
    const show = ++this.shows;
    const view = await this.ask(uri);
    if (view === null || show !== this.shows) return undefined;
    this.follow(uri);
    this.panel ??= this.adopt(
      vscode.window.createWebviewPanel(viewType, 'Lock Timeline', beside, { enableFindWidget: true }),
    );
    this.panel.reveal(undefined, beside.preserveFocus);
    return this.draw(this.panel, uri, view);
  }

  /** Takes back the panel of a window that was reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    const uri = this.context.workspaceState.get<string>(memento);
    try {
      if (uri === undefined || this.panel !== undefined) throw new Error('There is nothing to show.');
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
      await this.client.start();
      const view = await this.ask(document.uri);
      if (view === null) throw new Error('There is nothing to show.');
      this.panel = this.adopt(panel);
      this.follow(document.uri);
      this.draw(panel, document.uri, view);
    } catch {
      // The document is gone, or no migration any more.
      panel.dispose();
    }
  }

  private follow(uri: vscode.Uri): void {
    this.uri = uri;
    void this.context.workspaceState.update(memento, uri.toString());
  }

  private adopt(panel: vscode.WebviewPanel): vscode.WebviewPanel {
    panel.webview.options = {
      enableScripts: false,
      enableCommandUris: [revealCommand],
      localResourceRoots: [vscode.Uri.joinPath(this.context.extensionUri, 'dist')],
    };
    const image = (theme: string): vscode.Uri =>
      vscode.Uri.joinPath(this.context.extensionUri, 'images', 'gutter', `warning-${theme}.svg`);
    panel.iconPath = { light: image('light'), dark: image('dark') };
    panel.onDidDispose(() => {
      if (this.panel !== panel) return;
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
    this.drawn = contentOf(uri, view);
    panel.title = `Locks: ${view.title}`;
    const font = vscode.Uri.joinPath(this.context.extensionUri, 'dist', 'codicon.ttf');
    const page = timelinePage(view, {
      nonce: randomUUID(),
      source: panel.webview.cspSource,
      font: panel.webview.asWebviewUri(font).toString(),
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
    if (this.panel === undefined) return;
    this.timer = setTimeout(() => {
      this.update().catch((error: unknown) => {
        this.client.error('The lock timeline could not be drawn.', error, false);
      });
    }, quiet);
  }

  private async update(): Promise<void> {
    const { panel, uri } = this;
    const isOpen = vscode.workspace.textDocuments.some((open) => open.uri.toString() === uri?.toString());
    if (panel === undefined || uri === undefined || !isOpen || !this.client.isRunning()) return;
    const update = ++this.updates;
    const view = await this.ask(uri);
    if (view === null || update !== this.updates || this.panel !== panel || this.uri !== uri) return;
    // What looks the same is left alone, so that it does not flicker, and keeps what is selected there.
    if (contentOf(uri, view) !== this.drawn) this.draw(panel, uri, view);
  }
}

function contentOf(uri: vscode.Uri, view: TimelineView): string {
  return JSON.stringify([uri.toString(), view]);
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
