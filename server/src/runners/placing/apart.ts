import { withLineBreaks } from '../../sql/layout';
import { parseFile } from '../../sql/parse';
import { applyEdits, lineBreakOf } from '../../sql/text';
import { nameOf, parentOf } from '../files/paths';
import { slug } from '../files/naming';
import type { Site, Step } from '../runner';
import { enclosureAt, extentOf } from '../sending/sections';
import { startWithComment } from './comments';
import {
  type FileDraft,
  isLegalAlone,
  type Mark,
  parserFor,
  refusalsAlone,
  refusalsBefore,
  settingsHold,
} from './layout';
import { control, endOf, type OwnBlock } from './own-block';
import { forSession, isLimit, reset, type Setting, settingsBefore } from './settings';
import { betweenStatements, type CommentedStep, write } from './steps';

/** Writes the statements of a new migration into what else this runner wants in one. */
export type Frame = (body: string) => string;

/** How new migrations are written. */
interface NewFileTerms {
  readonly separator?: string;
  readonly mark?: Mark | undefined;
  readonly frame: Frame;
}

/** What a new migration begins and ends with, for its statements to run as they would have. */
interface Surrounding {
  readonly before: readonly string[];
  /** Behind a BEGIN that the author's block is opened with again. */
  readonly inBlock: readonly string[];
  readonly after: readonly string[];
  /** The settings that it leaves out. */
  readonly without: readonly Setting[];
  /** How many of its first statements must hold to the end of the transaction. */
  readonly locals: number;
}

/** The fewest files in which `steps` are legal; undefined when one of them is legal nowhere. */
export function filesFor(
  steps: readonly CommentedStep[],
  site: Site,
  terms: NewFileTerms,
): readonly FileDraft[] | undefined {
  const files: FileDraft[] = [];
  let pending: FileDraft | undefined;
  for (const step of steps) {
    const together = fileFor([...(pending?.steps ?? []), step], site, terms);
    if (together !== undefined) {
      pending = together;
      continue;
    }
    const alone = fileFor([step], site, terms);
    if (alone === undefined) return undefined;
    if (pending !== undefined) files.push(pending);
    pending = alone;
  }
  return pending === undefined ? files : [...files, pending];
}

function fileFor(
  content: readonly CommentedStep[],
  site: Site,
  { separator = betweenStatements, mark, frame }: NewFileTerms,
): FileDraft | undefined {
  const settings = settingsBefore(site, site.target).filter(
    (setting) => !content.some(({ transaction }) => transaction === 'none') || !isLimit(setting),
  );
  const canBeMarked = content.every(({ transaction }) => transaction !== 'inherits');
  const sql = content.map((step) => step.sql).join('\n');
  return firstOf(surroundings(settings, false), (around) => {
    if (around.without.some(({ variable }) => needs(sql, variable, site))) return undefined;
    const steps = [...asSteps(around.before, separator), ...content, ...asSteps(around.after, separator)];
    const text = withLineBreaks(
      frame(aboutTheFile(site) + write(steps, separator)),
      lineBreakOf(site.file.text),
    );
    const plain: FileDraft = { name: content[0]?.name ?? '', text, steps: content, without: namesOf(around) };
    return [plain, canBeMarked ? marked(plain, mark) : undefined].find(
      (draft) => draft !== undefined && isLegalAlone(draft, site) && settingsHold(draft, around.locals, site),
    );
  });
}

/**
 * What moves with and behind statement `cut`, in as few files as the runner allows; undefined when it would be refused
 * there as it was not before. A block that is cut in two is opened again.
 */
export function continuedFiles(
  cut: number,
  site: Site,
  block: OwnBlock | undefined,
  terms: NewFileTerms,
): readonly FileDraft[] | undefined {
  const { file } = site;
  const isCut = block !== undefined && cut <= block.commit;
  const all = continuedFile(cut, endOf(site), site, isCut ? block : undefined, terms);
  if (all?.isLegal === true) return [all.draft];
  const moved = file.statements.flatMap(({ start }, index) =>
    index >= cut && start < endOf(site) ? [index] : [],
  );
  const isWhole = moved.some(
    (index) =>
      file.statements[index]?.parsed.statement?.kind === 'TransactionControl' ||
      enclosureAt(file, site.schedule, index) !== undefined,
  );
  const parts = isWhole ? undefined : inParts(moved, site, terms);
  if (parts !== undefined) return parts;
  return all === undefined ? undefined : [all.draft];
}

/** Statement after statement in the file before it, as long as that is legal. */
function inParts(
  moved: readonly number[],
  site: Site,
  terms: NewFileTerms,
): readonly FileDraft[] | undefined {
  const files: FileDraft[] = [];
  for (let first = 0; first < moved.length;) {
    let longest: FileDraft | undefined;
    let next = first;
    while (next < moved.length) {
      const behind = moved[next + 1];
      const end = behind === undefined ? endOf(site) : startWithComment(site.file, behind);
      const part = continuedFile(moved[first] ?? 0, end, site, undefined, terms);
      if (part?.isLegal !== true) break;
      longest = part.draft;
      next++;
    }
    if (longest === undefined) return undefined;
    files.push(files.length === 0 ? longest : { ...longest, name: `${longest.name}_${files.length + 1}` });
    first = next;
  }
  return files;
}

