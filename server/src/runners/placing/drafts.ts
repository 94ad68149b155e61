import { withLineBreaks } from '../../sql/layout';
import type { SourceFile } from '../../sql/source';
import { applyEdits, type Edit, insert, lineBreakOf, type Range } from '../../sql/text';
import { endWithComment, startWithComment, wholeStatement } from './comments';
import { firstDependent } from './dependence';
import { difference } from './edits';
import { continuedFiles, filesFor, type Frame } from './apart';
import { type Draft, type FileDraft, isLegal, type Mark } from './layout';
import { control, endOf, type OwnBlock, ownBlock } from './own-block';
import { nameOf, parentOf } from '../files/paths';
import type { Site, Step } from '../runner';
import { enclosureAt, extentOf, statementsIn } from '../sending/sections';
import { forSession, isLimit, reset, type Setting, settingsBefore } from './settings';
import { betweenStatements, type CommentedStep, withoutEnclosure, write } from './steps';

/** How the file of the target is divided. */
interface Division {
  /** Whether statements besides the steps stay. */
  readonly stays: boolean;
  /** The first statement that moves behind the steps. */
  readonly cut: number | undefined;
  readonly block: OwnBlock | undefined;
  readonly separator: string;
}

/** `steps` where the target is. */
export function inPlace(
  steps: readonly CommentedStep[],
  { file, target, schedule }: Site,
  separator = betweenStatements,
): Draft {
  const enclosure = enclosureAt(file, schedule, target);
  const isAlone = enclosure?.statements.length === 1;
  const range = isAlone
    ? { start: enclosure.start, end: enclosure.end }
    : { start: startWithComment(file, target), end: endWithComment(file, target) };
  const line = file.text.slice(file.text.lastIndexOf('\n', range.start - 1) + 1, range.start);
  const enclosed = enclosure !== undefined && !isAlone;
  let text = write(enclosed ? steps.map(withoutEnclosure) : steps, separator).trimEnd();
  // Behind another statement on its line, the reasons need a line of their own.
  if (line.trim() !== '' && text.startsWith('--')) {
    text = `\n${text}`;
    range.start -= line.length - line.trimEnd().length;
  }
  return { edits: [replace(range, text, file)], steps, files: [], notes: [] };
}

/**
 * `steps` where the target is, except for those that must leave the author's own transaction block: they come behind
 * its COMMIT, and behind them, in a block of its own, what needs them. undefined when there is no such block.
 */
export function behindOwnBlock(steps: readonly CommentedStep[], site: Site): Draft | undefined {
  const { file, target } = site;
  const block = ownBlock(site);
  // Lines that enclose statements would have to be moved with them.
  if (block === undefined || enclosureAt(file, site.schedule, target) !== undefined) return undefined;
  const firstOutside = steps.findIndex((step) => step.transaction !== 'inherits');
  const inside = steps.slice(0, firstOutside);
  const local = settingsBefore(site, target).filter(({ isLocal }) => isLocal);
  const outside = withSettings(steps.slice(firstOutside), local);
  const dependent = firstDependent(file, target, endOf(site));
  const cut = dependent !== undefined && dependent < block.commit ? dependent : undefined;
  const commit = file.statements[block.commit];
  if (firstOutside < 0 || commit === undefined) return undefined;
  const edits: Edit[] = [];
  const staysEmpty = inside.length === 0 && isEmptyWithout(block, target, cut);
  const written = write(outside).trimEnd();
  if (staysEmpty && cut === undefined) {
    // Nothing is left for the block to hold together.
    edits.push({ range: wholeStatement(file, block.begin), text: '' });
    edits.push(...inPlace(outside, site).edits);
    edits.push({ range: wholeStatement(file, block.commit), text: '' });
    return { edits, steps, files: [], notes: [] };
  }
  if (inside.length > 0) edits.push(...inPlace(inside, site).edits);
  else edits.push({ range: wholeStatement(file, target), text: '' });
  if (staysEmpty) {
    // All that is left in the block needs the steps.
    edits.unshift(insertAt(startWithComment(file, block.begin), `${written}\n\n`, file));
    return { edits, steps, files: [], notes: [] };
  }
  let behind = `

${written}`;
  if (cut !== undefined) {
    const moved = { start: startWithComment(file, cut), end: startWithComment(file, block.commit) };
    edits.push({ range: moved, text: '' });
    const rest = file.text.slice(moved.start, moved.end).trimEnd();
    const begin = [control(file, block.begin), ...local.map(({ text }) => `${text};`)].join('\n');
    behind += `\n\n${begin}\n${rest}\n${control(file, block.commit)}`;
  }
  edits.push(insertAt(endWithComment(file, block.commit), behind, file));
  return { edits, steps, files: [], notes: [] };
}

