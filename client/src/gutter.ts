import * as vscode from 'vscode';
import { isSql } from './languages';

/** What has a mark, the gravest first. The rest would only be noise beside the text. */
const marks = [
  { severity: vscode.DiagnosticSeverity.Error, icon: 'error' },
  { severity: vscode.DiagnosticSeverity.Warning, icon: 'warning' },
] as const;

/** A padlock beside each line with a finding of Lockstep, in the colour and shape of the gravest of them. */
export class GutterMarks implements vscode.Disposable {
  private readonly types: readonly vscode.TextEditorDecorationType[];
  private readonly disposables: vscode.Disposable[];

  constructor(extension: vscode.Uri) {
    const image = (name: string): vscode.Uri => vscode.Uri.joinPath(extension, 'images', 'gutter', name);
    this.types = marks.map(({ icon }) =>
      vscode.window.createTextEditorDecorationType({
        light: { gutterIconPath: image(`${icon}-light.svg`) },
        dark: { gutterIconPath: image(`${icon}-dark.svg`) },
        gutterIconSize: 'contain',
      }),
    );
    this.disposables = [
      ...this.types,
      vscode.window.onDidChangeVisibleTextEditors((editors) => {
        this.draw(editors);
      }),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const changed = new Set(uris.map(String));
        this.draw(
          vscode.window.visibleTextEditors.filter(({ document }) => changed.has(document.uri.toString())),
        );
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('lockstep.gutter')) this.draw(vscode.window.visibleTextEditors);
      }),
    ];
    this.draw(vscode.window.visibleTextEditors);
  }

  dispose(): void {
    vscode.Disposable.from(...this.disposables).dispose();
  }

  private draw(editors: readonly vscode.TextEditor[]): void {
    for (const editor of editors) {
      if (!isSql(editor.document)) continue;
      const lines = marked(editor.document);
      marks.forEach(({ severity }, index) => {
        const ranges = [...lines].filter(([, gravest]) => gravest === severity);
        const type = this.types[index];
        if (type === undefined) return;
        editor.setDecorations(
          type,
          ranges.map(([line]) => new vscode.Range(line, 0, line, 0)),
        );
      });
    }
  }
}

/** The gravest finding of each line that has one; none when the marks are switched off. */
function marked({ uri }: vscode.TextDocument): ReadonlyMap<number, vscode.DiagnosticSeverity> {
  const lines = new Map<number, vscode.DiagnosticSeverity>();
  if (vscode.workspace.getConfiguration('lockstep', uri).get('gutter') !== true) return lines;
  for (const { source, severity, range } of vscode.languages.getDiagnostics(uri)) {
    if (source !== 'lockstep') continue;
    const { line } = range.start;
    const known = lines.get(line);
    // Of severities the smaller number is the graver.
    if (known === undefined || severity < known) lines.set(line, severity);
  }
  return lines;
}
