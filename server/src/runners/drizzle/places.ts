import { withLineBreaks } from '../../sql/layout';
import { type Edit, lineBreakOf } from '../../sql/text';
import { beforeTheDeploy, oneStatementEach } from '../placing/by-hand';
import { endWithComment } from '../placing/comments';
import { inNewFiles, inPlace } from '../placing/drafts';
import { type CommentedStep, prepare } from '../placing/steps';
import { forSession, isLimit, reset, settingsBefore } from '../placing/settings';
import { addFiles } from './files';
import { type Draft, isLegal, toPlacement } from '../placing/layout';
import { join, nameOf, parentOf } from '../files/paths';
import type { Placement, Site, Step } from '../runner';

export const breakpoint = '--> statement-breakpoint';
const separator = `${breakpoint}\n`;

/**
 * Drizzle runs everything in one transaction and has no way out of it. What must not run there is done by hand before
 * the deploy; or the transaction is ended at a breakpoint, which drizzle-kit does not forbid.
 */
export function drizzlePlaces(given: readonly Step[], site: Site): readonly [Placement, ...Placement[]] {
  // Drivers of the extended protocol take one statement in a chunk.
  const steps = prepare(given, site).flatMap(oneStatementEach);
  const place = (draft: Draft): Placement => toPlacement(draft, site, { addFiles });
  if (steps.every(({ transaction }) => transaction === 'inherits')) {
    const draft = between(steps, site);
    if (isLegal(draft, site)) return [place(draft)];
  }
  const needsNone = steps.some(({ transaction }) => transaction === 'none');
  const options: Placement[] = [];
  // Where neither Drizzle nor drizzle-kit looks.
  const folder =
    nameOf(site.path) === 'migration.sql' ? parentOf(site.path) : join(site.project.folder, 'manual');
  const terms = { between: (kept: readonly CommentedStep[]): Draft => between(kept, site), folder };
  const byHand = needsNone ? beforeTheDeploy(steps, site, terms) : undefined;
  if (byHand !== undefined) options.push(byHand);
  const committing = withCommits(steps, site);
  if (isLegal(committing, site)) options.push(place(committing));
  if (!needsNone) {
    const apart = inNewFiles(steps, site, { separator });
    if (apart !== undefined) options.push(place({ ...apart, notes: [...apart.notes, deployOneByOne] }));
  }
  const [first, ...others] = options;
  return first === undefined ? [{ refusal }] : [first, ...others];
}

const refusal = {
  reason: 'Drizzle runs all pending migrations in one transaction, which these steps cannot share.',
  instead: 'Run them by hand with psql before the deploy.',
};

const deployOneByOne =
  'Deploy each of the migrations before the next: those that are pending together share a transaction.';

/** `steps` where the target is, each a chunk of its own. */
function between(steps: readonly CommentedStep[], site: Site): Draft {
  const { file, target } = site;
  const draft = inPlace(steps, site, separator);
  // A neighbour without a breakpoint would share a query with the steps.
  const isApart = (left: number, right: number): boolean =>
    file.statements[left] === undefined ||
    file.statements[right] === undefined ||
    file.others.some(
      ({ kind, start }) =>
        kind === 'boundary' &&
        start >= (file.statements[left]?.terminatedEnd ?? 0) &&
        start < (file.statements[right]?.start ?? 0),
    );
  const edits = draft.edits.map(({ range, text }): Edit => {
    const before = isApart(target - 1, target) ? '' : separator;
    const isComment = endWithComment(file, target) > (file.statements[target]?.terminatedEnd ?? 0);
    const behind = isApart(target, target + 1) ? '' : `${isComment ? '\n' : ''}${breakpoint}`;
    return { range, text: withLineBreaks(`${before}${text}${behind}`, lineBreakOf(file.text)) };
  });
  return { ...draft, edits };
}

/** Each step that needs it in a transaction of its own, or in none, by ending Drizzle's. */
function withCommits(steps: readonly CommentedStep[], site: Site): Draft {
  const chunks: CommentedStep[] = [];
  const control = (sql: string, why = ''): void => {
    chunks.push({ sql, why, transaction: 'inherits', name: '' });
  };
  const local = settingsBefore(site, site.target).filter(({ isLocal }) => isLocal);
  const lasting = local.filter((setting) => !isLimit(setting));
  let isOpen = true;
  let isExplained = false;
  for (const step of steps) {
    if (isOpen && step.transaction !== 'inherits') {
      control('COMMIT;', isExplained ? '' : 'Ends the transaction that Drizzle opened, for what follows.');
      // What was set for that transaction has ended with it.
      if (!isExplained) for (const setting of lasting) control(`${forSession(setting)};`);
      isExplained = true;
      isOpen = false;
    }
    if (!isOpen && step.transaction !== 'none') {
      control('BEGIN;');
      isOpen = true;
    }
    chunks.push(step);
    if (step.transaction === 'own') {
      control('COMMIT;');
      isOpen = false;
    }
  }
  if (!isOpen) control('BEGIN;', 'Drizzle ends this one.');
  if (isExplained) {
    for (const setting of lasting) control(`${reset(setting)};`);
    for (const { text } of local) control(`${text};`);
  }
  return {
    ...between(chunks, site),
    how: 'with a COMMIT at a breakpoint',
    way: 'commit',
    notes: [
      'The COMMIT also commits all earlier migrations that are pending.',
      'A failure after it leaves this migration half done and not recorded; it runs again from its start.',
    ],
  };
}
