// What the suites do with the editor, in the words of a person who sits in front of it.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import {
  type CodeAction,
  commands,
  type Diagnostic,
  type Disposable,
  type Event,
  type Hover,
  languages,
  MarkdownString,
  Position,
  Range,
  Selection,
  type TextDocument,
  type TextEditor,
  Uri,
  window,
  workspace,
} from 'vscode';
import type { SuiteOrder } from '../result';

/** What the launcher has told this run. */
export const order = JSON.parse(process.env.LOCKSTEP_EDITOR_SUITE ?? '{}') as SuiteOrder;

/** The workspace folder: a copy that the tests may change. */
export function workspaceFolder(): string {
  return order.workspace;
}

/** A file of the workspace, by its path in it. */
export function workspaceUri(file: string): Uri {
  return Uri.file(path.join(workspaceFolder(), file));
}

/** Opens a file of the workspace and shows it. */
export async function openFile(file: string): Promise<TextEditor> {
  return window.showTextDocument(await workspace.openTextDocument(workspaceUri(file)));
}

/** Opens a new, unsaved SQL document. */
export async function openUntitled(content: string): Promise<TextEditor> {
  return window.showTextDocument(await workspace.openTextDocument({ language: 'sql', content }));
}

/** A file of the workspace as it is on disk. */
export function readFromDisk(file: string): string {
  return readFileSync(workspaceUri(file).fsPath, 'utf8');
}

/** Whether a file of the workspace exists on disk. */
export function isOnDisk(file: string): boolean {
  return existsSync(workspaceUri(file).fsPath);
}

/** All files of the workspace, sorted: compare it before and after to see which ones are new. */
export function filesOnDisk(folder = workspaceFolder()): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** The range of a text in a document; the text must be in it. Counts from the first occurrence on. */
export function rangeOf(document: TextDocument, text: string, occurrence = 1): Range {
  let start = -1;
  for (let found = 0; found < occurrence; found++) {
    start = document.getText().indexOf(text, start + 1);
    if (start < 0) throw new Error(`"${text}" occurs only ${found} times in ${document.fileName}.`);
  }
  return new Range(document.positionAt(start), document.positionAt(start + text.length));
}

/** Replaces a text, as if it had been typed. */
export async function replaceText(editor: TextEditor, text: string, replacement: string): Promise<void> {
  const range = rangeOf(editor.document, text);
  await editor.edit((edit) => {
    edit.replace(range, replacement);
  });
}

/**
 * Waits until a condition holds. It is asked again at each of the events, and now and then in case that what it
 * looks at tells nobody.
 */
export async function until<Result>(
  what: string,
  condition: () => Result | undefined | false | Promise<Result | undefined | false>,
  { events = [], timeout = 90_000 }: { events?: readonly Event<unknown>[]; timeout?: number } = {},
): Promise<Result> {
  const deadline = Date.now() + timeout;
  for (;;) {
    // Listen first, then ask: an event between the two is not lost.
    const next = nextOf(events, 200);
    const result = await condition();
    if (result !== undefined && result !== false) {
      next.cancel();
      return result;
    }
    if (Date.now() > deadline) {
      next.cancel();
      throw new Error(`Waited ${timeout / 1000} s in vain until ${what}.`);
    }
    await next.happened;
  }
}

function nextOf(events: readonly Event<unknown>[], milliseconds: number) {
  const listeners: Disposable[] = [];
  let cancel = () => {
    // Replaced below, before anyone can call it.
  };
  const happened = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    for (const event of events)
      listeners.push(
        event(() => {
          resolve();
        }),
      );
    cancel = () => {
      clearTimeout(timer);
      resolve();
    };
  }).finally(() => {
    for (const listener of listeners) listener.dispose();
  });
  return {
    happened,
    cancel: () => {
      cancel();
    },
  };
}

/** Lockstep's diagnostics of a document, as they are now. */
export function lockstepDiagnostics(document: TextDocument): Diagnostic[] {
  return languages.getDiagnostics(document.uri).filter(({ source }) => source === 'lockstep');
}

/** Lockstep's diagnostics of a document, as soon as they are as expected. */
export async function waitForDiagnostics(
  document: TextDocument,
  what: string,
  condition: (diagnostics: readonly Diagnostic[]) => boolean,
): Promise<Diagnostic[]> {
  try {
    return await until(
      what,
      () => {
        const diagnostics = lockstepDiagnostics(document);
        return condition(diagnostics) && diagnostics;
      },
      { events: [languages.onDidChangeDiagnostics] },
    );
  } catch (error) {
    const seen = lockstepDiagnostics(document).map(
      (diagnostic) => `${ruleOf(diagnostic)}: ${diagnostic.message}`,
    );
    throw new Error(`Diagnostics of ${document.fileName}: ${seen.join('; ') || 'none'}.`, { cause: error });
  }
}

/** Waits for the diagnostic of this rule. With several of them, for the first. */
export async function waitForRule(document: TextDocument, rule: string): Promise<Diagnostic> {
  const isOfRule = (diagnostic: Diagnostic) => ruleOf(diagnostic) === rule;
  const diagnostics = await waitForDiagnostics(document, `"${rule}" is reported`, (all) =>
    all.some(isOfRule),
  );
  const found = diagnostics.find(isOfRule);
  if (!found) throw new Error('Unreachable: the condition above has found one.');
  return found;
}

