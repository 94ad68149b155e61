import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  type CodeAction,
  CodeActionKind,
  type Command,
  type Diagnostic as LspDiagnostic,
  DiagnosticSeverity,
  DiagnosticTag,
  type Range as LspRange,
  type TextDocumentEdit,
  type TextEdit,
  type CreateFile,
  type RenameFile,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { URI } from 'vscode-uri';
import type { Diagnostic } from '../features/diagnose';
import type { OfferedFix } from '../features/fix';
import type { Severity } from '../rules/rule';
import type { FileChange } from '../runners/runner';
import { Lines, type Range } from '../sql/text';
import { visibleLines } from '../sql/visible';
import { isOnDisk, uriOf } from './documents';
import { type FixedFiles, serverCommands } from './protocol';

/** Turns what `features/` say, in offsets and paths, into what LSP says, in lines and URIs. */

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
};

/** The pages come with the program, so that they can be read without a network, and fit its version. */
const pages = path.join(__dirname, '../docs/rules');

const documentation = new Map<string, string | undefined>();

/** The page of a rule; undefined for what is no rule, such as a syntax error. */
export function documentationOf(rule: string): string | undefined {
  if (!documentation.has(rule)) {
    const page = path.join(pages, `${rule}.md`);
    documentation.set(rule, existsSync(page) ? URI.file(page).toString() : undefined);
  }
  return documentation.get(rule);
}

export function toRange(range: Range, lines: Lines): LspRange {
  return { start: lines.positionAt(range.start), end: lines.positionAt(range.end) };
}

export function toDiagnostic(
  diagnostic: Omit<Diagnostic, 'statement' | 'remedy'>,
  lines: Lines,
): LspDiagnostic {
  const href = documentationOf(diagnostic.rule);
  return {
    range: toRange(diagnostic.range, lines),
    severity: severities[diagnostic.severity],
    source: 'lockstep',
    code: diagnostic.rule,
    ...(href === undefined ? {} : { codeDescription: { href } }),
    message: diagnostic.message,
    ...(diagnostic.isUnnecessary ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

/** A message for a person; editors make links of `[words](command:…)` in it. */
export function toMessage(text: string): string {
  return visibleLines(text).replaceAll('](', '] (');
}

/** How the client wants edits of files, and what it knows of a file that is open. */
export interface EditTarget {
  readonly canCreateFiles: boolean;
  readonly canRenameFiles: boolean;
  /** The text of a file, open or on disk. */
  readonly textOf: (path: string) => string | undefined;
  /** The document of this path as the client names it, when it is open. */
  readonly documentOf: (path: string) => { readonly uri: string; readonly version: number } | undefined;
}

/** One edit of all files that are changed; undefined when the client cannot make the new files, or nobody can. */
export function toWorkspaceEdit(
  changes: readonly FileChange[],
  target: EditTarget,
): WorkspaceEdit | undefined {
  const created = changes.filter(({ kind }) => kind === 'create');
  const renamed = changes.filter(({ kind }) => kind === 'rename');
  if (created.length > 0 && !target.canCreateFiles) return undefined;
  if (renamed.length > 0 && !target.canRenameFiles) return undefined;
  if (![...created, ...renamed].every((change) => isOnDisk(change.path))) return undefined;
  return { documentChanges: changes.flatMap((change) => toDocumentChanges(change, target)) };
}

function toDocumentChanges(
  change: FileChange,
  target: EditTarget,
): (CreateFile | RenameFile | TextDocumentEdit)[] {
  const document = target.documentOf(change.path);
  const uri = document?.uri ?? uriOf(change.path);
  if (change.kind === 'create') {
    const start = { line: 0, character: 0 };
    return [
      { kind: 'create', uri, options: { ignoreIfExists: false, overwrite: false } },
      {
        textDocument: { uri, version: null },
        edits: [{ range: { start, end: start }, newText: change.text }],
      },
    ];
  }
  if (change.kind === 'rename') {
    const options = { ignoreIfExists: false, overwrite: false };
    return [{ kind: 'rename', oldUri: uri, newUri: uriOf(change.to), options }];
  }
  const lines = new Lines(target.textOf(change.path) ?? '');
  const edits = change.edits.map(({ range, text }): TextEdit => ({
    range: toRange(range, lines),
    newText: text,
  }));
  return [{ textDocument: { uri, version: document?.version ?? null }, edits }];
}

export function toCodeAction(
  fix: OfferedFix,
  lines: Lines,
  isPreferred: boolean,
  target: EditTarget,
): CodeAction | undefined {
  const action: CodeAction = {
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    // Also for a finding that the cursor is not on: editors put actions without a diagnostic last.
    diagnostics: [toDiagnostic({ ...fix, isUnnecessary: false }, lines)],
  };
  if (fix.refusal !== undefined) {
    return { ...action, disabled: { reason: `${fix.refusal.reason} ${fix.refusal.instead}` } };
  }
  const edit = toWorkspaceEdit(fix.changes, target);
  if (edit === undefined) return undefined;
  const command = afterwards(fix, target);
  return {
    ...action,
    edit,
    ...(isPreferred ? { isPreferred } : {}),
    ...(command === undefined ? {} : { command }),
  };
}

/** What the editor is to do when a fix is applied: to show it where the cursor is not, and what its author must know. */
function afterwards({ changes, front, notes }: OfferedFix, target: EditTarget): Command | undefined {
  const uriIn = (path: string): string => target.documentOf(path)?.uri ?? uriOf(path);
  const created = changes.filter(({ kind }) => kind === 'create').map(({ path }) => uriIn(path));
  const isInSight = changes.every(
    ({ kind, path }) => kind === 'rename' || (kind === 'edit' && target.documentOf(path) !== undefined),
  );
  if (changes.length === 1 && isInSight) {
    const title = 'Show the remaining steps';
    return notes.length === 0 ? undefined : { title, command: serverCommands.notes, arguments: [notes] };
  }
  const changed = changes.flatMap((change) => {
    if (change.kind === 'create') return [];
    return [change.kind === 'rename' ? uriOf(change.to) : uriIn(change.path)];
  });
  const shown = front === undefined ? (created.at(-1) ?? changed[0] ?? '') : uriIn(front);
  const files: FixedFiles = { created, changed: [...new Set(changed)], front: shown };
  return { title: 'Show the changed files', command: serverCommands.fixed, arguments: [files, notes] };
}