/** The steps with what the block has set, and taken back behind them. */
function withSettings(steps: readonly CommentedStep[], local: readonly Setting[]): readonly CommentedStep[] {
  const isBuild = steps.some(({ transaction }) => transaction === 'none');
  const kept = local.filter((setting) => !isBuild || !isLimit(setting));
  if (kept.length === 0) return steps;
  const step = (write: (setting: Setting) => string): CommentedStep => ({
    sql: kept.map((setting) => `${write(setting)};`).join('\n'),
    transaction: 'inherits',
    why: '',
    name: '',
  });
  return [step(forSession), ...steps, step(reset)];
}

/**
 * `steps` in as few migrations as the runner allows: in this file what can stay, the others in new ones, and in a last
 * one what stands behind the target and needs it.
 */
export function inNewFiles(
  steps: readonly CommentedStep[],
  site: Site,
  {
    separator = betweenStatements,
    mark,
    frame = bare,
    adapt,
  }: {
    readonly separator?: string;
    readonly mark?: Mark | undefined;
    readonly frame?: Frame | undefined;
    readonly adapt?: Adapt | undefined;
  } = {},
): Draft | undefined {
  const block = ownBlock(site);
  const cut = cutBehind(site);
  const stays = othersThatStay(site, block, cut);
  const rest = cut === undefined ? [] : continuedFiles(cut, site, block, { mark, frame });
  if (rest === undefined) return undefined;
  // With others, only what needs no transaction of its own stays with them; without, whatever the runner allows.
  let here = stays ? count(steps, (step) => step.transaction === 'inherits') : steps.length;
  for (; here >= 0; here--) {
    const plain = hereDraft(steps.slice(0, here), site, { stays, cut, block, separator });
    const base = [plain, stays ? undefined : unmanaged(plain, site, mark), adapt?.(plain, site)].find(
      (draft) => draft !== undefined && isLegal(draft, site),
    );
    if (base === undefined) continue;
    const files = filesFor(steps.slice(here), site, { separator, mark, frame });
    if (files === undefined) continue;
    const all = [...files, ...rest];
    if (here === 0 && !stays) continue;
    return { ...base, files: all, notes: notesFor(site, all) };
  }
  return undefined;
}

/**
 * The draft in a file without the runner's transaction; undefined when there is no way to say that, or when a step
 * would lose a transaction that it is to have.
 */
export function unmanaged(draft: Draft, site: Site, mark: Mark | undefined): Draft | undefined {
  const { file, schedule, target } = site;
  if (mark === undefined || mark.isForNewFiles === true || !canBeUnmanaged(draft.steps)) return undefined;
  if (mark.edit === undefined) return { ...draft, isUnmanaged: true };
  const text = applyEdits(file.text, draft.edits);
  const edit = mark.edit(text, extentOf(file, schedule, target).start);
  if (edit === undefined) return undefined;
  return { ...draft, edits: [difference(file.text, applyEdits(text, [edit]))], isUnmanaged: true };
}

function canBeUnmanaged(steps: readonly Step[]): boolean {
  return steps.length > 0 && steps.every(({ transaction }) => transaction !== 'inherits');
}

/** Where the file is cut: at the first statement that needs the target; a later block that holds it is kept whole. */
function cutBehind(site: Site): number | undefined {
  const { file, target } = site;
  const dependent = firstDependent(file, target, endOf(site));
  if (dependent === undefined) return undefined;
  let begin: number | undefined;
  for (let index = target + 1; index < dependent; index++) {
    const statement = file.statements[index]?.parsed.statement;
    if (statement?.kind !== 'TransactionControl') continue;
    if (statement.action === 'begin') begin = index;
    if (statement.action === 'commit' || statement.action === 'rollback') begin = undefined;
  }
  return begin ?? dependent;
}

