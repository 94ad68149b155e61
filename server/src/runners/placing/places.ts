import { parseFile } from '../../sql/parse';
import { refusedInTransactionBlock } from '../../sql/transaction-block';
import type { Frame } from './apart';
import { type Adapt, behindOwnBlock, inNewFiles, inPlace, unmanaged } from './drafts';
import { type CommentedStep, prepare } from './steps';
import { type Draft, isLegal, type PlacementTerms, toPlacement } from './layout';
import { isLimit, settingsBefore } from './settings';
import { shortLabelOf } from '../label';
import { extentOf, statementsIn } from '../sending/sections';
import type { Placement, Refusal, Site, Step } from '../runner';

/** What runners that place steps by the common layout differ in. */
export interface LayoutTerms extends PlacementTerms {
  /** Whether the runner records which files ran: then what a transaction cannot undo is better off in its own file. */
  readonly records: boolean;
  /** What a new migration is besides its statements; given those, with the last line break. */
  readonly frame?: Frame;
  /** Tried where a draft is not legal as it is. */
  readonly adapt?: Adapt;
  /** The lines that a statement needs around it, for the runner to find its end; undefined when it needs none. */
  readonly enclose?: (sql: string) => CommentedStep['enclosure'];
}

/** All placements of `steps`, the best first; a refusal when there is none. */
export function placesOf(
  given: readonly Step[],
  site: Site,
  terms: LayoutTerms,
): readonly [Placement, ...Placement[]] {
  const { records, mark, frame, enclose, adapt } = terms;
  const steps = prepare(given, site, enclose);
  const isOnly = othersNeedNoTransaction(site);
  const inFile = inPlace(steps, site);
  const here = [
    inFile,
    behindOwnBlock(steps, site),
    isOnly ? unmanaged(inFile, site, mark) : undefined,
    adapt?.(inFile, site),
  ].find((draft) => draft !== undefined && isLegal(draft, site));
  const inherits = steps.every(({ transaction }) => transaction === 'inherits');
  const apart =
    here !== undefined && (inherits || isOnly || !records)
      ? undefined
      : inNewFiles(steps, site, { mark, frame, adapt });
  const drafts: Draft[] = [];
  if (apart !== undefined) drafts.push(apart);
  if (here !== undefined && (apart === undefined || apart.files.length > 0)) {
    drafts.push(apart === undefined ? here : besideOthers(here));
  }
  const [first, ...others] = drafts.map((draft) => toPlacement(draft, site, terms));
  return first === undefined ? [{ refusal: refusalFor(steps, site) }] : [first, ...others];
}

/** Whether nothing that the runner reads with the target would lose a transaction without the runner's. */
function othersNeedNoTransaction(site: Site): boolean {
  const { file, schedule, target } = site;
  const others = statementsIn(file, extentOf(file, schedule, target)).filter((index) => index !== target);
  if (others.length === 0) return file.statements.length === 1;
  if (settingsBefore(site, target).some((setting) => setting.isLocal || isLimit(setting))) return false;
  return others.every((index) => {
    const statement = file.statements[index]?.parsed.statement;
    if (statement?.kind === 'SetVariable') return !statement.isLocal;
    return statement !== undefined && refusedInTransactionBlock(statement) !== undefined;
  });
}

function besideOthers(draft: Draft): Draft {
  return {
    ...draft,
    how: 'in this file',
    notes: [
      ...draft.notes,
      'When a statement of this file fails, those that are outside its transaction stay done, although the migration counts as not applied.',
    ],
  };
}

/** Why the first step that can stand nowhere cannot. */
function refusalFor(steps: readonly Step[], site: Site): Refusal {
  const { project } = site;
  if (settingsBefore(site, site.target).some(({ variable }) => variable === 'search_path')) {
    return {
      reason: `The file sets search_path, which ${shortLabelOf(project)} cannot do in a migration of its own for these steps.`,
      instead: 'Write the schema before the names in this statement.',
    };
  }
  for (const { sql } of steps) {
    const file = parseFile(sql);
    const schedule = project.runner.schedule(file, project);
    for (const [index, { parsed }] of file.statements.entries()) {
      if (parsed.statement === undefined) continue;
      const refusal = project.runner.refuses(parsed.statement, index, schedule, project);
      if (refusal !== undefined) return refusal;
    }
  }
  return {
    reason: `${shortLabelOf(project)} cannot run these steps in the transactions that they need.`,
    instead: 'Run them by hand with psql, one after the other.',
  };
}
