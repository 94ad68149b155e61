import { displayName } from '../catalog/relation';
import type { Effects } from '../effects/effects';
import type { AnalysedStatement } from '../features/analysis';
import type { Lines } from '../sql/text';

/** Lines and columns start at 1; columns count UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Where an offset is, for people and JSON. */
export function placeOf(offset: number, lines: Lines): Place {
  const { line, character } = lines.positionAt(offset);
  return { line: line + 1, column: character + 1 };
}

/** One statement as `--format json` prints it. */
export function statementJson({ source, schedule, statement, effects }: AnalysedStatement, lines: Lines) {
  return {
    start: placeOf(source.start, lines),
    end: placeOf(source.end, lines),
    command: statement?.command ?? null,
    section: schedule.section,
    transaction: schedule.transaction,
    effects: effects === undefined ? null : effectsJson(effects),
  };
}

function effectsJson(effects: Effects) {
  return {
    locks: effects.locks.map(({ relation, mode }) => ({ relation: displayName(relation), mode })),
    rewrites: effects.rewrites.map(displayName),
    scans: effects.scans.map(displayName),
    transactional: effects.transactional,
    known: effects.isKnown,
  };
}
