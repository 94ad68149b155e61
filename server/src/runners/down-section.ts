import { parseFile } from '../sql/parse';
import type { SourceFile } from '../sql/source';
import { applyEdits, insert } from '../sql/text';
import { refusedInTransactionBlock } from '../sql/transaction-block';
import type { CommentedStep } from './drafts';
import type { Companion } from './runner';
import type { Section } from './sections';

/** How a runner writes what undoes a migration into the migration itself. */
export interface DownTerms {
  /** The line above it. */
  readonly marker: (sql: string) => string;
  readonly enclose?: (sql: string) => CommentedStep['enclosure'];
}

/** Where the SQL that undoes a migration goes: in place of the section for it, or behind all that is there. */
export function downSection(
  file: SourceFile | undefined,
  sections: readonly Section[],
  { marker, enclose = () => undefined }: DownTerms,
): Pick<Companion, 'at' | 'frame'> {
  const text = file?.text ?? '';
  const present = sections.find(({ kind, marker: line }) => kind === 'down' && line !== undefined);
  const start = present?.start ?? text.trimEnd().length;
  const range = { start, end: present?.end ?? text.length };
  const gap = present !== undefined || start === 0 ? '' : '\n\n';
  return {
    at: range,
    frame: (sql) => `${gap}${marker(sql)}\n${enclosed(sql, enclose)}`,
  };
}

/** Whether a statement of `sql` must not be in a transaction block. */
export function needsNoTransaction(sql: string): boolean {
  return parseFile(sql).statements.some(
    ({ parsed: { statement } }) =>
      statement !== undefined && refusedInTransactionBlock(statement) !== undefined,
  );
}

/** Each statement between the lines that the runner needs around it. */
function enclosed(sql: string, enclose: (sql: string) => CommentedStep['enclosure']): string {
  const edits = parseFile(sql).statements.flatMap(({ start, terminatedEnd }) => {
    const lines = enclose(sql.slice(start, terminatedEnd));
    if (lines === undefined) return [];
    return [insert(start, `${lines[0]}\n`), insert(terminatedEnd, `\n${lines[1]}`)];
  });
  return applyEdits(sql, edits);
}
