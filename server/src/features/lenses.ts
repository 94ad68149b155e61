import { compareLockModes, type LockMode } from '../postgres/lock-modes';
import type { Range } from '../sql/text';
import type { AnalysedStatement, Analysis } from './analysis';
import { shortList, shownName } from './headline';
import { blockedBy, isNewIn, tableLocks } from './timeline';

/** What a statement does, in a few words above it. */
interface Lens {
  /** `SHARE on credit_operations · blocks writes · scans`. */
  readonly title: string;
  /** The words that name the command. */
  readonly range: Range;
  /** The statement's index in the file. */
  readonly statement: number;
}

/** The lenses of a file: one above each statement that could be felt by others. */
export function lenses({ statements }: Analysis): readonly Lens[] {
  return statements.flatMap((analysed, index) => {
    const { statement, source } = analysed;
    const title = titleOf(analysed);
    if (statement === undefined || title === undefined) return [];
    const { start, end } = statement.commandRange;
    return [{ title, statement: index, range: { start: source.start + start, end: source.start + end } }];
  });
}

/** undefined for a statement that nobody feels. */
function titleOf(analysed: AnalysedStatement): string | undefined {
  const { effects } = analysed;
  if (effects === undefined) return undefined;
  const isOld = (relation: Parameters<typeof isNewIn>[1]): boolean => !isNewIn(analysed, relation);
  const locks = tableLocks(effects).filter(({ relation }) => isOld(relation));
  const mode = locks.reduce<LockMode>(
    (best, lock) => (compareLockModes(lock.mode, best) > 0 ? lock.mode : best),
    'ACCESS SHARE',
  );
  const work = effects.rewrites.some(isOld)
    ? 'rewrites'
    : effects.scans.some(isOld)
      ? 'scans'
      : effects.indexBuilds.some(isOld)
        ? 'builds an index'
        : undefined;
  const isQuiet = compareLockModes(mode, 'SHARE UPDATE EXCLUSIVE') <= 0 && work === undefined;
  if (!effects.isKnown) return 'not known what it locks';
  if (isQuiet) return undefined;
  const names = locks.filter((lock) => lock.mode === mode).map(({ relation }) => shownName(relation));
  const blocked = blockedBy(mode);
  return [
    // `$(` begins an icon in an editor.
    `${mode} on ${shortList(names).replaceAll('$(', '$ (')}`,
    ...(blocked === undefined ? [] : [`blocks ${blocked}`]),
    ...(work === undefined ? [] : [work]),
    ...(effects.duration === 'waits for transactions' ? ['waits for transactions'] : []),
  ].join(' · ');
}
