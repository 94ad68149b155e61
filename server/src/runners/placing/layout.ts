import { refusedInTransactionBlock } from '../../sql/transaction-block';
import { parseFile, Parser, updateFile } from '../../sql/parse';
import type { Parsed, SourceFile } from '../../sql/source';
import { applyEdits, type Edit } from '../../sql/text';
import { nameOf } from '../files/paths';
import { isSetting } from './settings';
import type {
  FileChange,
  NewFileSite,
  Placement,
  PlacementWay,
  Project,
  Schedule,
  Site,
  Step,
} from '../runner';

/** What a file for `steps` is to be: found by the runner's own schedule, not by rules of its own. */
export interface FileDraft {
  /** Words for its name. */
  readonly name: string;
  readonly text: string;
  /** What stands in it, in order; the author's own statements left out. */
  readonly steps: readonly Step[];
  /** Whether the runner must open no transaction for it: what its text says already, or a file beside it has to. */
  readonly isUnmanaged?: boolean;
  /** The variables that the author has set for what stands in it, and that it cannot set. */
  readonly without?: readonly string[];
}

/** A possible result, before it is known whether the runner can run it. */
export interface Draft {
  /** Of the file that the target is in. */
  readonly edits: readonly Edit[];
  /** The steps that are in that file then. */
  readonly steps: readonly Step[];
  readonly files: readonly FileDraft[];
  readonly notes: readonly string[];
  /** See `Placement`; counted when omitted. */
  readonly how?: string;
  readonly way?: PlacementWay;
  /** Whether the file of the target, too, is taken out of the runner's transaction. */
  readonly isUnmanaged?: boolean;
}

/** How a migration says that the runner is to open no transaction for it. */
export interface Mark {
  /**
   * Writes it into a text, for the section that begins at an offset; undefined when it is there already. Without this it
   * stands in files beside the migration.
   */
  readonly edit?: (text: string, at: number) => Edit | undefined;
  /** Whether only a new migration can say it, which `addFiles` then writes in another form. */
  readonly isForNewFiles?: true;
  /** The files beside a migration that say it. */
  readonly files?: (path: string, site: NewFileSite) => readonly FileChange[];
}

/** The new migrations of a draft as this runner names them, with all that must change with them. */
type AddFiles = (
  files: readonly FileDraft[],
  site: Site,
) => { readonly changes: readonly FileChange[]; readonly notes: readonly string[] };

/** Whether the runner, as it is, runs each step of the draft as the step wants it, and refuses nothing new. */
export function isLegal(draft: Draft, site: Site): boolean {
  const allowed = refusalsBefore(site).filter((index) => index !== site.target);
  const isLegalHere = holds(edited(site.file, draft.edits), draft, site, allowed.length, site.path);
  return isLegalHere && draft.files.every((file) => isLegalAlone(file, site));
}

/** The same for a file of its own. */
export function isLegalAlone(draft: FileDraft, site: Site): boolean {
  return holds(parseLike(site.file, draft.text), draft, site, 0, newPath);
}

/** How many statements of a file of its own the runner refuses. */
export function refusalsAlone(draft: FileDraft, site: Site): number {
  const { file, schedule } = read(draft, site);
  return refusals(file, schedule, site).length;
}

/** Whether what its first statements set with SET LOCAL holds to its end. */
export function settingsHold(draft: FileDraft, count: number, site: Site): boolean {
  if (count === 0) return true;
  const { file, schedule } = read(draft, site);
  const numbers = schedule.statements.map(({ transaction }) => transaction);
  return file.statements.slice(0, count).every(({ parsed: { statement } }, index) => {
    const isSession = statement?.kind === 'SetVariable' && !statement.isLocal;
    const number = numbers[index] ?? null;
    return isSession || (number !== null && numbers.slice(index).every((other) => other === number));
  });
}

function read(
  { text, isUnmanaged }: FileDraft,
  { file: before, project: given }: Site,
): { readonly file: SourceFile; readonly schedule: Schedule } {
  const file = parseLike(before, text);
  const project = isUnmanaged === true ? withoutTransaction(given, newPath) : given;
  return { file, schedule: project.runner.schedule(file, project, newPath) };
}

/** Stands for the path of a file that has none yet. */
const newPath = '';

/** The file with the edits, read again where they are. */
function edited(file: SourceFile, edits: readonly Edit[]): SourceFile {
  if (edits.length === 0) return file;
  const text = applyEdits(file.text, edits);
  const start = Math.min(...edits.map(({ range }) => range.start));
  const end = Math.max(...edits.map(({ range }) => range.end));
  const length = end - start + text.length - file.text.length;
  return updateFile(file, text, { start, end }, length, parserFor(file));
}

/** `allowed` is the number of refusals that were there before. */
function holds(
  file: SourceFile,
  { steps, isUnmanaged }: Pick<FileDraft, 'steps' | 'isUnmanaged'>,
  site: Site,
  allowed: number,
  path: string,
): boolean {
  const project = isUnmanaged === true ? withoutTransaction(site.project, path) : site.project;
  const schedule = project.runner.schedule(file, project, path);
  if (refusals(file, schedule, site).length > allowed) return false;
  let from = 0;
  return steps.every((step) => {
    const start = file.text.indexOf(step.sql, from);
    if (start < 0) return false;
    from = start + step.sql.length;
    return holdsStep(step, start, from, file, schedule);
  });
}

function withoutTransaction(project: Project, path: string): Project {
  return { ...project, withoutTransaction: new Set([...(project.withoutTransaction ?? []), path]) };
}