function continuedFile(
  cut: number,
  end: number,
  site: Site,
  block: OwnBlock | undefined,
  { mark, frame }: NewFileTerms,
): { readonly draft: FileDraft; readonly isLegal: boolean } | undefined {
  const { file, path, schedule } = site;
  const lineBreak = lineBreakOf(file.text);
  const around = enclosureAt(file, schedule, cut);
  const opensBefore = around !== undefined && around.statements[0] !== cut;
  const from = around === undefined || opensBefore ? startWithComment(file, cut) : around.start;
  const moved = file.text.slice(from, end).trimEnd();
  const base = /^migration\.sql$/i.test(nameOf(path)) ? nameOf(parentOf(path)) : nameOf(path);
  const name = slug(`${base.replace(/\.sql$/i, '').replace(/^\d+[_-]?/, '')} continued`);
  const isMarked = isUnmanaged(site, mark);
  const allowed = refusalsBefore(site).filter((index) => (file.statements[index]?.start ?? 0) >= from).length;
  const drafts = surroundings(settingsBefore(site, cut), block !== undefined).flatMap((ends) => {
    if (ends.without.some(({ variable }) => needs(moved, variable, site))) return [];
    const begin = block === undefined ? [] : [control(file, block.begin), ...ends.inBlock];
    const opening = opensBefore ? [around.opening.text] : [];
    const lines = [...ends.before, ...opening, ...begin, moved, ...ends.after];
    const body = aboutTheFile(site) + gapBehind(ends.before, lines).join('\n') + lineBreak;
    const plain: FileDraft = {
      name,
      text: withLineBreaks(frame(body), lineBreak),
      steps: [],
      without: namesOf(ends),
    };
    const other = marked(plain, mark);
    const both = isMarked ? [other ?? plain] : [plain, ...(other === undefined ? [] : [other])];
    return both.filter((draft) => settingsHold(draft, ends.locals, site));
  });
  const legal = drafts.find((draft) => isLegalAlone(draft, site));
  if (legal !== undefined) return { draft: legal, isLegal: true };
  const asBefore = drafts.find((draft) => refusalsAlone(draft, site) <= allowed);
  return asBefore === undefined ? undefined : { draft: asBefore, isLegal: false };
}

/** The lines with an empty one behind the first of them. */
function gapBehind(first: readonly string[], lines: readonly string[]): readonly string[] {
  if (first.length === 0) return lines;
  return [...lines.slice(0, first.length), '', ...lines.slice(first.length)];
}

/** Whether the author has taken the file out of the runner's transaction. */
function isUnmanaged({ file, path, schedule, target, project }: Site, mark: Mark | undefined): boolean {
  if (mark === undefined || mark.isForNewFiles === true) return false;
  if (mark.edit === undefined) return project.withoutTransaction?.has(path) === true;
  return mark.edit(file.text, extentOf(file, schedule, target).start) === undefined;
}

/** The draft without the runner's transaction; undefined when there is no way to say that. */
function marked(draft: FileDraft, mark: Mark | undefined): FileDraft | undefined {
  if (mark === undefined) return undefined;
  const edit = mark.edit?.(draft.text, 0);
  const text = edit === undefined ? draft.text : applyEdits(draft.text, [edit]);
  return { ...draft, text, isUnmanaged: true };
}

/** How settings can be made again, the best first: as they were, for the session and taken back, or not at all. */
function surroundings(settings: readonly Setting[], isInBlock: boolean): readonly Surrounding[] {
  const statements = (
    some: readonly Setting[],
    write = ({ text }: Setting): string => text,
  ): readonly string[] => some.map((setting) => `${write(setting)};`);
  const local = settings.filter(({ isLocal }) => isLocal);
  const session = settings.filter(({ isLocal }) => !isLocal);
  const none: Surrounding = { before: [], inBlock: [], after: [], without: settings, locals: 0 };
  if (settings.length === 0) return [none];
  const [before, inBlock] = [statements(session), statements(local)];
  if (isInBlock) return [{ ...none, before, inBlock, without: [] }, none];
  const locally = {
    ...none,
    before: [...before, ...inBlock],
    without: [],
    locals: before.length + local.length,
  };
  if (local.length === 0) return [{ ...locally, locals: 0 }, none];
  const forAll = [...before, ...statements(local, forSession)];
  return [locally, { ...none, before: forAll, after: statements(local, reset), without: [] }, none];
}

/** Whether statements mean something else without the setting: names that have no schema are found elsewhere. */
function needs(sql: string, variable: string, { file }: Site): boolean {
  if (variable === 'session_authorization') return true;
  if (variable !== 'search_path') return false;
  return parseFile(sql, { parser: parserFor(file) }).statements.some(({ parsed: { statement } }) => {
    if (statement?.kind === 'SetVariable') return false;
    if (statement?.kind === 'Drop') return statement.names.some(({ schema }) => schema === undefined);
    const isOfRelation = statement?.kind === 'CreateIndex' || statement?.kind === 'AlterTable';
    return !isOfRelation || statement.relation.schema === undefined;
  });
}

function asSteps(statements: readonly string[], separator: string): readonly CommentedStep[] {
  const pieces =
    separator === betweenStatements && statements.length > 0 ? [statements.join('\n')] : statements;
  return pieces.map((sql): CommentedStep & Step => ({ sql, transaction: 'inherits', why: '', name: '' }));
}

function namesOf({ without }: Surrounding): readonly string[] {
  return without.map(({ variable }) => variable);
}

/** The comments that ask for something in all of the file. */
function aboutTheFile({ file: { text } }: Site): string {
  const lines = text.match(/^[ \t]*--[ \t]*(?:lockstep|squawk)-ignore-file\b.*$/gim) ?? [];
  return lines.length === 0 ? '' : `${lines.map((line) => line.trim()).join('\n')}\n\n`;
}

function firstOf<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const result = find(item);
    if (result !== undefined) return result;
  }
  return undefined;
}
