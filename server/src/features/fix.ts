import { type Finding, type Fix, type FixContext, isRefusal, type Severity } from '../rules/rule';
import { shortLabelOf } from '../runners';
import type { FileChange, FileTree, PlacementWay, Refusal } from '../runners/runner';
import type { ReleasedText } from '../runners/standing/bookkeeping';
import { changedPlace } from '../runners/standing/changed';
import { applyEdits, type Range, shift } from '../sql/text';
import { visible } from '../sql/visible';
import {
  type Analysis,
  type AnalysedStatement,
  catalogBefore,
  ruleContext,
  type Surroundings,
} from './analysis';
import { frontOf } from './front';

/** Where fixes are asked for and what time it is there. */
export interface FixSite {
  readonly tree: FileTree;
  /** For the names of new files. */
  readonly now: Date;
  /** Whether what the default branch has is repaired as if nothing had run it yet. */
  readonly repairsReleased?: boolean;
}

/** A fix that can be applied, or one that the runner cannot carry out. */
export interface OfferedFix {
  readonly rule: string;
  readonly severity: Severity;
  /** The finding that it repairs, in the file. */
  readonly range: Range;
  readonly message: string;
  readonly title: string;
  readonly safety: Fix['safety'];
  /** The value of `--policy` that asks for it. */
  readonly policy: string | undefined;
  /** The value of `--place` that asks for it. */
  readonly way: PlacementWay | undefined;
  readonly changes: readonly FileChange[];
  /** The file to look at afterwards; omitted where `changes` are of one file. */
  readonly front?: string | undefined;
  /** What the author must know or do besides. */
  readonly notes: readonly string[];
  /** Why it cannot be applied; then `changes` is empty. */
  readonly refusal: Refusal | undefined;
  /** The branch that has the migration already, when that is why. */
  readonly releasedOn?: string;
}

/**
 * The fixes of the statements that have a finding at `range`: first those for that finding, the best one first, then
 * those for what else is wrong with the statement.
 */
export function fixesAt(analysis: Analysis, range: Range, site: FixSite): readonly OfferedFix[] {
  const fixes = analysis.statements.flatMap((analysed, index) => {
    const isAt = (finding: Finding): boolean => touches(shift(finding.range, analysed.source.start), range);
    const at = analysed.findings.filter(({ finding }) => isAt(finding));
    if (at.length === 0) return [];
    const others = analysed.findings.filter((reported) => !at.includes(reported));
    return statementFixes(analysis, { ...analysed, findings: [...at, ...others] }, index, site);
  });
  const offered = fixes.map((fix) => ({ ...fix, title: visible(fix.title), notes: fix.notes.map(visible) }));
  return site.repairsReleased === true
    ? offered
    : offered.map((fix) => unlessReleased(fix, analysis, isAsReleased));
}

/**
 * Databases have run what the default branch has: a fix in place never reaches them, and the next finding would be that
 * the migration was changed. `isAllowed` says of a text that it may stand there all the same.
 */
export function unlessReleased(
  fix: OfferedFix,
  { file, surroundings }: Analysis,
  isAllowed: (text: string, released: ReleasedText, surroundings: Surroundings) => boolean,
): OfferedFix {
  const { path, standing } = surroundings;
  const released = standing?.released;
  const edit = fix.changes.find((change) => change.kind === 'edit' && change.path === path);
  if (released === undefined || edit?.kind !== 'edit') return fix;
  if (isAllowed(applyEdits(file.text, edit.edits), released, surroundings)) return fix;
  const reason = `${released.branch} already has this migration.`;
  const refusal = { reason, instead: 'Write the change into a new migration.' };
  return { ...fix, changes: [], notes: [], refusal, releasedOn: released.branch };
}

/** All fixes of a file, statement by statement. */
export function allFixes(analysis: Analysis, site: FixSite): readonly OfferedFix[] {
  return fixesAt(analysis, { start: 0, end: analysis.file.text.length }, site);
}

