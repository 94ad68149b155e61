import {
  MessageType,
  type Position,
  ShowDocumentRequest,
  ShowMessageNotification,
} from 'vscode-languageserver';
import { type FileChanges, newMigration, writeCompanion, writePrecheck } from '../features/files';
import type { Analysis } from '../features/analysis';
import { statementLines } from '../features/explain-text';
import { describeStatus } from '../features/status';
import { timelineView } from '../features/timeline-view';
import { visible } from '../sql/visible';
import { toMessage, toWorkspaceEdit } from './convert';
import { type Document, isOnDisk, pathOf } from './documents';
import { type CommandResult, type FixedFiles, serverCommands, type Status } from './protocol';
import type { Session } from './session';

/** Runs one of `serverCommands`. Parameters come from outside: what is not as it should be is refused with a message. */
export async function runCommand(
  session: Session,
  command: string,
  parameters: readonly unknown[],
): Promise<CommandResult> {
  const [first, second] = parameters;
  if (command === serverCommands.ping) return null;
  if (command === serverCommands.notes) {
    showNotes(session, first);
    return null;
  }
  if (command === serverCommands.fixed) {
    const { front } = (first ?? {}) as Partial<FixedFiles>;
    if (typeof front === 'string') await showFile(session, front);
    showNotes(session, second);
    return null;
  }
  const uri = typeof first === 'string' ? first : '';
  if (command === serverCommands.migration) {
    if (uri !== '' && typeof second === 'string') await makeMigration(session, uri, second);
    return null;
  }
  if (command === serverCommands.status) return (await statusOf(session, uri)) ?? null;
  if (command === serverCommands.showStatus) {
    const status = await statusOf(session, uri);
    const words = status === undefined ? [notOpen] : [`${status.label}.`, ...status.details];
    show(session, MessageType.Info, words.join(' '));
    return null;
  }
  const known = await session.analysisOf(uri);
  if (known === undefined) {
    const message = session.documents.has(uri) ? 'This file is too large to be analysed.' : notOpen;
    show(session, MessageType.Info, message);
    return null;
  }
  const { analysis, document } = known;
  const site = { tree: session.workspace.tree, now: new Date() };
  switch (command) {
    case serverCommands.rollback:
      await apply(session, 'Generate rollback', writeCompanion('rollback', analysis, site));
      break;
    case serverCommands.validation:
      await apply(session, 'Generate validation script', writeCompanion('validation', analysis, site));
      break;
    case serverCommands.precheck:
      if (isPosition(second)) {
        const offset = document.lines.offsetAt(second);
        await apply(session, 'Insert duplicate precheck', writePrecheck(analysis, offset));
      }
      break;
    case serverCommands.timeline:
      return timelineView(analysis);
    case serverCommands.explain:
      if (isPosition(second)) show(session, MessageType.Info, explanationAt(known, second));
      break;
    default:
      session.connection.console.warn(`There is no command ${command}.`);
  }
  return null;
}

const notOpen = 'Open a migration (.sql) first.';

async function statusOf(session: Session, uri: string): Promise<Status | undefined> {
  const surroundings = uri === '' ? undefined : await session.surroundingsOf(uri);
  if (surroundings === undefined) return undefined;
  const { workspace, settings } = session;
  const { label, details } = describeStatus(
    surroundings,
    workspace.configurationOf(pathOf(uri), settings.current(uri)),
  );
  const file = workspace.configurationFileOf(pathOf(uri));
  const more = file === undefined ? [] : [`Configuration: ${file.path}.`, ...file.problems];
  return { label: visible(label), details: [...details, ...more].map(visible) };
}

/** What the statement at a position does, as lines of plain text. */
function explanationAt(
  { analysis, document }: { readonly analysis: Analysis; readonly document: Document },
  position: Position,
): string {
  const offset = document.lines.offsetAt(position);
  const statement = analysis.statements.find(({ source }) => offset < source.end);
  const lineOf = (at: number): number => document.lines.positionAt(at).line + 1;
  return statement === undefined
    ? 'There is no statement here.'
    : statementLines(statement, analysis, lineOf).join('\n');
}

/** Makes a migration in the project of `uri`, which need not be open. */
async function makeMigration(session: Session, uri: string, name: string): Promise<void> {
  const { tree } = session.workspace;
  const project = session.workspace.projectOf(pathOf(uri), await session.settings.load(uri));
  await apply(session, 'New migration', newMigration(name, project, { tree, now: new Date() }));
}

/** Lets the client make the changes, and shows the file that they are about. */
async function apply(session: Session, label: string, result: FileChanges): Promise<void> {
  if ('problem' in result) {
    show(session, MessageType.Info, result.problem);
    return;
  }
  const { notes = [] } = result;
  if (notes.length > 0) show(session, MessageType.Info, notes.join(' '));
  if (result.changes.length === 0) return;
  const { boundary } = session.workspace;
  const outside = result.changes.find(({ path }) => !isOpen(session, path) && !boundary.holds(path));
  if (outside !== undefined && isOnDisk(outside.path)) {
    show(session, MessageType.Error, `${outside.path} lies outside the project, or a link leads there.`);
    return;
  }
  const edit = toWorkspaceEdit(result.changes, session.editTarget);
  if (edit === undefined) {
    const message = isOnDisk(result.show)
      ? 'This editor cannot create new files for a language server.'
      : 'Save this document first, so that there is a folder for the new file.';
    show(session, MessageType.Error, message);
    return;
  }
  const { applied } = await session.connection.workspace.applyEdit({ label, edit });
  if (!applied) show(session, MessageType.Error, `${label}: the editor did not apply the change.`);
  else await showFile(session, session.uriOf(result.show));
}

async function showFile(session: Session, uri: string): Promise<void> {
  if (session.capabilities.window?.showDocument?.support !== true) return;
  await session.connection.sendRequest(ShowDocumentRequest.type, { uri, takeFocus: true });
}

function showNotes(session: Session, value: unknown): void {
  const notes = Array.isArray(value) ? value.filter((note): note is string => typeof note === 'string') : [];
  if (notes.length > 0) show(session, MessageType.Info, notes.join(' '));
}

function isOpen({ documents }: Session, path: string): boolean {
  return [...documents.values()].some((document) => document.path === path);
}

function show({ connection }: Session, type: MessageType, text: string): void {
  void connection.sendNotification(ShowMessageNotification.type, { type, message: toMessage(text) });
}

function isPosition(value: unknown): value is Position {
  const { line, character } = (value ?? {}) as Partial<Position>;
  return Number.isInteger(line) && Number.isInteger(character);
}