/** Waits until this rule reports nothing any more. */
export async function waitUntilRuleIsSilent(document: TextDocument, rule: string): Promise<void> {
  await waitForDiagnostics(document, `"${rule}" is gone`, (all) =>
    all.every((diagnostic) => ruleOf(diagnostic) !== rule),
  );
}

/** The rule id of a diagnostic. */
export function ruleOf({ code }: Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

/** What a hover at this position says, as Markdown. Empty when there is none. */
export async function hoverText(document: TextDocument, position: Position): Promise<string> {
  const hovers = await commands.executeCommand<Hover[]>(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (content instanceof MarkdownString ? content.value : ''))
    .join('\n\n');
}

/** The code actions that the lightbulb offers at a range, in its order. */
async function codeActions(document: TextDocument, range: Range): Promise<CodeAction[]> {
  const all = await commands.executeCommand<CodeAction[]>(
    'vscode.executeCodeActionProvider',
    document.uri,
    range,
    undefined,
    100,
  );
  return all;
}

/** The code action of this title, as soon as it is offered at this range. */
export async function waitForAction(
  document: TextDocument,
  range: Range,
  title: string | RegExp,
): Promise<CodeAction> {
  let titles: string[] = [];
  const matches = (action: CodeAction) =>
    typeof title === 'string' ? action.title === title : title.test(action.title);
  try {
    return await until(`the action ${String(title)} is offered`, async () => {
      const actions = await codeActions(document, range);
      titles = actions.map((action) => action.title);
      return actions.find(matches);
    });
  } catch (error) {
    throw new Error(`Offered: ${titles.join('; ') || 'nothing'}.`, { cause: error });
  }
}

/**
 * Applies a code action as the editor does: its edit first, then its command. As with a click on the light bulb, an edit
 * of several files counts as a refactoring, and so the files are saved (`files.refactoring.autoSave`).
 */
export async function applyAction(action: CodeAction): Promise<void> {
  if (action.disabled) throw new Error(`"${action.title}" is disabled: ${action.disabled.reason}`);
  if (action.edit && !(await workspace.applyEdit(action.edit, { isRefactoring: true }))) {
    throw new Error(`The edit of "${action.title}" was refused.`);
  }
  if (action.command) {
    const { command, arguments: args = [] } = action.command as { command: string; arguments?: unknown[] };
    await commands.executeCommand(command, ...args);
  }
}

/** Puts the cursor somewhere, or selects a range. */
export function select(editor: TextEditor, where: Range | Position): void {
  editor.selection =
    where instanceof Position ? new Selection(where, where) : new Selection(where.start, where.end);
}

/** Ctrl+Z in this document. */
export async function undo(document: TextDocument): Promise<void> {
  await window.showTextDocument(document);
  await commands.executeCommand('undo');
}

/** Runs a command of the palette. */
export async function runCommand<Result = unknown>(command: string, ...args: unknown[]): Promise<Result> {
  return commands.executeCommand<Result>(command, ...args);
}

/** Inserts a snippet at the cursor by the name it has in its file, and returns the document's new text. */
export async function insertSnippet(editor: TextEditor, name: string): Promise<string> {
  await window.showTextDocument(editor.document);
  const before = editor.document.getText();
  await commands.executeCommand('editor.action.insertSnippet', { langId: 'sql', name });
  await until(`the snippet "${name}" is inserted`, () => editor.document.getText() !== before, {
    events: [workspace.onDidChangeTextDocument],
  });
  return editor.document.getText();
}

/** The labels that completion offers at a position, snippets included. */
export async function completions(document: TextDocument, position: Position): Promise<string[]> {
  const list = await commands.executeCommand<{ items: { label: string | { label: string } }[] }>(
    'vscode.executeCompletionItemProvider',
    document.uri,
    position,
  );
  return list.items.map(({ label }) => (typeof label === 'string' ? label : label.label));
}

/** Brings the workspace back to what it was: no editor is open, and every file is as in the beginning. */
export async function restoreWorkspace(): Promise<void> {
  const folder = workspaceFolder();
  const original = order.originalWorkspace;
  const kept = new Set(filesOnDisk(original));
  // The disk first: an editor that is reverted reads it.
  for (const file of filesOnDisk(folder)) {
    if (!kept.has(file)) rmSync(path.join(folder, file));
  }
  for (const file of kept) {
    const [from, to] = [path.join(original, file), path.join(folder, file)];
    if (!existsSync(to) || !readFileSync(from).equals(readFileSync(to))) cpSync(from, to);
  }
  for (const document of workspace.textDocuments) {
    const file = path.relative(folder, document.uri.fsPath);
    if (document.isClosed || !kept.has(file.replaceAll('\\', '/'))) continue;
    // The editor would also notice by itself that the file has changed, but nobody knows when.
    const text = readFileSync(path.join(folder, file), 'utf8');
    if (!document.isDirty && document.getText() === text) continue;
    await window.showTextDocument(document);
    await commands.executeCommand('workbench.action.files.revert');
    await until(`${file} is as in the beginning`, () => document.getText() === text, {
      events: [workspace.onDidChangeTextDocument],
    });
    // The server answers in order: with this answer, its diagnostics for the text are here.
    await hoverText(document, new Position(0, 0));
  }
  await commands.executeCommand('workbench.action.closeAllEditors');
}
