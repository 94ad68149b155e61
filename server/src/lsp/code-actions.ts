import { type CodeAction, type CodeActionContext, CodeActionKind, type Range } from 'vscode-languageserver';
import type { Analysis } from '../features/analysis';
import { fixesAt } from '../features/fix';
import { ignoreActions } from '../features/ignore';
import { toCodeAction } from './convert';
import type { Document } from './documents';
import type { Session } from './session';

/** The light bulb: the fixes of the findings at a range, the best first, and last the ways to be left alone. */
export function codeActions(
  session: Session,
  document: Document,
  analysis: Analysis,
  range: Range,
  context: CodeActionContext,
): CodeAction[] {
  if (context.only !== undefined && !context.only.some((kind) => CodeActionKind.QuickFix.startsWith(kind)))
    return [];
  const offsets = { start: document.lines.offsetAt(range.start), end: document.lines.offsetAt(range.end) };
  const site = { tree: session.workspace.tree, now: new Date() };
  const target = session.editTarget;
  // A configuration may name a folder that is none of the project.
  const fixes = fixesAt(analysis, offsets, site).filter(
    (fix) =>
      fix.refusal !== undefined ||
      fix.changes.every(({ path }) => path === document.path || session.workspace.boundary.holds(path)),
  );
  const preferred = fixes.find(({ refusal }) => refusal === undefined);
  return [...fixes, ...ignoreActions(analysis, offsets)].flatMap((fix) => {
    const action = toCodeAction(fix, document.lines, fix === preferred, target);
    return action === undefined ? [] : [action];
  });
}
