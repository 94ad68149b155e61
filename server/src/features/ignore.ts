import { lineBreakOf, type Range, shift } from '../sql/text';
import type { Analysis } from './analysis';
import { isSameToRunner, type OfferedFix, touches, unlessReleased } from './fix';

/** For each rule with a finding at `range`: a comment above the statement, or on top of the file, that silences it. */
export function ignoreActions(analysis: Analysis, range: Range): readonly OfferedFix[] {
  const { file, statements, surroundings } = analysis;
  const { text } = file;
  const seen = new Set<string>();
  const actions = statements.flatMap(({ source, findings }) =>
    findings.flatMap(({ rule, severity, finding }) => {
      const at = shift(finding.range, source.start);
      if (!touches(at, range) || seen.has(rule.id)) return [];
      seen.add(rule.id);
      const lineStart = text.lastIndexOf('\n', source.start - 1) + 1;
      const indentation = /^[ \t]*/.exec(text.slice(lineStart, source.start))?.[0] ?? '';
      const base = {
        rule: rule.id,
        severity,
        range: at,
        message: finding.message,
        safety: 'review' as const,
        policy: undefined,
        way: 'file' as const,
      };
      const offer = (title: string, offset: number, comment: string): OfferedFix => ({
        ...base,
        title,
        changes: [
          {
            kind: 'edit',
            path: surroundings.path,
            edits: [{ range: { start: offset, end: offset }, text: comment }],
          },
        ],
        notes: [],
        refusal: undefined,
      });
      const end = lineBreakOf(text);
      return [
        offer(
          `Ignore ${rule.id} here`,
          source.start,
          `-- lockstep-ignore ${rule.id}: give a reason${end}${indentation}`,
        ),
        offer(
          `Ignore ${rule.id} in this file`,
          topOf(text),
          `-- lockstep-ignore-file ${rule.id}: give a reason${end}`,
        ),
      ];
    }),
  );
  // Some runners keep a checksum of comments, too.
  return actions.map((action) => unlessReleased(action, analysis, isSameToRunner));
}

/**
 * The first line that a comment may go to: behind a byte order mark, and behind leading comment lines, of which a
 * runner may insist that they come first.
 */
function topOf(text: string): number {
  return /^\uFEFF?(?:--[^\n]*(?:\n|$))*/.exec(text)?.[0].length ?? 0;
}
