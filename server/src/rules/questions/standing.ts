import type { NewFileSite } from '../../runners/runner';
import type { StandingProblem } from '../../runners/standing/bookkeeping';
import type { SourceFile } from '../../sql/source';
import type { FilePlace, Finding, Fix } from '../rule';
import { startOf } from './file-start';

/** What is wrong with the place of a file, of one kind. */
export function* problemsOf(
  kind: StandingProblem['kind'],
  file: SourceFile,
  { standing }: FilePlace,
): Iterable<Finding<StandingProblem>> {
  for (const problem of standing?.problems ?? []) {
    if (problem.kind !== kind) continue;
    const { message, remedy, isFatal } = problem;
    yield {
      range: startOf(file),
      message,
      remedy,
      severity: isFatal ? 'error' : 'warning',
      subject: problem,
    };
  }
}

/** Changes other files, or where this one is; the author says when. */
export function repairOf(
  { subject: { repair } }: Finding<StandingProblem>,
  site: NewFileSite,
): readonly Fix[] {
  if (repair === undefined) return [];
  const { title, notes } = repair;
  return [{ title, safety: 'review', change: { kind: 'files', changes: repair.changes(site), notes } }];
}
