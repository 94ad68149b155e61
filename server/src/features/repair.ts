import type { Analysis } from './analysis';
import type { OfferedFix } from './fix';

/** A file that is being repaired, not yet on disk. */
interface Repairing {
  /** As it is now; undefined when it cannot be analysed. */
  analyse(): Analysis | undefined;
  /** The fix to apply next, of a rule that is not left out; undefined when none is left. */
  next(analysis: Analysis, leftOut: ReadonlySet<string>): OfferedFix | undefined;
  apply(fix: OfferedFix): void;
  /** Keeps the state of all files; the result brings it back. */
  keep(): () => void;
}

export interface Repairs {
  readonly done: readonly OfferedFix[];
  /** Rules whose fixes undo each other; what they did was taken back. */
  readonly quarrels: readonly (readonly string[])[];
}

/** One fix may bring a statement that another one repairs; more rounds than these and they have no end. */
const mostRounds = { perStatement: 8, atLeast: 50 };

interface Round {
  readonly fix: OfferedFix;
  readonly key: string;
  readonly goBack: () => void;
}

/**
 * Applies fix after fix until none is left. A finding that is there again after its fix was applied at every place that
 * reads like this one was brought back by another fix: then all are taken back that came since, and their rules left out.
 */
export function repair(file: Repairing): Repairs {
  const leftOut = new Set<string>();
  const quarrels: (readonly string[])[] = [];
  const rounds: Round[] = [];
  const places = new Map<string, number>();
  let most: number | undefined;
  for (;;) {
    const analysis = file.analyse();
    const fix = analysis === undefined ? undefined : file.next(analysis, leftOut);
    if (analysis === undefined || fix === undefined)
      return { done: rounds.map((round) => round.fix), quarrels };
    most ??= Math.max(mostRounds.atLeast, mostRounds.perStatement * analysis.statements.length);
    const { key, count } = identify(fix, analysis);
    places.set(key, Math.max(count, places.get(key) ?? 0));
    const before = rounds.filter((round) => round.key === key);
    const first = before.length < (places.get(key) ?? 0) ? undefined : before[0];
    if (first === undefined && rounds.length < most) {
      rounds.push({ fix, key, goBack: file.keep() });
      file.apply(fix);
      continue;
    }
    const undone = rounds.splice(first === undefined ? 0 : rounds.indexOf(first));
    undone[0]?.goBack();
    const rules = [...new Set(undone.map((round) => round.fix.rule))].sort();
    for (const rule of rules) leftOut.add(rule);
    quarrels.push(rules);
  }
}

/** What a finding is recognised by wherever its statement has moved to, and how many statements read like it. */
function identify(
  { rule, message, range }: OfferedFix,
  { file }: Analysis,
): { readonly key: string; readonly count: number } {
  const statement = file.statements.find(({ start, end }) => start <= range.start && range.start <= end);
  const { start, end } = statement ?? { start: 0, end: file.text.length };
  const text = file.text.slice(start, end);
  const alike = file.statements.filter(
    (other) => other.end - other.start === text.length && file.text.startsWith(text, other.start),
  );
  const key = JSON.stringify([rule, message, text, range.start - start, range.end - start]);
  return { key, count: Math.max(1, alike.length) };
}
