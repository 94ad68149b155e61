import type { SourceFile } from '../../sql/source';
import type { Site } from '../runner';
import { extentOf } from '../sending/sections';

/** The file's own transaction block around the target. */
export interface OwnBlock {
  readonly begin: number;
  readonly commit: number;
}

/** The BEGIN and COMMIT of the author's that the target stands between. */
export function ownBlock({ file, target, schedule }: Site): OwnBlock | undefined {
  const number = schedule.statements[target]?.transaction ?? null;
  if (number === null) return undefined;
  const find = (action: 'begin' | 'commit'): number =>
    file.statements.findIndex(({ parsed: { statement } }, index) => {
      const isInside = schedule.statements[index]?.transaction === number;
      return isInside && statement?.kind === 'TransactionControl' && statement.action === action;
    });
  const [begin, commit] = [find('begin'), find('commit')];
  return begin >= 0 && begin < target && commit > target ? { begin, commit } : undefined;
}

/** The author's own BEGIN or COMMIT, with its semicolon. */
export function control(file: SourceFile, index: number): string {
  const statement = file.statements[index];
  return `${file.text.slice(statement?.start, statement?.end)};`;
}

/** Where the SQL ends that the runner reads together with the target. */
export function endOf({ file, schedule, target }: Site): number {
  const { bodyEnd, end } = extentOf(file, schedule, target);
  return bodyEnd ?? end;
}
