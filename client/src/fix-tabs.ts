import * as vscode from 'vscode';
import type { Middleware, WorkspaceEdit } from 'vscode-languageclient/node';
import { type FixedFiles, serverCommands } from '../../server/src/lsp/protocol';

/**
 * Gives each file of a fix a tab, since Ctrl+Z reaches only what is in one, and does for Ctrl+Z what VS Code leaves out:
 * it saves what a light bulb changes (`files.refactoring.autoSave`) and not what undoing that changes, and it keeps the
 * folders of files that are gone again, which Prisma takes for migrations without SQL.
 */
export class FixTabs implements vscode.Disposable {
  /** The texts that a fix has saved, by the URIs of their documents. */
  private readonly saved = new Map<string, FixedText>();
  private readonly created = new Set<string>();
  private readonly listeners = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument((event) => {
      void this.follow(event);
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      this.saved.delete(uri.toString());
    }),
    vscode.workspace.onDidDeleteFiles(({ files }) => {
      for (const file of files) {
        if (this.created.delete(file.toString())) void deleteIfEmpty(vscode.Uri.joinPath(file, '..'));
      }
    }),
  );

  /** A fix ends with a command; what a command of the palette writes is an edit that the server asks for. */
  readonly middleware: Middleware = {
    executeCommand: async (command, parameters, next) => {
      const [files] = parameters as readonly unknown[];
      if (command === serverCommands.fixed && files !== undefined) await this.show(files as FixedFiles);
      return (await next(command, parameters)) as unknown;
    },
    workspace: {
      handleApplyEdit: async (parameters, next) => {
        const result = await next(parameters, new vscode.CancellationTokenSource().token);
        if ('applied' in result && result.applied) await this.show(filesOf(parameters.edit));
        return result;
      },
    },
  };

  dispose(): void {
    this.listeners.dispose();
  }

  /** Opens the files, the one in front last. What was undone before it could be shown is not there. */
  private async show({ created, changed, front }: FixedFiles): Promise<void> {
    for (const uri of created) this.created.add(uri);
    const others = [...changed, ...created].filter((uri) => uri !== front);
    for (const uri of [...others, front]) {
      const document = await opened(vscode.Uri.parse(uri));
      if (document === undefined) continue;
      await vscode.window.showTextDocument(document, { preview: false, preserveFocus: uri !== front });
      if (!changed.includes(uri) || document.isDirty) continue;
      this.saved.set(document.uri.toString(), { text: document.getText(), isThere: true });
    }
  }

  /** Saves what a fix had saved when it is undone: its text was there, and Ctrl+Z takes another step back. */
  private async follow({ document, reason }: vscode.TextDocumentChangeEvent): Promise<void> {
    const fixed = this.saved.get(document.uri.toString());
    if (fixed === undefined) return;
    const wasThere = fixed.isThere;
    fixed.isThere = document.getText() === fixed.text;
    // That it is dirty the extension host hears later.
    if (wasThere && reason === vscode.TextDocumentChangeReason.Undo) await document.save();
  }
}

interface FixedText {
  readonly text: string;
  isThere: boolean;
}

/** The files of an edit: those that were made, and those that were changed only. */
function filesOf({ documentChanges = [] }: WorkspaceEdit): FixedFiles {
  const created = documentChanges.flatMap((change) =>
    'kind' in change && change.kind === 'create' ? [change.uri] : [],
  );
  const edited = documentChanges.flatMap((change) =>
    'textDocument' in change ? [change.textDocument.uri] : [],
  );
  const changed = [...new Set(edited)].filter((uri) => !created.includes(uri));
  return { created, changed, front: created[0] ?? changed[0] ?? '' };
}

async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

async function deleteIfEmpty(folder: vscode.Uri): Promise<void> {
  try {
    const entries = await vscode.workspace.fs.readDirectory(folder);
    if (entries.length === 0) await vscode.workspace.fs.delete(folder, { recursive: false });
  } catch {
    // It is gone already, or somebody else has a use for it.
  }
}
