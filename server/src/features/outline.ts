import { Scanner, tokenize } from '../sql/scanner';
import type { SourceFile, SourceStatement } from '../sql/source';
import type { Statement } from '../sql/statement';
import { type Range, shift } from '../sql/text';
import { visible } from '../sql/visible';
import { commandWords, subjectOf } from './headline';

/** What a statement or a part of it is about; an editor draws an icon for it. */
export type OutlineKind =
  | 'table'
  | 'column'
  | 'constraint'
  | 'index'
  | 'view'
  | 'function'
  | 'type'
  | 'action'
  | 'data'
  | 'transaction'
  | 'other';

/** One entry of a file's outline. Offsets are UTF-16 code units in the file. */
export interface OutlineEntry {
  readonly name: string;
  readonly kind: OutlineKind;
  readonly range: Range;
  /** What to select: the words that name it. */
  readonly selection: Range;
  readonly children: readonly OutlineEntry[];
}

/** Names longer than this are cut; an outline is a narrow column. */
const longestName = 80;

/** The statements of a file, with the columns or actions that they consist of. */
export function outline({ statements }: SourceFile): readonly OutlineEntry[] {
  return statements.flatMap((source) => {
    const { statement } = source.parsed;
    return statement === undefined ? [] : [entryOf(statement, source)];
  });
}

function entryOf(statement: Statement, { start, end }: SourceStatement): OutlineEntry {
  const name = [commandWords(statement), subject(statement)].filter((part) => part !== '').join(' ');
  return {
    name: shortened(name),
    kind: kindOf(statement),
    range: { start, end },
    selection: shift(statement.commandRange, start),
    children: parts(statement).map((part) => ({
      ...part,
      range: shift(part.range, start),
      selection: shift(part.selection, start),
    })),
  };
}

function subject(statement: Statement): string {
  if (statement.kind === 'CreateIndex' && statement.index !== undefined) {
    return `${statement.index.text} ${subjectOf(statement) ?? ''}`;
  }
  if (statement.kind === 'Rename') {
    const isPart = statement.objectType === 'COLUMN' || statement.objectType === 'CONSTRAINT';
    const renamed = isPart
      ? `${subjectOf(statement) ?? ''} RENAME ${statement.from}`
      : `${statement.from} RENAME`;
    return `${renamed} TO ${statement.to}`;
  }
  return subjectOf(statement) ?? (statement.kind === 'Other' ? nameBehind(statement) : '');
}

/** Words between a command and the name of what it makes. */
const fillers = new Set(['if', 'not', 'exists', 'only', 'on', 'column', 'table', 'schema']);

/** The name that the grammar's tree of a rarer command has no field for: the first one behind the command. */
function nameBehind({ text, commandRange, command }: Statement): string {
  if (!/^(?:CREATE|ALTER|DROP|COMMENT|REFRESH|REINDEX|VACUUM|ANALYZE|CALL)\b/.test(command)) return '';
  const tokens = tokenize(text.slice(commandRange.end, commandRange.end + 200));
  const first = tokens.findIndex(({ kind, text: word }) => !(kind === 'word' && fillers.has(word)));
  const name: string[] = [];
  for (const { kind, text: part } of tokens.slice(Math.max(0, first))) {
    const isName = kind === 'word' || kind === 'quoted identifier';
    if (name.length % 2 === 0 ? !isName : part !== '.') break;
    name.push(part);
  }
  return name.join('');
}

function kindOf(statement: Statement): OutlineKind {
  switch (statement.kind) {
    case 'CreateIndex':
      return 'index';
    case 'DataChange':
    case 'Select':
    case 'Truncate':
      return 'data';
    case 'TransactionControl':
    case 'SetVariable':
    case 'LockTable':
      return 'transaction';
    case 'DoBlock':
      return 'function';
    case 'CreateTable':
    case 'AlterTable':
    case 'Drop':
    case 'Rename':
    case 'Other':
      return kindOfCommand(statement.command);
  }
}

function kindOfCommand(command: string): OutlineKind {
  if (/ VIEW$/.test(command)) return 'view';
  if (/ (?:FUNCTION|PROCEDURE|TRIGGER|AGGREGATE|EVENT TRIGGER)$/.test(command)) return 'function';
  if (/ (?:TYPE|DOMAIN)$/.test(command)) return 'type';
  if (/ INDEX$/.test(command)) return 'index';
  return / TABLE/.test(command) ? 'table' : 'other';
}

/** What a statement consists of, as far as it is worth to be found by itself. */
function parts(statement: Statement): readonly OutlineEntry[] {
  const { text } = statement;
  const part = (name: string, kind: OutlineKind, range: Range, selection: Range = range): OutlineEntry => ({
    name: shortened(name),
    kind,
    range,
    selection,
    children: [],
  });
  const written = ({ start, end }: Range): string => text.slice(start, end);
  if (statement.kind === 'CreateTable') {
    return [
      ...statement.columns.map(({ name, type, range }) =>
        part(`${name.text} ${type.text}`, 'column', range, name.range),
      ),
      ...statement.constraints.map(({ range }) => part(written(range), 'constraint', range)),
    ].sort((a, b) => a.range.start - b.range.start);
  }
  if (statement.kind !== 'AlterTable') return [];
  return statement.actions.map(({ range }) => part(written(range), 'action', range));
}

/** On one line, and not too long. */
function shortened(name: string): string {
  const line = visible(name.replace(/\s+/g, ' ').trim());
  return line.length > longestName ? `${line.slice(0, longestName - 1)}…` : line;
}

/** Several lines that an editor may show as one. */
interface Fold {
  readonly kind: 'statement' | 'comment' | 'transaction';
  readonly range: Range;
}

/** What can be folded: statements, comments, and what stands between BEGIN and COMMIT. */
export function folds(file: SourceFile): readonly Fold[] {
  const { statements, text } = file;
  const found: Fold[] = [];
  let begin: SourceStatement | undefined;
  statements.forEach((source, index) => {
    addCommentFolds(found, text, statements[index - 1]?.terminatedEnd ?? 0, source.start);
    found.push({ kind: 'statement', range: { start: source.start, end: source.terminatedEnd } });
    const { statement } = source.parsed;
    if (statement?.kind !== 'TransactionControl') return;
    if (statement.action === 'begin') begin = source;
    const isEnd = statement.action === 'commit' || statement.action === 'rollback';
    if (!isEnd || begin === undefined) return;
    found.push({ kind: 'transaction', range: { start: begin.start, end: source.end } });
    begin = undefined;
  });
  addCommentFolds(found, text, statements.at(-1)?.terminatedEnd ?? 0, text.length);
  return found.filter(({ range }) => text.slice(range.start, range.end).includes('\n'));
}

/** Adds the blocks of comments in a gap; a blank line parts them. */
function addCommentFolds(found: Fold[], text: string, from: number, until: number): void {
  if (!/--|\/\*/.test(text.slice(from, until))) return;
  const blocks: { start: number; end: number }[] = [];
  const scanner = new Scanner(text.slice(from, until));
  for (let kind = scanner.next(); kind !== 'end of text'; kind = scanner.next()) {
    const last = blocks.at(-1);
    const [start, end] = [from + scanner.start, from + scanner.end];
    if (kind !== 'comment') continue;
    const isNext = last !== undefined && /^\s*$/.test(text.slice(last.end, start));
    if (isNext && !/\n\s*\n/.test(text.slice(last.end, start))) last.end = end;
    else blocks.push({ start, end });
  }
  for (const range of blocks) found.push({ kind: 'comment', range });
}
