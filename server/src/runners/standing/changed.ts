import type { SourceFile, SourceStatement } from '../../sql/source';
import { tokenize } from '../../sql/scanner';
import type { Range } from '../../sql/text';
import type { Project } from '../runner';
import type { ReleasedText } from './bookkeeping';

/** The first place at which a migration is not any more what the branch has; undefined when it is, as far as that counts. */
export function changedPlace(
  file: SourceFile,
  released: ReleasedText,
  project: Project,
  path: string,
): Range | undefined {
  if (file.text === released.text) return undefined;
  const { compares, pieces } = released.clash;
  if (compares === 'text') return firstLine(file.text, released.text);
  const before = released.file();
  if (pieces !== undefined) {
    const old = pieces(before);
    for (const [name, range] of pieces(file)) {
      const place = old.get(name);
      if (place !== undefined && !isSame(slice(file, range), slice(before, place))) return range;
    }
    return undefined;
  }
  const then = leadingUp(before, project, path);
  const now = leadingUp(file, project, path);
  const at = now.findIndex((statement, index) => {
    const other = then[index];
    return other === undefined || !isSame(slice(file, statement), slice(before, other));
  });
  if (at >= 0) return now[at];
  return now.length < then.length ? (now.at(-1) ?? { start: 0, end: file.text.length }) : undefined;
}

function slice({ text }: SourceFile, { start, end }: Range): string {
  return text.slice(start, end);
}

/** What undoes a migration may be repaired later: it was not run. */
function leadingUp(file: SourceFile, project: Project, path: string): readonly SourceStatement[] {
  const { statements } = project.runner.schedule(file, project, path);
  return file.statements.filter((_, index) => statements[index]?.section !== 'down');
}

/** Whether two texts differ in comments and spaces at most. */
function isSame(a: string, b: string): boolean {
  return a === b || wordsOf(a) === wordsOf(b);
}

function wordsOf(sql: string): string {
  const words = tokenize(sql).filter(({ kind }) => kind !== 'comment' && kind !== 'end of text');
  return words.map(({ kind, text }) => `${kind} ${text}`).join('\n');
}

/** The first line that differs; how lines end is no difference, as git may write them either way. */
function firstLine(now: string, then: string): Range | undefined {
  const lines = now.split('\n');
  const old = then.split('\n');
  const withoutReturn = (line: string | undefined): string | undefined => line?.replace(/\r$/, '');
  let start = 0;
  for (const [index, line] of lines.entries()) {
    if (withoutReturn(line) !== withoutReturn(old[index])) return { start, end: start + line.length };
    start += line.length + 1;
  }
  return lines.length < old.length ? { start: 0, end: now.length } : undefined;
}