function holdsStep(step: Step, start: number, end: number, file: SourceFile, schedule: Schedule): boolean {
  if (step.transaction === 'inherits') return true;
  const inside = new Set<number>();
  file.statements.forEach((statement, index) => {
    if (statement.start >= start && statement.start < end) inside.add(index);
  });
  return [...inside].every((index) => {
    const statement = file.statements[index]?.parsed.statement;
    const transaction = schedule.statements[index]?.transaction ?? null;
    // A setting of the session is for what follows; where it is made does not matter.
    if (statement?.kind === 'SetVariable' && !statement.isLocal) return true;
    if (step.transaction === 'none') {
      if (transaction === null) return isAloneInMessage(schedule, index);
      if (statement !== undefined && refusedInTransactionBlock(statement) !== undefined) return false;
    } else if (transaction === null) return inside.size === 1 || statement?.kind === 'SetVariable';
    const company = file.statements.flatMap(({ parsed }, other) => {
      // The BEGIN and COMMIT of its own transaction are no other steps, nor is what is set for it.
      const isNone = parsed.statement?.kind === 'TransactionControl' || isSetting(parsed.statement);
      if (step.transaction === 'own' && isNone) return [];
      return schedule.statements[other]?.transaction === transaction ? [other] : [];
    });
    return step.transaction === 'none' ? company.length === 1 : company.every((other) => inside.has(other));
  });
}

/**
 * A pipeline lets CREATE INDEX CONCURRENTLY be its first statement, but what follows may fail when the index is there
 * already, and the whole migration counts as not applied then. So nothing may follow.
 */
function isAloneInMessage(schedule: Schedule, index: number): boolean {
  const message = schedule.statements[index]?.message;
  return schedule.statements.filter((other) => other.message === message).length === 1;
}

const known = new WeakMap<Schedule, readonly number[]>();

/** The refusals of the author's file, which all its drafts are compared with. */
export function refusalsBefore(site: Site): readonly number[] {
  const result = known.get(site.schedule) ?? refusals(site.file, site.schedule, site);
  known.set(site.schedule, result);
  return result;
}

/** The indices of the statements that the runner refuses. */
function refusals(file: SourceFile, schedule: Schedule, { project }: Site): readonly number[] {
  return file.statements.flatMap(({ parsed: { statement } }, index) => {
    if (statement === undefined) return [];
    return project.runner.refuses(statement, index, schedule, project) === undefined ? [] : [index];
  });
}

/** What a placement needs to know of the runner besides. */
export interface PlacementTerms {
  readonly addFiles: AddFiles;
  readonly mark?: Mark;
  /** What becomes of a project in which a migration that was applied is edited, one sentence. */
  readonly checksum?: string;
}

/** The draft as changes of files, with a title. */
export function toPlacement(
  draft: Draft,
  site: Site,
  { addFiles, mark, checksum }: PlacementTerms,
): Placement {
  const { changes, notes } =
    draft.files.length === 0 ? { changes: [], notes: [] } : addFiles(draft.files, site);
  const edit: readonly FileChange[] =
    draft.edits.length === 0 ? [] : [{ kind: 'edit', path: site.path, edits: draft.edits }];
  const beside = draft.isUnmanaged === true ? (mark?.files?.(site.path, site) ?? []) : [];
  const order = site.project.runner.migrations(site.project, site.tree);
  // The newest migration is most often one that no database has yet.
  const isOld = edit.length > 0 && checksum !== undefined && order.at(-1) !== site.path;
  const all = merged([...edit, ...beside, ...changes]);
  const { folder, runner } = site.project;
  const complete = runner.afterPlacing?.(all, folder, site.tree) ?? { changes: all, notes: [] };
  return {
    changes: complete.changes,
    way: draft.way ?? (draft.files.length === 0 ? 'file' : 'migrations'),
    how: draft.how ?? where(draft),
    notes: [
      ...(isOld ? [`If "${nameOf(site.path)}" was applied already: ${checksum}`] : []),
      ...draft.notes,
      ...notes,
      ...complete.notes,
    ],
  };
}

/** The edits of a file as one change. */
function merged(changes: readonly FileChange[]): readonly FileChange[] {
  const result: FileChange[] = [];
  for (const change of changes) {
    const index = result.findIndex(({ kind, path }) => kind === 'edit' && path === change.path);
    const before = result[index];
    if (change.kind === 'edit' && before?.kind === 'edit') {
      result[index] = { ...before, edits: [...before.edits, ...change.edits] };
    } else result.push(change);
  }
  return result;
}

function where({ steps, files }: Draft): string {
  const withSteps = files.filter((file) => file.steps.length > 0);
  if (withSteps.length === 0) return '';
  if (steps.length > 0) {
    return withSteps.length === 1
      ? 'here and in a new migration'
      : `here and in ${withSteps.length} new migrations`;
  }
  return withSteps.length === 1
    ? 'in a migration of its own'
    : `in ${withSteps.length} migrations of their own`;
}

/** Another file of the same project. */
function parseLike(file: SourceFile, text: string): SourceFile {
  return parseFile(text, { boundary: file.boundary, parser: parserFor(file) });
}

const parsers = new WeakMap<SourceFile, Parser>();

/** What a draft has of the author's file was read before: a light bulb in a long file must not read it again. */
export function parserFor(file: SourceFile): Parser {
  let parser = parsers.get(file);
  if (parser === undefined) {
    parser = new KnowingParser(file);
    parsers.set(file, parser);
  }
  return parser;
}

class KnowingParser extends Parser {
  private readonly known: ReadonlyMap<string, Parsed>;

  constructor({ text, statements }: SourceFile) {
    super();
    this.known = new Map(statements.map(({ start, end, parsed }) => [text.slice(start, end), parsed]));
  }

  override parse(text: string): Parsed {
    return this.known.get(text) ?? super.parse(text);
  }
}