/** The current file with `steps` instead of the target, and without what moves. */
function hereDraft(
  steps: readonly CommentedStep[],
  site: Site,
  { stays, cut, block, separator }: Division,
): Draft {
  const { file, target } = site;
  const edits: Edit[] = [];
  const end = endOf(site);
  // What stands behind the section keeps its distance.
  const isLineEnd = /^\r?\n/.test(file.text.slice(end, end + 2));
  const gap = isLineEnd ? '' : end < file.text.length ? '\n\n' : '\n';
  const enclosure = enclosureAt(file, site.schedule, target);
  if (!stays) {
    const from = enclosure?.start ?? startWithComment(file, block?.begin ?? target);
    const to = cut === undefined ? (enclosure?.end ?? endWithComment(file, block?.commit ?? target)) : end;
    const text = `${inBlock(steps, file, block, separator)}${cut === undefined ? '' : gap}`;
    return { edits: [replace({ start: from, end: to }, text, file)], steps, files: [], notes: [] };
  }
  const isOnlyOne = enclosure?.statements.length === 1;
  const emptied = block !== undefined && steps.length === 0 && isEmptyWithout(block, target, cut);
  if (emptied) edits.push({ range: wholeStatement(file, block.begin), text: '' });
  if (steps.length > 0) edits.push(...inPlace(steps, site, separator).edits);
  else if (isOnlyOne) edits.push({ range: withoutTrace(enclosure, file), text: '' });
  else edits.push({ range: wholeStatement(file, target), text: '' });
  const isCut = cut !== undefined && block !== undefined && cut <= block.commit;
  if (emptied && !isCut) edits.push({ range: wholeStatement(file, block.commit), text: '' });
  if (cut !== undefined) {
    const around = enclosureAt(file, site.schedule, cut);
    const opensBefore = around !== undefined && around.statements[0] !== cut;
    const closing =
      (isCut && !emptied ? `${control(file, block.commit)}\n` : '') +
      (opensBefore ? `${around.closing.text}\n` : '');
    const from = around === undefined || opensBefore ? startWithComment(file, cut) : around.start;
    const kept = file.text.slice(0, from).trimEnd().length;
    const start = Math.max(kept, lastEnd(edits));
    const distance = end < file.text.length && !isLineEnd ? '\n' : '';
    const lineBreak = start === kept && (!isLineEnd || closing !== '') ? '\n' : '';
    edits.push(replace({ start, end }, lineBreak + closing + distance, file));
  }
  return { edits, steps, files: [], notes: [] };
}

/** The steps, of which the first keep the block that they were made for. */
function inBlock(
  steps: readonly CommentedStep[],
  file: SourceFile,
  block: OwnBlock | undefined,
  separator: string,
): string {
  const inside = block === undefined ? 0 : count(steps, ({ transaction }) => transaction === 'inherits');
  const outside =
    inside === steps.length && inside > 0 ? '' : write(steps.slice(inside), separator).trimEnd();
  if (block === undefined || inside === 0) return outside;
  const body = write(steps.slice(0, inside), separator);
  const kept = `${control(file, block.begin)}\n${body}${control(file, block.commit)}`;
  return outside === '' ? kept : `${kept}\n\n${outside}`;
}

/** Whether the file keeps a statement besides the steps. */
function othersThatStay(
  { file, target, schedule }: Site,
  block: OwnBlock | undefined,
  cut = file.statements.length,
): boolean {
  return statementsIn(file, extentOf(file, schedule, target)).some(
    (index) =>
      index !== target &&
      index < cut &&
      (block === undefined || (index !== block.begin && index !== block.commit)),
  );
}

/** The lines that enclose a statement, with it and the line break behind them. */
function withoutTrace({ start, end }: Range, file: SourceFile): Range {
  return { start, end: end + (/^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(file.text.slice(end))?.[0].length ?? 0) };
}

function isEmptyWithout({ begin, commit }: OwnBlock, target: number, cut: number | undefined): boolean {
  return target === begin + 1 && (commit === target + 1 || cut === target + 1);
}

function notesFor({ project, tree, path }: Site, files: readonly FileDraft[]): readonly string[] {
  const notes: string[] = [];
  if (files.length === 0) return notes;
  const last = project.runner.migrations(project, tree).at(-1);
  if (last !== undefined && last !== path) {
    notes.push(`What is new runs after "${shortName(last)}", the last migration of the project.`);
  }
  const settings = files
    .flatMap(({ without = [] }) => without)
    .filter((variable) => variable === 'search_path' || variable === 'role');
  for (const variable of new Set(settings)) {
    notes.push(`The file sets ${variable} before the statement; the new migrations do not.`);
  }
  return notes;
}

function shortName(path: string): string {
  return nameOf(path) === 'migration.sql' ? nameOf(parentOf(path)) : nameOf(path);
}

/** A draft with what else the file of the target needs, for the runner to find the end of the steps. */
export type Adapt = (draft: Draft, site: Site) => Draft | undefined;

const bare: Frame = (body) => body;

function insertAt(offset: number, text: string, file: SourceFile): Edit {
  return insert(offset, withLineBreaks(text, lineBreakOf(file.text)));
}

function replace(range: Range, text: string, file: SourceFile): Edit {
  return { range, text: withLineBreaks(text, lineBreakOf(file.text)) };
}

function lastEnd(edits: readonly Edit[]): number {
  return Math.max(0, ...edits.map(({ range }) => range.end));
}

function count(steps: readonly CommentedStep[], isCounted: (step: Step) => boolean): number {
  const end = steps.findIndex((step) => !isCounted(step));
  return end < 0 ? steps.length : end;
}
