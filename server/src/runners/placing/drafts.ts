import { withLineBreaks } from '../../sql/layout';
import type { SourceFile } from '../../sql/source';
import { applyEdits, type Edit, insert, lineBreakOf, type Range } from '../../sql/text';
import { endWithComment, startWithComment, wholeStatement } from './comments';
import { firstDependent } from './dependence';
import { difference } from './edits';
import { type Draft, type FileDraft, isLegal, isLegalAlone, type Mark } from './layout';
import { slug } from '../files/naming';
import { nameOf, parentOf } from '../files/paths';
import type { Site, Step } from '../runner';
import { enclosureAt, extentOf, statementsIn } from '../sending/sections';
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

/** The file's own transaction block around the target. */
interface OwnBlock {
  readonly begin: number;
  readonly commit: number;
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
  const outside = steps.slice(firstOutside);
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
    behind += `\n\n${control(file, block.begin)}\n${rest}\n${control(file, block.commit)}`;
  }
  edits.push(insertAt(endWithComment(file, block.commit), behind, file));
  return { edits, steps, files: [], notes: [] };
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
  const rest = cut === undefined ? undefined : restFrom(cut, site, block, frame);
  // With others, only what needs no transaction of its own stays with them; without, whatever the runner allows.
  let here = stays ? count(steps, (step) => step.transaction === 'inherits') : steps.length;
  for (; here >= 0; here--) {
    const plain = hereDraft(steps.slice(0, here), site, { stays, cut, block, separator });
    const base = [plain, stays ? undefined : unmanaged(plain, site, mark), adapt?.(plain, site)].find(
      (draft) => draft !== undefined && isLegal(draft, site),
    );
    if (base === undefined) continue;
    const files = group(steps.slice(here), site, { separator, mark, frame });
    if (files === undefined) continue;
    const all = rest === undefined ? files : [...files, rest];
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
  const gap = end < file.text.length ? '\n\n' : '\n';
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
    const distance = end < file.text.length ? '\n' : '';
    edits.push(replace({ start, end }, (start === kept ? '\n' : '') + closing + distance, file));
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

/** The fewest files in which `steps` are legal; undefined when one of them is legal nowhere. */
function group(
  steps: readonly CommentedStep[],
  site: Site,
  {
    separator,
    mark,
    frame,
  }: { readonly separator: string; readonly mark: Mark | undefined; readonly frame: Frame },
): readonly FileDraft[] | undefined {
  const files: FileDraft[] = [];
  let pending: FileDraft | undefined;
  const legalDraft = (content: readonly CommentedStep[]): FileDraft | undefined => {
    const text = withLineBreaks(frame(write(content, separator)), lineBreakOf(site.file.text));
    const plain = { name: content[0]?.name ?? '', text, steps: content };
    return [plain, unmanagedFile(plain, mark)].find(
      (draft) => draft !== undefined && isLegalAlone(draft, site),
    );
  };
  for (const step of steps) {
    const together = legalDraft([...(pending?.steps ?? []), step]);
    if (together !== undefined) {
      pending = together;
      continue;
    }
    const alone = legalDraft([step]);
    if (alone === undefined) return undefined;
    if (pending !== undefined) files.push(pending);
    pending = alone;
  }
  return pending === undefined ? files : [...files, pending];
}

function unmanagedFile(draft: FileDraft, mark: Mark | undefined): FileDraft | undefined {
  if (mark === undefined || !canBeUnmanaged(draft.steps)) return undefined;
  const edit = mark.edit?.(draft.text, 0);
  const text = edit === undefined ? draft.text : applyEdits(draft.text, [edit]);
  return { ...draft, text, isUnmanaged: true };
}

/** What moves with and behind statement `cut`; a block that is cut in two is opened again. */
function restFrom(cut: number, site: Site, block: OwnBlock | undefined, frame: Frame): FileDraft {
  const { file, path, schedule } = site;
  const lineBreak = lineBreakOf(file.text);
  const isCut = block !== undefined && cut <= block.commit;
  const around = enclosureAt(file, schedule, cut);
  const opensBefore = around !== undefined && around.statements[0] !== cut;
  const opening =
    (opensBefore ? `${around.opening.text}${lineBreak}` : '') +
    (isCut ? `${control(file, block.begin)}${lineBreak}` : '');
  const from = around === undefined || opensBefore ? startWithComment(file, cut) : around.start;
  const body = `${opening}${file.text.slice(from, endOf(site)).trimEnd()}${lineBreak}`;
  const text = withLineBreaks(frame(body), lineBreak);
  const base = /^migration\.sql$/i.test(nameOf(path)) ? nameOf(parentOf(path)) : nameOf(path);
  return {
    name: slug(`${base.replace(/\.sql$/i, '').replace(/^\d+[_-]?/, '')} continued`),
    text,
    steps: [],
  };
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

/** Where what the runner reads together with the target ends. */
function endOf({ file, schedule, target }: Site): number {
  return extentOf(file, schedule, target).end;
}

/** The lines that enclose a statement, with it and the line break behind them. */
function withoutTrace({ start, end }: Range, file: SourceFile): Range {
  return { start, end: end + (/^(?:[ \t]*(?:\r\n|\n|\r))*/.exec(file.text.slice(end))?.[0].length ?? 0) };
}

function isEmptyWithout({ begin, commit }: OwnBlock, target: number, cut: number | undefined): boolean {
  return target === begin + 1 && (commit === target + 1 || cut === target + 1);
}

/** The BEGIN and COMMIT of the author's that the target stands between. */
function ownBlock({ file, target, schedule }: Site): OwnBlock | undefined {
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

function notesFor(
  { file, target, project, tree, path }: Site,
  files: readonly FileDraft[],
): readonly string[] {
  const notes: string[] = [];
  if (files.length === 0) return notes;
  const last = project.runner.migrations(project, tree).at(-1);
  if (last !== undefined && last !== path) {
    notes.push(`What is new runs after "${shortName(last)}", the last migration of the project.`);
  }
  const settings = file.statements.slice(0, target).flatMap(({ parsed: { statement } }) => {
    if (statement?.kind !== 'SetVariable' || statement.values.length === 0) return [];
    return statement.variable === 'search_path' || statement.variable === 'role' ? [statement.variable] : [];
  });
  for (const variable of new Set(settings)) {
    notes.push(`The file sets ${variable} before the statement; the new migrations do not.`);
  }
  return notes;
}

function shortName(path: string): string {
  return nameOf(path) === 'migration.sql' ? nameOf(parentOf(path)) : nameOf(path);
}

/** Writes the statements of a new migration into what else this runner wants in one. */
export type Frame = (body: string) => string;

/** A draft with what else the file of the target needs, for the runner to find the end of the steps. */
export type Adapt = (draft: Draft, site: Site) => Draft | undefined;

const bare: Frame = (body) => body;

function insertAt(offset: number, text: string, file: SourceFile): Edit {
  return insert(offset, withLineBreaks(text, lineBreakOf(file.text)));
}

function replace(range: Range, text: string, file: SourceFile): Edit {
  return { range, text: withLineBreaks(text, lineBreakOf(file.text)) };
}

/** The author's own BEGIN or COMMIT, with its semicolon. */
function control(file: SourceFile, index: number): string {
  const statement = file.statements[index];
  return `${file.text.slice(statement?.start, statement?.end)};`;
}

function lastEnd(edits: readonly Edit[]): number {
  return Math.max(0, ...edits.map(({ range }) => range.end));
}

function count(steps: readonly CommentedStep[], isCounted: (step: Step) => boolean): number {
  const end = steps.findIndex((step) => !isCounted(step));
  return end < 0 ? steps.length : end;
}
