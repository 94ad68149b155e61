import { parseFile } from '../../sql/parse';
import type { SourceFile } from '../../sql/source';
import { applyEdits, insert } from '../../sql/text';
import { refusedInTransactionBlock } from '../../sql/transaction-block';
import type { CommentedStep } from './steps';
import { join, nameOf, parentOf } from '../files/paths';
import type { Companion, Project } from '../runner';
import type { Section } from '../sending/sections';

/** How a runner writes what undoes a migration into the migration itself. */
interface DownTerms {
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
  // What comes behind the last section that does something is what undoes it.
  const lastUp = sections.findLastIndex(({ kind }) => kind === 'up');
  const present = sections
    .slice(lastUp + 1)
    .find(({ kind, marker: line }) => kind === 'down' && line !== undefined);
  const start = present?.start ?? text.trimEnd().length;
  const range = { start, end: text.length };
  const gap = present !== undefined || start === 0 ? '' : '\n\n';
  return {
    at: range,
    frame: (sql) => `${gap}${marker(sql)}\n${enclosed(sql, enclose)}`,
  };
}

/** What undoes a migration stands in it; what checks it lies beside the folder, where the runner never looks. */
export function sectionCompanion(
  kind: 'rollback' | 'validation',
  path: string,
  { folder, runner: { label } }: Project,
  down: () => Pick<Companion, 'at' | 'frame' | 'parts'>,
): Companion {
  if (kind === 'rollback') return { path, header: [], ...down() };
  const name = nameOf(path);
  return {
    path: join(parentOf(folder), `validations/${name}`),
    header: [`Checks what ${name} has done.`, `${label} never runs this file; run it with psql.`],
    at: 'file',
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
