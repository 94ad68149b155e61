import type { Effects } from '../effects/effects';
import { type BlockedRelation, type Wait, whatWaits, type Way } from '../effects/blocking';
import { type AnalysedStatement, type Analysis, catalogBefore } from './analysis';
import { list, shownName } from './headline';

/** So many relations are named. */
const mostRelations = 4;

/** How a lock is felt on another relation, or on this one by another way. */
const ways: Readonly<Record<Way, string>> = {
  itself: '',
  index: 'its index',
  partition: 'its partition',
  parent: 'its parent',
  'foreign key': 'foreign key',
  view: 'what it reads',
  type: 'its type',
  sequence: 'its sequence',
  rows: 'its rows',
};

/**
 * What waits besides that which the lock modes say: on tables at the other end of a foreign key, on views, on what
 * belongs together. A sentence as Markdown; undefined when there is nothing to say.
 */
export function waitsElsewhere(
  analysed: AnalysedStatement,
  analysis: Analysis,
  effects: Effects,
): string | undefined {
  const catalog = catalogBefore(analysis, analysis.statements.indexOf(analysed));
  const others = whatWaits(effects, catalog).flatMap(({ relation, waits }) => {
    const spilled = waits.filter(({ way, for: held }) => way !== 'itself' && !catalog.isNew(held));
    return spilled.length === 0 || catalog.isNew(relation) ? [] : [{ relation, waits: spilled }];
  });
  if (others.length === 0) return undefined;
  const named = others.slice(0, mostRelations).map(describe);
  const rest = others.length - named.length;
  return `Waits too: ${named.join('; ')}${rest > 0 ? `; and something on ${rest} more` : ''}.`;
}

function describe({ relation, waits }: BlockedRelation): string {
  const byWay = new Map<Way, Wait[]>();
  for (const wait of waits) byWay.set(wait.way, [...(byWay.get(wait.way) ?? []), wait]);
  return [...byWay]
    .map(([way, some]) => {
      const activities = list(some.map(({ activity }) => activity));
      return `${activities} on \`${shownName(relation)}\` (${ways[way]})`;
    })
    .join(', ');
}
