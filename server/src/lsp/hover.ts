import { type Hover, MarkupKind, type Position } from 'vscode-languageserver';
import { hover } from '../features/hover';
import { objectHover } from '../features/relation-hover';
import { documentationOf, toRange } from './convert';
import { linksTo } from './navigation';
import type { Analysed, Session } from './session';

/**
 * What there is to say at a position: on a name about the thing that it names, on a lock mode or a new type about that,
 * and elsewhere about the statement.
 */
export function hoverAt(session: Session, analysed: Analysed, position: Position): Hover | null {
  const { document, analysis } = analysed;
  const offset = document.lines.offsetAt(position);
  const named = objectHover(analysis, offset, linksTo(session, analysed));
  // The new type of a column may be one of the project's; what the change costs matters more.
  const isName = named !== undefined && named.kind !== 'type';
  const general = isName
    ? undefined
    : hover(analysis, offset, {
        lineOf: (at) => document.lines.positionAt(at).line + 1,
        documentationOf,
      });
  const isSpecial = general !== undefined && general.range.start <= offset && offset <= general.range.end;
  const found = isSpecial ? general : (named ?? general);
  if (found === undefined) return null;
  return {
    contents: { kind: MarkupKind.Markdown, value: found.markdown },
    range: toRange(found.range, document.lines),
  };
}