/** A file that may grow has pieces that nothing has run yet; of any other, only what brings back the branch's text. */
function isAsReleased(text: string, released: ReleasedText, surroundings: Surroundings): boolean {
  return released.clash.pieces === undefined
    ? text === released.text
    : isSameToRunner(text, released, surroundings);
}

/** Whether a text is to its runner what the branch has: most do not mind comments. */
export function isSameToRunner(
  text: string,
  released: ReleasedText,
  { project, path }: Surroundings,
): boolean {
  return changedPlace(released.parse(text), released, project, path) === undefined;
}

/** Whether two ranges have a character in common, or meet. */
export function touches(a: Range, b: Range): boolean {
  return a.start <= b.end && a.end >= b.start;
}

function statementFixes(
  analysis: Analysis,
  { source, schedule, statement, effects, refusal, findings }: AnalysedStatement,
  index: number,
  site: FixSite,
): readonly OfferedFix[] {
  const context = (): FixContext | undefined => {
    if (statement === undefined || effects === undefined) return undefined;
    const catalog = catalogBefore(analysis, index);
    return { ...ruleContext(analysis.surroundings, catalog, effects, schedule, refusal), statement };
  };
  let known: FixContext | undefined;
  const isRefused = findings.some(({ rule }) => isRefusal(rule));
  const repairable = findings.filter(
    ({ rule, isOfFile }) => !isRefused || isOfFile === true || isRefusal(rule),
  );
  return repairable.flatMap(({ rule, severity, finding, isInBody, isOfFile }) => {
    // A body is one statement to the runner; what stands in it cannot be taken out.
    if (isInBody) return [];
    const base = {
      rule: rule.id,
      severity,
      range: shift(finding.range, source.start),
      message: finding.message,
    };
    if (isOfFile === true) {
      const around = { ...site, project: analysis.surroundings.project };
      return (rule.fixesInFile?.(finding, around) ?? []).flatMap((fix) =>
        offer(fix, base, analysis, undefined, site),
      );
    }
    known ??= context();
    if (known === undefined) return [];
    return (rule.fixes?.(finding, known) ?? []).flatMap((fix) => offer(fix, base, analysis, index, site));
  });
}

function offer(
  fix: Fix,
  base: Pick<OfferedFix, 'rule' | 'severity' | 'range' | 'message'>,
  analysis: Analysis,
  index: number | undefined,
  { tree, now }: FixSite,
): readonly OfferedFix[] {
  const { file, schedule, surroundings } = analysis;
  const { project, path } = surroundings;
  const { title, safety, policy, change } = fix;
  const common = { ...base, safety, policy };
  if (change.kind === 'edits') {
    const start = index === undefined ? 0 : (file.statements[index]?.start ?? 0);
    // Behind the last statement there may be no semicolon, where an edit stands behind that.
    const end = file.text.length;
    const edits = change.edits.map(({ range, text }) => ({ range: upTo(end, shift(range, start)), text }));
    return [
      {
        ...common,
        title,
        changes: [{ kind: 'edit', path, edits }],
        way: 'file',
        notes: [],
        refusal: undefined,
      },
    ];
  }
  if (change.kind === 'files') {
    const { changes, notes } = change;
    return changes.length === 0
      ? []
      : [{ ...common, title, changes, way: undefined, notes, refusal: undefined }];
  }
  if (index === undefined) return [];
  const site = { project, tree, path, file, schedule, target: index, now };
  return project.runner.places(change.steps, site).map((placement): OfferedFix => {
    if ('refusal' in placement) {
      return { ...common, title, changes: [], way: undefined, notes: [], refusal: placement.refusal };
    }
    const { changes, way, how, notes } = placement;
    const complete = how === '' ? title : `${title}, ${how} (${shortLabelOf(project)})`;
    const front = frontOf(changes, change.steps);
    return { ...common, title: complete, changes, front, way, notes, refusal: undefined };
  });
}

/** The range, as far as it lies in a text of this length. */
function upTo(length: number, { start, end }: Range): Range {
  return { start: Math.min(start, length), end: Math.min(end, length) };
}
