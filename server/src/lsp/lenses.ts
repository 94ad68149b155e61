import { type CodeLens, CodeLensRefreshRequest } from 'vscode-languageserver';
import type { Analysis } from '../features/analysis';
import { lenses } from '../features/lenses';
import { toRange } from './convert';
import type { Document } from './documents';
import { describe } from './guard';
import { clientCommands, serverCommands } from './protocol';
import type { Session } from './session';

/** The lenses of a document. A click shows the timeline: in the client's own way, or as a message. */
export function codeLenses(session: Session, { uri, lines }: Document, analysis: Analysis): CodeLens[] {
  const command = hasCommand(session, clientCommands.timeline)
    ? clientCommands.timeline
    : serverCommands.explain;
  return lenses(analysis).map(({ title, range }) => {
    const place = toRange(range, lines);
    return { range: place, command: { title, command, arguments: [uri, place.start] } };
  });
}

/**
 * Whether the client has said that it has a command: in `experimental.commands.commands`, the place that other
 * language servers have given this.
 */
function hasCommand({ capabilities }: Session, command: string): boolean {
  const experimental = capabilities.experimental as { commands?: { commands?: unknown } } | undefined;
  const known = experimental?.commands?.commands;
  return Array.isArray(known) && known.includes(command);
}

/** Sessions whose client has shown lenses; it is to learn when they are switched off. */
const withLenses = new WeakSet<Session>();

/** Whether lenses are on for a document. */
export async function wantsLenses(session: Session, uri: string): Promise<boolean> {
  const { lenses: isOn } = await session.settings.load(uri);
  if (isOn) withLenses.add(session);
  return isOn;
}

/** Sessions whose client has been asked and has not answered yet, and whether it has to be asked once more. */
const refreshing = new WeakMap<Session, { isOutdated: boolean }>();

/** Has the client ask for the lenses again: the settings, or the files around a document, have changed. */
export function refreshLenses(session: Session): void {
  if (session.capabilities.workspace?.codeLens?.refreshSupport !== true) return;
  const isOn = [...session.documents.keys()].some((uri) => session.settings.current(uri).lenses);
  if (!isOn && !withLenses.has(session)) return;
  const asked = refreshing.get(session);
  if (asked === undefined) void askForRefresh(session);
  else asked.isOutdated = true;
}

async function askForRefresh(session: Session): Promise<void> {
  const state = { isOutdated: true };
  refreshing.set(session, state);
  try {
    while (state.isOutdated) {
      state.isOutdated = false;
      await session.connection.sendRequest(CodeLensRefreshRequest.type);
    }
  } catch (error: unknown) {
    session.connection.console.warn(`The client did not refresh its lenses: ${describe(error)}`);
  } finally {
    refreshing.delete(session);
  }
}
