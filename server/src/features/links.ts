import type { Origin } from '../catalog/relation';
import { type Range, shift } from '../sql/text';
import { type Analysis, catalogBefore } from './analysis';
import { originOf } from './definition';
import { mentionsOf } from './names/names';

/** A name in the file, and the statement of an earlier migration that made the thing. */
interface ObjectLink {
  readonly range: Range;
  readonly origin: Origin;
}

const linked: ReadonlySet<string> = new Set(['relation', 'index', 'type']);

/**
 * Leads from each statement to the migration that made what it is about: the first thing in it that an earlier one has
 * made. One for a statement, since editors underline links for good. Yields between the statements.
 */
export function* objectLinks(analysis: Analysis): Generator<undefined, readonly ObjectLink[]> {
  const links: ObjectLink[] = [];
  const { path } = analysis.surroundings;
  for (const [index, { source, statement }] of analysis.statements.entries()) {
    if (statement === undefined) continue;
    yield;
    const catalog = catalogBefore(analysis, index);
    for (const { object, role, range } of mentionsOf(statement, catalog)) {
      if (role === 'new' || role === 'renamed' || !linked.has(object.kind)) continue;
      const origin = originOf(object, catalog);
      if (origin === undefined || origin.file === path) continue;
      links.push({ range: shift(range, source.start), origin });
      break;
    }
  }
  return links;
}
